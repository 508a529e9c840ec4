"""What a grader does with the zip, in a folder and with a Python that do not know the project."""

import csv
import json
import os
import re
import shutil
import subprocess
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import zip_submission


def needed_by(name):
    """The distribution and all that it needs to run, by name."""
    found = {name: distribution(name)}
    for line in found[name].requires or []:
        requirement = Requirement(line)
        if not requirement.marker or requirement.marker.evaluate({"extra": ""}):
            found |= needed_by(requirement.name)
    return found


@pytest.fixture(scope="module")
def grader(tmp_path_factory):
    """A Python with just numpy and matplotlib: an environment with links to their files."""
    folder = tmp_path_factory.mktemp("grader")
    venv.create(folder, symlinks=True)
    packages = next(folder.glob("lib/python*/site-packages"))
    for dist in needed_by("matplotlib").values():
        for top in {Path(file.parts[0]) for file in dist.files if file.parts[0] != ".."}:
            link = packages / top
            if not link.exists() and top.name != "__pycache__":
                link.symlink_to(dist.locate_file(top))
    return folder / "bin/python"


@pytest.fixture(scope="module")
def unpacked(built, tmp_path_factory):
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(built / "results/homework1.zip") as file:
        file.extractall(folder)
    return folder


def run(grader, folder, *arguments):
    """The finished process; nothing of this test's environment reaches it but OPENBLAS_*.

    The choice of a processor's linear algebra decides the last bits.
    """
    processor = {name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")}
    return subprocess.run(
        [grader, *arguments],
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.defpath} | processor,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_the_zip_holds_the_modules_and_the_pdf(built):
    scripts = built / "workflow/scripts"
    with zipfile.ZipFile(built / "results/homework1.zip") as file:
        packed = {name: file.read(name) for name in file.namelist()}
    assert packed.pop("homework1.pdf") == (built / "results/homework1.pdf").read_bytes()
    for k in (1, 3):
        name = f"homework1_problem{k}.py"
        assert packed.pop(name) == (scripts / name).read_bytes()
    original = (scripts / "homework1_problem2.py").read_text().splitlines()
    code = packed.pop("homework1_problem2.py").decode().splitlines()
    assert [new for old, new in zip(original, code, strict=True) if old != new] == [
        "BATCH_SIZES = [50, 500]",
        "LEARNING_RATES = [0.001, 1]",
        "EPOCHS = [1, 3]",
    ]
    assert not packed


def test_the_zip_has_the_same_bytes_whenever_it_is_made(tmp_path):
    module = tmp_path / "a.py"
    module.write_text("1\n")
    made = set()
    for time in (10**9, 15 * 10**8):
        os.utime(module, (time, time))
        zip_submission.main(module, archive=tmp_path / "a.zip")
        made.add((tmp_path / "a.zip").read_bytes())
    assert len(made) == 1


@pytest.mark.parametrize("other", ["pandas", "snakemake", "typst"])
def test_the_graders_python_has_nothing_else(grader, unpacked, other):
    assert "ModuleNotFoundError" in run(grader, unpacked, "-c", f"import {other}").stdout


def test_problem_1_can_be_imported_and_called(grader, unpacked):
    code = "import numpy as np, homework1_problem1 as p; print(p.problem_1e(np.eye(3), 2))"
    assert run(grader, unpacked, "-c", code).stdout == "1.0\n"


def test_problem_2_alone_prints_the_workflows_grid_and_its_costs(grader, unpacked, built):
    printed = run(grader, unpacked, "homework1_problem2.py", str(built / "data/raw")).stdout
    search, selected = printed.split("\n\n")
    shown = [line.split() for line in search.splitlines()[1:]]
    with (built / "results/grid.csv").open() as file:
        rows = list(csv.DictReader(file))
    for line, row in zip(shown, rows, strict=True):
        values = [row[name] for name in ("batch_size", "learning_rate", "epochs")]
        costs = [three_decimals(row[f"{name}_fmse"]) for name in ("train", "validation")]
        assert list(map(float, line[:3])) == list(map(float, values))
        assert line[3:] == [*costs, row["status"]]
    metrics = json.loads((built / "results/metrics.json").read_text())
    costs = [*metrics["last_training_costs"]]
    costs += [metrics[f"{name}_fmse"] for name in ("train", "validation", "test")]
    assert re.findall(r": (\S+)$", selected, re.MULTILINE) == list(map(three_decimals, costs))


def three_decimals(cost):
    """As the module prints it."""
    return f"{float(cost):.3f}"


def test_problem_2_names_the_data_that_is_missing(grader, unpacked, tmp_path):
    done = run(grader, unpacked, "homework1_problem2.py", tmp_path)
    assert done.returncode != 0
    assert "age_regression_Xtr.npy" in done.stdout
    assert "Traceback" not in done.stdout


def test_problem_3_draws_its_figures_into_the_current_folder(grader, unpacked, built, tmp_path):
    shutil.copy(built / "results/gradient_descent_sequence.txt", tmp_path)
    done = run(grader, tmp_path, str(unpacked / "homework1_problem3.py"))
    assert done.returncode == 0, done.stdout
    drawn = sorted(path.name for path in tmp_path.glob("*.png"))
    assert drawn == [f"problem3{part}.png" for part in "abcd"]

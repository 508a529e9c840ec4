"""What a grader does with the zip, in a folder and with a Python that do not know the project."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import write_problem2
import zip_submission

NAMES = [
    "homework1.pdf",
    "homework1_problem1.py",
    "homework1_problem2.py",
    "homework1_problem3.py",
]


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
    """What the grader's Python prints.

    Nothing of this test's environment reaches it but the choice of a processor's linear algebra,
    where one is made: on it the last bits depend.
    """
    processor = {name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")}
    done = subprocess.run(
        [grader, *arguments],
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.defpath} | processor,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_zip_holds_the_modules_and_the_pdf_and_nothing_else(built):
    with zipfile.ZipFile(built / "results/homework1.zip") as file:
        assert sorted(file.namelist()) == NAMES
        for name in ("homework1_problem1.py", "homework1_problem3.py"):
            assert file.read(name) == (built / "workflow/scripts" / name).read_bytes()
        assert file.read("homework1.pdf") == (built / "results/homework1.pdf").read_bytes()


def test_the_zips_listing_says_that_the_faces_are_synthetic(built):
    with zipfile.ZipFile(built / "results/homework1.zip") as file:
        assert b"SYNTHETIC" in file.comment


GRID = {"batch_size": [50, 500], "learning_rate": [1e-3, 1], "epochs": [1, 3]}
SETTINGS = {"seed": 541, "validation_fraction": 0.2, "grid": GRID}


def zip_with(folder, dataset):
    source = folder / "source.json"
    source.write_text(json.dumps({"dataset": dataset}))
    (folder / "a.py").write_text("1\n")
    zip_submission.main(folder / "a.py", archive=folder / "a.zip", source=source)
    return (folder / "a.zip").read_bytes()


def test_a_zip_of_the_courses_results_says_nothing_of_synthetic_faces(tmp_path):
    assert b"SYNTHETIC" not in zip_with(tmp_path, "course")


def test_problem_2_in_the_zip_has_the_configurations_values_and_is_otherwise_the_same(built):
    original = (built / "workflow/scripts/homework1_problem2.py").read_text().splitlines()
    with zipfile.ZipFile(built / "results/homework1.zip") as file:
        packed = file.read("homework1_problem2.py").decode().splitlines()
    assert [new for old, new in zip(original, packed, strict=True) if old != new] == [
        "BATCH_SIZES = [50, 500]",
        "LEARNING_RATES = [0.001, 1]",
        "EPOCHS = [1, 3]",
    ]


def test_with_the_default_configuration_problem_2_is_handed_in_unchanged(root):
    code = (root / "workflow/scripts/homework1_problem2.py").read_text()
    grid = {
        "batch_size": [5, 20, 100],
        "learning_rate": [2e-4, 5e-4, 1e-3, 5e-3],
        "epochs": [10, 30, 60],
    }
    assert write_problem2.with_settings(code, SETTINGS | {"grid": grid}) == code


def test_a_module_without_a_place_for_the_values_is_not_handed_in():
    with pytest.raises(ValueError, match=r"0 lines like `SEED = 541`: it needs one"):
        write_problem2.with_settings("EPOCHS = [1]\n", SETTINGS)


def test_the_zip_has_the_same_bytes_whenever_it_is_made(tmp_path):
    zip_with(tmp_path, "course")
    made = set()
    for time in (10**9, 15 * 10**8):
        os.utime(tmp_path / "a.py", (time, time))
        made.add(zip_with(tmp_path, "course"))
    assert len(made) == 1


def test_the_graders_python_has_numpy_and_matplotlib_alone(grader, unpacked):
    run(grader, unpacked, "-c", "import numpy, matplotlib")
    for other in ("pandas", "snakemake", "typst"):
        with pytest.raises(AssertionError, match="ModuleNotFoundError"):
            run(grader, unpacked, "-c", f"import {other}")


def test_problem_1_can_be_imported_and_called(grader, unpacked):
    code = "import numpy as np, homework1_problem1 as p; print(p.problem_1e(np.eye(3), 2))"
    assert run(grader, unpacked, "-c", code) == "1.0\n"


def test_problem_2_alone_prints_the_workflows_grid_and_its_costs(grader, unpacked, built):
    printed = run(grader, unpacked, "homework1_problem2.py", str(built / "data/raw"))
    search, selected = printed.split("\n\n")
    shown = [line.split() for line in search.splitlines()[1:]]
    with (built / "results/grid.csv").open() as file:
        rows = list(csv.DictReader(file))
    names = ["batch_size", "learning_rate", "epochs"]
    assert [list(map(float, line[:3])) for line in shown] == [
        [float(row[name]) for name in names] for row in rows
    ]
    assert [line[3:] for line in shown] == [
        [three_decimals(row["train_fmse"]), three_decimals(row["validation_fmse"]), row["status"]]
        for row in rows
    ]
    best = json.loads((built / "results/best.json").read_text())
    assert (
        "batch size {batch_size}, learning rate {learning_rate}, {epochs} epochs".format(**best)
        in selected.splitlines()
    )
    metrics = json.loads((built / "results/metrics.json").read_text())
    costs = [*metrics["last_training_costs"]]
    costs += [metrics[f"{name}_fmse"] for name in ("train", "validation", "test")]
    assert re.findall(r": (\S+)$", selected, re.MULTILINE) == list(map(three_decimals, costs))


def three_decimals(cost):
    """As the module prints it; an empty field of the table is the cost of a cell that diverged."""
    return f"{float(cost or 'nan'):.3f}"


def test_problem_2_names_the_data_that_is_missing(grader, unpacked, tmp_path):
    done = subprocess.run(
        [grader, "homework1_problem2.py", tmp_path], cwd=unpacked, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "age_regression_Xtr.npy" in done.stderr
    assert "Traceback" not in done.stderr


def test_problem_3_draws_its_figures_into_the_current_folder(grader, unpacked, built, tmp_path):
    shutil.copy(built / "results/gradient_descent_sequence.txt", tmp_path)
    run(grader, tmp_path, str(unpacked / "homework1_problem3.py"))
    drawn = sorted(path.name for path in tmp_path.glob("*.png"))
    assert drawn == [f"problem3{part}.png" for part in "abcd"]


@pytest.mark.parametrize("name", NAMES[1:])
def test_a_graded_module_imports_nothing_of_the_project(root, name):
    text = (root / "workflow/scripts" / name).read_text()
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", text, re.MULTILINE))
    assert imported <= {"numpy", "matplotlib"} | set(sys.stdlib_module_names)

"""What a grader does with the zip, in a folder and with a Python that don't know the project."""

import json
import os
import re
import subprocess
import sys
import venv
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
import pytest
import zip_submission
from packaging.requirements import Requirement

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
    """What the grader's Python prints; nothing of this test's environment reaches it."""
    done = subprocess.run(
        [grader, *arguments],
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.defpath},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_zip_holds_the_modules_and_the_pdf_and_nothing_else(built):
    with zipfile.ZipFile(built / "results/homework1.zip") as file:
        assert sorted(file.namelist()) == NAMES
        for name in NAMES[1:]:
            assert file.read(name) == (built / "workflow/scripts" / name).read_bytes()
        assert file.read("homework1.pdf") == (built / "results/homework1.pdf").read_bytes()


def test_the_zips_listing_says_that_the_faces_are_synthetic(built):
    with zipfile.ZipFile(built / "results/homework1.zip") as file:
        assert b"SYNTHETIC" in file.comment


def zip_with(folder, dataset):
    (folder / "metrics.json").write_text(json.dumps({"dataset": dataset}))
    (folder / "a.py").write_text("1\n")
    settings = json.dumps(zip_submission.ALONE)
    zip_submission.main(folder / "metrics.json", settings, folder / "a.zip", folder / "a.py")
    return (folder / "a.zip").read_bytes()


def test_a_zip_of_the_courses_results_says_nothing_of_synthetic_faces(tmp_path):
    assert b"SYNTHETIC" not in zip_with(tmp_path, "course")


def test_the_zips_log_says_when_problem_2_alone_gives_other_numbers(built, tmp_path, capsys):
    zip_with(tmp_path, "course")
    assert capsys.readouterr().out == ""
    assert (
        "will not give the report's numbers"
        in (built / "results/logs/zip_submission.log").read_text()
    )


def test_the_zip_has_the_same_bytes_whenever_it_is_made(tmp_path):
    zip_with(tmp_path, "course")
    paths = [tmp_path / name for name in ("metrics.json", "a.zip", "a.py")]
    made = set()
    for time in (10**9, 15 * 10**8):
        os.utime(paths[2], (time, time))
        zip_submission.main(paths[0], json.dumps(zip_submission.ALONE), *paths[1:])
        made.add(paths[1].read_bytes())
    assert len(made) == 1


def test_the_graders_python_has_numpy_and_matplotlib_alone(grader, unpacked):
    run(grader, unpacked, "-c", "import numpy, matplotlib")
    for other in ("pandas", "snakemake", "typst"):
        with pytest.raises(AssertionError, match="ModuleNotFoundError"):
            run(grader, unpacked, "-c", f"import {other}")


def test_problem_1_can_be_imported_and_called(grader, unpacked):
    code = "import numpy as np, homework1_problem1 as p; print(p.problem_1e(np.eye(3), 2))"
    assert run(grader, unpacked, "-c", code) == "1.0\n"


def test_problem_2_alone_gives_exactly_the_workflows_numbers(grader, unpacked, built):
    code = (
        "import json, sys, homework1_problem2 as p\n"
        "best, tested = p.train_age_regressor(sys.argv[1], [50, 500], [1e-3, 1.0], [1, 3])\n"
        "print(json.dumps([best._replace(w=0)._asdict(), tested]))"
    )
    best, tested = json.loads(run(grader, unpacked, "-c", code, str(built / "data/raw")))
    metrics = json.loads((built / "results/metrics.json").read_text())
    chosen = json.loads((built / "results/best.json").read_text())
    for name in ("train_fmse", "validation_fmse", "last_training_costs"):
        assert metrics[name] == best[name]
    for name in ("test_fmse", "baseline_fmse"):
        assert metrics[name] == tested[name]
    for name in ("batch_size", "learning_rate", "epochs"):
        assert chosen[name] == best[name]


def test_problem_2_prints_what_the_handout_asks_for(grader, unpacked, built, tmp_path):
    for part, n in (("tr", 60), ("te", 20)):
        for kind in "Xy":
            name = f"age_regression_{kind}{part}.npy"
            np.save(tmp_path / name, np.load(built / "data/raw" / name)[:n])
    printed = run(grader, unpacked, "homework1_problem2.py", str(tmp_path))
    assert re.search(r"batch size \d+, learning rate \S+, \d+ epochs", printed)
    assert len(re.findall(r"training cost, iteration T\S*: \d+\.\d+", printed)) == 10
    for split in ("training", "validation", "test"):
        assert re.search(rf"^{split} f_MSE: \d+\.\d+$", printed, re.MULTILINE)


def test_problem_2_says_in_a_sentence_that_there_is_no_data(grader, unpacked, tmp_path):
    done = subprocess.run(
        [grader, "homework1_problem2.py", tmp_path], cwd=unpacked, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "age_regression_Xtr.npy" in done.stderr
    assert "Traceback" not in done.stderr


def test_problem_3_draws_its_figures_into_the_current_folder(grader, unpacked, tmp_path):
    run(grader, tmp_path, str(unpacked / "homework1_problem3.py"))
    drawn = sorted(path.name for path in tmp_path.glob("*.png"))
    assert drawn == [f"problem3{x}.png" for x in "abcd"]


@pytest.mark.parametrize("name", NAMES[1:])
def test_a_graded_module_imports_nothing_of_the_project(root, name):
    text = (root / "workflow/scripts" / name).read_text()
    imported = set(re.findall(r"^\s*(?:import|from) (\w+)", text, re.MULTILINE))
    assert imported <= {"numpy", "matplotlib"} | set(sys.stdlib_module_names)

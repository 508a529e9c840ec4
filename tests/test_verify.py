"""`make verify`: what no longer follows from what."""

import json
import shutil
import subprocess
import sys

import pytest

from conftest import Project
from shared.manifest import brief


@pytest.fixture
def elsewhere(built, tmp_path):
    """The built project copied without Snakemake's own bookkeeping."""
    copy = Project.copied_to(tmp_path)
    for part in ("data", "results"):
        shutil.copytree(built / part, copy / part)
    shutil.copy(built / "config.yaml", copy / "config.yaml")
    return copy


def verify(project):
    """Exit status and what is printed."""
    run = subprocess.run(
        [sys.executable, "workflow/scripts/verify.py"],
        cwd=project.folder,
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in run.stderr
    return run.returncode, run.stdout + run.stderr


def test_what_was_just_built_is_verified(elsewhere):
    status, said = verify(elsewhere)
    assert status == 0
    assert said.endswith("files are what they were when the results were made.\n")


CELL = "results/cells/batch50_rate0.001_epochs3"


@pytest.mark.parametrize(
    ("path", "spoil", "said"),
    [
        (
            f"{CELL}/history.csv",
            lambda b: b.replace(b"3,", b"4,"),
            "is not what train_cell made for",
        ),
        (f"{CELL}/weights.npz", lambda b: b[:-100], "is not what train_cell made for"),
        ("results/grid.csv", lambda b: b + b"\n", "is not what select_best_cell made for"),
        ("results/metrics.json", lambda b: b"{}", "is not what evaluate_test_set made for"),
        ("results/homework1.pdf", lambda b: b + b" ", "is not what compile_report made for"),
        ("results/homework1.zip", lambda b: b + b" ", "is not what check_submission made for"),
        (
            "data/raw/age_regression_yte.npy",
            lambda b: b + b" ",
            "is not what download_data made for",
        ),
    ],
)
def test_a_result_that_was_changed_by_hand_is_named(elsewhere, path, spoil, said):
    before = (elsewhere / path).read_bytes()
    (elsewhere / path).write_bytes(spoil(before))
    status, text = verify(elsewhere)
    assert status == 1
    assert f"{path} {said}" in text


UNCHECKED = "results/unchecked/homework1.zip"


def test_a_missing_result_is_named_and_what_follows_from_it(elsewhere):
    (elsewhere / "results/figures/problem3a.svg").unlink()
    status, said = verify(elsewhere)
    assert status == 1
    assert said.splitlines() == [
        "results/figures/problem3a.svg is missing.",
        "results/homework1.pdf: no longer what follows from results/figures/problem3a.svg.",
        f"{UNCHECKED}: no longer what follows from results/homework1.pdf.",
        f"results/homework1.zip: no longer what follows from {UNCHECKED}.",
        "Delete what was changed by hand, then run `make`.",
    ]


@pytest.mark.parametrize(
    ("change", "first"),
    [
        ({"problem3b__slowdown": 50}, "draw_problem3b"),
        ({"seed": 542}, "download_data"),
        ({"grid__epochs": [1, 3, 5]}, "select_best_cell"),
        ({"authors": ["Grace Hopper"]}, "compile_report"),
    ],
)
def test_results_do_not_follow_from_a_configuration_that_was_changed_since(
    elsewhere, change, first
):
    manifest = json.loads((elsewhere / "results/manifest.json").read_text())
    elsewhere.configure(**change)
    status, said = verify(elsewhere)
    assert status == 1
    outputs = brief(manifest["steps"][first]["outputs"])
    key = next(iter(change)).split("__")[0]
    assert said.startswith(f"{outputs}: no longer what follows from {key} in config.yaml")
    assert "{cell}" not in said
    assert max(map(len, said.splitlines())) < 400


def test_many_names_are_counted():
    assert brief(["a", "b", "c", "d"]) == "a, b, c, d"
    assert brief(["a", "b", "c", "d", "e", "f"]) == "a, b, c, d and 2 more"


def test_results_do_not_follow_from_code_that_was_changed_since(elsewhere):
    script = elsewhere / "workflow/scripts/draw_grid.py"
    script.write_text(script.read_text() + "\n# a comment\n")
    status, said = verify(elsewhere)
    assert status == 1
    figure, code = "results/figures/problem2_grid.svg", "workflow/scripts/draw_grid.py"
    assert said.startswith(f"{figure}: no longer what follows from {code}.\n")


def test_without_a_manifest_nothing_is_verified(elsewhere):
    (elsewhere / "results/manifest.json").unlink()
    assert verify(elsewhere) == (
        1,
        "results/manifest.json is missing, so nothing can be verified. Run `make`.\n",
    )


def test_the_manifest_names_every_result(built):
    manifest = json.loads((built / "results/manifest.json").read_text())
    files = {
        str(path.relative_to(built.folder))
        for path in (built / "results").rglob("*")
        if path.is_file() and "logs" not in path.parts
    }
    told = {f"results/{name}" for name in ("manifest.json", "checklist.json", "checklist.txt")}
    assert files - set(manifest["sha256"]) == told
    assert None not in manifest["sha256"].values()

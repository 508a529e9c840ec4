"""`make verify` names each file that is not what it was when the results were made."""

import json
import shutil
import subprocess
import sys

import pytest

from conftest import Project


@pytest.fixture
def elsewhere(built, tmp_path):
    """The built project copied without Snakemake's own records."""
    copy = Project.copied_to(tmp_path)
    for part in ("data", "results"):
        shutil.copytree(built / part, copy / part)
    shutil.copy(built / "config.yaml", copy / "config.yaml")
    return copy


def verify(project):
    """The exit status and the lines that are printed."""
    run = subprocess.run(
        [sys.executable, "workflow/scripts/verify.py"],
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return run.returncode, run.stdout.splitlines()


def test_what_was_just_built_is_verified(elsewhere):
    status, lines = verify(elsewhere)
    assert (status, len(lines)) == (0, 1)


CHANGED = {
    "config.yaml": "has changed since",
    "report/homework1.typ": "has changed since",
    "workflow/checks/problem3.py": "has changed since",
    "workflow/rules/problem2.smk": "has changed since",
    "workflow/scripts/shared/figures.mplstyle": "has changed since",
    "data/raw/age_regression_yte.npy": "is not what the last whole run made",
    "results/cells/batch50_rate0.001_epochs3/history.csv": "is not what the last whole run made",
    "results/homework1.zip": "is not what the last whole run made",
    "results/figures/problem3a.svg": "is missing",
    "workflow/scripts/draw_grid.py": "is missing",
}


def test_each_file_that_has_changed_or_is_missing_is_named_with_what_to_do(elsewhere):
    for path, finding in CHANGED.items():
        if finding == "is missing":
            (elsewhere / path).unlink()
        else:
            with (elsewhere / path).open("ab") as file:
                file.write(b"\n")
    status, lines = verify(elsewhere)
    assert status == 1
    *findings, last = lines
    assert "make" in last
    assert len(findings) == len(CHANGED)
    for path, finding in CHANGED.items():
        assert any(line.startswith(f"{path} {finding}") for line in findings)


def test_without_a_manifest_nothing_can_be_verified(elsewhere):
    (elsewhere / "results/manifest.json").unlink()
    status, (line,) = verify(elsewhere)
    assert status == 1
    assert line.startswith("results/manifest.json is missing")


# What the manifest leaves out: itself, and what is between two results or only about them.
LEFT_OUT = ("results/manifest.json", "results/checklist", "results/unchecked/", "results/logs/")


def test_the_manifest_has_every_file_that_the_results_follow_from_and_every_result(built):
    covered = set(json.loads((built / "results/manifest.json").read_text()))
    settings = {path for path in covered if path.startswith("results/settings/")}
    assert len(settings) == 1  # the whole configuration
    files = {
        str(path.relative_to(built.folder)) for path in built.folder.rglob("*.*") if path.is_file()
    }
    expected = {
        path
        for path in files
        if path.startswith(
            ("Snakefile", "config.yaml", "workflow/", "report/", "data/", "results/")
        )
        and not path.startswith((*LEFT_OUT, "results/settings/", "report/pictures/"))
        and "__pycache__" not in path
    }
    assert covered - settings == expected | {"Snakefile"}

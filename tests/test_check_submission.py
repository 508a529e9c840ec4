"""What is told of the zip, and that it is checked where the project cannot be seen."""

import json
import shutil
import zipfile

import pytest

import check_submission
from mistakes import CHECKS, failing

HOLDS = {"id": "1b", "points": 1, "where": "a.py: f", "check": "a sum", "holds": True}
BROKEN = HOLDS | {"id": "3a i", "points": 2.5, "holds": False, "to_do": "Mend f in a.py."}


def test_files_are_found_missing_or_extra():
    names = ["homework1.pdf", "homework1_problem1.py", "notes.txt", "homework1_problem1.py"]
    files = check_submission.compare(names)
    assert [(file["status"], file["name"]) for file in files] == [
        ("FOUND", "homework1.pdf"),
        ("FOUND", "homework1_problem1.py"),
        ("MISSING", "homework1_problem2.py"),
        ("MISSING", "homework1_problem3.py"),
        ("EXTRA", "homework1_problem1.py"),
        ("EXTRA", "notes.txt"),
    ]


def test_what_does_not_hold_is_told_with_what_to_do():
    files = [{"name": "notes.txt", "status": "EXTRA"}, {"name": "a.py", "status": "FOUND"}]
    assert list(check_submission.remedies([HOLDS, BROKEN], files)) == [
        "3a i: Mend f in a.py.",
        "notes.txt is EXTRA: mend rule zip_submission in the Snakefile.",
    ]


def test_a_sentence_that_many_rows_share_is_said_once():
    rows = [BROKEN | {"id": name} for name in ("3b i", "3b ii")]
    assert list(check_submission.remedies(rows, [])) == ["3b i: Mend f in a.py."]


def test_the_table_has_a_line_for_each_requirement_and_then_what_to_do():
    lines = list(check_submission.as_table([HOLDS, BROKEN], [], "course", ["Ada", "Alan"]))
    assert lines[0].split() == [
        "holds",
        "Problem",
        "1",
        "points",
        "homework1_problem1.py",
        "checked",
    ]
    assert lines[1].split() == ["yes", "1b", "1", "f", "a", "sum"]
    assert lines[2].split() == [
        "holds",
        "Problem",
        "3",
        "points",
        "homework1_problem3.py",
        "checked",
    ]
    assert lines[3].split() == ["**", "NO", "3a", "i", "2.5", "f", "a", "sum"]
    assert lines[5] == "3a i: Mend f in a.py."
    assert lines[6] == "1 of 2 requirements hold, for 1 of 3.5 points."
    assert lines[-1] == "The PDF names Ada, Alan; its numbers come from the course's faces."


def test_the_table_is_narrow_enough_for_a_terminal(built):
    table = (built / "results/checklist.txt").read_text().splitlines()
    assert max(map(len, table)) <= 100


def test_synthetic_faces_are_told_first_and_how_to_get_the_courses():
    first, *rest = check_submission.as_table([HOLDS], [], "synthetic", ["Ada"])
    assert first.startswith("NOT TO BE HANDED IN, for the faces are synthetic.")
    assert "Put the course's four files into data/" in first
    assert "from https://s3.amazonaws.com/jrwprojects/), then `make submit`." in rest


@pytest.mark.parametrize("authors", [["Ada Lovelace"], ["Alan Turing"]])
def test_the_examples_name_is_not_taken_for_the_users(authors):
    lines = list(check_submission.as_table([HOLDS], [], "course", authors))
    assert ("The author is still" in lines[0]) == (authors == ["Ada Lovelace"])


def test_the_courses_faces_are_told_by_their_hashes(tmp_path, built, monkeypatch):
    """What a file beside them says does not make synthetic faces the course's."""
    results = [built / f"results/{name}" for name in ("best.json", "metrics.json", "grid.csv")]
    told = check_submission.evidence({}, built / "data/raw", "cells", *results)
    assert told["course_files"] is False
    monkeypatch.setattr(check_submission, "is_the_courses", lambda path: path.exists())
    assert (
        check_submission.evidence({}, built / "data/raw", "cells", *results)["course_files"] is True
    )


def test_the_terminals_table_and_the_json_tell_the_same(built):
    told = json.loads((built / "results/checklist.json").read_text())
    table = (built / "results/checklist.txt").read_text().splitlines()
    expected = list(check_submission.as_table(**told, authors=["Ada Lovelace", "Søren Åström"]))
    assert table == expected


def test_what_is_handed_in_cannot_see_the_project(built, submission, tmp_path):
    folder = shutil.copytree(submission[0], tmp_path / "handed in")
    script = folder / "homework1_problem1.py"
    script.write_text(f"import configuration\n{script.read_text()}")
    rows = check_submission.check(built / CHECKS, folder, submission[1])
    assert failing(rows) == {f"1{letter}" for letter in "bcdefghijkl"}
    assert "ModuleNotFoundError: No module named 'configuration'" in rows[0]["to_do"]


def test_make_submit_shows_the_checklist_and_its_status_tells_whether_all_holds(copy_of_built):
    run = copy_of_built.make("submit")
    assert run.returncode == 0
    assert run.stdout.endswith((copy_of_built / "results/checklist.txt").read_text())
    assert "24 of 24 requirements hold, for 75 of 75 points." in run.stdout
    good = (copy_of_built / "results/homework1.zip").read_bytes()
    report = copy_of_built / "report/homework1.typ"
    report.write_text(report.read_text().replace("has no zig-zag", "has a zig-zag"))
    run = copy_of_built.make("submit")
    assert run.returncode != 0
    assert [line for line in run.stdout.splitlines() if line.startswith("** NO  3b i ")]
    assert "23 of 24 requirements hold, for 71 of 75 points." in run.stdout
    assert "mend 3 (b) i of report/homework1.typ" in run.stdout
    assert (copy_of_built / "results/homework1.zip").read_bytes() == good


def add_a_file(archive):
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr("notes.txt", "")


def leave_the_pdf_out(archive):
    with zipfile.ZipFile(archive) as file:
        members = {name: file.read(name) for name in file.namelist() if name != "homework1.pdf"}
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)


@pytest.mark.parametrize(
    ("change", "said"),
    [(add_a_file, "notes.txt is EXTRA"), (leave_the_pdf_out, "homework1.pdf is MISSING")],
)
def test_a_zip_with_other_files_does_not_pass(copy_of_built, change, said):
    change(copy_of_built / "results/unchecked/homework1.zip")
    before = (copy_of_built / "results/homework1.zip").read_bytes()
    run = copy_of_built.snakemake("--forcerun", "check_submission")
    assert run.returncode != 0
    assert said in run.stdout
    assert (copy_of_built / "results/homework1.zip").read_bytes() == before

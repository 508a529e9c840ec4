"""What the checklist says of a zip, and that the zip is checked where the project is not seen."""

import json
import shutil
import zipfile

import numpy as np
import pytest

import check_problem
import check_submission
from shared import checklist
from shared.course_files import sha256

HOLDS = {"id": "1b", "points": 1, "where": "a.py: f", "check": "a sum", "holds": True}
COURSE = {"dataset": "course", "sha256": {}}
BROKEN = HOLDS | {"id": "3a i", "points": 2.5, "holds": False, "to_do": "Fix f in a.py."}


def test_files_are_found_missing_or_extra():
    names = ["homework1.pdf", "homework1_problem1.py", "notes.txt", "homework1_problem1.py"]
    files = checklist.compare(names)
    assert [(file["status"], file["name"]) for file in files] == [
        ("FOUND", "homework1.pdf"),
        ("FOUND", "homework1_problem1.py"),
        ("MISSING", "homework1_problem2.py"),
        ("MISSING", "homework1_problem3.py"),
        ("EXTRA", "homework1_problem1.py"),
        ("EXTRA", "notes.txt"),
    ]


def test_each_row_that_does_not_hold_has_a_sentence_and_a_shared_one_stands_once():
    rows = [HOLDS, BROKEN, BROKEN | {"id": "3a ii"}]
    files = [{"name": "notes.txt", "status": "EXTRA"}, {"name": "a.py", "status": "FOUND"}]
    assert list(checklist.remedies(rows, files)) == [
        "3a i: Fix f in a.py.",
        "notes.txt is EXTRA: remove it from the zip.",
    ]


def test_the_table_has_a_line_for_each_requirement_and_then_what_to_do():
    files = [{"name": name, "status": "FOUND"} for name in checklist.EXPECTED[1:]]
    files.append({"name": "homework1.pdf", "status": "MISSING"})
    lines = list(checklist.as_table([HOLDS, BROKEN], files, COURSE, ["Ada", "Alan"], []))
    assert lines[0] == checklist.line(*checklist.HEADS)
    assert lines[1].split() == ["yes", "1b", "1", "f", "a", "sum"]
    assert lines[2].split() == ["**", "NO", "3a", "i", "2.5", "f", "a", "sum"]
    assert lines[5] == "FOUND homework1_problem1.py, homework1_problem2.py, homework1_problem3.py;"
    assert "The PDF names Ada, Alan; its numbers come from the course's faces." in lines
    assert lines[-3] == "3a i: Fix f in a.py."
    assert lines[-1].startswith("1 of 2 requirements hold")


def test_the_summary_promises_no_points():
    assert checklist.summary([HOLDS, HOLDS]) == (
        "All 2 requirements hold; the handout gives 2 points for them."
    )
    assert "points" not in checklist.summary([HOLDS, BROKEN])


def test_the_table_is_narrow_enough_for_a_terminal(built):
    table = (built / "results/checklist.txt").read_text().splitlines()
    assert max(map(len, table)) <= 80


def test_what_cannot_be_handed_in_yet_stands_first():
    lines = list(checklist.as_table([HOLDS], [], COURSE, ["Ada"], ["NOT YET: a. Do b."]))
    assert lines[:2] == ["NOT YET: a. Do b.", ""]


@pytest.mark.parametrize(
    ("dataset", "recomputed", "author", "expected"),
    [
        ("course", False, "Alan Turing", []),
        ("own", False, "Alan Turing", []),
        ("synthetic", False, "Alan Turing", [checklist.SYNTHETIC]),
        ("course", True, "Alan Turing", [checklist.RECOMPUTED]),
        ("course", False, "Ada Lovelace", [checklist.NAMELESS]),
    ],
)
def test_each_thing_that_is_to_be_done_has_a_sentence(dataset, recomputed, author, expected):
    assert list(checklist.not_yet(dataset, recomputed, [author])) == expected


def test_a_users_own_faces_are_named_with_their_hashes():
    source = {"dataset": "own", "sha256": {"age_regression_ytr.npy": "209508d1"}}
    lines = list(checklist.as_table([HOLDS], [], source, ["Ada"], []))
    assert "209508d1  age_regression_ytr.npy" in lines


def test_the_table_and_the_json_agree(built):
    found = json.loads((built / "results/checklist.json").read_text())
    del found["config"]
    table = (built / "results/checklist.txt").read_text().splitlines()
    assert table == list(checklist.as_table(**found))


def test_what_is_handed_in_cannot_see_the_project(root, tmp_path, monkeypatch):
    monkeypatch.chdir(root)
    for line in "import shared", "import conftest", "import tests":
        (tmp_path / "homework1_problem1.py").write_text(f"{line}\n")
        rows = checklist.run_tests("tests/handout/test_problem1.py", tmp_path, "config.yaml")
        assert len(rows) == 11
        assert all("ModuleNotFoundError: No module named" in row["to_do"] for row in rows)


def test_tests_that_cannot_be_run_say_why(root, tmp_path):
    tests = shutil.copytree(root / "tests/handout", tmp_path / "handout")
    (tests / "test_problem1.py").write_text("import nothing_of_that_name\n")
    with pytest.raises(ValueError, match="No module named 'nothing_of_that_name'"):
        checklist.run_tests(tests / "test_problem1.py", tmp_path, "config.yaml")


def test_a_requirement_holds_where_all_its_tests_do():
    rows = [{"id": "1b", "to_do": None}, {"id": "3c", "to_do": None}, {"id": "1b", "to_do": "Do."}]
    assert [(row["id"], row["holds"]) for row in checklist.joined(rows)] == [
        ("1b", False),
        ("3c", True),
    ]


def test_a_row_that_an_earlier_one_may_have_broken_names_that():
    names = ["2 cost", "2 SGD", "2 validation", "2 report"]
    rows = [{"id": name, "to_do": "Run `make clean`."} for name in names]
    assert [row["to_do"] for row in checklist.joined(rows)] == [
        "Run `make clean`.",
        "Run `make clean`.",
        *["It may hold once 2 cost does: fix that first."] * 2,
    ]


def test_the_points_are_the_handouts(built):
    rows = json.loads((built / "results/checklist.json").read_text())["requirements"]
    points = {
        part: sum(row["points"] for row in rows if row["id"].startswith(part))
        for part in ("1", "2", "3a", "3b", "3c", "3d")
    }
    assert points == {"1": 20, "2": 25, "3a": 10, "3b": 8, "3c": 6, "3d": 6}


UNUSUAL = {
    "problem3a__learning_rates": ["1e-3", "1e-2", "1e-1", 1, 10, 0.3, "1/3", "1.04e-8"],
    "problem3b__learning_rate": "0.04",
    "problem3b__iterations": 300,
    "problem3b__slowdown": 3,
    "problem3c__starting_points": [2, 0, 1000],
    "problem3c__learning_rates": ["1e-8", "1e-3", "1e-2", "1e-1", 1, 23],
}


@pytest.mark.stress
def test_all_holds_with_unusual_settings_too(copy_of_built):
    copy_of_built.configure(**UNUSUAL)
    assert "All 24 requirements hold; the handout gives 75 points" in copy_of_built.build()


def test_all_holds_with_another_sequence_too(copy_of_built):
    steps = np.arange(151)[:, None]
    points = [-0.7, 2.5] + np.array([1.7, -5.5]) * np.array([0.91, -0.8]) ** steps
    np.savetxt(copy_of_built / "data/gradient_descent_sequence.txt", points, fmt="%.8g")
    assert "All 24 requirements hold; the handout gives 75 points" in copy_of_built.build()


def test_all_holds_with_ages_from_0_to_1_too(copy_of_built):
    for path in (copy_of_built / "data/raw").glob("*.npy"):
        faces = "X" in path.name
        np.save(copy_of_built / "data" / path.name, np.load(path) * (1 if faces else 0.01))
    copy_of_built.configure(dataset="own")
    printed = copy_of_built.build()
    assert "All 24 requirements hold; the handout gives 75 points" in printed
    metrics = json.loads((copy_of_built / "results/metrics.json").read_text())
    assert metrics["test_fmse"] < 0.01
    # Four significant digits, after the point and two zeros.
    assert f"test {metrics['test_fmse']:.6f}." in printed


def test_make_submit_shows_the_checklist_and_fails_where_the_check_does(copy_of_built):
    run = copy_of_built.make("submit")
    assert run.returncode == 0
    checklist_lines = (copy_of_built / "results/checklist.txt").read_text().splitlines()
    lines = run.stdout.splitlines()
    assert {line: lines.count(line) for line in checklist_lines if line} == {
        line: 1 for line in checklist_lines if line
    }
    good = (copy_of_built / "results/homework1.zip").read_bytes()
    script = copy_of_built / "workflow/scripts/homework1_problem1.py"
    script.write_text(script.read_text().replace("A.dot(B) - C", "A.dot(B) + C"))
    run = copy_of_built.make("submit")
    assert run.returncode != 0
    assert [line for line in run.stdout.splitlines() if line.startswith("** NO 1b ")]
    assert "1b: problem_1b gives wrong answers: fix it in homework1_problem1.py." in run.stdout
    assert "results/homework1.zip stays as it was." in run.stdout
    assert "23 of 24 requirements hold" in run.stdout
    assert (copy_of_built / "results/homework1.zip").read_bytes() == good


def test_a_zip_with_other_files_is_not_handed_over(copy_of_built):
    archive = copy_of_built / "results/draft/homework1.zip"
    with zipfile.ZipFile(archive) as file:
        members = {name: file.read(name) for name in file.namelist() if name != "homework1.pdf"}
    pack(archive, members | {"notes.txt": b""})
    before = (copy_of_built / "results/homework1.zip").read_bytes()
    run = copy_of_built.snakemake("--forcerun", "check_submission")
    assert run.returncode != 0
    assert "notes.txt is EXTRA" in run.stdout
    assert "homework1.pdf is MISSING" in run.stdout
    assert (copy_of_built / "results/homework1.zip").read_bytes() == before


def test_a_zip_with_another_module_than_was_checked_is_not_handed_over(copy_of_built):
    archive = copy_of_built / "results/draft/homework1.zip"
    with zipfile.ZipFile(archive) as file:
        members = {name: file.read(name) for name in file.namelist()}
    members["homework1_problem3.py"] += b"# a comment\n"
    pack(archive, members)
    before = (copy_of_built / "results/homework1.zip").read_bytes()
    run = copy_of_built.snakemake("--forcerun", "check_submission")
    assert run.returncode != 0
    assert "homework1_problem3.py in the zip is not the one that was checked" in run.stdout
    assert (copy_of_built / "results/homework1.zip").read_bytes() == before


def test_a_module_that_is_edited_while_it_is_checked_is_not_taken_for_checked(
    tmp_path, monkeypatch
):
    module = tmp_path / "homework1_problem1.py"
    module.write_text("before\n")
    before = sha256(module)
    monkeypatch.setattr(check_problem, "run_tests", lambda *_: module.write_text("after\n"))
    check_problem.main("tests", module, "settings", tmp_path / "rows.json")
    assert json.loads((tmp_path / "rows.json").read_text())["sha256"] == before


def test_code_that_did_not_hold_is_checked_again_by_the_next_run(copy_of_built):
    path = copy_of_built / "results/draft/problem1.json"
    found = json.loads(path.read_text())
    found["rows"][0]["to_do"] = "MemoryError. Fix homework1_problem1.py."
    path.write_text(json.dumps(found))
    run = copy_of_built.snakemake("--forcerun", "check_submission")
    assert run.returncode != 0
    assert "1b: MemoryError" in run.stdout
    assert "All 24 requirements hold" in copy_of_built.build()


# Any zip


def pack(archive, members):
    """Write a zip with these names and contents."""
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)


def test_a_zip_that_was_packed_again_is_checked_the_same(copy_of_built):
    with zipfile.ZipFile(copy_of_built / "results/homework1.zip") as file:
        members = {f"homework1/{name}": file.read(name) for name in file.namelist()}
    members["homework1/.DS_Store"] = members["__MACOSX/homework1/._homework1.pdf"] = b""
    pack(copy_of_built / "homework1-1 (2).zip", members)
    run = copy_of_built.make("check-zip", "ZIP=homework1-1 (2).zip")
    assert run.returncode == 0, run.stdout
    assert run.stdout.index("The code in homework1-1 (2).zip is run") < run.stdout.index("holds")
    assert "Files that macOS adds are ignored." in run.stdout
    assert "a folder, homework1: that is accepted" in run.stdout
    assert "All 24 requirements hold; the handout gives 75 points for them." in run.stdout


def test_what_does_not_hold_in_a_zip_is_said_by_its_status_too(copy_of_built):
    archive = copy_of_built / "other.zip"
    pack(archive, {"notes.txt": b""})
    run = copy_of_built.make("check-zip", "ZIP=other.zip")
    assert run.returncode != 0
    assert "homework1.pdf is MISSING: add it to the zip." in run.stdout
    assert "notes.txt is EXTRA: remove it from the zip." in run.stdout
    assert "0 of 24 requirements hold" in run.stdout
    assert "Traceback" not in run.stdout


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/tmp/a", "..\\a", "C:\\a", "link", "bomb"])
def test_a_zip_that_would_leave_the_folder_or_fill_the_disk_is_not_unpacked(
    tmp_path, monkeypatch, name
):
    member = zipfile.ZipInfo(name)
    if name == "link":
        member.external_attr = 0o120777 << 16
    if name == "bomb":
        monkeypatch.setattr(check_submission, "LARGEST", 10)
    pack(tmp_path / "a.zip", {member: bytes(11)})
    with pytest.raises(ValueError, match="is not unpacked"):
        check_submission.unpack(tmp_path / "a.zip", tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_a_zip_is_read_as_people_make_them(tmp_path):
    names = ["homework1\\homework1.pdf", "homework1\\", "homework1/.DS_Store"]
    names += ["__MACOSX/homework1/._homework1.pdf", "homework1/._homework1_problem1.py"]
    pack(tmp_path / "a.zip", dict.fromkeys(names, b""))
    assert check_submission.unpack(tmp_path / "a.zip", tmp_path) == ["homework1.pdf"]
    assert (tmp_path / "homework1.pdf").exists()


def test_what_is_no_zip_is_named(tmp_path):
    for content in b"", b"hello", b"PK\x03\x04" + bytes(99):
        (tmp_path / "a.zip").write_bytes(content)
        with pytest.raises(ValueError, match="is not a zip, or a damaged one"):
            check_submission.unpack(tmp_path / "a.zip", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"There is no .*b\.zip"):
        check_submission.unpack(tmp_path / "b.zip", tmp_path)
    with pytest.raises(ValueError, match="is a folder"):
        check_submission.unpack(tmp_path, tmp_path)


def test_a_damaged_member_is_named(tmp_path):
    pack(tmp_path / "a.zip", {"a": b"the content"})
    damaged = (tmp_path / "a.zip").read_bytes().replace(b"the content", b"another one")
    (tmp_path / "a.zip").write_bytes(damaged)
    with pytest.raises(ValueError, match="is not a zip, or a damaged one"):
        check_submission.unpack(tmp_path / "a.zip", tmp_path)


def test_without_a_zip_or_without_results_a_sentence_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="Name the zip to check, like `make check-zip ZIP="):
        check_submission.main(archive="")
    with pytest.raises(FileNotFoundError, match=r"results/checklist\.json is missing.*Run `make`"):
        check_submission.main(archive="a.zip")

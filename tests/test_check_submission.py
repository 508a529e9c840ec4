"""That the checklist says what is wrong with a zip, and that each requirement can fail."""

import json
import shutil
import zipfile
from contextlib import chdir

import numpy as np
import pytest
import typst

import check_problem
import check_submission
from shared import checklist
from wrong_answers import WRONG_ANSWERS

ALL_HOLD = "All 24 requirements hold; the handout gives 75 points for them."


def rows_of(project, folder, k, more):
    """The rows for the built project's module of Problem k, with more below it."""
    name = f"homework1_problem{k}.py"
    module = zipfile.ZipFile(project / "results/homework1.zip").read(name).decode()
    (folder / name).write_text(module + more)
    (settings,) = (project / "results/settings").glob("authors-dataset-*.json")
    return checklist.one_row_each(checklist.run_tests([f"test_problem{k}.py"], folder, settings))


def to_do(rows):
    return {row["id"]: row["to_do"] for row in rows if row["to_do"]}


# What each requirement is checked for


NAMES = list(WRONG_ANSWERS)
# Answers that have nothing to do with each other are wrong together.
AT_ONCE = [NAMES[:11:2], NAMES[1:11:2], ["3a ii", "3b ii", "3d"], ["3a iii", "3c"]]
AT_ONCE += [[name] for name in NAMES if not any(name in names for names in AT_ONCE)]


@pytest.mark.parametrize("names", AT_ONCE)
def test_a_wrong_answer_fails_its_own_row_and_others_only_because_of_it(
    built, tmp_path, monkeypatch, names
):
    monkeypatch.chdir(built.folder)
    code = "\n".join(WRONG_ANSWERS[name] for name in names)
    wrong = to_do(rows_of(built, tmp_path, names[0][0], code))
    for name in names:
        assert "homework1_problem" in wrong.pop(name)
    assert set(wrong.values()) <= {f"It may hold once {names[0]} does: fix that first."}


def test_there_is_a_wrong_answer_for_each_row_and_the_points_are_the_handouts(built):
    rows = json.loads((built / "results/checklist.json").read_text())["requirements"]
    assert [row["id"] for row in rows] == NAMES
    parts = {"1": 20, "2": 25, "3a": 10, "3b": 8, "3c": 6, "3d": 6}
    for part, points in parts.items():
        assert sum(row["points"] for row in rows if row["id"].startswith(part)) == points


ENDINGS = {
    "1c": (
        "def problem_1c(*_): os._exit(0)",
        "1c or importing its module ends Python (with status 0)",
    ),
    "1e": ("def problem_1e(*_): os.kill(os.getpid(), 9)", "1e was killed by the system (SIGKILL)"),
    "1g": (
        "def problem_1g(*_): raise KeyboardInterrupt",
        "1g or importing its module ends Python (with status 2)",
    ),
    "1j": ("def problem_1j(*_): sys.exit(1)", "SystemExit: 1. Fix homework1_problem1.py."),
    "1k": ("def problem_1k(*_): np.zeros(10**15)", "MemoryError: Unable to allocate"),
    "1l": ("def problem_1l(*_):\n    while True: pass", "1l does not end"),
}


@pytest.mark.stress
def test_code_that_ends_python_is_named_and_every_other_row_is_there(built, tmp_path, monkeypatch):
    monkeypatch.chdir(built.folder)
    monkeypatch.setattr(checklist, "LONGEST", 20)
    code = "\n".join(["", "import os, sys", *(code for code, _ in ENDINGS.values()), ""])
    rows = rows_of(built, tmp_path, 1, code)
    assert [row["id"] for row in rows] == checklist.ROWS["test_problem1.py"]
    found = to_do(rows)
    assert found.keys() == ENDINGS.keys()
    assert all(said in found[name] for name, (_, said) in ENDINGS.items())


def test_what_is_handed_in_cannot_see_the_project(built, tmp_path, monkeypatch):
    monkeypatch.chdir(built.folder)
    code = "from importlib.util import find_spec\n"
    code += "assert not any(map(find_spec, ['shared', 'conftest', 'tests']))\n"
    assert to_do(rows_of(built, tmp_path, 1, code)) == {}


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import nothing_of_that_name\n", "No module named 'nothing_of_that_name'"),
        ("del test_only_numpy_is_imported\n", "the tests are not those of ROWS and HOW_MANY"),
        ("test_1c.pytestmark = test_1b.pytestmark\n", "not those of ROWS and HOW_MANY"),
    ],
)
def test_a_suite_that_cannot_be_run_or_lacks_a_test_is_a_failure(
    root, tmp_path, monkeypatch, code, said
):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(root / "tests/handout", "tests/handout")
    with open("tests/handout/test_problem1.py", "a") as file:
        file.write(code)
    with pytest.raises(ValueError, match=said):
        checklist.run_tests(["test_problem1.py"], tmp_path, "config.yaml")


# The PDF


def check_pdf(built, folder, change, text=None):
    """What does not hold of the built project's PDF, or of one with this text.

    change: takes what the PDF is compared with, a dict, and changes it.
    """
    (settings,) = (built / "results/settings").glob("authors-dataset-*.json")
    paths = {
        "metrics": "results/metrics.json",
        "source": "data/raw/source.json",
        "settings": settings.relative_to(built.folder),
    }
    given = {name: json.loads((built / path).read_text()) for name, path in paths.items()}
    sequence = "results/gradient_descent_sequence.txt"
    given["sequence"] = (built / sequence).read_text()
    change(given)
    for path in ("data/raw", "results/settings", "handed in"):
        (folder / path).mkdir(parents=True)
    for name, path in paths.items():
        (folder / path).write_text(json.dumps(given[name]))
    (folder / sequence).write_text(given["sequence"])
    pdf = (built / "results/homework1.pdf").read_bytes()
    (folder / "handed in/homework1.pdf").write_bytes(typst.compile(text) if text else pdf)
    (folder / "tests").symlink_to(built / "tests")
    with chdir(folder):
        return to_do(
            checklist.run_tests(["test_written_answers.py"], "handed in", paths["settings"])
        )


WRONG_RESULTS = {
    "does not state the test_fmse": lambda given: given["metrics"].update(test_fmse=12.345),
    "does not state the last costs": lambda given: given["metrics"].update(
        last_training_costs=[1.5] * 10
    ),
    "does not name Alan Turing": lambda given: given["settings"]["authors"].append("Alan Turing"),
    "does not say whose faces": lambda given: given["source"].update(dataset="own"),
    "does not say whose sequence": lambda given: given.update(sequence="1 -3"),
    "does not state the learning rate 1/4": lambda given: given["settings"].update(
        problem3a={"converging_learning_rate": 0.25}
    ),
}


@pytest.mark.parametrize("said", WRONG_RESULTS)
def test_a_pdf_that_does_not_say_what_the_results_are_does_not_hold(built, tmp_path, said):
    (sentence,) = check_pdf(built, tmp_path, WRONG_RESULTS[said]).values()
    assert said in sentence


@pytest.mark.parametrize(("count", "holding"), [(25, 9), (15, 0)])
def test_any_words_and_other_headings_will_do_but_not_too_few(built, tmp_path, count, holding):
    metrics = json.loads((built / "results/metrics.json").read_text())
    costs = [*metrics["last_training_costs"], metrics["train_fmse"], metrics["test_fmse"]]
    costs = ", ".join(f"{cost:.3f}" for cost in costs)
    words = "Wort " * count
    parts = [f"= 3{letter}\n{words}" for letter in "cd"]
    for letter, numerals in ("a", ["i", "ii", "iii", "iv"]), ("b", ["i", "ii"]):
        answers = [f"== {numeral}) Teil\n{words} $epsilon = 0.25$" for numeral in numerals]
        parts.append("\n".join([f"= Problem 3({letter})", *answers]))
    # The second author's name in another Unicode form.
    head = "SYNTHETIC FACES, RECOMPUTED SEQUENCE, Ada Lovelace, So\u0308ren A\u030astro\u0308m"
    text = "\n".join(
        [head, f"= Problem 1\n{words}", f"= Problem 2\n{words}{costs}", "= Problem 3", *parts]
    )
    (tmp_path / "a.typ").write_text(text)

    def change(given):
        given["settings"]["authors"] = ["Ada Lovelace", "S\u00f6ren \u00c5str\u00f6m"]
        given["settings"]["problem3a"]["converging_learning_rate"] = 0.25

    found = check_pdf(built, tmp_path, change, tmp_path / "a.typ")
    assert len(found) == 9 - holding
    assert all("fewer than 25 words" in sentence for sentence in found.values())


# What the workflow hands over


@pytest.mark.stress
def test_all_holds_with_unusual_settings_too(copy_of_built):
    copy_of_built.configure(
        problem3a__learning_rates=["1e-3", "1e-2", "1e-1", 1, 10, 0.3, "1/3", "1.04e-8"],
        problem3b__learning_rate="0.04",
        problem3b__iterations=300,
        problem3b__slowdown=3,
        problem3c__starting_points=[2, 0, 1000],
        problem3c__learning_rates=["1e-8", "1e-3", "1e-2", "1e-1", 1, 23],
    )
    assert ALL_HOLD in copy_of_built.build()


@pytest.mark.stress
def test_all_holds_with_another_sequence_and_own_faces_with_ages_from_0_to_1(copy_of_built):
    steps = np.arange(151)[:, None]
    points = [-0.7, 2.5] + np.array([1.7, -5.5]) * np.array([0.91, -0.8]) ** steps
    np.savetxt(copy_of_built / "data/gradient_descent_sequence.txt", points, fmt="%.8g")
    for path in (copy_of_built / "data/raw").glob("*.npy"):
        faces = "X" in path.name
        np.save(copy_of_built / "data" / path.name, np.load(path) * (1 if faces else 0.01))
    copy_of_built.configure(dataset="own")
    printed = copy_of_built.build()
    assert ALL_HOLD in printed
    metrics = json.loads((copy_of_built / "results/metrics.json").read_text())
    assert metrics["test_fmse"] < 0.01
    # Four significant digits, after the point and two zeros.
    assert f"test {metrics['test_fmse']:.6f}." in printed
    assert "NOT YET" not in printed.replace(checklist.NAMELESS, "")
    table = (copy_of_built / "results/checklist.txt").read_text()
    assert "its numbers come from your own faces" in " ".join(table.split())
    assert f"{check_submission.sha256(copy_of_built / 'data/raw/age_regression_ytr.npy')}" in table


@pytest.mark.stress
def test_make_submit_shows_the_checklist_and_fails_where_the_check_does(copy_of_built):
    archive = copy_of_built / "results/homework1.zip"
    good = archive.read_bytes()
    run = copy_of_built.make("submit")
    assert run.returncode == 0
    for line in (copy_of_built / "results/checklist.txt").read_text().splitlines():
        assert not line or run.stdout.splitlines().count(line) == 1
    with (copy_of_built / "workflow/scripts/homework1_problem1.py").open("a") as module:
        module.write(WRONG_ANSWERS["1b"])
    run = copy_of_built.make("submit")
    assert run.returncode != 0
    assert [line for line in run.stdout.splitlines() if line.startswith("** NO 1b ")]
    assert "1b: problem_1b gives wrong answers: fix it in homework1_problem1.py." in run.stdout
    assert "23 of 24 requirements hold" in run.stdout
    assert archive.read_bytes() == good


def change_members(archive, change):
    """Write the zip again with what change makes of its names and contents."""
    with zipfile.ZipFile(archive) as file:
        members = {name: file.read(name) for name in file.namelist()}
    pack(archive, change(members))


def pack(archive, members):
    """Write a zip with these names and contents."""
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)


def with_other_files(members):
    del members["homework1.pdf"]
    return members | {"notes.txt": b""}


def with_another_module(members):
    members["homework1_problem3.py"] += b"# a comment\n"
    return members


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            with_other_files,
            [
                "notes.txt is EXTRA",
                "homework1.pdf is MISSING",
                "homework1.pdf is missing or cannot be read",
            ],
        ),
        (with_another_module, ["homework1_problem3.py in the zip is not the one that was checked"]),
    ],
)
def test_a_zip_with_something_else_than_was_checked_is_not_handed_over(copy_of_built, change, said):
    change_members(copy_of_built / "results/draft/homework1.zip", change)
    before = (copy_of_built / "results/homework1.zip").read_bytes()
    run = copy_of_built.snakemake("--forcerun", "check_submission")
    assert run.returncode != 0
    assert all(sentence in run.stdout for sentence in said)
    assert (copy_of_built / "results/homework1.zip").read_bytes() == before
    # What holds need not be checked again.
    assert (copy_of_built / "results/draft/problem2.json").exists()


def test_a_module_that_is_edited_while_it_is_checked_is_not_taken_for_checked(
    tmp_path, monkeypatch
):
    module = tmp_path / "homework1_problem1.py"
    module.write_text("before\n")
    before = check_problem.sha256(module)
    monkeypatch.setattr(check_problem, "run_tests", lambda *_: module.write_text("after\n"))
    monkeypatch.chdir(tmp_path)
    check_problem.main("tests", module.name, "settings", "rows.json")
    assert json.loads((tmp_path / "rows.json").read_text())["sha256"] == {module.name: before}


# Any zip


def as_people_pack(members):
    """In a folder, with what macOS adds, with backslashes and a byte order mark."""
    members["homework1_problem1.py"] = b"\xef\xbb\xbf" + members["homework1_problem1.py"]
    members = {f"homework1\\{name}": content for name, content in members.items()}
    by_macos = ["homework1/.DS_Store", "__MACOSX/homework1/._homework1.pdf", "homework1/._a.py"]
    return members | dict.fromkeys(by_macos, b"") | {"homework1\\": b""}


def test_a_zip_that_people_have_packed_again_is_checked_the_same(copy_of_built):
    shutil.copy(copy_of_built / "results/homework1.zip", copy_of_built / "homework1-1 (2).zip")
    change_members(copy_of_built / "homework1-1 (2).zip", as_people_pack)
    run = copy_of_built.make("check-zip", "ZIP=homework1-1 (2).zip")
    assert run.returncode == 0, run.stdout
    assert run.stdout.index("The code in homework1-1 (2).zip is run") < run.stdout.index("holds")
    assert "Files that macOS adds are ignored." in run.stdout
    assert "a folder, homework1: that is accepted" in run.stdout
    assert ALL_HOLD in run.stdout


def test_what_does_not_hold_in_a_zip_is_said_by_its_status_too(copy_of_built):
    pack(copy_of_built / "other.zip", {"notes.txt": b""})
    run = copy_of_built.make("check-zip", "ZIP=other.zip")
    assert run.returncode != 0
    lines = run.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert sum(line.startswith("** NO") for line in lines) == 24
    assert any(line.endswith("MISSING homework1_problem3.py; EXTRA notes.txt") for line in lines)
    # Many rows need it.
    assert run.stdout.count("homework1_problem1.py is missing.") == 1
    assert "homework1.pdf is MISSING: add it to the zip." in lines
    assert "notes.txt is EXTRA: remove it from the zip." in lines
    assert lines[-2] == "The zip's files are not those that are asked for: see above."


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/tmp/a", "..\\a", "C:\\a", "link", "bomb"])
def test_a_zip_that_would_leave_the_folder_or_fill_the_disk_is_not_unpacked(
    tmp_path, monkeypatch, name
):
    member = zipfile.ZipInfo(name)
    member.external_attr = (0o120777 if name == "link" else 0o100644) << 16
    monkeypatch.setattr(check_submission, "LARGEST", 10 if name == "bomb" else 1000)
    pack(tmp_path / "a.zip", {member: bytes(11)})
    with pytest.raises(ValueError, match="is not unpacked"):
        check_submission.unpack(tmp_path / "a.zip", tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_what_is_no_whole_zip_is_named(tmp_path):
    pack(tmp_path / "a.zip", {"a": b"the content"})
    damaged = (tmp_path / "a.zip").read_bytes().replace(b"the content", b"another one")
    for content in b"", b"hello", b"PK\x03\x04" + bytes(99), damaged:
        (tmp_path / "a.zip").write_bytes(content)
        with pytest.raises(ValueError, match="is no zip, or damaged"):
            check_submission.unpack(tmp_path / "a.zip", tmp_path)


def test_without_a_zip_or_without_results_a_sentence_says_what_is_missing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="Name the zip to check, like `make check-zip ZIP="):
        check_submission.main(archive="")
    with pytest.raises(FileNotFoundError, match=r"results/checklist\.json is missing.*Run `make`"):
        check_submission.main(archive="a.zip")

"""Each requirement of the handout, broken in turn: exactly its line of the checklist fails."""

import json
import re

import pypdfium2
import pytest

import check_submission
from mistakes import CHECKS, evidence, failing, module, report

BREAKS = {
    "1b": module(1, "A.dot(B) - C", "A.dot(B) + C"),
    "1c": module(1, "A * B + C.T", "A * B - C.T"),
    "1d": module(1, "np.ravel(x).dot(np.ravel(y))", "x.T.dot(y) + 1"),
    "1e": module(1, "np.sum(A[i, ::2])", "np.sum([a for a in A[i, ::2]])"),
    "1f": module(1, "(A <= d)", "(A < d)"),
    "1g": module(1, "np.argsort(-np.abs(eigenvalues)", "np.argsort(-eigenvalues"),
    "1h": module(1, "np.sqrt(s) *", "s *"),
    "1i": module(1, "np.random.permutation(A.shape[1])", "np.arange(A.shape[1])"),
    "1j": module(1, "np.std(x)", "np.std(x, ddof=1)"),
    "1k": module(1, "k, axis=1)", "k, axis=1)[:, ::-1] + 1"),
    "1l": module(1, "np.sqrt(np.sum(differences**2, axis=0))", "np.sum(differences**2, axis=0)"),
    "2 cost": module(2, "import zlib\n", "import zlib\nimport pandas\n"),
    "2 SGD": module(2, "(stop - start)", "batch_size"),
    "2 grid": evidence("grid", batch_size="50"),
    "2 validation": report("A random #share %", "A part of #share %"),
    "2 report": report("fixed(metrics.test_fmse, 3)", "fixed(metrics.test_fmse, 2)"),
    "3a i": module(3, "-3 * (x - 31 / 10) ** 2", "-3 * (x - 31 / 10) ** 3"),
    "3a ii": module(3, 'f"ε = {rate:g}", points', 'f"{rate:g}", points'),
    "3a iii": report("fixed(d.final_x, 3)", "fixed(d.final_x, 1)"),
    "3a iv": evidence("problem3a", converging_learning_rate=0.25),
    "3b i": report("has no zig-zag", "has a zig-zag"),
    "3b ii": module(3, "(1 - slope) / (2 * learning_rate)", "(1 - slope) / learning_rate"),
    "3c": report("jumping between", "somewhere between"),
    "3d": module(3, "Fraction(1, 12)", "Fraction(1, 13)"),
}


def test_all_holds_in_what_was_built(built, submission):
    rows = check_submission.check(built / CHECKS, *submission)
    assert failing(rows) == set()
    assert [row["id"] for row in rows] == list(BREAKS)


def test_the_points_are_the_handouts(built):
    rows = json.loads((built / "results/checklist.json").read_text())["requirements"]
    points = {
        part: sum(row["points"] for row in rows if row["id"].startswith(part))
        for part in ("1", "2", "3a", "3b", "3c", "3d")
    }
    assert points == {"1": 20, "2": 25, "3a": 10, "3b": 8, "3c": 6, "3d": 6}


def test_every_answer_is_on_the_page_that_is_named(built, submission):
    rows = json.loads((built / "results/checklist.json").read_text())["requirements"]
    pdf = pypdfium2.PdfDocument(submission[0] / "homework1.pdf")
    texts = [page.get_textpage().get_text_range() for page in pdf]
    for name, words in ANSWERS.items():
        where = next(row["where"] for row in rows if row["id"] == name)
        pages = [int(page) for page in re.findall(r"(?<=page )[\d, ]+", where)[0].split(",")]
        assert any(words in re.sub(r"\s+", " ", texts[page - 1]) for page in pages)
        assert not any(words in re.sub(r"\s+", " ", text) for text in texts[: pages[0] - 1])


ANSWERS = {
    "2 cost": "Its cost and gradient",
    "2 grid": "Every combination of the batch sizes",
    "2 validation": "is the validation split; the rest",
    "2 report": "The cost over the whole training split after each of the last 10 iterations",
    "3a i": "Each piece is differentiated",
    "3a ii": "the sequences of 100 iterations",
    "3a iii": "None of these learning rates brings",
    "3a iv": "The first step lands on",
    "3b i": "The zig-zag comes from overshooting",
    "3b ii": "A strong zig-zag means",
    "3c": "descent never reaches the minimum at 0",
    "3d": "So after one iteration the descent",
}


def test_a_cost_of_any_cell_that_was_changed_is_noticed(built, submission):
    told = json.loads(json.dumps(submission[1]))
    told["grid"][0]["validation_fmse"] = "999.0"
    rows = check_submission.check(built / CHECKS, submission[0], told)
    assert failing(rows) == {"2 grid"}
    assert "another validation cost of batch50" in next(r["to_do"] for r in rows if r["to_do"])


UNUSUAL = {
    "problem3a__learning_rates": ["1e-3", "1e-2", "1e-1", 1, 10, 0.3, "1/3", "1.04e-8"],
    "problem3b__learning_rate": "0.04",
    "problem3b__iterations": 300,
    "problem3b__slowdown": 3,
    "problem3c__starting_points": [2, 0, 1000],
    "problem3c__learning_rates": ["1e-8", "1e-3", "1e-2", "1e-1", 1, 23],
}


def test_all_holds_with_unusual_settings_too(copy_of_built):
    copy_of_built.configure(**UNUSUAL)
    assert "All 24 requirements hold." in copy_of_built.build()


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_requirement_fails_alone(broken, name):
    rows = broken(BREAKS[name])
    assert failing(rows) == {name}
    assert next(row["to_do"] for row in rows if not row["holds"]).endswith(".")

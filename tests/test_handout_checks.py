"""Each requirement of the handout, broken in turn: exactly its line of the checklist fails."""

import json
import re

import pytest

import answers
from check_zip import check
from mistakes import CHECKS, HEAD, evidence, failing, module, rows_after
from report import MISSING, Report, check_pdf, plain

RATES_3A = [1e-3, 1e-2, 1e-1, 1, 10]

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
    "2 SGD": module(2, "learning_rate / n * (X_batch", "learning_rate / len(rows) * (X_batch"),
    "2 grid": evidence("grid", batch_size="50"),
    "2 validation": module(2, "cell: cell.validation_fmse", "cell: cell.train_fmse"),
    "2 report": module(2, "costs[-10:]", "costs[-5:]"),
    "3a i": module(3, "-3 * (x - 31 / 10) ** 2", "-3 * (x - 31 / 10) ** 3"),
    "3a ii": module(3, "label=label,\n        marker", "marker"),
    "3a iii": evidence("problem3a", learning_rates=[*RATES_3A, 0.3]),
    "3a iv": evidence("problem3a", converging_learning_rate=0.25),
    "3b i": evidence("problem3b", slowdown=1.5),
    "3b ii": module(3, "(1 - slope) / (2 * learning_rate)", "(1 - slope) / learning_rate"),
    "3c": module(3, "np.sign(x) * np.sqrt(np.abs(x))", "np.sqrt(np.abs(x))"),
    "3d": module(3, "Fraction(1, 12)", "Fraction(1, 13)"),
}


def test_all_holds_in_what_was_built(built, submission):
    authors, _ = HEAD
    rows = check(built / CHECKS, *submission, authors)
    assert failing(rows) == set()
    assert [row["id"] for row in rows] == list(BREAKS)


def test_a_broken_requirement_fails_alone(built, submission, tmp_path):
    changes = [(name[0], change) for name, change in BREAKS.items()]
    broken = dict(zip(BREAKS, rows_after(built, submission, changes, tmp_path), strict=True))
    assert {name: failing(rows) for name, rows in broken.items()} == {
        name: {name} for name in broken
    }
    to_do = [row["to_do"] for rows in broken.values() for row in rows if not row["holds"]]
    assert all(sentence.endswith(".") for sentence in to_do)


RENAMED = {
    "a parameter": module(2, "residuals", "errors_of_the_batch"),
    "the helper that does an epoch": module(2, "sgd_epoch", "one_epoch"),
    "the helper that trains a cell": module(2, "train_cell", "trained_on"),
    "the helper that draws dots": module(3, "draw_dots", "scatter_dots"),
    "the helpers that draw figures": module(3, "figure_3", "picture_3"),
}


def test_helpers_and_their_parameters_may_have_other_names(built, submission, tmp_path):
    changes = [(change[0][-4], change) for change in RENAMED.values()]
    rows = rows_after(built, submission, changes, tmp_path)
    assert {name: failing(each) for name, each in zip(RENAMED, rows, strict=True)} == {
        name: set() for name in RENAMED
    }


def test_the_points_are_the_handouts(built):
    rows = json.loads((built / "results/checklist.json").read_text())["requirements"]
    points = {
        part: sum(row["points"] for row in rows if row["id"].startswith(part))
        for part in ("1", "2", "3a", "3b", "3c", "3d")
    }
    assert points == {"1": 20, "2": 25, "3a": 10, "3b": 8, "3c": 6, "3d": 6}


def test_a_cost_of_any_cell_that_was_changed_is_noticed(built, submission, tmp_path):
    grid = json.loads(json.dumps(submission[1]["grid"]))
    grid[0]["validation_fmse"] = "999.0"
    folder, compared = submission
    changed = folder, compared | {"grid": grid}
    (rows,) = rows_after(built, changed, [("2", evidence("known_dataset", "synthetic"))], tmp_path)
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


@pytest.mark.stress
def test_all_holds_with_unusual_settings_too(copy_of_built):
    copy_of_built.configure(**UNUSUAL)
    assert "All 24 requirements hold; the handout gives 75 points" in copy_of_built.build()


# The answers in the PDF. Its text is changed in memory, as if the report were written like that.


@pytest.fixture(scope="session")
def rows(built):
    """The rows of the code's check, each with the answers that the PDF has to give."""
    checks = [built / f"results/unchecked/problem{k}.json" for k in (1, 2, 3)]
    return [row for check in checks for row in json.loads(check.read_text())["rows"]]


@pytest.fixture(scope="session")
def wanted(rows):
    """For each requirement, the numbers in each section."""
    return {
        row["id"]: {
            section: [answers.from_json(each) for each in numbers]
            for section, numbers in row["answers"].items()
        }
        for row in rows
    }


@pytest.fixture(scope="session")
def report(submission):
    return Report.read(submission[0] / "homework1.pdf")


def unanswered(text, wanted):
    """The requirements whose answers the text does not give."""
    report = Report([text])
    return {
        name
        for name, sections in wanted.items()
        for section, numbers in sections.items()
        if answers.fault(report.answer(section), numbers)
    }


def test_the_built_report_answers_everything(report, wanted):
    assert unanswered(report.text, wanted) == set()


@pytest.mark.parametrize(
    ("authors", "dataset", "fault"),
    [
        (["Ada Lovelace", "Alan Turing"], "synthetic", "does not name Alan Turing"),
        (["Ada Lovelace"], "course", "does not say whose faces they are"),
    ],
)
def test_the_first_page_names_the_authors_and_synthetic_faces(
    submission, rows, authors, dataset, fault
):
    checked = check_pdf(submission[0], rows, authors, dataset)
    assert failing(checked) == {"2 report"}
    assert any(fault in row["to_do"] for row in checked if row["to_do"])


def test_without_a_pdf_every_answer_is_missing(tmp_path, rows):
    checked = check_pdf(tmp_path, rows, *HEAD)
    assert failing(checked) == {row["id"] for row in rows if row["answers"]}
    assert next(row["to_do"] for row in checked if row["id"] == "3d") == MISSING


def test_every_word_may_be_another_one(report, wanted):
    text = reworded(report)
    assert unanswered(text, wanted) == set()
    words = set(re.findall(r"[a-z]{5,}", report.text))
    assert len(words & set(re.findall(r"[a-z]{5,}", text))) < 0.1 * len(words)


def reworded(report):
    """Every word of every answer replaced by another one of its length.

    The headings' names stay, and single letters, which are symbols.
    """
    starts = [start for start, _ in report.sections.values()]
    lines = report.text[min(starts) :].splitlines(keepends=True)
    place = min(starts)
    result = report.text[:place]
    for line in lines:
        name = re.match(r"\w+ ?(\(?\w+\)|\d)?", line)[0] if place in starts else ""
        result += name + re.sub(r"[^\W\d_]{2,}", other_word, line[len(name) :])
        place += len(line)
    return result


def other_word(found):
    return "".join("q" if letter == "m" else "m" for letter in found[0])


def test_each_number_that_is_wrong_fails_its_own_line_and_no_other(report, wanted):
    changed = list(with_one_number_wrong(report, wanted))
    missed = [
        (name, section, number, unanswered(text, wanted))
        for name, section, number, text in changed
        if unanswered(text, wanted) != {name}
    ]
    assert missed == []
    assert len(changed) > 100
    assert len({name for name, *_ in changed}) == 11  # all of Problems 2 and 3 but the code's two


def with_one_number_wrong(report, wanted):
    """Each requirement, section and number, and the text in which that number alone is wrong."""
    for name, sections in wanted.items():
        for section, numbers in sections.items():
            start, _ = report.sections[section]
            for each, places in answers.find_all(report.answer(section), numbers):
                for tokens in zip(*places, strict=False):  # a fraction may be one token or two
                    text = list(report.text)
                    for token in tokens:
                        last = start + token.end("digits") - 1
                        text[last] = str((int(text[last]) + 5) % 10)
                    yield name, section, (each, tokens[0][0]), "".join(text)


def test_a_section_that_is_missing_or_too_short_fails(report, wanted):
    asked = {section for sections in wanted.values() for section in sections}
    for section in asked:
        expected = {name for name, sections in wanted.items() if section in sections}
        start, end = report.sections[section]
        missing = report.text[:start] + report.text[end:]
        assert unanswered(missing, wanted) == expected
        short = report.text[:start] + first_words(report.text[start:end], 24) + report.text[end:]
        assert unanswered(short, wanted) == expected


def first_words(text, count):
    """The text without the words after the first ones; the numbers and symbols stay."""
    words = list(re.finditer(r"[^\W\d_]{2,}", text))
    kept = words[count].start()
    return text[:kept] + re.sub(r"[^\W\d_]{2,}", "", text[kept:])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"^3 \((\w)\)", r"3(\1)"),
        (r"^3 \((\w)\)", r"Problem 3 (\1)"),
        (r"^3 \((\w)\)", r"3\1"),
        (r"^(i+v?)\.", r"(\1)"),
        (r"^(i+v?)\.", r"\1)"),
        (r"-(?=\d)", "\N{MINUS SIGN}"),
        (r" ", "  "),
        (r"\n", " \n"),
    ],
)
def test_headings_and_spaces_may_be_another_typesetters(report, wanted, old, new):
    text = re.sub(old, new, report.text, flags=re.MULTILINE)
    assert text != report.text
    assert unanswered(text, wanted) == set()


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("x = 6", True),
        ("x=6.000 m", True),
        ("x ≈ 6", True),
        ("x = 6.5", False),
        ("x = 61", False),
        ("x = −6", False),
        ("max = 6", False),
        ("x < 6", False),
    ],
)
def test_a_number_after_symbols(text, stated):
    wanted = answers.numbers(6, before="x =")
    assert [bool(places) for _, places in answers.find_all(plain(text), [wanted])] == [stated]


@pytest.mark.parametrize(
    ("text", "value", "stated"),
    [
        ("2.500 × 10−7", 2.5e-7, True),
        ("2.500 · 10^-7", 2.5e-7, True),
        ("2.5e-7", 2.5e-7, True),
        ("2.51e-7", 2.5e-7, False),
        ("0.134", 0.13373, True),
        ("0.13", 0.13373, False),  # too few digits
        ("0.135", 0.13373, False),
        ("−0.134", 0.13373, False),
        ("− 0.134", -0.13373, True),
        ("figure0.134", 0.13373, False),
        ("1.0.134", 0.13373, False),
        ("134" * 2000, 0.13373, False),
    ],
)
def test_a_number_as_rounded_in_print(text, value, stated):
    wanted = answers.numbers(value)
    assert [bool(places) for _, places in answers.find_all(plain(text), [wanted])] == [stated]

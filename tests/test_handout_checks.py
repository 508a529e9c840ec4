"""Each requirement of the handout, broken in turn: exactly its line of the checklist fails."""

import json
import shutil
import zipfile
from pathlib import Path

import check_submission
import compile_report
import pytest
from configuration import check, load

CHECKS = "workflow/checks"
REPORT = "homework1.typ"


def module(k, old, new):
    """A change in the handed-in code."""
    return f"homework1_problem{k}.py", old, new


def report(old, new=""):
    """A change in the words of the PDF."""
    return REPORT, old, new


def settings(key, other=None, **values):
    """A change of what the evidence says."""
    return key, values if other is None else other


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
    "2 grid": settings("grid", batch_size="50"),
    "2 validation": report("A random #share %", "A part of #share %"),
    "2 report": report("fixed(metrics.test_fmse, 3)", "fixed(metrics.test_fmse, 2)"),
    "3a i": module(3, "-3 * (x - 31 / 10) ** 2", "-3 * (x - 31 / 10) ** 3"),
    "3a ii": module(3, 'f"ε = {rate:g}", points', 'f"{rate:g}", points'),
    "3a iii": report("fixed(d.final_x, 3)", "fixed(d.final_x, 1)"),
    "3a iv": settings("problem3a", converging_learning_rate=0.25),
    "3b i": report("has no zig-zag", "has a zig-zag"),
    "3b ii": module(3, "(1 - slope) / (2 * learning_rate)", "(1 - slope) / learning_rate"),
    "3c": report("jumping between", "somewhere between"),
    "3d": module(3, "Fraction(1, 12)", "Fraction(1, 13)"),
}
OTHER_BREAKS = {
    "1b": [
        module(1, "A.dot(B)", "A @ B"),
    ],
    "1e": [
        module(1, "np.sum(A[i, ::2])", "np.sum(A[1, ::2])"),
        module(1, "np.sum(A[i, ::2])", "np.sum(list(map(float, A[i, ::2])))"),
        module(
            1,
            "    return np.sum(A[i, ::2])",
            "    return even(A[i])\n\n\ndef even(row):\n    return np.sum([a for a in row[::2]])",
        ),
    ],
    "1f": [
        module(1, "(A <= d)", "(A <= int(d))"),
        module(1, "np.mean(A[np.nonzero((c <= A) & (A <= d))])", "A[(c <= A) & (A <= d)].mean()"),
    ],
    "1g": [
        module(1, "largest_first[:k]", "largest_first[:2]"),
    ],
    "1h": [
        module(1, "np.random.randn(x.size, k)", "(2 * np.random.rand(x.size, k) - 1) * 3**0.5"),
        module(1, "x.reshape(-1, 1) + m", "x + m"),
    ],
    "1i": [
        module(1, "A[:, np.random.permutation(A.shape[1])]", "A[:, ::-1]"),
    ],
    "1k": [
        module(1, "x.reshape(-1, 1), k,", "x.reshape(-1, 1), 2,"),
    ],
    "2 grid": [
        module(2, "LEARNING_RATES = [0.001, 1]", "LEARNING_RATES = [0.001]"),
        module(2, "SEED = 541", "SEED = 5"),
        module(
            2, "for learning_rate in learning_rates:", "for learning_rate in learning_rates[:1]:"
        ),
        report("batch sizes #enumerate", "batch sizes like #enumerate"),
    ],
    "2 validation": [
        module(2, "cell: cell.validation_fmse", "cell: cell.train_fmse"),
        report("#best.epochs epochs.", "or so epochs."),
    ],
    "2 report": [
        module(2, "training_mean):", "training_mean):\n    training_mean += 1"),
        module(2, "{tested['test_fmse']}", "{best.train_fmse}"),
        report("fixed(metrics.test_fmse, 3)", "fixed(metrics.test_fmse, 4)"),
        report("authors: settings.authors", 'authors: ("Nobody",)'),
        report("notice: if synthetic", "notice: if not synthetic"),
        settings("course_files", True),
    ],
    "3a i": [
        module(3, "-3 * x / 100 - 1 / 500", "-3 * x / 100"),
        module(3, "import numpy as np", "import numpy as np\nimport pandas"),
        report("3 <= x < 5", "3 <= x < 6"),
    ],
    "3a ii": [
        module(3, 'axes["g"], gradient_3a, whole', 'axes["g"], f_3a, whole'),
        module(3, "draw_dots(axes[name], f_3a, points,", "draw_dots(axes[name], f_3a, points[:9],"),
        report('"problem3a",', '"problem3b",'),
    ],
    "3a iii": [
        report("None of these learning rates brings", "Each of these learning rates brings"),
    ],
    "3a iv": [
        report("descent never passes", "descent sometimes passes"),
    ],
    "3b i": [
        report("plain(p3b.small_step.contraction.at(1))", "plain(p3b.contraction.at(1))"),
    ],
    "3b ii": [
        module(3, "axes.contour(", "axes.contourf("),
        module(3, "paraboloid(x, a, c), levels", "paraboloid(x, a[::-1], c), levels"),
        module(3, "axes.scatter(*sequence.T, 3,", "axes.scatter(*sequence[::2].T, 3,"),
        module(3, "axes.plot(*small.T,", "axes.plot(*small[:5].T,"),
        report("significant(p3b.a.at(i), 5)", "significant(p3b.a.at(1 - i), 5)"),
    ],
    "3c": [
        module(3, "draw_dots(axes, f_3c, points, index, size=6)", "pass"),
        module(
            3,
            "draw_dots(axes, f_3c, points, index, size=6)",
            "draw_dots(axes, f_3c, points[:, :1], index)",
        ),
        report(
            "The reason is that $nabla f$ is not Lipschitz", "The reason is that $nabla f$ is steep"
        ),
        report("calc.min(..cycle.amplitudes)", "calc.min(..cycle.amplitudes) / 2"),
    ],
    "3d": [
        report("f''(0) = -4 < 0", "f''(0) = 4 > 0"),
    ],
}


@pytest.fixture(scope="module")
def submission(built, tmp_path_factory):
    """The built project's zip, unpacked, and the evidence as the rule gathers it."""
    folder = tmp_path_factory.mktemp("submission")
    with zipfile.ZipFile(built / "results/homework1.zip") as file:
        file.extractall(folder)
    config = check(load(built / "config.yaml"), load(built / "workflow/config.schema.yaml"))
    results = [built / f"results/{name}" for name in ("best.json", "metrics.json", "grid.csv")]
    return folder, check_submission.evidence(config, built / "data/raw", *results)


@pytest.fixture
def broken(built, submission, tmp_path, monkeypatch):
    """Makes changes in what is handed in or in the evidence, and returns the rows of the check."""
    monkeypatch.chdir(built.folder)

    def rows(*changes):
        folder, evidence = shutil.copytree(submission[0], tmp_path / "handed in"), submission[1]
        for key, values in (change for change in changes if len(change) == 2):
            evidence = break_evidence(evidence, key, values)
        for k in (1, 2, 3):
            name = f"homework1_problem{k}.py"
            replace(folder / name, folder / name, changes)
        if any(change[0] == REPORT for change in changes):
            typeset(folder, changes)
        return check_submission.check(built / CHECKS, folder, evidence)

    return rows


def failing(rows):
    return {row["id"] for row in rows if not row["holds"]}


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


UNUSUAL = {
    "validation_fraction": "1/8",
    "grid__learning_rate": ["3.45e-8", "2.5e-4"],
    "problem3a__learning_rates": ["1e-3", "1e-2", "1e-1", 1, 10, 0.3, "1/3", "1.04e-8"],
    "problem3b__learning_rate": "0.04",
    "problem3b__iterations": 300,
    "problem3b__slowdown": 3,
    "problem3c__starting_points": [2, 0, 1000],
    "problem3c__learning_rates": ["1e-3", "1e-2", "1e-1", 23],
}


def test_all_holds_with_unusual_settings_too(copy_of_built):
    copy_of_built.configure(**UNUSUAL)
    assert "All 24 requirements hold." in copy_of_built.build()


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_requirement_fails_alone(broken, name):
    rows = broken(BREAKS[name])
    assert failing(rows) == {name}
    assert next(row["to_do"] for row in rows if not row["holds"]).endswith(".")


@pytest.mark.parametrize("k", range(max(map(len, OTHER_BREAKS.values()))))
def test_other_ways_to_break_requirements_are_noticed(broken, k):
    changes = {name: ways[k] for name, ways in OTHER_BREAKS.items() if k < len(ways)}
    assert failing(broken(*changes.values())) == set(changes)


WRONG_NUMBERS = [
    ("2 cost", "dtype=np.float64) / 2)", "dtype=np.float64))", "is not the handout’s cost"),
    ("2 validation", "order[n_validation:]", "order", "faces aside that are not trained on"),
    ("2 validation", "b - mean @ w", "b - 2 * mean @ w", "for the validation cost"),
    ("2 report", "cell.epochs + 1, epochs + 1", "cell.epochs + 1, epochs", "training cost"),
]


@pytest.mark.parametrize(("name", "old", "new", "said"), WRONG_NUMBERS)
def test_other_numbers_than_the_reports_are_noticed(broken, name, old, new, said):
    rows = broken(module(2, old, new))
    assert said in next(row["to_do"] for row in rows if row["id"] == name)


def break_evidence(evidence, key, values):
    """The evidence with other values, of the results or of the configuration."""
    evidence = json.loads(json.dumps(evidence))
    if key == "grid":
        evidence["grid"] = [row for row in evidence["grid"] if values.items() <= row.items()]
    elif key in evidence["config"]:
        evidence["config"][key] |= values
    else:
        evidence[key] = values
    return evidence


def replace(source, target, changes):
    """Write the target as the source with those of the changes made that are meant for it."""
    text = source.read_text(encoding="utf-8")
    for name, old, new in (change for change in changes if change[0] == source.name):
        assert old in text, f"{name} lacks {old}"
        text = text.replace(old, new)
    target.write_text(text, encoding="utf-8")


def typeset(folder, changes):
    """Set the handed-in PDF anew from the changed report."""
    changed = Path("report/changed.typ")
    replace(Path("report") / REPORT, changed, changes)
    told = {"authors": ["Ada Lovelace", "Søren Åström"], "seed": 541, "validation_fraction": 0.2}
    compile_report.main(changed, json.dumps(told), folder / "homework1.pdf", str(changed))
    changed.unlink()

"""Each requirement of the handout, broken in turn: exactly its line of the checklist fails."""

import json
import shutil
import zipfile
from pathlib import Path

import check_submission
import compile_report
import pytest
from configuration import check, load

CHECKS = "workflow/scripts/handout_checks.py"
MODULES = [f"homework1_problem{k}.py" for k in (1, 2, 3)]


def module(k, old, new):
    """A change in the handed-in code."""
    return f"homework1_problem{k}.py", old, new


def report(old, new=""):
    """A change in the words of the PDF."""
    return "report/homework1.typ", old, new


def settings(key, **values):
    """A change of what the evidence says."""
    return key, values


BREAKS = {
    "1b": module(1, "A.dot(B) - C", "A.dot(B) + C"),
    "1c": module(1, "A * B + C.T", "A * B - C.T"),
    "1d": module(1, "np.ravel(x).dot(np.ravel(y))", "x.T.dot(y) + 1"),
    "1e": module(1, "np.sum(A[i, ::2])", "sum(a for a in A[i, ::2])"),
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
OTHER_BREAKS = [
    ("2 report", report("authors: settings.authors", 'authors: ("Nobody",)')),
    ("2 report", report("notice: if synthetic", "notice: if not synthetic")),
    ("2 grid", module(2, "LEARNING_RATES = [1e-5, 1e-3, 1e-2]", "LEARNING_RATES = [1e-3]")),
    ("2 validation", module(2, "cell: cell.validation_fmse", "cell: cell.train_fmse")),
    ("3a i", module(3, "-3 * x / 100 - 1 / 500", "-3 * x / 100")),
    ("3a ii", module(3, 'axes["g"], gradient_3a, whole', 'axes["g"], f_3a, whole')),
    ("3b ii", module(3, "axes.contour(", "axes.contourf(")),
    ("3c", module(3, "draw_dots(axes, f_3c, points, index, size=6)", "pass")),
]


@pytest.fixture(scope="module")
def submission(built, tmp_path_factory):
    """The built project's zip, unpacked, and the evidence as the rule gathers it."""
    folder = tmp_path_factory.mktemp("submission")
    with zipfile.ZipFile(built / "results/homework1.zip") as file:
        file.extractall(folder)
    config = check(load(built / "config.yaml"), load(built / "workflow/config.schema.yaml"))
    results = [built / f"results/{name}" for name in ("best.json", "metrics.json", "grid.csv")]
    return folder, check_submission.evidence(config, built / "data/raw", *results)


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


@pytest.mark.parametrize(("name", "change"), [*BREAKS.items(), *OTHER_BREAKS])
def test_a_broken_requirement_fails_alone(built, submission, tmp_path, monkeypatch, name, change):
    monkeypatch.chdir(built.folder)
    folder, evidence = shutil.copytree(submission[0], tmp_path / "handed in"), submission[1]
    if len(change) == 2:
        evidence = break_evidence(evidence, *change)
    else:
        break_file(folder, *change)
    rows = check_submission.check(built / CHECKS, folder, evidence)
    assert failing(rows) == {name}
    assert next(row["to_do"] for row in rows if not row["holds"]).endswith(".")


def test_validation_faces_that_are_trained_on_are_noticed(built, submission, tmp_path):
    folder = shutil.copytree(submission[0], tmp_path / "handed in")
    break_file(folder, *module(2, "order[n_validation:]", "order"))
    rows = check_submission.check(built / CHECKS, folder, submission[1])
    (told,) = [row["to_do"] for row in rows if row["id"] == "2 validation"]
    assert "does not set faces aside that are not trained on" in told


def break_evidence(evidence, key, values):
    """The evidence with other values, of the results or of the configuration."""
    evidence = json.loads(json.dumps(evidence))
    part = evidence["config"] if key in evidence["config"] and key != "grid" else evidence
    if key == "grid":
        part["grid"] = [row for row in part["grid"] if values.items() <= row.items()]
    else:
        part[key] |= values
    return evidence


def break_file(folder, name, old, new):
    """Change the handed-in module, or set the PDF from a changed report."""
    source = folder / name if name in MODULES else Path(name)
    text = source.read_text(encoding="utf-8")
    assert old in text
    changed = source if name in MODULES else Path("report/changed.typ")
    changed.write_text(text.replace(old, new), encoding="utf-8")
    if name not in MODULES:
        told = {
            "authors": ["Ada Lovelace", "Søren Åström"],
            "seed": 541,
            "validation_fraction": 0.2,
        }
        compile_report.main(changed, json.dumps(told), folder / "homework1.pdf", str(changed))
        changed.unlink()

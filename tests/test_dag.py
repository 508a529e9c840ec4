"""What is rebuilt after what: one thing is changed at a time, and put back."""

import ast
import re
import shutil
from contextlib import contextmanager

import numpy as np
import pytest

from conftest import Project
from homework1_problem2 import named_rng

CELLS = [
    f"batch{b}_rate{rate}_epochs{n}" for b in (50, 500) for rate in ("0.001", "1.0") for n in (1, 3)
]
CHECKED = ["check_submission", "hand_over", "write_manifest", "all"]
PACKED = ["zip_submission", *CHECKED]
MANIFEST = ["write_manifest", "all"]
REPORT = ["compile_report", *PACKED]
PROBLEM3 = [f"draw_problem3{x}" for x in "abcd"]
GRID_FIGURES = ["draw_learning_curves", "draw_grid", "draw_weights"]
AFTER_TEST = ["evaluate_test_set", "draw_predictions"]
AFTER_CELLS = ["select_best_cell", *GRID_FIGURES, *AFTER_TEST, *REPORT]
AFTER_SPLIT = [*CELLS, *AFTER_CELLS]
AFTER_DOWNLOAD = ["split_data", *AFTER_SPLIT]
EVERYTHING = ["download_data", *AFTER_DOWNLOAD, *PROBLEM3]


def planned(project, *arguments):
    """The jobs that a dry run announces: rules' names, for the grid the cells' names, sorted."""
    text = project.build("--dry-run", *arguments)
    jobs = []
    for block in re.split(r"\n(?=\[|Job stats)", text):
        if rule := re.search(r"^(?:local)?rule (\w+):", block, re.MULTILINE):
            cell = re.search(r"wildcards: cell=(\S+)", block)
            jobs.append(cell[1] if cell else rule[1])
    return sorted(jobs)


@contextmanager
def edited(path, change):
    """The file with its text changed, and as it was afterwards."""
    before = path.read_bytes()
    text = before.decode()
    changed = change(text)
    assert changed != text
    path.write_text(changed)
    try:
        yield
    finally:
        path.write_bytes(before)


def comment(text):
    return text + "\n# a comment\n"


def put(old, new):
    return lambda text: text.replace(old, new)


def scripts(name, change=comment):
    return f"workflow/scripts/{name}", change


def config(old, new):
    return "config.yaml", put(old, new)


NEW_CELLS = [f"batch{b}_rate0.01_epochs{n}" for b in (50, 500) for n in (1, 3)]
LONGER = [f"batch{b}_rate{rate}_epochs5" for b in (50, 500) for rate in ("0.001", "1.0")]
EDITS = {
    "problem 1": (scripts("homework1_problem1.py"), PACKED),
    "problem 2": (scripts("homework1_problem2.py"), AFTER_DOWNLOAD),
    "problem 3": (scripts("homework1_problem3.py"), PROBLEM3 + REPORT),
    "how a figure is drawn": (scripts("draw_grid.py"), ["draw_grid", *REPORT]),
    "a colour": (
        scripts("shared/figures.mplstyle"),
        [*PROBLEM3, *GRID_FIGURES, "draw_predictions", *REPORT],
    ),
    "how figures are saved": (
        scripts("shared/figures.py"),
        [*PROBLEM3, *GRID_FIGURES, "draw_predictions", *REPORT],
    ),
    "the faces": (scripts("shared/synthetic_faces.py"), AFTER_DOWNLOAD),
    "the split's script": (scripts("split_data.py"), AFTER_DOWNLOAD),
    "the training's script": (scripts("train_cell.py"), AFTER_SPLIT),
    "the selection's script": (scripts("select_best_cell.py"), AFTER_CELLS),
    "the evaluation's script": (scripts("evaluate_test_set.py"), [*AFTER_TEST, *REPORT]),
    "the zip's script": (scripts("zip_submission.py"), PACKED),
    "how the zip is checked": (scripts("check_submission.py"), CHECKED),
    "what the handout asks for": (("workflow/checks/problem3.py", comment), CHECKED),
    "the manifest's script": (scripts("write_manifest.py"), [*MANIFEST]),
    "how files are hashed": (scripts("shared/manifest.py"), [*MANIFEST]),
    "how a job ends": (scripts("shared/command_line.py"), [*EVERYTHING]),
    "the report": (("report/homework1.typ", lambda text: text + "\nMore."), REPORT),
    "the report's looks": (("report/style.typ", lambda text: text + "\n// More."), REPORT),
    "3a's start": (config("start: -3", "start: -2.5"), ["draw_problem3a", *REPORT]),
    "3a's learning rates": (
        config("- 1e-3\n  - 1e-2\n  - 1e-1\n  - 1e0", "- 2e-3\n  - 1e-2\n  - 1e-1\n  - 1e0"),
        ["draw_problem3a", *REPORT],
    ),
    "3b's learning rate": (
        config("learning_rate: 0.1", "learning_rate: 0.2"),
        ["draw_problem3b", *REPORT],
    ),
    "3c's starting points": (config("- -0.25", "- -0.5"), ["draw_problem3c", *REPORT]),
    "two of 3b's values swapped": (
        config("iterations: 200\n  slowdown: 100", "iterations: 100\n  slowdown: 200"),
        ["draw_problem3b", *REPORT],
    ),
    "the authors": (config("Ada", "Augusta"), REPORT),
    "the seed": (config("seed: 541", "seed: 542"), ["download_data", *AFTER_DOWNLOAD, *REPORT]),
    "the validation fraction": (
        config("validation_fraction: 0.2", "validation_fraction: 0.25"),
        [*AFTER_DOWNLOAD, *REPORT],
    ),
    "one more learning rate": (
        config("  - 1e-3\n  - 1\n", "  - 1e-3\n  - 1e-2\n  - 1\n"),
        [*NEW_CELLS, *AFTER_CELLS],
    ),
    "one more number of epochs": (config("  - 3\n", "  - 3\n  - 5\n"), [*LONGER, *AFTER_CELLS]),
    "no cells with one epoch, from which the others went on": (
        config("  epochs:\n  - 1\n", "  epochs:\n"),
        [*[cell for cell in CELLS if cell.endswith("epochs3")], *AFTER_CELLS],
    ),
    "a rate written otherwise": (config("  - 1e-3\n  - 1\n", "  - 0.001\n  - 1.0\n"), []),
}


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_reruns_exactly_what_follows_from_it(built, name):
    (path, change), expected = EDITS[name]
    with edited(built / path, change):
        assert planned(built) == sorted(set(expected))


def test_a_second_run_finds_nothing_to_do(built):
    assert "Nothing to be done" in built.build()


def test_no_rule_has_params_for_which_snakemake_would_import_pandas(root):
    assert "params:" not in (root / "Snakefile").read_text()


def test_touched_files_rerun_nothing(built):
    for path in built.folder.rglob("*"):
        if path.is_file() and ".snakemake" not in path.parts:
            path.touch()
    assert planned(built) == []


# Plain make


def make(project, *targets):
    """What `make` prints."""
    run = project.make(*targets)
    assert run.returncode == 0, run.stdout
    return run.stdout


def rules_run(text):
    return set(re.findall(r"^\[ *\d+/\d+\] (\w+)", text, re.MULTILINE))


def clone_with_results(built, folder):
    """The code as if cloned anew, later than the results, which come without bookkeeping."""
    clone = Project.copied_to(folder)
    for part in ("data", "results"):
        shutil.copytree(built / part, clone / part, copy_function=shutil.copyfile)
    shutil.copy(built / "config.yaml", clone / "config.yaml")
    for path in clone.folder.rglob("*.py"):
        path.touch()
    return clone


def test_results_copied_into_a_fresh_clone_rerun_nothing(built, tmp_path):
    clone = clone_with_results(built, tmp_path)
    assert rules_run(make(clone)) == set()
    clone.configure(problem3b__slowdown=50)
    assert rules_run(make(clone)) == {"draw_problem3b", *REPORT} - {"all"}


def test_copied_results_of_another_configuration_do_not_pass(built, tmp_path):
    clone = clone_with_results(built, tmp_path)
    clone.configure(seed=542)
    make(clone, ".snakemake/adopted")
    assert set(CELLS) < set(planned(clone))


def test_one_figure_is_made_alone(fresh):
    assert planned(fresh, "results/figures/problem3b.svg") == ["draw_problem3b"]


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("figures/problem3b.svg", "draw_problem3b"),
        (f"cells/{CELLS[0]}/history.csv", CELLS[0]),
        ("grid.csv", "select_best_cell"),
        ("metrics.json", "evaluate_test_set"),
        ("homework1.pdf", "compile_report"),
    ],
)
def test_a_result_that_was_deleted_is_made_again(built, path, rule):
    kept = built / "results" / path
    content = kept.read_bytes()
    kept.unlink()
    try:
        assert rule in planned(built)
    finally:
        kept.write_bytes(content)


def test_a_cell_outside_the_grid_is_refused(built):
    run = built.snakemake("--dry-run", "results/cells/batch50_rate0.002_epochs1/weights.npz")
    assert run.returncode != 0
    assert "batch50_rate0.002_epochs1 is not a cell of the grid" in run.stdout


def test_a_course_file_put_by_hand_is_an_input_of_the_download(built):
    by_hand = built / "data/age_regression_yte.npy"
    by_hand.write_bytes(b"")
    try:
        assert "download_data" in planned(built)
    finally:
        by_hand.unlink()


# Who may see the test set


def jobs_with_files(project, *targets):
    """(name, input files, output files) of every job of a whole build."""
    text = project.build("--dry-run", "--forceall", *targets)
    for block in re.split(r"\n(?=\[|Job stats)", text):
        if rule := re.search(r"^(?:local)?rule (\w+):", block, re.MULTILINE):
            files = {}
            for kind in ("input", "output"):
                line = re.search(rf"^    {kind}: (.*)$", block, re.MULTILINE)
                files[kind] = set(line[1].replace(" (update)", "").split(", ")) if line else set()
            yield rule[1], files["input"], files["output"]


def test_only_the_evaluation_and_what_follows_it_can_see_the_test_set(built):
    tainted = {"data/raw/age_regression_Xte.npy", "data/raw/age_regression_yte.npy"}
    jobs = [job for job in jobs_with_files(built) if job[0] != "download_data"]
    readers = {name for name, inputs, _ in jobs if inputs & tainted}
    assert readers == {"evaluate_test_set", "check_submission"}
    followers = set()
    for _ in jobs:  # as often as the longest chain could be
        for name, inputs, outputs in jobs:
            if inputs & tainted:
                followers.add(name)
                tainted |= outputs
    assert followers == {"evaluate_test_set", "draw_predictions", *REPORT}


def trained(project):
    """The bytes of every cell, of the grid's table and of the selection."""
    paths = [*(project / "results").glob("cells/*/*"), *(project / "results").glob("[bg][er]*")]
    return {path.relative_to(project.folder): path.read_bytes() for path in paths}


def change(path, changed):
    array = np.load(path)
    np.save(path, changed(array))


def test_other_test_faces_change_no_cell_and_not_the_selection(built, copy_of_built):
    raw = copy_of_built / "data/raw"
    change(raw / "age_regression_Xte.npy", lambda X: X[::-1] + 1)
    change(raw / "age_regression_yte.npy", lambda y: y + 10)
    copy_of_built.build("results/metrics.json", "--forcerun", "split_data")
    assert trained(copy_of_built) == trained(built)
    metrics = "results/metrics.json"
    assert (copy_of_built / metrics).read_bytes() != (built / metrics).read_bytes()


def test_one_other_validation_label_changes_every_cell_that_did_not_diverge(built, copy_of_built):
    validation = named_rng(541, "split").permutation(5000)[:1000]

    def another_age(y):
        y[validation[0]] += 30
        return y

    change(copy_of_built / "data/raw/age_regression_ytr.npy", another_age)
    copy_of_built.build("results/grid.csv")
    before, after = trained(built), trained(copy_of_built)
    changed = {str(path) for path in before if before[path] != after[path]}
    assert "results/grid.csv" in changed
    assert {f"results/cells/{cell}/weights.npz" for cell in CELLS if "0.001" in cell} <= changed


# The code that a rule runs is among its inputs


def local_imports(script):
    """The modules beside the script that it imports, and those that they import."""
    found = {script}
    for node in ast.walk(ast.parse(script.read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module]
        for name in names:
            module = script.with_name(f"{name}.py")
            if module.exists():
                found |= local_imports(module)
    return found


OTHERWISE_USED = {
    "zip_submission": {f"workflow/scripts/homework1_problem{k}.py" for k in (1, 2, 3)},
    "check_submission": {
        f"workflow/checks/{part}.py"
        for part in ("__main__", "submission", "problem1", "problem2", "problem3")
    },
}


def test_every_rule_declares_its_script_and_all_that_this_imports(built):
    seen = set()
    for name, inputs, _ in jobs_with_files(built, "all", "results/grid.html", "draw_pictures"):
        code = {path for path in inputs if path.endswith(".py")}
        starts = [path for path in code if "command_line import run" in (built / path).read_text()]
        if name in ("all", "compile_report", "write_manifest"):  # the last two tell of all code
            continue
        assert len(starts) == 1, name
        needed = {str(p.relative_to(built.folder)) for p in local_imports(built / starts[0])}
        assert code == needed | OTHERWISE_USED.get(name, set()), name
        seen.add(name)
    assert len(seen) == 17

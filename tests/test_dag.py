"""What follows from what: what a change builds again, and who may see the test set."""

import ast
import json
import re
from collections import defaultdict

import numpy as np

from conftest import UP_TO_DATE, jobs
from homework1_problem2 import named_rng
from homework1_run.configuration import write_settings


def planned(project, *arguments):
    """The names of the jobs that a dry run announces."""
    return {name for name, _ in jobs(project.build("--dry-run", "--verbose", *arguments))}


CELLS = {
    f"batch{b}_rate{rate}_epochs{n}" for b in (50, 500) for rate in ("0.001", "1.0") for n in (1, 3)
}
SUBMISSION = {"compile_report", "check_report", "zip_submission", "check_submission"}
SUBMISSION |= {"hand_over", "compile_page", "write_sums", "all"}
CHECKS = {"check_problem1", "check_problem2", "check_problem3"}
AFTER_CELLS = {"select_best_cell", "analyse_search", "evaluate_test_set"}
AFTER_CELLS |= {"draw_learning_curves", "draw_grid", "draw_weights", "draw_predictions"}
AFTER_CELLS |= {"check_problem2", *SUBMISSION}


# What is among a rule's inputs


def with_imports(script, scripts):
    """The script and the modules in the folder of scripts that it imports, directly or not."""
    found = {script}
    for node in ast.walk(ast.parse((scripts / script).read_text())):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module]
        for name in names:
            module = f"{name.replace('.', '/')}.py"
            if (scripts / module).exists():
                found |= with_imports(module, scripts)
    return found


HANDED_IN = [
    "workflow/scripts/homework1_problem1.py",
    "results/draft/homework1_problem2.py",
    "workflow/scripts/homework1_problem3.py",
]
CHECKING = {f"tests/handout/{name}.py" for name in ("__init__", "comparing", "conftest")}
USED_OTHERWISE = {
    "write_problem2": {"workflow/scripts/homework1_problem2.py"},
    "zip_submission": set(HANDED_IN),
    "check_report": CHECKING | {"tests/handout/test_written_answers.py"},
    "check_submission": CHECKING,
    "compile_report": {HANDED_IN[0]},
    "compile_page": {HANDED_IN[0]},
} | {
    f"check_problem{k}": CHECKING | {module, f"tests/handout/test_problem{k}.py"}
    for k, module in zip((1, 2, 3), HANDED_IN, strict=True)
}
SCRIPTS = dict.fromkeys(CELLS, "train_cell") | dict.fromkeys(
    [*CHECKS, "check_report"], "check_problem"
)


def test_every_rule_has_its_script_and_all_that_this_imports_among_its_inputs(
    root, inputs_and_outputs
):
    expected, declared = {}, {}
    for name, (inputs, _) in inputs_and_outputs.items():
        if name in ("all", "hand_over", "write_sums"):  # no script, or all of them
            continue
        script = SCRIPTS.get(name, name)
        needed = with_imports(f"{script}.py", root / "workflow/scripts")
        expected[name] = {f"workflow/scripts/{path}" for path in needed}
        expected[name] |= USED_OTHERWISE.get(name, set())
        declared[name] = {path for path in inputs if path.endswith(".py")}
    assert declared == expected


def test_every_drawing_rule_has_the_style_among_its_inputs(inputs_and_outputs):
    style = "workflow/scripts/shared/figures.mplstyle"
    have_it = {name for name, (inputs, _) in inputs_and_outputs.items() if style in inputs}
    figures_2 = {"draw_learning_curves", "draw_grid", "draw_weights", "draw_predictions"}
    figures_3 = {f"draw_problem3{part}" for part in ("a", "a_iv", "b", "c", "d")}
    assert have_it == figures_2 | figures_3 | {"write_sums"}


PROBLEM_2 = {"write_problem2", "check_problem2"}
IN_PRINT = {"split_data", "compile_report", "compile_page", *PROBLEM_2}
# The check of the zip writes every key down.
USED_BY = {
    "authors": {"compile_report", "check_report", "compile_page"},
    "dataset": {"download_data"},
    "seed": {"download_data", *CELLS} | IN_PRINT,
    "validation_fraction": IN_PRINT,
    "grid": PROBLEM_2,
    "problem3a": {"draw_problem3a", "draw_problem3a_iv", "check_problem3", "check_report"},
    "problem3b": {"draw_problem3b", "check_problem3"},
    "problem3c": {"draw_problem3c", "check_problem3"},
}


def test_every_rule_has_the_settings_that_it_uses_among_its_inputs(built, inputs_and_outputs):
    used_by = defaultdict(set)
    for name, (inputs, _) in inputs_and_outputs.items():
        for path in inputs:
            if path.startswith("results/settings/") and name != "write_sums":
                for key in json.loads((built / path).read_text()):
                    used_by[key].add(name)
    assert used_by == {key: names | {"check_submission"} for key, names in USED_BY.items()}


def test_no_cell_has_a_large_file_among_its_inputs(built, inputs_and_outputs):
    """Snakemake hashes every input again for every output."""
    for cell in CELLS:
        inputs, _ = inputs_and_outputs[cell]
        assert all((built / path).stat().st_size < 1e6 for path in inputs)


# What is built again


def test_edits_run_exactly_what_follows_from_them(copy_of_built):
    for path in ("workflow/scripts/draw_grid.py", "workflow/scripts/homework1_problem1.py"):
        with (copy_of_built / path).open("a") as file:
            file.write("# a comment\n")
    (copy_of_built / "data/gradient_descent_sequence.txt").touch()
    (copy_of_built / "results/figures/problem3a.svg").unlink()
    follows = {"draw_grid", *[f"draw_problem3{part}" for part in "abc"], *SUBMISSION}
    follows |= {"make_sequence", "check_problem1", "check_problem3"}
    assert planned(copy_of_built, "--config", "problem3c={iterations: 100}") == follows


def test_a_larger_grid_trains_its_new_cells_and_those_that_are_missing(copy_of_built):
    (copy_of_built / "results/cells/batch50_rate1.0_epochs3/history.csv").unlink()
    copy_of_built.configure(grid__learning_rate=[0.01, 1, 0.001], grid__epochs=[1, 3, 5])
    new = {f"batch{b}_rate0.01_epochs{n}" for b in (50, 500) for n in (1, 3, 5)}
    longer = {f"batch{b}_rate{rate}_epochs5" for b in (50, 500) for rate in ("0.001", "1.0")}
    missing = {"batch50_rate1.0_epochs3"}
    assert planned(copy_of_built) == new | longer | missing | {"write_problem2", *AFTER_CELLS}


def test_a_split_that_is_not_whole_is_made_again_before_a_new_cell_is_trained(copy_of_built):
    (copy_of_built / "results/split/X_train.npy").unlink()
    copy_of_built.configure(grid__epochs=[1, 3, 5])
    new = {f"batch{b}_rate{rate}_epochs5" for b in (50, 500) for rate in ("0.001", "1.0")}
    follows = {"split_data", "write_problem2"} | CELLS | new | AFTER_CELLS
    assert planned(copy_of_built) == follows


def test_cells_are_trained_from_the_start_where_the_shorter_ones_are_gone(copy_of_built):
    copy_of_built.configure(grid__epochs=[3])
    trained = {cell for cell in CELLS if cell.endswith("epochs3")}
    assert planned(copy_of_built) == trained | {"write_problem2", *AFTER_CELLS}


def test_nothing_runs_again_where_only_dates_and_spellings_have_changed(copy_of_built):
    copy_of_built.configure(grid__learning_rate=["0.0010", "1/1"], seed="541.0")
    for path in copy_of_built.folder.rglob("*"):
        if path.is_file() and ".snakemake" not in path.parts:
            path.touch()
    assert UP_TO_DATE in copy_of_built.build()


def test_settings_have_one_file_for_each_content_that_is_never_rewritten(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    first = write_settings("seed", {"seed": 541})
    written = (tmp_path / first).stat()
    other = write_settings("seed", {"seed": 542})
    assert other != first
    assert write_settings("seed", {"seed": 541}) == first
    assert (tmp_path / first).stat() == written
    assert json.loads((tmp_path / other).read_text()) == {"seed": 542}
    assert len(list((tmp_path / first).parent.iterdir())) == 2


# The test set


def test_only_the_evaluation_and_what_follows_it_can_see_the_test_set(inputs_and_outputs):
    tainted = {"data/raw/age_regression_Xte.npy", "data/raw/age_regression_yte.npy"}
    followers = set()
    for _ in inputs_and_outputs:  # no chain is longer than there are jobs
        for name, (inputs, outputs) in inputs_and_outputs.items():
            if inputs & tainted and name != "download_data":
                followers.add(name)
                tainted |= outputs
    after_evaluation = {"draw_predictions", "check_problem2", "draw_pictures", *SUBMISSION}
    assert followers == {"evaluate_test_set", *after_evaluation}


def change(path, changed):
    np.save(path, changed(np.load(path)))


def test_no_test_face_and_no_validation_age_reaches_the_weights(built, copy_of_built):
    raw = copy_of_built / "data/raw"
    validation = named_rng(541, "split").permutation(5000)[:1000]
    is_validation = np.isin(np.arange(5000), validation)
    change(raw / "age_regression_Xte.npy", lambda X: X[::-1] + 1)
    change(raw / "age_regression_yte.npy", lambda y: y + 10)
    change(raw / "age_regression_ytr.npy", lambda y: np.where(is_validation, y + 10, y))
    copy_of_built.build("results/metrics.json")
    for cell in CELLS:
        before, after = (
            np.load(project / f"results/cells/{cell}/weights.npz")
            for project in (built, copy_of_built)
        )
        np.testing.assert_array_equal(after["w"], before["w"])
        np.testing.assert_array_equal(after["b"], before["b"])
        if "rate0.001" in cell:  # the others have diverged
            assert after["validation_fmse"] > before["validation_fmse"]


# The workflow as Snakemake's linter sees it


def test_the_linter_only_asks_for_a_conda_environment_of_each_rule(built):
    remarks = re.findall(r"^    \* (.*):$", built.snakemake("--lint").stdout, re.MULTILINE)
    assert set(remarks) == {"Specify a conda environment or container for each rule."}

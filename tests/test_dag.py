"""What follows from what: what a change builds again, and who may see the test set."""

import ast
import re
import shutil

import numpy as np

from conftest import UP_TO_DATE, jobs
from homework1_problem2 import named_rng


def planned(project, *arguments):
    """The names of the jobs that a dry run announces."""
    return {name for name, _ in jobs(project.build("--dry-run", "--verbose", *arguments))}


CELLS = {
    f"batch{b}_rate{rate}_epochs{n}" for b in (50, 500) for rate in ("0.001", "1.0") for n in (1, 3)
}
SUBMISSION = {"compile_report", "zip_submission", "check_submission"}
SUBMISSION |= {"hand_over", "compile_page", "write_sums", "all"}
AFTER_CELLS = {"select_best_cell", "analyse_search", "draw_search", "evaluate_test_set"}
AFTER_CELLS |= {"draw_network", "check_problem2", *SUBMISSION}


def imported(root, path):
    """The paths of the project's modules that the file imports."""
    names = []
    for node in ast.parse((root / path).read_text()).body:
        if isinstance(node, ast.ImportFrom):
            names.append(node.module)
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    folders = ["workflow/scripts", "tests/handout"]
    paths = [f"{folder}/{name.replace('.', '/')}.py" for folder in folders for name in names]
    return {path for path in paths if (root / path).exists()}


def test_every_rule_has_all_code_that_it_imports_among_its_inputs(root, inputs_and_outputs):
    style = "workflow/scripts/shared/figures.mplstyle"
    for name, (inputs, _) in inputs_and_outputs.items():
        code = {path for path in inputs if re.match(r"(workflow|tests)/.*\.py$", path)}
        assert not code or "workflow/scripts/run_script.py" in code, name
        for path in code:
            assert imported(root, path) <= code, name
        assert "workflow/scripts/shared/figures.py" not in code or style in inputs, name


# What is built again


def test_edits_run_exactly_what_follows_from_them(copy_of_built):
    for path in ("workflow/scripts/draw_search.py", "workflow/scripts/homework1_problem1.py"):
        with (copy_of_built / path).open("a") as file:
            file.write("# a comment\n")
    (copy_of_built / "data/gradient_descent_sequence.txt").touch()
    (copy_of_built / "results/figures/problem3a.svg").unlink()
    follows = {"draw_search", *[f"draw_problem3{part}" for part in "abc"], *SUBMISSION}
    follows |= {"make_sequence", "check_problems_1_and_3"}
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
    assert "download_data" in planned(copy_of_built, "--config", "seed=542")  # and back again
    copy_of_built.configure(grid__learning_rate=["0.0010", "1/1"], seed="541.0")
    for path in copy_of_built.folder.rglob("*"):
        if path.is_file() and ".snakemake" not in path.parts:
            path.touch()
    assert UP_TO_DATE in copy_of_built.build()


# The test set


def test_no_step_of_the_search_can_see_the_test_set(inputs_and_outputs):
    tainted = {"data/raw/age_regression_Xte.npy", "data/raw/age_regression_yte.npy"}
    can_see_it = set()
    for _ in inputs_and_outputs:  # no chain is longer than there are jobs
        for name, (inputs, outputs) in inputs_and_outputs.items():
            if inputs & tainted and name != "download_data":
                can_see_it.add(name)
                tainted |= outputs
    assert {"evaluate_test_set", "draw_network", "compile_report"} <= can_see_it
    search = {"split_data", *CELLS, "select_best_cell", "analyse_search", "draw_search"}
    assert not search & can_see_it


def change(path, changed):
    np.save(path, changed(np.load(path)))


def test_no_test_face_and_no_validation_age_reaches_the_weights(built, copy_of_built):
    data = copy_of_built / "data"
    for path in (data / "raw").glob("*.npy"):
        shutil.copy(path, data)
    validation = named_rng(541, "split").permutation(5000)[:1000]
    is_validation = np.isin(np.arange(5000), validation)
    change(data / "age_regression_Xte.npy", lambda X: X[::-1] + 1)
    change(data / "age_regression_yte.npy", lambda y: y + 10)
    change(data / "age_regression_ytr.npy", lambda y: np.where(is_validation, y + 10, y))
    copy_of_built.configure(dataset="own")
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

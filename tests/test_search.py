"""The analysis of the grid search, on examples whose answers can be worked out otherwise."""

import json

import numpy as np
import pytest

import analyse_search
import homework1_problem2 as problem2
from shared.costs import standard_error
from shared.synthetic_faces import synthetic_dataset
from shared.tables import read_table

COLUMNS = ["batch_size", "learning_rate", "epochs", "status", "train_fmse", "validation_fmse"]


def table(*rows):
    return np.rec.fromrecords(rows, names=COLUMNS)


def history(*costs):
    rows = [(epoch, cost, cost) for epoch, cost in enumerate(costs, start=1)]
    return np.rec.fromrecords(rows, names=["epoch", "minibatch_fmse", "validation_fmse"])


# The learning rates that are stable


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_largest_eigenvalue_is_the_one_that_numpy_finds(dtype):
    rng = np.random.default_rng(0)
    X = (rng.normal(size=(200, 30)) + 2 * rng.normal(size=(200, 1))).astype(dtype)
    expected = np.linalg.eigvalsh(X.astype(float).T @ X / 200)[-1]
    assert analyse_search.largest_eigenvalue(X) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(("times_the_limit", "status"), [(0.95, "ok"), (1.05, "diverged")])
def test_full_batch_descent_diverges_just_above_the_limit(times_the_limit, status):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 5)) + rng.normal(size=(80, 1))
    y = X @ rng.normal(size=5)
    split = problem2.split_examples(X, y, 0.25, seed=1)
    limit = 2 / analyse_search.largest_eigenvalue(split.X_train)
    cell = problem2.untrained_cell(split, 60, times_the_limit * limit)
    assert problem2.train_cell(split, cell, 400, seed=0).status == status


# The standard error


def test_the_standard_error_is_the_spread_of_the_cost_of_repeated_samples():
    rng = np.random.default_rng(0)
    w, b, costs, errors = np.array([1.0, -2.0]), 3.0, [], []
    for _ in range(2000):
        X = rng.normal(size=(100, 2))
        y = X @ w + b + rng.normal(size=100)
        costs.append(problem2.f_mse(X, y, w, b))
        errors.append(standard_error(X @ w + b - y))
    assert np.mean(errors) == pytest.approx(np.std(costs), rel=0.05)


def test_the_standard_error_of_two_known_errors():
    # Half squared errors 2 and 8: mean 5, standard deviation 3.
    assert standard_error(np.array([2.0, -4.0])) == pytest.approx(3 / np.sqrt(2))


# The cells


def test_progress_is_the_learning_rate_times_the_steps_and_counts_the_smaller_last_batch():
    assert analyse_search.progress(30, 0.5, 3, n=100) == 0.5 * 3 * 4


def test_the_cells_within_one_standard_error_are_those_that_cost_at_most_so_much_more():
    cells = table(
        (10, 0.1, 1, "ok", 0, 61.5),
        (10, 0.1, 2, "ok", 0, 60.0),
        (20, 0.1, 1, "ok", 0, 61.6),
        (20, 0.1, 2, "diverged", np.nan, np.nan),
    )
    found = analyse_search.nearly_best(cells, 1.5, n=100)
    assert [(cell["batch_size"], cell["epochs"]) for cell in found] == [(10, 1), (10, 2)]
    assert [cell["progress"] for cell in found] == [1.0, 2.0]


def test_costs_are_compared_at_the_same_progress():
    cells = table(
        (10, 0.1, 2, "ok", 0, 7.0),  # 1 an epoch
        (10, 0.1, 4, "ok", 0, 5.0),
        (20, 0.1, 4, "ok", 0, 8.0),  # 0.5 an epoch
        (10, 1.0, 4, "ok", 0, 9.0),  # 10 in the first epoch, over before 2 is reached
        (100, 0.1, 4, "ok", 0, 9.0),  # 0.1 an epoch: gets to 0.4 only
        (10, 0.2, 4, "diverged", np.nan, np.nan),
    )
    histories = [history(9, 7), history(9, 7, 6, 5), history(11, 10, 9, 8)]
    histories += [history(9, 9, 9, 9)] * 2 + [history(np.inf)]
    found = analyse_search.costs_at(2.0, cells, histories, n=100)
    assert [(c["batch_size"], c["epoch"], c["validation_fmse"]) for c in found] == [
        (10, 2, 7.0),
        (20, 4, 8.0),
    ]


# The workflow


def test_a_curve_runs_from_the_first_epoch_to_the_last():
    costs = [*np.linspace(90, 61, 99), np.inf]
    curve = analyse_search.curve(7, history(*costs))
    assert curve["row"] == 7
    assert (curve["epoch"][0], curve["epoch"][-1]) == (1, 100)
    assert len(curve["epoch"]) == len(curve["validation"]) <= 40
    assert (curve["validation"][0], curve["minibatch"][-1]) == (90, None)


@pytest.mark.stress
def test_the_findings_are_those_of_the_split_and_the_grid(built):
    found = json.loads((built / "results/search.json").read_text())
    metrics = json.loads((built / "results/metrics.json").read_text())
    cells = read_table(built / "results/grid.csv")
    arrays = {
        name: np.load(built / f"results/split/{name}.npy")
        for name in ("X_train", "X_validation", "y_validation")
    }
    eigenvalue = np.linalg.svd(arrays["X_train"], compute_uv=False)[0] ** 2 / len(arrays["X_train"])
    assert found["largest_eigenvalue"] == pytest.approx(eigenvalue, rel=1e-4)
    assert found["stability_limit"] == pytest.approx(2 / eigenvalue, rel=1e-4)
    with np.load(built / "results/best_weights.npz") as cell:
        errors = arrays["X_validation"] @ cell["w"] + cell["b"] - arrays["y_validation"]
    expected = np.std(errors.astype(float) ** 2 / 2) / np.sqrt(len(errors))
    assert found["validation_standard_error"] == pytest.approx(expected, rel=1e-5)
    limit = cells.validation_fmse[cells.status == "ok"].min() + expected
    assert len(found["within_one_standard_error"]) == np.sum(cells.validation_fmse <= limit)
    tested = np.loadtxt(built / "results/predictions.csv", delimiter=",", skiprows=1)
    squares = (tested[:, 1] - tested[:, 0]) ** 2 / 2
    assert metrics["test_standard_error"] == pytest.approx(
        squares.std() / np.sqrt(len(squares)), rel=1e-5
    )


# The default grid, on the synthetic faces


@pytest.fixture(scope="module")
def searched():
    """The whole default grid search, and the lowest validation cost of ridge regression."""
    faces = synthetic_dataset(problem2.SEED)
    X = faces["age_regression_Xtr"].reshape(-1, 2304)
    y = faces["age_regression_ytr"]
    split = problem2.split_examples(X, y, problem2.VALIDATION_FRACTION, problem2.SEED)
    grid = problem2.BATCH_SIZES, problem2.LEARNING_RATES, problem2.EPOCHS
    return problem2.grid_search(split, *grid, problem2.SEED), ridge_cost(split), split


def ridge_cost(split):
    """The lowest validation cost of ridge regression, over its penalty."""
    mean = split.y_train.mean()
    X = split.X_train.astype(float)
    eigenvalues, vectors = np.linalg.eigh(X.T @ X / len(X))
    slopes = vectors.T @ (X.T @ (split.y_train - mean)) / len(X)
    rotated = split.X_validation @ vectors
    return min(
        problem2.f_mse(rotated, split.y_validation, slopes / (eigenvalues + penalty), mean)
        for penalty in np.geomspace(0.01, 10, 31)
    )


@pytest.mark.stress
def test_few_of_the_default_cells_diverge_and_just_those_above_the_stability_limit(searched):
    cells, _, split = searched
    limit = 2 / analyse_search.largest_eigenvalue(split.X_train)
    assert [cell.status == "diverged" for cell in cells] == [
        cell.learning_rate > limit for cell in cells
    ]
    diverged = sum(cell.status == "diverged" for cell in cells)
    assert 0 < diverged <= len(cells) / 4


@pytest.mark.stress
def test_a_third_of_the_default_cells_are_nearly_as_good_as_the_best_linear_model(searched):
    cells, ridge, _ = searched
    assert sum(cell.validation_fmse <= 1.05 * ridge for cell in cells) >= len(cells) / 3


@pytest.mark.stress
def test_the_selected_default_cell_is_as_good_as_ridge_regression_and_at_no_edge(searched):
    cells, ridge, _ = searched
    best = problem2.select_best(cells)
    assert best.validation_fmse <= 1.02 * ridge
    for name, values in [
        ("batch_size", problem2.BATCH_SIZES),
        ("learning_rate", problem2.LEARNING_RATES),
        ("epochs", problem2.EPOCHS),
    ]:
        assert min(values) < getattr(best, name) < max(values)

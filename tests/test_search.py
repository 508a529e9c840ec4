"""The analysis of the grid search, on examples whose answers can be worked out otherwise."""

import json

import numpy as np
import pandas as pd
import pytest

import analyse_search
import homework1_problem2 as problem2
from evaluate_test_set import errors_of_decades, slope
from shared.synthetic_faces import synthetic_dataset
from shared.tables import standard_error

# The learning rates that are stable


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_largest_eigenvalue_is_the_one_that_numpy_finds(dtype):
    rng = np.random.default_rng(0)
    X = (rng.normal(size=(200, 30)) + 2 * rng.normal(size=(200, 1))).astype(dtype)
    expected = np.linalg.eigvalsh(X.astype(float).T @ X / 200)[-1]
    assert analyse_search.largest_eigenvalue(X) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("batch_size", [1, 3])
def test_at_the_limit_of_mini_batches_a_step_keeps_the_mean_squared_distance(batch_size):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400_000 * batch_size, 3)) * [2, 1, 1]
    limit = analyse_search.stability_limit(4.0, 6.0, batch_size)
    batches = X.reshape(-1, batch_size, 3)  # of normally distributed pixels with variances 4, 1, 1
    steps = limit / batch_size * np.einsum("nbi,nb->ni", batches, batches[:, :, 0])
    distances = np.square(np.array([1, 0, 0]) - steps).sum(axis=1)
    assert distances.mean() == pytest.approx(1, abs=0.03)


# The standard errors


def test_the_standard_error_is_the_spread_of_the_cost_of_repeated_samples():
    rng = np.random.default_rng(0)
    w, b, costs, errors = np.array([1.0, -2.0]), 3.0, [], []
    for _ in range(2000):
        X = rng.normal(size=(100, 2))
        y = X @ w + b + rng.normal(size=100)
        costs.append(problem2.f_mse(X, y, w, b))
        errors.append(standard_error((X @ w + b - y) ** 2 / 2))
    assert np.mean(errors) == pytest.approx(np.std(costs), rel=0.05)


def test_cells_are_compared_face_by_face():
    faces = np.random.default_rng(0).normal(size=(4, 1)) * 100
    # Twice the standard error of the differences +1, -1, +1, +1 is about 0.87, and their mean 0.5.
    costs = pd.DataFrame(faces + [[0, 1, 1], [0, -1, 1], [0, 1, 1], [0, 1, 1]])
    cells = pd.DataFrame(index=[0, 1, 2, 3])  # the last one has diverged
    compared = analyse_search.compare_with_best(cells, costs, best=0)
    assert compared.above_best.tolist()[:3] == pytest.approx([0, 0.5, 1])
    assert compared.difference_error.tolist()[:3] == pytest.approx([0, np.sqrt(0.75 / 4), 0])
    assert compared.as_good.tolist() == [True, True, False, False]


def test_each_cell_is_compared_by_its_own_weights(built):
    cells = json.loads((built / "results/search.json").read_text())["cells"]
    trained = [cell for cell in cells if cell["status"] == "ok"]
    lowest = min(cell["validation_fmse"] for cell in trained)
    assert len(trained) == 4
    for cell in trained:
        assert cell["above_best"] == pytest.approx(cell["validation_fmse"] - lowest, abs=1e-3)


def test_slopes_are_those_of_numpys_fit():
    x, y = np.random.default_rng(0).normal(size=(2, 50))
    assert slope(x, y) == pytest.approx(np.polyfit(x, y, 1)[0])
    assert slope(np.ones(3), np.arange(3)) is None


def test_errors_are_those_of_the_faces_in_each_decade_of_age():
    errors = errors_of_decades(np.array([39.0, 8, 30, 40]), np.array([40.0, 8, 37, 38]))
    assert errors == [
        {"start": 0, "faces": 1, "rms_error": 0},
        {"start": 30, "faces": 2, "rms_error": 5},
        {"start": 40, "faces": 1, "rms_error": 2},
    ]


def test_the_findings_have_each_number_to_the_last_bit_and_null_for_nan():
    table = pd.DataFrame({"epochs": [3, 5], "rate": [1 / 3000, 0.1], "cost": [np.nan, 1 / 3]})
    found = json.loads(json.dumps(analyse_search.records(table)))
    assert found == [
        {"epochs": 3, "rate": 1 / 3000, "cost": None},
        {"epochs": 5, "rate": 0.1, "cost": 1 / 3},
    ]


# The cells and their curves


def test_steps_times_rate_counts_the_smaller_last_batch():
    cell = pd.Series({"batch_size": 30, "learning_rate": 0.5, "epochs": 3})
    assert analyse_search.steps_times_rate(cell, n=100) == 0.5 * 3 * 4


@pytest.fixture
def epochs(tmp_path):
    """Two curves: of one, the cells end after 4 and 12 epochs; the other one diverges."""
    columns = ["batch_size", "learning_rate", "epochs", "status"]
    rows = [(10, 0.1, 4, "ok"), (10, 0.1, 12, "ok"), (20, 0.1, 12, "diverged")]
    costs = [[9, 8, 8, 7], [9, 8, 8, 7, 6, 1, 7, 6, 6, 8, 9, 10], [9, 3, np.inf]]
    paths = [tmp_path / f"{row}.csv" for row in range(3)]
    for path, validation in zip(paths, costs, strict=True):
        numbers = range(1, len(validation) + 1)
        history = pd.DataFrame({"epoch": numbers, "validation_fmse": validation})
        history.to_csv(path, index=False)
    return analyse_search.read_curves(pd.DataFrame(rows, columns=columns), paths)


def test_the_lowest_cost_of_all_may_be_between_the_ends_of_cells(epochs):
    lowest = {"batch_size": 10, "learning_rate": 0.1, "epoch": 6, "validation_fmse": 1}
    assert analyse_search.lowest_of_all(epochs) == lowest


def test_the_selected_curve_is_averaged_over_a_window_and_followed_beyond_its_end(epochs):
    best = pd.DataFrame({"batch_size": [10], "learning_rate": [0.1], "epochs": [4]}).loc[0]
    assert json.loads(json.dumps(analyse_search.selected_curve(epochs, best))) == {
        "window": 2,
        "selected": 7.5,
        "lowest": 3.5,
        "lowest_epoch": 6,
        "last": 9.5,
        "last_epoch": 12,
    }


def test_a_curve_of_the_page_runs_from_the_first_epoch_to_the_last():
    costs = [*np.linspace(90, 61, 99), np.inf]
    history = {"epoch": range(1, 101), "minibatch_fmse": costs, "validation_fmse": costs}
    curve = analyse_search.curve(7, pd.DataFrame(history))
    assert curve["row"] == 7
    assert (curve["epoch"][0], curve["epoch"][-1]) == (1, 100)
    assert len(curve["epoch"]) == len(curve["validation"]) <= 40
    assert (curve["validation"][0], curve["minibatch"][-1]) == (90, None)


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
def test_just_the_default_cells_above_the_limit_of_their_batch_size_diverge(searched):
    cells, _, split = searched
    eigenvalue = analyse_search.largest_eigenvalue(split.X_train)
    trace = np.square(split.X_train).sum(dtype=float) / len(split.X_train)
    for cell in cells:
        limit = analyse_search.stability_limit(eigenvalue, trace, cell.batch_size)
        assert (cell.status == "diverged") == (cell.learning_rate > limit)
    assert {cell.status for cell in cells} == {"ok", "diverged"}


@pytest.mark.stress
def test_the_selected_default_cell_is_as_good_as_ridge_regression_and_at_no_edge(searched):
    cells, ridge, _ = searched
    best = problem2.select_best(cells)
    assert best.validation_fmse <= 1.02 * ridge
    assert min(problem2.BATCH_SIZES) < best.batch_size < max(problem2.BATCH_SIZES)
    assert min(problem2.EPOCHS) < best.epochs < max(problem2.EPOCHS)
    stable = {cell.learning_rate for cell in cells if cell.status == "ok"}
    assert min(stable) < best.learning_rate < max(stable)

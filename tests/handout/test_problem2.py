"""Problem 2: the network's parts on small examples, and the results from the data."""

import csv
import hashlib
import re
import runpy
from inspect import signature
from itertools import permutations, product
from types import SimpleNamespace

import numpy as np
import pytest

from .comparing import assert_imports, close, is_rounded
from .conftest import read, requirement

MODULE = "homework1_problem2.py"
HYPERPARAMETERS = ["batch_size", "learning_rate", "epochs"]
PRECISION = 1e-6  # of costs, which another kind of processor may round otherwise
AGAIN = f"run `make clean`, then `make submit`. If that changes nothing, fix {MODULE}."

cost = requirement("2 cost", 5, f"{MODULE}: f_mse", "f_MSE by hand; numpy alone")
sgd = requirement("2 SGD", 5, f"{MODULE}: grid_search", "each epoch by a plain loop")
grid = requirement("2 grid", 5, f"{MODULE}: grid_search", "two or more; all costs")
validation = requirement("2 validation", 5, f"{MODULE}: select_best", "the split; the lowest cost")
report = requirement("2 report", 5, f"{MODULE}: train_age_regressor", "train, test, last ten")


def faces(n):
    """n small random faces with their ages, which follow from the pixels."""
    X = np.random.default_rng(541).normal(size=(n, 4))
    return X, X @ [9, -6, 3, 12] + 40


def cost_by_hand(X, y, rows, w, b):
    """Half the mean squared error on these rows, of each network if w has one in each column."""
    squares = 0
    for start in range(0, len(rows), 100):  # in float64, all training faces would fill 74 MB
        block = rows[start : start + 100]
        errors = (X[block].astype(float) @ w + b).T - y[block]
        squares += (errors**2).sum(axis=-1)
    return squares / (2 * len(rows))


# The cost


@cost
def test_the_cost_is_the_handouts(problem2):
    X, y = faces(3)
    w = np.array([0.2, -1, 3, 0.7])
    right = sum((X[i] @ w + 0.5 - y[i]) ** 2 for i in range(3)) / (2 * 3)
    assert close(problem2.f_mse(X, y, w, 0.5), right)


@cost
def test_only_numpy_is_imported(problem2):
    assert_imports(problem2, "numpy")


# Stochastic gradient descent


@sgd
@pytest.mark.parametrize(("n", "batch_size"), [(5, 2), (5, 3), (125, 100)])
def test_each_epoch_visits_every_example_once_in_an_order_of_its_own(problem2, n, batch_size):
    split = problem2.split_examples(*faces(n), 0.2, 0)
    # On the few faces of a small validation split training might count as diverged, and stop.
    split = split._replace(X_validation=split.X_train, y_validation=split.y_train)
    examples = range(len(split.y_train))
    # All orders of a few; of many, in one mini-batch, the order does not matter.
    orders = list(permutations(examples)) if len(examples) <= 5 else [examples]
    cells = problem2.grid_search(split, [batch_size], [0.05], [1, 2, 3, 4, 5, 6], 0)
    w, b = np.zeros(4), split.y_train.mean()
    taken = []
    for cell in cells:
        ends = [epoch_by_hand(split, w, b, batch_size, order) for order in orders]
        w, b = cell.w, cell.b
        taken.append([close(w, end_w) and close(b, end_b) for end_w, end_b in ends])
    assert all(map(any, taken)), (
        "grid_search does not step along the mean gradient of mini-batches that have each training "
        f"example once an epoch, from w = 0 and the mean age: fix the training in {MODULE}."
    )
    assert len(orders) == 1 or any(epoch != taken[0] for epoch in taken), (
        f"grid_search takes the same order in each epoch: fix the training in {MODULE}."
    )


def epoch_by_hand(split, w, b, batch_size, order):
    """w and b after an epoch with learning rate 0.05 from these ones."""
    X, y = split.X_train, split.y_train
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        errors = [sum(X[i] * w) + b - y[i] for i in batch]
        slope = sum(error * X[i] for error, i in zip(errors, batch, strict=True))
        w = w - 0.05 * slope / len(batch)
        b = b - 0.05 * sum(errors) / len(batch)
    return w, b


# The grid


@grid
def test_the_data_are_those_of_the_note_beside_them(project):
    # First, since faces that were changed would make the sentences of other tests misleading.
    for name, digest in read(project / "data/raw/source.json")["sha256"].items():
        with (project / "data/raw" / name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        assert found == digest, f"data/raw/{name} was changed: delete data/raw and run `make`."


@grid
@pytest.mark.parametrize("name", HYPERPARAMETERS)
def test_there_are_two_values_of_each_hyperparameter(settings, name):
    assert len(settings["grid"][name]) >= 2, f"Only one {name}: add another in config.yaml."


@grid
def test_run_alone_the_module_does_what_the_configuration_says(folder, settings):
    train = runpy.run_path(str(folder / MODULE))["train_age_regressor"]
    _, *defaults = (parameter.default for parameter in signature(train).parameters.values())
    values = [settings["grid"][name] for name in HYPERPARAMETERS]
    assert defaults == [*values, settings["validation_fraction"], settings["seed"]], (
        f"{MODULE} has another seed, split or grid than config.yaml: run `make` again."
    )


@grid
def test_every_combination_was_tried(settings, table):
    tried = {hyperparameters(row) for row in table}
    assert tried == set(product(*(map(float, settings["grid"][name]) for name in HYPERPARAMETERS)))


def hyperparameters(row):
    return tuple(float(row[name]) for name in HYPERPARAMETERS)


@grid
def test_every_cell_is_trained_as_if_it_were_the_only_one(problem2):
    split = problem2.split_examples(*faces(20), 0.2, 0)
    cells = problem2.grid_search(split, [3, 5], [0.01, 0.1], [1, 3], 0)
    asked = list(product([3, 5], [0.01, 0.1], [1, 3]))
    assert sorted(hyperparameters(cell._asdict()) for cell in cells) == asked
    for cell in cells:
        alone = [[cell.batch_size], [cell.learning_rate], [cell.epochs]]
        assert close(cell.w, problem2.grid_search(split, *alone, 0)[0].w)
    assert len({cell.validation_fmse for cell in cells}) == len(cells)


@grid
@pytest.mark.parametrize("split", ["train", "validation"])
def test_the_costs_in_the_table_are_those_of_the_cells_weights(networks, splits, split):
    rows, names, W, b = networks
    costs = cost_by_hand(*splits[split], W, b)
    for name, right, row in zip(names, costs, rows, strict=True):
        assert close(float(row[f"{split}_fmse"]), right, PRECISION), (
            f"results/grid.csv has another {split} cost of {name} than its weights: "
            "delete it and that cell’s folder in results/cells, then `make submit`."
        )


@pytest.fixture(scope="module")
def networks(project, table, splits):
    """The rows and names of the cells that did not diverge, their W, (2304, cells), and b."""
    rows = [row for row in table if row["status"] == "ok"]
    names = ["batch{batch_size}_rate{learning_rate}_epochs{epochs}".format(**row) for row in rows]
    cells = [np.load(project / f"results/cells/{name}/weights.npz") for name in names]
    X, _, train = splits["train"]
    # Face by face, which spares a copy of all of them.
    mean = sum(X[i].astype(float) for i in train) / len(train)
    scale = np.sqrt(sum((X[i] - mean) ** 2 for i in train) / len(train))
    scale[scale == 0] = 1
    # The cells' weights are for standardised pixels.
    W = np.stack([cell["w"] / scale for cell in cells], axis=1)
    b = np.array([cell["b"] for cell in cells]) - mean @ W
    return rows, names, W, b


@pytest.fixture(scope="module")
def table(project):
    with open(project / "results/grid.csv", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def splits(project, problem2, settings):
    """For each split, the faces, (n, 2304), and ages of its data files, and its rows in them."""
    (X, y), (X_test, y_test) = (examples(project / "data/raw", part) for part in ("tr", "te"))
    # Faces that are nothing but their number show which of them are in which split.
    number = np.arange(len(y), dtype=float)
    share, seed = settings["validation_fraction"], settings["seed"]
    split = problem2.split_examples(number[:, None], number, share, seed)
    return {
        "train": (X, y, split.y_train.astype(int)),
        "validation": (X, y, split.y_validation.astype(int)),
        "test": (X_test, y_test, np.arange(len(y_test))),
    }


def examples(data, part):
    """The faces, which may be stored as images, and the ages, which may be a column."""
    X, y = (np.load(data / f"age_regression_{k}{part}.npy", mmap_mode="r") for k in "Xy")
    return X.reshape(len(X), -1), y.reshape(-1)


# The validation split


@validation
def test_the_lowest_validation_cost_is_selected_and_no_cell_that_diverged(problem2):
    cells = [
        SimpleNamespace(status="ok", train_fmse=1, validation_fmse=9, learning_rate=1.0),
        SimpleNamespace(status="ok", train_fmse=3, validation_fmse=7, learning_rate=1.0),
        SimpleNamespace(status="diverged", train_fmse=2, validation_fmse=5, learning_rate=1.0),
    ]
    assert problem2.select_best(cells) is cells[1]


@validation
def test_the_best_cell_of_the_table_was_selected(table, best):
    trained = [row for row in table if row["status"] == "ok"]
    lowest = min(trained, key=lambda row: float(row["validation_fmse"]))
    assert hyperparameters(lowest) == hyperparameters(best), (
        "Another cell has a lower validation cost: delete results/best.json and run `make` again."
    )


@validation
def test_a_fifth_of_the_faces_is_set_aside_at_random_and_not_trained_on(problem2):
    X = np.outer(np.arange(10.0), [1, -1])
    y = np.arange(10.0)
    split = problem2.split_examples(X, y, 0.2, 0)
    ages = [*split.y_train, *split.y_validation]
    standardised = np.vstack([split.X_train, split.X_validation])
    sentence = (
        "split_examples does not set faces aside, or standardises by more than the training faces: "
        f"fix it in {MODULE}."
    )
    assert len(split.y_validation) == 2, sentence
    assert sorted(ages) == list(y), sentence
    assert close((standardised * split.scale + split.mean)[:, 0], ages), sentence
    assert close(split.X_train.mean(axis=0), [0, 0]), sentence
    others = {tuple(problem2.split_examples(X, y, 0.2, seed).y_validation) for seed in range(9)}
    assert len(others) > 1, f"split_examples does not choose at random: fix it in {MODULE}."


@validation
def test_the_validation_split_steers_nothing(problem2):
    split = problem2.split_examples(*faces(20), 0.2, 0)
    blind = split._replace(y_validation=split.y_validation + 1)
    cells = [problem2.grid_search(each, [3], [0.01], [2], 0)[0] for each in (split, blind)]
    assert close(cells[0].w, cells[1].w)
    assert cells[0].validation_fmse != cells[1].validation_fmse


@validation
def test_the_whole_search_selects_on_validation(problem2, tmp_path):
    # With these draws another cell is best on training, another on test, and another is the first.
    rng = np.random.default_rng(560)
    for part in "tr", "te":
        np.save(tmp_path / f"age_regression_X{part}.npy", rng.normal(size=(40, 48, 48)))
        np.save(tmp_path / f"age_regression_y{part}.npy", rng.normal(size=40))
    asked = [[3, 5], [1e-4, 3e-4], [1, 3]]
    _, selected, _ = problem2.train_age_regressor(tmp_path, *asked, 0.2, 0)
    X = np.load(tmp_path / "age_regression_Xtr.npy").reshape(40, -1)
    y = np.load(tmp_path / "age_regression_ytr.npy")
    cells = problem2.grid_search(problem2.split_examples(X, y, 0.2, 0), *asked, 0)
    lowest = min(cells, key=lambda cell: cell.validation_fmse)
    assert hyperparameters(selected._asdict()) == hyperparameters(lowest._asdict()), (
        f"train_age_regressor does not select the lowest validation cost: fix it in {MODULE}."
    )


@validation
def test_the_validation_cost_is_that_of_the_selected_cell(retrained, splits, metrics):
    cell, _ = retrained
    assert_cost("validation", cell.validation_fmse, metrics, splits, cell)


# What the report states


@pytest.fixture(scope="module")
def best(project):
    return read(project / "results/best.json")


@pytest.fixture(scope="module")
def retrained(project, problem2, settings, best):
    """The selected cell and its test cost, by the handed-in code from the data."""
    values = [[best[name]] for name in HYPERPARAMETERS]
    share, seed = settings["validation_fraction"], settings["seed"]
    _, cell, test_fmse = problem2.train_age_regressor(project / "data/raw", *values, share, seed)
    return cell, test_fmse


def assert_cost(name, recomputed, metrics, splits, cell):
    """The handed-in code finds the reported cost, and its weights have it by our own sum."""
    assert_same(name, recomputed, metrics[f"{name}_fmse"])
    assert_same(name, cost_by_hand(*splits[name], cell.w, cell.b), metrics[f"{name}_fmse"])


def assert_same(name, recomputed, reported):
    assert close(recomputed, reported, PRECISION), (
        f"The handed-in code gives {recomputed:.6g} for the {name} cost, the report "
        f"{reported:.6g}: {AGAIN}"
    )


@report
def test_the_training_and_the_test_cost_are_those_of_the_selected_cell(retrained, splits, metrics):
    cell, test_fmse = retrained
    assert_cost("train", cell.train_fmse, metrics, splits, cell)
    assert_cost("test", test_fmse, metrics, splits, cell)


@report
def test_the_baseline_always_answers_the_mean_training_age(splits, metrics):
    _, y_test, _ = splits["test"]
    _, y, train = splits["train"]
    cost = np.mean((y[train].mean() - y_test) ** 2) / 2
    assert_same("mean’s", cost, metrics["baseline_fmse"])


@report
def test_the_last_ten_costs_are_the_selected_cells(retrained, metrics):
    cell, _ = retrained
    costs = metrics["last_training_costs"]
    assert len(costs) == len(cell.last_training_costs) == 10, (
        f"There are not ten last costs: fix {MODULE}, or train for more epochs in config.yaml."
    )
    assert costs[-1] == metrics["train_fmse"], f"The last cost is not the training cost: {AGAIN}"
    for recomputed, reported in zip(cell.last_training_costs, costs, strict=True):
        assert_same("last training", recomputed, reported)


@report
def test_the_last_costs_are_the_whole_splits_after_each_iteration(problem2):
    split = problem2.split_examples(*faces(20), 0.2, 0)
    cells = problem2.grid_search(split, [16], [0.05], range(1, 13), 0)  # an epoch is one iteration
    rows = range(len(split.y_train))
    costs = [cost_by_hand(split.X_train, split.y_train, rows, cell.w, cell.b) for cell in cells]
    assert close(cells[-1].last_training_costs, costs[-10:]), (
        f"last_training_costs are not the costs after the last ten iterations: fix it in {MODULE}."
    )


@report
def test_the_module_prints_the_costs(problem2, retrained, monkeypatch, capsys):
    cell, test_fmse = retrained
    other = cell._replace(train_fmse=31.4159, validation_fmse=27.1828)
    result = [other, cell], cell, test_fmse
    monkeypatch.setattr(problem2, "train_age_regressor", lambda _: result)
    problem2.main(".")
    printed = re.findall(r"\d+\.\d{2,}", capsys.readouterr().out)
    costs = [*cell.last_training_costs, cell.train_fmse, cell.validation_fmse, test_fmse]
    costs += [other.train_fmse, other.validation_fmse]
    for value in costs:
        assert any(is_rounded(number, value) for number in printed), (
            f"main does not print all cells’ costs, the last ten and each split’s: fix {MODULE}."
        )


# What the handout does not ask for: how training is done, and what it cannot be done with


@pytest.fixture
def train(problem2):
    """Train one cell on some faces."""

    def train(batch_size, learning_rate, epochs, n=60, dtype=float):
        X, y = faces(n)
        split = problem2.split_examples(X.astype(dtype), y, 0.25, 1)
        (cell,) = problem2.grid_search(split, [batch_size], [learning_rate], [epochs], 5)
        return split, cell

    return train


@pytest.mark.parametrize("batch_size", [1, 7, 45, 100, 150])
def test_mini_batches_of_every_size_follow_the_order_of_the_seed(problem2, train, batch_size):
    split, cell = train(batch_size, 0.05, 3, n=200)
    w, b = np.zeros(4), split.y_train.mean()
    for epoch in (1, 2, 3):
        order = problem2.named_rng(5, f"epoch {epoch}").permutation(150)
        w, b = epoch_by_hand(split, w, b, batch_size, order)
    assert close(cell.w, w, 1e-12)
    assert close(cell.b, b, 1e-12)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("learning_rate", [3.0, 1e20, 1e38])
def test_a_diverging_cell_stops_early_and_quietly(train, dtype, learning_rate):
    _, cell = train(7, learning_rate, 500, dtype=dtype)
    assert cell.status == "diverged"
    assert len(cell.history) < 20
    assert np.isnan([cell.train_fmse, cell.validation_fmse]).all()
    assert len(cell.last_training_costs) == 0


@pytest.mark.parametrize(("times", "status"), [(1.9, "ok"), (2.1, "diverged")])
def test_twice_the_cost_of_always_answering_the_mean_has_diverged(problem2, train, times, status):
    split, _ = train(45, 0.01, 1)
    mean = split.y_train.mean()
    # Half of what b is off by, squared, adds to the cost of predicting the mean.
    b = mean + split.y_train.std() * np.sqrt(times - 1)
    split = split._replace(y_validation=np.full_like(split.y_validation, mean))
    cell = problem2.untrained_cell(split, 45, 1e-12)._replace(b=b)
    assert problem2.train_cell(split, cell, 1, 5).status == status


def test_a_grid_that_all_diverged_is_an_error(problem2, train):
    split, _ = train(7, 0.01, 1)
    cells = problem2.grid_search(split, [7, 15], [3.0, 30.0], [9], 0)
    with pytest.raises(ValueError, match="diverged in every cell of the grid: add a smaller rate"):
        problem2.select_best(cells)


def test_a_constant_pixel_becomes_zero(problem2):
    X, y = faces(60)
    X[:, 2] = 7.0
    assert not problem2.split_examples(X, y, 0.25, 1).X_train[:, 2].any()


def test_draws_depend_on_the_seed_and_the_name_alone(problem2):
    names = [(1, "epoch 1"), (1, "epoch 2"), (2, "epoch 1"), (2, "epoch 2")]
    draws = [problem2.named_rng(*name).integers(2**60) for name in names]
    assert len(set(draws)) == 4
    assert problem2.named_rng(*names[1]).integers(2**60) == draws[1]


@pytest.mark.parametrize("dtype", ["<f4", ">f8", "uint8"])
@pytest.mark.parametrize("shape", [(3, 48, 48), (3, 48, 48, 1), (3, 2304)])
def test_faces_are_read_in_every_shape_and_dtype(problem2, tmp_path, dtype, shape):
    faces = np.random.default_rng(0).integers(0, 255, shape).astype(dtype)
    np.save(tmp_path / "X.npy", np.asfortranarray(faces))
    np.save(tmp_path / "y.npy", np.arange(3)[:, None])
    X, y = problem2.load_examples(tmp_path / "X.npy", tmp_path / "y.npy")
    assert (X.dtype, y.dtype) == (np.float32, np.float64)
    assert np.array_equal(X, faces.reshape(3, 2304))
    assert np.array_equal(y, [0, 1, 2])

"""Problem 2: the network's parts on small examples, and the report's numbers from the data."""

import hashlib
import io
import json
import math
from contextlib import redirect_stdout
from functools import cache
from inspect import signature
from itertools import permutations, product
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import numpy as np

from answers import find_all, numbers
from submission import HYPERPARAMETERS, close, demand, requirement

MODULE = "homework1_problem2.py"
PRECISION = 1e-6  # relative, of costs that another kind of processor may round otherwise
MOST_ROWS = 60  # of the appendix's table


def faces(n):
    """n small random faces with their ages, which follow from the pixels."""
    X = np.random.default_rng(541).normal(size=(n, 4))
    return X, X @ [9, -6, 3, 12] + 40


def cost_by_hand(X, y, w, b):
    """Half the mean squared error: the handout's formula, in float64.

    Of several networks, the columns of w, each one's.
    """
    squares = 0
    for X_block, y_block in in_blocks(X, y):
        errors = (X_block @ w + b).T - y_block
        squares += (errors**2).sum(axis=-1)
    return squares / (2 * len(y))


def in_blocks(*arrays):
    """A hundred rows of each at a time in float64, in which all training faces would fill 74 MB."""
    for start in range(0, len(arrays[0]), 100):
        yield [array[start : start + 100].astype(float) for array in arrays]


@requirement("2 cost", 5, f"{MODULE}: f_mse", "f_MSE by hand; numpy alone")
def cost_2(submission):
    X, y = faces(3)
    w = np.array([0.2, -1, 3, 0.7])
    demand(
        close(submission.module(2).f_mse(X, y, w, 0.5), cost_by_hand(X, y, w, 0.5)),
        f"f_mse is not the handout’s cost: fix it in {MODULE}.",
    )
    submission.demand_imports(2, ["numpy"])
    return {"Problem 2": []}


@requirement("2 SGD", 5, f"{MODULE}: grid_search", "each epoch by a plain loop")
def sgd_2(submission):
    module = submission.module(2)
    few = module.split_examples(*faces(5), 0.2, 0)
    orders = list(permutations(range(len(few.y_train))))
    for batch_size in 2, 3, 4:
        demand_epochs(module, few, batch_size, orders)
    many = module.split_examples(*faces(125), 0.2, 0)
    n = len(many.y_train)
    demand_epochs(module, many, n, [range(n)])  # in one mini-batch the order does not matter
    return {"Problem 2": []}


def demand_epochs(module, split, batch_size, orders):
    """Each epoch goes on where the one before it ended, in one of these orders."""
    # On the few faces of a small validation split training might count as diverged, and stop.
    split = split._replace(X_validation=split.X_train, y_validation=split.y_train)
    cells = module.grid_search(split, [batch_size], [0.05], [1, 2, 3, 4, 5, 6], 0)
    ends = [(cell.w, cell.b) for cell in cells]
    # The bias may begin at 0 or at the mean age.
    first = [(np.zeros(4), 0.0), (np.zeros(4), split.y_train.mean())]
    starts = [first, *([end] for end in ends[:-1])]
    taken = [
        {tuple(order) for order in orders if leads(split, start, batch_size, order, end)}
        for start, end in zip(starts, ends, strict=True)
    ]
    several = batch_size < len(split.y_train)
    demand(
        all(taken) and not (several and all(epoch == taken[0] for epoch in taken)),
        "grid_search does not visit each training example once an epoch, in mini-batches and in "
        f"an order of that epoch’s own: fix the training in {MODULE}.",
    )


def leads(split, starts, batch_size, order, end):
    """Whether an epoch in this order leads from one of the starts to the end, all of them w, b."""
    X = split.X_train
    y = split.y_train
    reached = [epoch_by_hand(X, y, w, b, batch_size, order) for w, b in starts]
    return any(close(w, end[0]) and close(b, end[1]) for w, b in reached)


def epoch_by_hand(X, y, w, b, batch_size, order):
    """w and b after an epoch from these ones."""
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        errors = [sum(X[i] * w) + b - y[i] for i in batch]
        slope = sum(error * X[i] for error, i in zip(errors, batch, strict=True))
        w = w - 0.05 * slope / len(batch)
        b = b - 0.05 * sum(errors) / len(batch)
    return w, b


@requirement("2 grid", 5, f"{MODULE}: grid_search", "two or more; all costs")
def grid_2(submission):
    grid = submission.evidence["grid"]
    config = submission.config["grid"]
    for name in HYPERPARAMETERS:
        demand(len(set(config[name])) >= 2, f"Only one {name}: add another in config.yaml.")
    demand_defaults(submission)
    tried = {tuple(float(cell[name]) for name in HYPERPARAMETERS) for cell in grid}
    asked = math.prod(len(config[name]) for name in HYPERPARAMETERS)
    demand(len(tried) == asked, "results/grid.csv lacks cells of the grid: run `make` again.")
    demand_search(submission.module(2))
    demand_costs_of_cells(submission, [row for row in grid if row["status"] == "ok"])
    return {
        "Problem 2": [numbers(*sorted(config[name])) for name in HYPERPARAMETERS],
        "Appendix": [numbers(*numbers_of_row(row)) for row in rows_in_the_appendix(grid)],
    }


def rows_in_the_appendix(grid):
    """All cells of a small grid, the best ones of a large one."""
    if len(grid) <= MOST_ROWS:
        return grid
    trained = [row for row in grid if row["status"] == "ok"]
    return sorted(trained, key=lambda row: float(row["validation_fmse"]))[:MOST_ROWS]


def numbers_of_row(row):
    """A cell's hyperparameters and, where it did not diverge, its costs."""
    costs = [row["train_fmse"], row["validation_fmse"]]
    return [
        int(row["batch_size"]),
        float(row["learning_rate"]),
        int(row["epochs"]),
        *(float(cost) for cost in costs if cost),
    ]


def demand_defaults(submission):
    """Run alone, the handed-in module does what the report says."""
    parameters = signature(submission.module(2).train_age_regressor).parameters.values()
    defaults = [parameter.default for parameter in parameters][1:]
    config = submission.config
    grid = [config["grid"][name] for name in HYPERPARAMETERS]
    demand(
        defaults == [*grid, config["validation_fraction"], config["seed"]],
        f"{MODULE} has another seed, split or grid than config.yaml: run `make` again.",
    )


def demand_search(module):
    """Every combination is trained, each as if it were the only one."""
    split = module.split_examples(*faces(20), 0.2, 0)
    asked = set(product([3, 5], [0.01, 0.1], [1, 3]))
    cells = module.grid_search(split, [3, 5], [0.01, 0.1], [1, 3], 0)
    trained = {(cell.batch_size, cell.learning_rate, cell.epochs): cell.w for cell in cells}
    alone = {}
    for size, rate, epochs in asked:
        (cell,) = module.grid_search(split, [size], [rate], [epochs], 0)
        alone[size, rate, epochs] = cell.w
    demand(
        len(cells) == len(asked)
        and trained.keys() == asked
        and all(close(trained[cell], alone[cell]) for cell in asked)
        and len({cell.validation_fmse for cell in cells}) == len(asked),
        f"grid_search does not train every cell by itself: fix it in {MODULE}.",
    )


def demand_costs_of_cells(submission, rows):
    """The costs in the grid's table are those of the cells' weights."""
    names = ["batch{batch_size}_rate{learning_rate}_epochs{epochs}".format(**row) for row in rows]
    cells = [np.load(f"{submission.evidence['cells']}/{name}/weights.npz") for name in names]
    mean, scale = statistics(submission)
    # The cells' weights are for standardised pixels.
    W = np.stack([cell["w"] / scale for cell in cells], axis=1)
    b = np.array([cell["b"] for cell in cells]) - mean @ W
    for split, column in ("training", "train_fmse"), ("validation", "validation_fmse"):
        costs = cost_by_hand(*parts(submission)[split], W, b)
        for name, cost, row in zip(names, costs, rows, strict=True):
            demand(
                close(cost, float(row[column]), PRECISION),
                f"results/grid.csv has another {split} cost of {name} than its weights: "
                "delete it and that cell’s folder in results/cells, then `make submit`.",
            )


def statistics(submission):
    """Each pixel's mean and standard deviation over the training split, 1 where it is constant."""
    X, _ = parts(submission)["training"]
    mean = X.mean(axis=0, dtype=float)
    squares = sum(((X_block - mean) ** 2).sum(axis=0) for (X_block,) in in_blocks(X))
    scale = np.sqrt(squares / len(X))
    return mean, np.where(scale > 0, scale, 1)


@cache
def parts(submission):
    """The faces, (n, 2304), and the ages of each split, in the precision of the data files."""
    array = submission.evidence["data"] + "/age_regression_{}.npy"
    X, y, X_test, y_test = (
        np.load(array.format(part), mmap_mode="r") for part in ("Xtr", "ytr", "Xte", "yte")
    )
    # Faces may be stored as images, ages as a column.
    X = X.reshape(len(X), -1)
    X_test = X_test.reshape(len(X_test), -1)
    y = y.reshape(-1)
    y_test = y_test.reshape(-1)
    # Faces that are nothing but their number show which of them are in which split.
    number = np.arange(len(y), dtype=float)
    share = submission.config["validation_fraction"]
    split = submission.module(2).split_examples(
        number[:, None], number, share, submission.config["seed"]
    )
    train = split.y_train.astype(int)
    validation = split.y_validation.astype(int)
    return {
        "training": (X[train], y[train]),
        "validation": (X[validation], y[validation]),
        "test": (X_test, y_test),
    }


@requirement("2 validation", 5, f"{MODULE}: select_best", "the split; the lowest cost")
def validation_2(submission):
    best = submission.evidence["best"]
    module = submission.module(2)
    demand_selection(module)
    trained = [cell for cell in submission.evidence["grid"] if cell["status"] == "ok"]
    lowest = min(trained, key=lambda cell: float(cell["validation_fmse"]))
    demand(
        all(float(lowest[name]) == best[name] for name in HYPERPARAMETERS),
        "Another cell has a lower validation cost: delete results/best.json and run `make` again.",
    )
    demand_split(module)
    demand_search_selects(module)
    cell, _ = submission.retrained
    demand_cost(submission, "validation", cell.validation_fmse)
    percent = 100 * submission.config["validation_fraction"]
    return {
        "Problem 2": [
            numbers(*(best[name] for name in HYPERPARAMETERS)),
            numbers(percent, after="%", digits=2),
            numbers(submission.evidence["metrics"]["validation_fmse"]),
        ]
    }


def demand_selection(module):
    """The lowest validation cost counts, and a cell that diverged does not."""
    candidates = [
        SimpleNamespace(status="ok", train_fmse=1, validation_fmse=9, learning_rate=1.0),
        SimpleNamespace(status="ok", train_fmse=3, validation_fmse=7, learning_rate=1.0),
        SimpleNamespace(status="diverged", train_fmse=2, validation_fmse=5, learning_rate=1.0),
    ]
    demand(
        module.select_best(candidates) is candidates[1],
        f"select_best does not select the lowest validation cost: fix it in {MODULE}.",
    )


def demand_split(module):
    """A fifth of ten faces is set aside, with its ages, and not trained on."""
    X = np.outer(np.arange(10.0), [1, -1])
    y = np.arange(10.0)
    split = module.split_examples(X, y, 0.2, 0)
    standardised = np.vstack([split.X_train, split.X_validation])
    ages = [*split.y_train, *split.y_validation]
    demand(
        len(split.y_validation) == 2
        and sorted(ages) == list(y)
        and close((standardised * split.scale + split.mean)[:, 0], ages)
        and close(split.X_train.mean(axis=0), [0, 0]),
        f"split_examples does not set faces aside that are not trained on: fix it in {MODULE}.",
    )
    others = [module.split_examples(X, y, 0.2, seed).y_validation for seed in range(9)]
    demand(
        len({tuple(ages) for ages in others}) > 1,
        f"split_examples does not choose at random: fix it in {MODULE}.",
    )


def demand_search_selects(module):
    """The whole search selects on validation.

    With these draws another cell is best on training, another on test, and another is the first.
    """
    rng = np.random.default_rng(560)
    asked = [[3, 5], [1e-4, 3e-4], [1, 3]]
    with TemporaryDirectory() as folder:
        for part in "tr", "te":
            np.save(f"{folder}/age_regression_X{part}.npy", rng.normal(size=(40, 48, 48)))
            np.save(f"{folder}/age_regression_y{part}.npy", rng.normal(size=40))
        selected, _ = module.train_age_regressor(folder, *asked, 0.2, 0)
        X = np.load(f"{folder}/age_regression_Xtr.npy").reshape(40, -1)
        y = np.load(f"{folder}/age_regression_ytr.npy")
    cells = module.grid_search(module.split_examples(X, y, 0.2, 0), *asked, 0)
    lowest = min(cells, key=lambda cell: cell.validation_fmse)
    demand(
        selected[:3] == lowest[:3],
        f"train_age_regressor does not select the lowest validation cost: fix it in {MODULE}.",
    )


def demand_cost(submission, name, recomputed):
    """The handed-in code finds the reported cost, and its weights have it by our own sum."""
    column = {"training": "train_fmse"}.get(name, f"{name}_fmse")
    reported = submission.evidence["metrics"][column]
    cell, _ = submission.retrained
    demand_same(name, recomputed, reported)
    demand_same(name, cost_by_hand(*parts(submission)[name], cell.w, cell.b), reported)


def demand_same(name, recomputed, reported):
    """The costs agree."""
    demand(
        close(recomputed, reported, PRECISION),
        f"The handed-in code gives {recomputed:.6g} for the {name} cost, the report "
        f"{reported:.6g}: run `make clean`, then `make submit`.",
    )


@requirement(
    "2 report",
    5,
    f"{MODULE}: train_age_regressor",
    "train, test, last ten",
)
def report_2(submission):
    metrics = submission.evidence["metrics"]
    cell, tested = submission.retrained
    demand_data(submission)
    demand_cost(submission, "training", cell.train_fmse)
    demand_cost(submission, "test", tested["test_fmse"])
    demand_baseline(submission)
    costs = metrics["last_training_costs"]
    demand(
        len(costs) == len(cell.last_training_costs) == 10 and close(costs[-1], cell.train_fmse),
        "These are not the costs of the last ten iterations: train for more epochs in config.yaml.",
    )
    for recomputed, reported in zip(cell.last_training_costs, costs, strict=True):
        demand_same("last training", recomputed, reported)
    demand_printed(submission)
    train, test, mean = (metrics[f"{name}_fmse"] for name in ("train", "test", "baseline"))
    return {
        "Problem 2": [
            numbers(*costs),
            numbers(train),
            numbers(test),
            numbers(mean),
            numbers(100 * abs(1 - test / mean), after="%", digits=1),
            numbers(math.sqrt(2 * test), digits=2),
            numbers(math.sqrt(2 * mean), digits=2),
            numbers(test / train, digits=2),
        ]
    }


def demand_baseline(submission):
    """The cost of always answering the training split's mean age."""
    cell, tested = submission.retrained
    X, y = parts(submission)["test"]
    _, ages = parts(submission)["training"]
    reported = submission.evidence["metrics"]["baseline_fmse"]
    demand_same("mean’s", tested["baseline_fmse"], reported)
    demand_same("mean’s", cost_by_hand(X, y, 0 * cell.w, ages.mean()), reported)


def demand_data(submission):
    """The data are those of the note beside them."""
    folder = Path(submission.evidence["data"])
    note = json.loads((folder / "source.json").read_text())
    for name, digest in note["sha256"].items():
        with open(folder / name, "rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        demand(
            found == digest,
            f"data/raw/{name} was changed: delete data/raw and run `make`.",
        )
    known = submission.evidence["known_dataset"]
    demand(
        note["dataset"] == known or (known is None and note["dataset"] != "course"),
        "data/raw/source.json names other data than there are: delete data/raw and run `make`.",
    )


def demand_printed(submission):
    """What the module prints, run alone, are the report's numbers."""
    module = submission.module(2)
    cell, tested = submission.retrained
    search = module.train_age_regressor
    module.train_age_regressor = lambda _: (cell, tested)
    with redirect_stdout(io.StringIO()) as printed:
        module.main(submission.evidence["data"])
    module.train_age_regressor = search
    costs = [*cell.last_training_costs, cell.train_fmse, cell.validation_fmse, tested["test_fmse"]]
    found = find_all(printed.getvalue(), [numbers(float(cost)) for cost in costs])
    demand(
        all(places for _, places in found),
        f"main does not print the last ten costs and each split’s: fix it in {MODULE}.",
    )

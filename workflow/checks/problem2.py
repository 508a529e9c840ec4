"""Problem 2: the network's parts on small examples, and the report's numbers from the data."""

import hashlib
import io
import json
import math
import re
from contextlib import redirect_stdout
from functools import cache
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import numpy as np

from submission import HYPERPARAMETERS, close, demand, enumerated, requirement, written

MODULE = "homework1_problem2.py"
PRECISION = 1e-6  # relative, of costs that another kind of processor may round otherwise


def faces(n):
    """n small random faces with their ages, which they tell."""
    X = np.random.default_rng(541).normal(size=(n, 4))
    return X, X @ [9, -6, 3, 12] + 40


def cost_by_hand(X, y, w, b):
    """Half the mean squared error: the handout's formula, in float64."""
    errors = np.asarray(X, float).reshape(len(y), -1) @ w + b - y
    return sum(error**2 for error in errors) / (2 * len(y))


@requirement("2 cost", 5, f"{MODULE}: f_mse", "f_MSE summed by hand; numpy alone")
def cost_2(submission):
    X, y = faces(3)
    w, b = np.array([0.2, -1, 3, 0.7]), 0.5
    demand(
        close(submission.module(2).f_mse(X, y, w, b), cost_by_hand(X, y, w, b)),
        f"f_mse is not the handout’s cost: mend it in {MODULE}.",
    )
    submission.demand_imports(2, ["numpy"])
    submission.demand_stated(
        "“Problem 2”",
        "The network predicts ŷ = x⊤w + b from the pixels of a face",
        "fMSE(w, b) = 1 2n ‖Xw + b − y‖2, ∇wf = 1 n X⊤(Xw + b − y)",
        "∂f ∂b = 1 n ∑ n i=1 (ŷ(i) − y(i))",
    )


@requirement("2 SGD", 5, f"{MODULE}: sgd_epoch", "epochs against a plain loop")
def sgd_2(submission):
    module, (X, y) = submission.module(2), faces(150)
    order = np.random.default_rng(541).permutation(150)
    for batch_size in 4, 100:
        start = np.zeros(4), 0.0
        *_, (w, b) = module.sgd_epoch(X, y, *start, batch_size, 0.1, order, np.empty(150))
        right_w, right_b = epoch_by_hand(X, y, *start, batch_size, 0.1, order)
        demand(
            close(w, right_w) and close(b, right_b),
            f"sgd_epoch does not take the steps of mini-batch SGD: mend it in {MODULE}.",
        )
    demand_training(module)
    submission.demand_stated(
        "“Method”",
        "Training starts from w = 0 and b = 0",
        "Each epoch visits the examples in a fresh permutation",
    )


def demand_training(module):
    """Training goes through the training examples alone, once an epoch, in ever new orders."""
    (X, y), sgd_epoch, orders = faces(20), module.sgd_epoch, []
    split = module.Split(X[:16], y[:16], X[16:], y[16:], None, None)

    def watched(*arguments):
        orders.append(list(arguments[6]))
        return sgd_epoch(*arguments)

    module.sgd_epoch = watched
    cell = module.train_cell(split, module.untrained_cell(split, 3, 0.1), 4, 0)
    module.sgd_epoch = sgd_epoch
    w, b = np.zeros(4), 0.0
    for order in orders:
        w, b = epoch_by_hand(X, y, w, b, 3, 0.1, order)
    demand(
        [sorted(order) for order in orders] == [list(range(16))] * 4
        and len(set(map(tuple, orders))) == 4
        and close(cell.w, w)
        and close(cell.b, b),
        "train_cell does not visit each training example once an epoch, in an order of that "
        f"epoch’s own: mend it in {MODULE}.",
    )


def epoch_by_hand(X, y, w, b, batch_size, learning_rate, order):
    """w and b after an epoch from these ones."""
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        errors = [sum(X[i] * w) + b - y[i] for i in batch]
        slope = sum(error * X[i] for error, i in zip(errors, batch, strict=True))
        w, b = w - learning_rate * slope / len(batch), b - learning_rate * sum(errors) / len(batch)
    return w, b


@requirement("2 grid", 5, f"{MODULE}: grid_search", "two or more of each; all costs summed")
def grid_2(submission):
    grid, config = submission.evidence["grid"], submission.config["grid"]
    for name in HYPERPARAMETERS:
        demand(len(set(config[name])) >= 2, f"Only one {name}: add another in config.yaml.")
    demand_the_modules_own(submission)
    tried = {tuple(float(cell[name]) for name in HYPERPARAMETERS) for cell in grid}
    asked = math.prod(len(config[name]) for name in HYPERPARAMETERS)
    demand(len(tried) == asked, "results/grid.csv lacks cells of the grid: run `make` again.")
    demand_search(submission.module(2))
    demand_the_cells_costs(submission, [row for row in grid if row["status"] == "ok"])
    submission.demand_stated(
        "“Hyperparameters”",
        f"the batch sizes {listed(config['batch_size'])}, the learning rates "
        f"{listed(config['learning_rate'])}, and {listed(config['epochs'])} epochs",
        f"validation split, {len(grid)} cells in all",
        diverged_words(grid),
        edge_words(config, submission.evidence["best"]),
    )
    submission.demand_stated("the appendix", *map(row_words, listed_in_the_appendix(grid)))


def diverged_words(grid):
    """What the PDF says of cells that diverged."""
    rates = {float(row["learning_rate"]) for row in grid if row["status"] == "diverged"}
    if not rates:
        return "None of them diverged."
    count = sum(row["status"] == "diverged" for row in grid)
    return f"With learning rate {listed(rates)} training diverged in {count} of them"


def edge_words(config, best):
    """What the PDF says of the selected cell's place in the grid."""
    edges = [
        name.replace("_", " ")
        for name in HYPERPARAMETERS
        if best[name] in (min(config[name]), max(config[name]))
    ]
    if not edges:
        return "It lies inside the grid in all three directions."
    return f"It lies at the edge of the grid in {enumerated(edges)}, so that a wider grid might"


def listed_in_the_appendix(grid, most=60):
    """All cells of a small grid, the best ones of a large one."""
    if len(grid) <= most:
        return grid
    trained = [row for row in grid if row["status"] == "ok"]
    return sorted(trained, key=lambda row: float(row["validation_fmse"]))[:most]


def row_words(row):
    """A cell's row of the appendix's table."""
    costs = [row[name] and f"{float(row[name]):.3f}" for name in ("train_fmse", "validation_fmse")]
    told = [row["batch_size"], written(float(row["learning_rate"])), row["epochs"], row["status"]]
    return " ".join([*told, *(cost or "–" for cost in costs)])


def demand_the_cells_costs(submission, rows):
    """The costs in the grid's table are those of the cells' weights."""
    names = ["batch{batch_size}_rate{learning_rate}_epochs{epochs}".format(**row) for row in rows]
    cells = [np.load(f"{submission.evidence['cells']}/{name}/weights.npz") for name in names]
    mean, scale = statistics(submission)
    # The cells' weights are for standardised pixels.
    W = np.stack([cell["w"] / scale for cell in cells], axis=1)
    b = np.array([cell["b"] for cell in cells]) - mean @ W
    for split, column in ("training", "train_fmse"), ("validation", "validation_fmse"):
        X, y = parts(submission)[split]
        errors = X.reshape(len(y), -1) @ W + b - y[:, None]
        told = [float(row[column]) for row in rows]
        costs = (errors**2).sum(axis=0) / (2 * len(y))
        for name, *both in zip(names, costs, told, strict=True):
            demand(
                close(*both, PRECISION),
                f"results/grid.csv tells another {split} cost of {name} than its weights have: "
                "delete it and that cell’s folder in results/cells, then `make submit`.",
            )


@cache
def statistics(submission):
    """Each pixel's mean and standard deviation over the training split, 1 where it is constant."""
    X, y = parts(submission)["training"]
    X = X.reshape(len(y), -1)
    scale = X.std(axis=0, dtype=float)
    return X.mean(axis=0, dtype=float), np.where(scale > 0, scale, 1)


def demand_the_modules_own(submission):
    """Run alone, the handed-in module does what the report tells of."""
    module, config = submission.module(2), submission.config
    own = module.SEED, module.VALIDATION_FRACTION, module.BATCH_SIZES
    own = [*own, module.LEARNING_RATES, module.EPOCHS]
    told = config["seed"], config["validation_fraction"]
    told = [*told, *(config["grid"][name] for name in HYPERPARAMETERS)]
    demand(own == told, f"{MODULE} has another seed, split or grid than config.yaml: `make` again.")


def demand_search(module):
    """Every combination is trained, each as if it were the only one."""
    split = module.split_examples(*faces(20), 0.2, 0)
    asked = [[3, 5], [0.01, 0.1], [1, 3]]
    cells = module.grid_search(split, *asked, 0)
    alone = [module.grid_search(split, *([value] for value in cell[:3]), 0)[0] for cell in cells]
    demand(
        len({cell[:3] for cell in cells}) == 8
        and all(cell[k] in asked[k] for cell in cells for k in range(3))
        and all(close(a.w, b.w) for a, b in zip(cells, alone, strict=True))
        and len({cell.validation_fmse for cell in cells}) == 8,
        f"grid_search does not train every cell for itself: mend it in {MODULE}.",
    )


def listed(values):
    """The sorted values as the PDF has them: 16, 64 and 256."""
    return enumerated(map(written, sorted(values)))


CANDIDATES = [
    SimpleNamespace(status=status, train_fmse=train, validation_fmse=validation, learning_rate=1.0)
    for status, train, validation in [("ok", 1, 9), ("ok", 3, 7), ("diverged", 2, 5)]
]


@requirement("2 validation", 5, f"{MODULE}: select_best", "split; lowest cost; recomputed")
def validation_2(submission):
    best, metrics = submission.evidence["best"], submission.evidence["metrics"]
    module, (cell, _) = submission.module(2), submission.retrained
    trained = [cell for cell in submission.evidence["grid"] if cell["status"] == "ok"]
    lowest = min(trained, key=lambda cell: float(cell["validation_fmse"]))
    demand(
        module.select_best(CANDIDATES) is CANDIDATES[1],
        f"select_best does not select the lowest validation cost: mend {MODULE}.",
    )
    demand(
        all(float(lowest[name]) == best[name] for name in HYPERPARAMETERS),
        "Another cell has a lower validation cost: delete results/best.json and run `make` again.",
    )
    demand_split(module)
    demand_selection(module)
    demand_costs(submission, "validation", cell.validation_fmse)
    share = written(100 * submission.config["validation_fraction"])
    submission.demand_stated(
        "“Problem 2”",
        f"A random {share} % of the training file is the validation split",
        "standardised with the mean and the standard deviation of the training split alone",
        f"The best is batch size {best['batch_size']}, learning rate "
        f"{written(best['learning_rate'])}, {best['epochs']} epochs.",
        f"validation split {metrics['validation_fmse']:.3f}",
    )


def demand_split(module):
    """A fifth of ten faces is set aside, with its ages, and not trained on."""
    X, y = np.outer(np.arange(10.0), [1, -1]), np.arange(10.0)
    split = module.split_examples(X, y, 0.2, 0)
    raw = [X * split.scale + split.mean for X in (split.X_train, split.X_validation)]
    ages = [*split.y_train, *split.y_validation]
    demand(
        len(split.y_validation) == 2
        and sorted(ages) == list(y)
        and close(np.vstack(raw)[:, 0], ages)
        and close(split.X_train.mean(axis=0), [0, 0]),
        f"split_examples does not set faces aside that are not trained on: mend it in {MODULE}.",
    )
    others = [module.split_examples(X, y, 0.2, seed).y_validation for seed in range(9)]
    demand(
        len({tuple(ages) for ages in others}) > 1,
        f"split_examples does not choose at random: mend it in {MODULE}.",
    )


def demand_selection(module):
    """The whole search selects on validation.

    With these draws another cell is best on training, another on test, and another is the first.
    """
    rng, asked = np.random.default_rng(560), [[3, 5], [1e-4, 3e-4], [1, 3]]
    with TemporaryDirectory() as folder:
        for part in "tr", "te":
            np.save(f"{folder}/age_regression_X{part}.npy", rng.normal(size=(40, 48, 48)))
            np.save(f"{folder}/age_regression_y{part}.npy", rng.normal(size=40))
        selected, _ = module.train_age_regressor(folder, *asked, 0.2, 0)
        X, y = (np.load(f"{folder}/age_regression_{name}tr.npy") for name in "Xy")
    split = module.split_examples(X.reshape(40, -1), y, 0.2, 0)
    lowest = min(module.grid_search(split, *asked, 0), key=lambda cell: cell.validation_fmse)
    demand(
        selected[:3] == lowest[:3],
        f"train_age_regressor does not select the lowest validation cost: mend it in {MODULE}.",
    )


@cache
def parts(submission):
    """The faces, as in the files, and ages of each split."""
    array = submission.evidence["data"] + "/age_regression_{}.npy"
    X, y, X_test, y_test = (np.load(array.format(part)) for part in ("Xtr", "ytr", "Xte", "yte"))
    settings = submission.config["validation_fraction"], submission.config["seed"]
    # Which faces are in which split, told by faces that are nothing but their number.
    number = np.arange(len(y), dtype=float)
    split = submission.module(2).split_examples(number[:, None], number, *settings)
    train, validation = (part.astype(int) for part in (split.y_train, split.y_validation))
    return {
        "training": (X[train], y[train]),
        "validation": (X[validation], y[validation]),
        "test": (X_test, y_test),
    }


def demand_costs(submission, name, recomputed):
    """The handed-in code finds the reported cost, and its weights have it by our own sum."""
    reported = submission.evidence["metrics"][f"{name.replace('training', 'train')}_fmse"]
    cell, _ = submission.retrained
    by_hand = cost_by_hand(*parts(submission)[name], cell.w, cell.b)
    demand_same(name, [recomputed, by_hand], [reported] * 2)


def demand_same(name, recomputed, reported):
    """The costs agree, of which there may be another number."""
    for cost, told in zip_longest(recomputed, reported, fillvalue=math.nan):
        demand(
            close(cost, told, PRECISION),
            f"The handed-in code gives {cost:.6g} for the {name} cost, the report {told:.6g}: "
            "run `make clean`, then `make submit`.",
        )


@requirement(
    "2 report",
    5,
    f"{MODULE}: train_age_regressor",
    "train, test, last ten: recomputed",
)
def report_2(submission):
    metrics, (cell, tested) = submission.evidence["metrics"], submission.retrained
    demand_data(submission)
    demand_costs(submission, "training", cell.train_fmse)
    demand_costs(submission, "test", tested["test_fmse"])
    (_, ages), (X, y) = (parts(submission)[name] for name in ("training", "test"))
    baseline = cost_by_hand(X, y, 0 * cell.w, ages.mean())
    demand_same("mean’s", [tested["baseline_fmse"], baseline], [metrics["baseline_fmse"]] * 2)
    costs = metrics["last_training_costs"]
    demand_same("last training", cell.last_training_costs, costs)
    demand(
        len(costs) == 10 and close(costs[-1], metrics["train_fmse"]),
        "These are not the costs of the last ten iterations: train for more epochs in config.yaml.",
    )
    demand_printed(submission)
    submission.demand_stated(
        "“Performance”",
        "Only then was the test set read, once",
        f"training split {metrics['train_fmse']:.3f}",
        f"test set {metrics['test_fmse']:.3f}",
        f"mean age of the training split {metrics['baseline_fmse']:.3f}",
    )
    costs = enumerated(f"{cost:.3f}" for cost in costs)
    submission.demand_stated("“The last iterations”", f"oldest first: {costs}.")
    demand_comparison(submission, metrics)


def demand_comparison(submission, metrics):
    """What the PDF makes of the test cost."""
    test, mean, train = (metrics[f"{name}_fmse"] for name in ("test", "baseline", "train"))
    submission.demand_numbers(
        "“Performance”",
        f"the network’s cost is # % {'below' if test <= mean else 'above'} that of always "
        "answering the mean: a typical (root mean square) error of # years against #. "
        "The test cost is # times the training cost",
        *(100 * abs(1 - test / mean), math.sqrt(2 * test), math.sqrt(2 * mean), test / train),
    )


def demand_data(submission):
    """The data are those of the note beside them, and the PDF says whose they and it are."""
    folder = Path(submission.evidence["data"])
    note = json.loads((folder / "source.json").read_text())
    for name, digest in note["sha256"].items():
        demand(
            hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest,
            f"data/raw/{name} was changed: delete data/raw and run `make`.",
        )
    demand(
        (note["dataset"] == "course") == submission.evidence["course_files"],
        "data/raw/source.json tells of other data than there are: delete data/raw and run `make`.",
    )
    marked = ["SYNTHETIC FACES" in page for page in submission.pages]
    demand(
        set(marked) == {note["dataset"] == "synthetic"},
        "The PDF’s pages do not say whose faces they are of: mend report/homework1.typ.",
    )
    submission.demand_stated("the head", ", ".join(submission.config["authors"]))


def demand_printed(submission):
    """What the module prints, run alone, are the report's numbers."""
    module, (cell, tested) = submission.module(2), submission.retrained
    search, module.train_age_regressor = module.train_age_regressor, lambda _: (cell, tested)
    with redirect_stdout(io.StringIO()) as printed:
        module.main(submission.evidence["data"])
    module.train_age_regressor = search
    numbers = [float(number) for number in re.findall(r"(?<=: )[\d.e+-]+", printed.getvalue())]
    costs = cell.train_fmse, cell.validation_fmse, tested["test_fmse"]
    demand(
        close(numbers, [*cell.last_training_costs, *costs]),
        f"main does not print the last ten costs and each split’s: mend {MODULE}.",
    )

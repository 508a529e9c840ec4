"""Problem 2: an age regressor on 48 x 48 faces, a 2-layer linear network trained by mini-batch SGD.

`python homework1_problem2.py DIRECTORY` reads age_regression_{Xtr,ytr,Xte,yte}.npy there, searches
the grid on a validation split, and prints the best cell, its training cost after each of the last
ten iterations, T being the very last, and its cost on each split.

Shapes: X is (n, 2304), one face a row; y is (n,), ages in years; w is (2304,); b is a scalar.
"""

import os

# Before numpy loads: one thread adds in the same order on every run, and a mini-batch is too
# small for a second one to help.
for library in ("OMP_NUM", "OPENBLAS_NUM", "MKL_NUM", "VECLIB_MAXIMUM"):
    os.environ[f"{library}_THREADS"] = "1"

import sys
import zlib
from collections import deque
from typing import NamedTuple

import numpy as np

PIXELS = 48 * 48
BLOCK = 64  # faces, 0.6 MB, which stay in the cache of most processors

# In the zip that is handed in, these are the values of config.yaml, which the report describes.
SEED = 541
VALIDATION_FRACTION = 0.2
BATCH_SIZES = [10, 50, 250]
LEARNING_RATES = [0.0002, 0.0003, 0.0005, 0.0008, 0.005]
EPOCHS = [30, 57]


class Split(NamedTuple):
    """The training and validation examples, standardised, and the pixels' statistics."""

    X_train: np.ndarray
    y_train: np.ndarray
    X_validation: np.ndarray
    y_validation: np.ndarray
    mean: np.ndarray
    scale: np.ndarray


class Cell(NamedTuple):
    """One cell of the grid, trained. Where training diverged, its costs are nan."""

    batch_size: int
    learning_rate: float
    epochs: int
    status: str  # "ok" or "diverged"
    history: list  # (epoch, mean cost of its mini-batches, validation f_MSE) after each epoch
    w: np.ndarray  # for standardised pixels
    b: float
    train_fmse: float = np.nan
    validation_fmse: float = np.nan
    last_training_costs: tuple = ()  # of the whole training split, oldest first


# The model and its cost


def f_mse(X, y, w, b):
    """Half the mean squared error of the predictions X w + b, the handout's cost."""
    return half_mean_square(X @ w + b - y)


def half_mean_square(residuals):
    """Half the mean of the squares of residuals, (n,), summed in float64."""
    return float(np.mean(residuals**2, dtype=np.float64) / 2)


def standard_error(residuals):
    """The standard error of f_mse as an estimate of the cost on all faces.

    residuals: in years, (n,), of the n examples from which it is estimated.
    """
    costs = np.square(residuals, dtype=np.float64) / 2
    return float(costs.std() / np.sqrt(len(residuals)))


# The data


def named_rng(seed, name):
    """A generator that depends on the seed and the draw's name alone, not on earlier draws."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def load_examples(X_path, y_path):
    """X as (n, 2304) float32, memory-mapped where it is stored so, and y as (n,) float64.

    Faces may be stored as (n, 48, 48), (n, 48, 48, 1) or (n, 2304), ages as (n,) or (n, 1), both
    in any real dtype.
    Raises ValueError for arrays of another shape or kind, FileNotFoundError for missing files.
    """
    X = load_array(X_path)
    y = load_array(y_path)
    if X.shape[1:] not in [(48, 48), (48, 48, 1), (PIXELS,)]:
        raise ValueError(f"{X_path}: shape {X.shape}; faces are (n, 48, 48) or (n, {PIXELS}).")
    if y.shape not in [(len(X),), (len(X), 1)] or len(y) == 0:
        raise ValueError(
            f"{y_path}: shape {y.shape}; one age is needed for each of {len(X)} faces."
        )
    return X.reshape(-1, PIXELS).astype(np.float32, copy=False), y.reshape(-1).astype(np.float64)


def load_array(path):
    """The array of real numbers in an npy file; ValueError if it is anything else."""
    try:
        # Unlike np.load, this reads npy files alone and has no way to unpickle.
        array = np.asarray(np.lib.format.open_memmap(path, mode="r"))
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{path} is missing; all four files are needed.") from error
    except ValueError as error:
        raise ValueError(
            f"{path} is not a whole npy file of numbers. Archives (npz) and pickles are not read."
        ) from error
    if array.dtype.kind not in "fiu" or not np.isfinite(array).all():
        raise ValueError(f"{path} holds {array.dtype} values that are not all finite numbers.")
    return array


def split_examples(X, y, validation_fraction, seed):
    """Set a random fraction aside for validation; standardise by the training examples alone."""
    order = named_rng(seed, "split").permutation(len(y))
    n_validation = round(validation_fraction * len(y))
    if not 0 < n_validation < len(y):
        raise ValueError(
            f"A validation fraction of {validation_fraction} leaves one side of the split "
            f"empty with {len(y)} examples."
        )
    validation = order[:n_validation]
    train = order[n_validation:]
    X_train = X[train]
    mean, scale = pixel_statistics(X_train)
    return Split(
        X_train=standardise(X_train, mean, scale),
        y_train=y[train].astype(X.dtype),
        X_validation=standardise(X[validation], mean, scale),
        y_validation=y[validation].astype(X.dtype),
        mean=mean,
        scale=scale,
    )


def pixel_statistics(X):
    """Each pixel's mean and standard deviation, (2304,) each.

    A constant pixel has 1 instead of 0, so that standardising makes it 0.
    """
    mean = X.mean(axis=0, dtype=np.float64)
    squares = np.zeros_like(mean)
    for rows in slices(len(X), BLOCK):  # in float64, all training faces would fill 74 MB
        squares += np.square(X[rows] - mean).sum(axis=0)
    scale = np.sqrt(squares / len(X))
    return mean, np.where(scale > 0, scale, 1.0)


def standardise(X, mean, scale):
    """The pixels in standard deviations from their means, in the precision of X."""
    standardised = np.empty_like(X)
    for rows in slices(len(X), BLOCK):
        standardised[rows] = (X[rows] - mean) / scale
    return standardised


def slices(n, size):
    """The slices that cut n rows into pieces of this size, the last of which may be smaller."""
    return [slice(start, start + size) for start in range(0, n, size)]


def fold_back(w, b, mean, scale):
    """The w and b that predict from raw pixels what these predict from standardised ones."""
    w = np.asarray(w, np.float64) / scale
    return w, float(b - mean @ w)


# Stochastic gradient descent


def sgd_step(X, y, w, b, batch, learning_rate, rows):
    """Step once, on the mini-batch of the examples whose indices are in batch, (n,).

    With r = X w + b - y over these examples, the chain rule gives df/dw = X^T r / n and
    df/db = mean(r). Returns the new w and b, and r. rows, (n, 2304) or longer, is overwritten.
    """
    n = len(batch)
    # The same as X[batch], but in memory that all mini-batches share. "clip" saves a copy of the
    # mini-batch; no index is out of range.
    X_batch = X.take(batch, axis=0, out=rows[:n], mode="clip")
    residual = X_batch @ w + b - y[batch]
    w = w - learning_rate / n * (X_batch.T @ residual)
    b = b - learning_rate / n * residual.sum()
    return w, b, residual


def sgd_step_in_blocks(X, y, w, b, batch, learning_rate, rows):
    """The same step on a mini-batch that is longer than rows, (m, 2304), m examples at a time.

    It is faster where a whole mini-batch would not stay in cache between its two products.
    """
    n = len(batch)
    residual = np.empty(n, X.dtype)
    new_w = w  # apart: the residuals of every block are those of the w before the step
    for block in slices(n, len(rows)):
        examples = batch[block]
        X_block = X.take(examples, axis=0, out=rows[: len(examples)], mode="clip")
        residual[block] = X_block @ w + b - y[examples]
        new_w = new_w - learning_rate / n * (X_block.T @ residual[block])
    b = b - learning_rate / n * residual.sum()
    return new_w, b, residual


def sgd_epoch(X, y, w, b, batch_size, learning_rate, order, residuals):
    """Visit the examples in this order, one step a mini-batch; the last batch may be smaller.

    Yields w and b after each step. Each example's residual, as it was before the example's step,
    is left in residuals, (n,), in the order of the visits.
    """
    step = sgd_step if batch_size <= BLOCK else sgd_step_in_blocks
    rows = np.empty((min(batch_size, BLOCK), X.shape[1]), X.dtype)
    for visits in slices(len(order), batch_size):
        w, b, residuals[visits] = step(X, y, w, b, order[visits], learning_rate, rows)
        yield w, b


def training_mean(split):
    """The mean age of the training examples, in years."""
    return float(np.mean(split.y_train, dtype=np.float64))


def untrained_cell(split, batch_size, learning_rate):
    """The cell before its first epoch: with w = 0 and the mean age as b, it always answers that."""
    X = split.X_train
    return Cell(
        batch_size=batch_size,
        learning_rate=learning_rate,
        epochs=0,
        status="ok",
        history=[],
        w=np.zeros(X.shape[1], X.dtype),
        b=training_mean(split),
    )


@np.errstate(over="ignore", invalid="ignore")  # a cell that diverges is a result
def train_cell(split, cell, epochs, seed):
    """Train the cell further, up to that many epochs: the same bits as in one go from the start.

    This is so because the permutation of an epoch's examples depends only on the seed and the
    epoch's number. Training has diverged when the mean cost of an epoch's mini-batches, or the
    validation cost after it, is more than twice the training cost of always answering the mean age.
    It stops there.
    """
    if cell.status == "diverged":
        return cell._replace(epochs=epochs)
    X = split.X_train
    y = split.y_train
    w = cell.w
    b = cell.b
    history = list(cell.history)
    iterates = deque(maxlen=10)  # w and b after the last iterations
    residuals = np.empty_like(y)
    limit = 2 * f_mse(X, y, np.zeros_like(w), training_mean(split))
    for epoch in range(cell.epochs + 1, epochs + 1):
        order = named_rng(seed, f"epoch {epoch}").permutation(len(y))
        steps = sgd_epoch(X, y, w, b, cell.batch_size, cell.learning_rate, order, residuals)
        iterates.extend(steps)
        w, b = iterates[-1]
        minibatch_fmse = half_mean_square(residuals)
        validation_fmse = f_mse(split.X_validation, split.y_validation, w, b)
        history.append((epoch, minibatch_fmse, validation_fmse))
        # Written so that nan, the cost after an overflow, counts as diverged, too.
        if not (minibatch_fmse <= limit and validation_fmse <= limit):
            return diverged_cell(cell, epochs, history, w, b)
    costs = list(cell.last_training_costs)
    costs += [f_mse(X, y, *iterate) for iterate in iterates]
    _, _, validation_fmse = history[-1]
    return cell._replace(
        epochs=epochs,
        history=history,
        w=w,
        b=float(b),
        train_fmse=costs[-1],
        validation_fmse=validation_fmse,
        last_training_costs=costs[-10:],
    )


def diverged_cell(cell, epochs, history, w, b):
    """The cell where training stopped, without costs."""
    return cell._replace(
        epochs=epochs,
        status="diverged",
        history=history,
        w=w,
        b=float(b),
        train_fmse=np.nan,
        validation_fmse=np.nan,
        last_training_costs=(),
    )


# The grid search


def grid_search(split, batch_sizes, learning_rates, epochs, seed):
    """Train every cell of the grid. One with more epochs begins where the one before it ended."""
    cells = []
    for batch_size in batch_sizes:
        for learning_rate in learning_rates:
            cell = untrained_cell(split, batch_size, learning_rate)
            for n_epochs in sorted(epochs):
                cell = train_cell(split, cell, n_epochs, seed)
                cells.append(cell)
    return cells


def select_best(cells):
    """The cell with the lowest validation cost; ValueError where every cell diverged."""
    trained = [cell for cell in cells if cell.status == "ok"]
    if not trained:
        rates = ", ".join(str(rate) for rate in sorted({cell.learning_rate for cell in cells}))
        raise ValueError(
            f"Training diverged in every cell of the grid, with learning rates {rates}. "
            "Add a learning rate ten times smaller than the smallest of them."
        )
    return min(trained, key=lambda cell: cell.validation_fmse)


def evaluate(predicted, y, mean_age):
    """f_MSE of the predictions with its standard error, and that of always answering the mean.

    predicted and y: ages in years, (n,); mean_age: the training examples' mean.
    """
    return {
        "test_fmse": half_mean_square(predicted - y),
        "test_standard_error": standard_error(predicted - y),
        "baseline_fmse": half_mean_square(mean_age - y),
    }


def train_age_regressor(
    directory,
    batch_sizes=BATCH_SIZES,
    learning_rates=LEARNING_RATES,
    epochs=EPOCHS,
    validation_fraction=VALIDATION_FRACTION,
    seed=SEED,
):
    """The whole problem: split, search, select, evaluate. Returns the best cell and its metrics.

    The cell's w and b are folded back, so that X w + b predicts ages from raw pixels.
    """
    files = f"{directory}/age_regression"
    X, y = load_examples(f"{files}_Xtr.npy", f"{files}_ytr.npy")
    split = split_examples(X, y, validation_fraction, seed)
    best = select_best(grid_search(split, batch_sizes, learning_rates, epochs, seed))
    w, b = fold_back(best.w, best.b, split.mean, split.scale)
    X_test, y_test = load_examples(f"{files}_Xte.npy", f"{files}_yte.npy")
    tested = evaluate(X_test @ w + b, y_test, training_mean(split))
    return best._replace(w=w, b=b), tested


def main(directory="."):
    """Print the best cell, its last training costs, and its cost on each split."""
    best, tested = train_age_regressor(directory)
    print(f"batch size {best.batch_size}, learning rate {best.learning_rate}, {best.epochs} epochs")
    print("training cost after each of the last iterations, T being the very last:")
    steps_left = len(best.last_training_costs)
    for cost in best.last_training_costs:
        steps_left -= 1
        iteration = f"T-{steps_left}" if steps_left else "T"
        print(f"  iteration {iteration:<3}: {cost}")
    print(f"training f_MSE: {best.train_fmse}")
    print(f"validation f_MSE: {best.validation_fmse}")
    print(f"test f_MSE: {tested['test_fmse']}")


if __name__ == "__main__":
    try:
        main(" ".join(sys.argv[1:]) or ".")
    except (OSError, ValueError) as error:
        sys.exit(f"{error}\nUsage: python homework1_problem2.py DIRECTORY_OF_THE_FOUR_FILES")

"""Problem 2: an age regressor on 48 x 48 faces, a 2-layer linear network trained by mini-batch SGD.

`python homework1_problem2.py DIRECTORY` reads age_regression_{Xtr,ytr,Xte,yte}.npy there, searches
the grid on a validation split, and prints what the best cell reaches on the test set.

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

# Where this is handed in, the values of config.yaml, which the report tells of.
SEED = 541
VALIDATION_FRACTION = 0.2
BATCH_SIZES = [16, 64, 256]
LEARNING_RATES = [1e-05, 0.001, 0.01]
EPOCHS = [25, 75, 150]

# So many faces at a time stay in the processor's cache between the two products with them.
BLOCK = 64


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
    return float(np.mean(residuals**2, dtype=np.float64) / 2)


# The data


def named_rng(seed, name):
    """A generator that depends on the seed and the draw's name alone, not on earlier draws."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def load_examples(X_path, y_path):
    """X as (n, 2304) float32, memory-mapped where it is stored so, and y as (n,) float64.

    Faces may be stored as (n, 48, 48) or (n, 2304), in any real dtype.
    Raises ValueError for arrays of another shape or kind, FileNotFoundError for missing files.
    """
    X, y = load_array(X_path), load_array(y_path)
    if X.shape[1:] not in [(48, 48), (PIXELS,)]:
        raise ValueError(f"{X_path}: shape {X.shape}; faces are (n, 48, 48) or (n, {PIXELS}).")
    if y.shape != X.shape[:1] or len(y) == 0:
        raise ValueError(
            f"{y_path}: shape {y.shape}; one age is needed for each of {len(X)} faces."
        )
    return X.reshape(-1, PIXELS).astype(np.float32, copy=False), y.astype(np.float64)


def load_array(path):
    """The array of real numbers in an npy file; ValueError if it is anything else."""
    try:
        array = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except FileNotFoundError as error:
        raise FileNotFoundError(f"{path} is missing; all four files are needed.") from error
    except (ValueError, EOFError) as error:
        raise ValueError(f"{path} is not a whole npy file of numbers ({error}).") from error
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
    validation, train = order[:n_validation], order[n_validation:]
    X_train = X[train]
    mean, scale = pixel_statistics(X_train)
    return Split(
        standardise(X_train, mean, scale),
        y[train].astype(X.dtype),
        standardise(X[validation], mean, scale),
        y[validation].astype(X.dtype),
        mean,
        scale,
    )


def pixel_statistics(X):
    """Each pixel's mean and standard deviation; 1 for a constant pixel, which stays 0 then."""
    mean, scale = X.mean(axis=0, dtype=np.float64), X.std(axis=0, dtype=np.float64)
    return mean, np.where(scale > 0, scale, 1.0)


def standardise(X, mean, scale):
    return ((X - mean) / scale).astype(X.dtype)


def fold_back(w, b, mean, scale):
    """The w and b that predict from raw pixels what these predict from standardised ones."""
    w = np.asarray(w, np.float64) / scale
    return w, float(b - mean @ w)


# Stochastic gradient descent


def sgd_epoch(X, y, w, b, batch_size, learning_rate, order, residuals):
    """Visit the examples in this order, one step a mini-batch; the last batch may be smaller.

    With r = X w + b - y over the n examples of a mini-batch, the chain rule gives
    df/dw = X^T r / n and df/db = sum(r) / n. Yields w and b after each step. Each example's r,
    as it was before the example's step, is left in residuals, (n,), in the order of the visits.
    """
    y, rows, ones = y[order], np.empty((BLOCK, X.shape[1]), X.dtype), np.ones(BLOCK, X.dtype)
    for start in range(0, len(order), batch_size):
        stop = min(start + batch_size, len(order))
        next_w, next_b = w, b
        for first in range(start, stop, BLOCK):
            chosen = slice(first, min(first + BLOCK, stop))
            n = chosen.stop - first
            # "clip" lets take write straight into the rows; no index is out of range.
            batch = X.take(order[chosen], axis=0, out=rows[:n], mode="clip")
            residual = batch @ w + (b - y[chosen])
            residuals[chosen] = residual
            share = residual * (learning_rate / (stop - start))
            next_w = next_w - share @ batch
            next_b = next_b - share @ ones[:n]  # half the time of share.sum()
        w, b = next_w, next_b
        yield w, b


def untrained_cell(split, batch_size, learning_rate):
    """The cell before its first epoch, with w = 0 and b = 0."""
    X = split.X_train
    return Cell(batch_size, learning_rate, 0, "ok", [], np.zeros(X.shape[1], X.dtype), 0.0)


@np.errstate(over="ignore", invalid="ignore")  # a cell that diverges is a result
def train_cell(split, cell, epochs, seed):
    """Train the cell on, up to that many epochs; the same bits as training it from the start.

    For that, the permutation of an epoch's examples depends only on the seed and its number.
    Training has diverged when an epoch, or the validation split after it, costs twice as much
    as not training; it stops there.
    """
    if cell.status == "diverged":
        return cell._replace(epochs=epochs)
    X, y, X_validation, y_validation = split[:4]
    w, b, history, iterates = cell.w, cell.b, list(cell.history), deque(maxlen=10)
    limit, residuals = 2 * f_mse(X, y, np.zeros_like(w), 0), np.empty_like(y)
    for epoch in range(cell.epochs + 1, epochs + 1):
        order = named_rng(seed, f"epoch {epoch}").permutation(len(y))
        iterates.extend(sgd_epoch(X, y, w, b, *cell[:2], order, residuals))
        w, b = iterates[-1]
        validation_fmse = f_mse(X_validation, y_validation, w, b)
        history.append((epoch, half_mean_square(residuals), validation_fmse))
        if not all(fmse <= limit for fmse in history[-1][1:]):  # nan is over the limit, too
            return Cell(*cell[:2], epochs, "diverged", history, w, float(b))
    costs = [*cell.last_training_costs, *(f_mse(X, y, *iterate) for iterate in iterates)]
    measured = costs[-1], history[-1][-1], costs[-10:]
    return Cell(*cell[:2], epochs, "ok", history, w, float(b), *measured)


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


def evaluate(w, b, X_test, y_test, training_mean):
    """f_MSE on the test set, of the network and of always answering the training mean."""
    nothing = np.zeros_like(w)
    return {
        "test_fmse": f_mse(X_test, y_test, w, b),
        "baseline_fmse": f_mse(X_test, y_test, nothing, training_mean),
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
    path = f"{directory}/age_regression_{{}}.npy".format
    X, y = load_examples(path("Xtr"), path("ytr"))
    split = split_examples(X, y, validation_fraction, seed)
    best = select_best(grid_search(split, batch_sizes, learning_rates, epochs, seed))
    w, b = fold_back(best.w, best.b, split.mean, split.scale)
    X_test, y_test = load_examples(path("Xte"), path("yte"))
    tested = evaluate(w, b, X_test, y_test, np.mean(split.y_train, dtype=np.float64))
    return best._replace(w=w, b=b), tested


def main(directory="."):
    best, tested = train_age_regressor(directory)
    print(f"batch size {best.batch_size}, learning rate {best.learning_rate}, {best.epochs} epochs")
    for k, cost in enumerate(best.last_training_costs, start=1 - len(best.last_training_costs)):
        print(f"training cost, iteration T{k or ''}: {cost}")
    print(f"training f_MSE: {best.train_fmse}")
    print(f"validation f_MSE: {best.validation_fmse}")
    print(f"test f_MSE: {tested['test_fmse']}")


if __name__ == "__main__":
    try:
        main(" ".join(sys.argv[1:]) or ".")
    except (OSError, ValueError) as error:
        sys.exit(f"{error}\nUsage: python homework1_problem2.py DIRECTORY_OF_THE_FOUR_FILES")

"""One epoch of SGD on the training split: the workflow's, its peers', and what bounds it.

`python kernel.py TIMES.csv COSTS.csv SPLIT_FOLDER`
"""

import os
import sys
from collections import deque
from functools import partial
from pathlib import Path

# First, because it sets the number of threads before numpy loads.
import homework1_problem2 as problem2  # isort: skip
import numpy as np

from measure import interleaved, write
from peers import HandoutLoop, PyTorch, ScikitLearn

BATCH_SIZES = [16, 64, 256]
LEARNING_RATE = 3e-5  # so small that another order of the examples makes no difference to see
REPEATS = 15
AT_A_TIME = 5  # epochs, as training goes on and on with the same matrix
EPOCHS_FOR_THE_COST = 20
# What PyTorch takes by default. Here homework1_problem2 has set another number for every library.
DEFAULT_THREADS = os.cpu_count()


class Workflow:
    """What train_cell does in an epoch, with or without recording the two costs."""

    def __init__(self, split, batch_size, learning_rate, record=True):
        self.split = split
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.record = record
        self.w = np.zeros(split.X_train.shape[1], np.float32)
        self.b = 0.0
        self.epochs = 0
        self.residuals = np.empty_like(split.y_train)
        self.iterates = deque(maxlen=10)

    def epoch(self):
        self.epochs += 1
        order = problem2.named_rng(0, f"epoch {self.epochs}").permutation(len(self.residuals))
        steps = problem2.sgd_epoch(
            self.split.X_train,
            self.split.y_train,
            self.w,
            self.b,
            self.batch_size,
            self.learning_rate,
            order,
            self.residuals,
        )
        self.iterates.extend(steps)
        self.w, self.b = self.iterates[-1]
        if self.record:
            problem2.half_mean_square(self.residuals)
            problem2.f_mse(self.split.X_validation, self.split.y_validation, self.w, self.b)

    def parameters(self):
        return self.w, self.b


def contestants(split, batch_size):
    """Everybody, untrained, by name."""
    X = split.X_train
    y = split.y_train
    return {
        "this workflow": Workflow(split, batch_size, LEARNING_RATE, record=False),
        "with recording": Workflow(split, batch_size, LEARNING_RATE),
        "PyTorch": PyTorch(X, y, batch_size, LEARNING_RATE),
        "PyTorch, default threads": PyTorch(X, y, batch_size, LEARNING_RATE, DEFAULT_THREADS),
        "scikit-learn": ScikitLearn(X, y, batch_size, LEARNING_RATE),
        "handout's loop": HandoutLoop(X, y, batch_size, LEARNING_RATE),
    }


def gather(X, batch_size):
    """Only fetch the rows of each mini-batch, in a random order."""
    rows = np.empty((batch_size, X.shape[1]), X.dtype)
    order = problem2.named_rng(0, "gather").permutation(len(X))
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        X.take(chosen, axis=0, out=rows[: len(chosen)], mode="clip")


def products(X, w, batch_size):
    """Only the two products of each mini-batch, with rows that are in the cache already."""
    rows = X[:batch_size]
    for _ in range(0, len(X), batch_size):
        (rows @ w) @ rows


def actions(split):
    X = split.X_train
    w = np.zeros(X.shape[1], X.dtype)
    named = {("one pass", 0): lambda: X @ w}
    for size in BATCH_SIZES:
        for name, contestant in contestants(split, size).items():
            named[name, size] = contestant.epoch
        named["gather alone", size] = partial(gather, X, size)
        named["products alone", size] = partial(products, X, w, size)
    return {what: partial(several_times, action) for what, action in named.items()}


def several_times(action):
    for _ in range(AT_A_TIME):
        action()


def training_costs(split):
    """(name, batch size, f_MSE of the training split after some epochs) of everybody."""
    for size in BATCH_SIZES:
        for name, contestant in contestants(split, size).items():
            for _ in range(EPOCHS_FOR_THE_COST):
                contestant.epoch()
            cost = problem2.f_mse(split.X_train, split.y_train, *contestant.parameters())
            yield name, size, EPOCHS_FOR_THE_COST, cost


def main(times, costs, folder):
    # In memory and not mapped, as PyTorch and scikit-learn need it.
    paths = (Path(folder, f"{name}.npy") for name in problem2.Split._fields)
    split = problem2.Split(*map(np.load, paths))
    measured = interleaved(actions(split), REPEATS)
    rows = [(*what, repeat, seconds / AT_A_TIME) for what, repeat, seconds in measured]
    write(times, ["what", "batch_size", "repeat", "seconds"], rows)
    write(costs, ["what", "batch_size", "epochs", "training_fmse"], training_costs(split))


if __name__ == "__main__":
    main(*sys.argv[1:])

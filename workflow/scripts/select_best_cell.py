"""Gather the grid's cells into one table and select the best on validation."""

import csv
import json
import math
import shutil
from typing import NamedTuple

import numpy as np

from homework1_problem2 import select_best
from shared.command_line import run


class Row(NamedTuple):
    """A cell in the grid's table. Where training diverged, its costs are nan."""

    batch_size: int
    learning_rate: float
    epochs: int
    status: str
    train_fmse: float
    validation_fmse: float


def main(*weights, grid, best, best_weights):
    """Writes the table of all cells, the best one's hyperparameters, and a copy of its weights."""
    rows = [read_row(path) for path in weights]
    write_table(rows, grid)
    chosen = select_best(rows)
    with open(best, "w") as file:
        json.dump(hyperparameters(chosen), file, indent=2)
    shutil.copyfile(weights[rows.index(chosen)], best_weights)


def read_row(path):
    with np.load(path) as cell:
        return Row._make(cell[name].item() for name in Row._fields)


def write_table(rows, path):
    """A cost that is nan becomes an empty field."""
    with open(path, "w") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(Row._fields)
        for row in rows:
            table.writerow("" if is_nan(value) else value for value in row)


def is_nan(value):
    return isinstance(value, float) and math.isnan(value)


def hyperparameters(row):
    return {
        "batch_size": row.batch_size,
        "learning_rate": row.learning_rate,
        "epochs": row.epochs,
    }


if __name__ == "__main__":
    run(main)

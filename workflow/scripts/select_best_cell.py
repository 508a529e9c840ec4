"""Gather the grid's cells into one table and select the best on validation."""

import csv
import json
import shutil
from typing import NamedTuple

import numpy as np

from homework1_problem2 import select_best


class Row(NamedTuple):
    """A cell in the grid's table. Where training diverged, its costs are nan."""

    batch_size: int
    learning_rate: float
    epochs: int
    status: str
    train_fmse: float
    validation_fmse: float


def main(*weights, grid, best, best_weights):
    """Writes the table of all cells, the best one's row as JSON, and a copy of its weights."""
    rows = [read_row(path) for path in weights]
    with open(grid, "w") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(Row._fields)
        table.writerows(rows)
    chosen = select_best(rows)
    with open(best, "w") as file:
        json.dump(chosen._asdict(), file, indent=2)
    shutil.copyfile(weights[rows.index(chosen)], best_weights)


def read_row(path):
    with np.load(path) as cell:
        return Row(**{name: cell[name].item() for name in Row._fields})

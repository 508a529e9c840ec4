"""Gather the grid's cells into one table and select the best on validation."""

import json
import shutil

import numpy as np
import pandas as pd

from homework1_problem2 import select_best
from shared.command_line import run

HYPERPARAMETERS = ["batch_size", "learning_rate", "epochs"]
COLUMNS = [*HYPERPARAMETERS, "status", "train_fmse", "validation_fmse"]


def main(*weights, grid, best, best_weights):
    """Writes the table of all cells, the best one's hyperparameters, and a copy of its weights."""
    table = pd.DataFrame([row(path) for path in weights], columns=COLUMNS)
    table.to_csv(grid, index=False)
    chosen = select_best(list(table.itertuples()))
    hyperparameters = {name: getattr(chosen, name) for name in HYPERPARAMETERS}
    with open(best, "w") as file:
        json.dump(hyperparameters, file, indent=2)
    shutil.copyfile(weights[chosen.Index], best_weights)


def row(path):
    """A cell's row of the table."""
    with np.load(path) as cell:
        return [cell[name].item() for name in COLUMNS]


if __name__ == "__main__":
    run(main)

"""Train one cell of the grid."""

import json

import numpy as np
from command_line import run
from homework1_problem2 import Split, train_cell


def main(settings, weights, history, *split):
    """settings: JSON with the cell's hyperparameters and the seed; split: the fields of Split."""
    split = Split(*(np.load(path, mmap_mode="r") for path in split))
    cell = train_cell(split, **json.loads(settings))._asdict()
    rows = cell.pop("history")
    np.savez(weights, **cell)
    header = "epoch,minibatch_fmse,validation_fmse"
    np.savetxt(
        history, rows, fmt=["%d", "%.17g", "%.17g"], delimiter=",", header=header, comments=""
    )


if __name__ == "__main__":
    run(main)

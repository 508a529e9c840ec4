"""Train one cell of the grid, on from the same cell with fewer epochs where there is one."""

import json
import re

import numpy as np
from command_line import run
from homework1_problem2 import Cell, Split, train_cell, untrained_cell


def main(name, settings, weights, history, *inputs):
    """name: the cell's; settings: JSON with the seed.

    inputs: the fields of Split, then the shorter cell's weights and history if there is one.
    """
    batch_size, learning_rate, epochs = hyperparameters(name)
    n = len(Split._fields)
    split = Split(*(np.load(path, mmap_mode="r") for path in inputs[:n]))
    shorter = inputs[n:]
    start = load(*shorter) if shorter else untrained_cell(split, batch_size, learning_rate)
    cell = train_cell(split, start, epochs, **json.loads(settings))
    save(cell, weights, history)
    if cell.status == "diverged":
        print(f"diverged in epoch {len(cell.history)}")
    else:
        print(f"validation f_MSE {cell.validation_fmse:.4f}")


def hyperparameters(name):
    """Batch size, learning rate and epochs of the cell with a name like batch64_rate0.1_epochs3."""
    batch_size, learning_rate, epochs = re.findall(r"[a-z]+([^_]+)", name)
    return int(batch_size), float(learning_rate), int(epochs)


def save(cell, weights, history):
    """Write the history as a table and everything else as arrays."""
    np.savez(
        weights, **{name: value for name, value in cell._asdict().items() if name != "history"}
    )
    header = "epoch,minibatch_fmse,validation_fmse"
    look = ["%d", "%.17g", "%.17g"]
    np.savetxt(history, cell.history, fmt=look, delimiter=",", header=header, comments="")


def load(weights, history):
    """The cell that was saved, bit for bit."""
    rows = np.loadtxt(history, delimiter=",", skiprows=1, ndmin=2)
    with np.load(weights) as saved:
        # tolist makes Python's numbers: numpy's float64 would turn float32 arrays into float64.
        cell = {name: saved[name].tolist() for name in saved.files} | {"w": saved["w"]}
    if cell["status"] == "ok" and len(rows) != cell["epochs"]:
        raise ValueError(f"{history} is damaged: delete it and run the same command again.")
    return Cell(**cell, history=rows.tolist())


if __name__ == "__main__":
    run(main)

"""Train one cell of the grid, on from the same cell with fewer epochs where there is one."""

import json
import re
from pathlib import Path

import numpy as np

from homework1_problem2 import Cell, Split, train_cell, untrained_cell
from shared.command_line import run


def main(*shorter, cell, settings, split, weights, history):
    """shorter: the weights and history of the shorter cell, if any; split: a folder of arrays."""
    batch_size, learning_rate, epochs = hyperparameters(cell)
    arrays = {name: np.load(f"{split}/{name}.npy", mmap_mode="r") for name in Split._fields}
    split = Split(**arrays)
    start = load(*shorter) if shorter else untrained_cell(split, batch_size, learning_rate)
    cell = train_cell(split, start, epochs, **json.loads(Path(settings).read_text()))
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

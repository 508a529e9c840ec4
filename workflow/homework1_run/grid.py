"""The grid's cells and their names."""

import sys
from itertools import product


def cell_name(batch_size, learning_rate, epochs):
    """The name of a cell and of its folder."""
    return f"batch{batch_size}_rate{learning_rate!r}_epochs{epochs}"


def grid_cells(grid):
    """Each cell's hyperparameters, a dict, by the cell's name, in the order of nested loops.

    Each list is sorted first, because a mere change of order in the file changes nothing.
    """
    combinations = product(
        sorted(grid["batch_size"]), sorted(grid["learning_rate"]), sorted(grid["epochs"])
    )
    cells = {}
    for batch_size, learning_rate, epochs in combinations:
        cell = {
            "batch_size": int(batch_size),
            "learning_rate": float(learning_rate),
            "epochs": int(epochs),
        }
        cells[cell_name(**cell)] = cell
    return cells


def in_words(cells):
    """Each cell's hyperparameters in words, by its name; the columns are aligned."""
    sizes = aligned([str(cell["batch_size"]) for cell in cells.values()])
    rates = aligned([scientific(cell["learning_rate"]) for cell in cells.values()])
    numbers = aligned([str(cell["epochs"]) for cell in cells.values()])
    words = {}
    for (name, cell), size, rate, number in zip(cells.items(), sizes, rates, numbers, strict=True):
        epochs = "epoch " if cell["epochs"] == 1 else "epochs"
        words[name] = f"batch {size}  rate {rate}  {number} {epochs}"
    return words


def aligned(texts):
    """The texts, all as long as the longest, with blanks at the left."""
    width = max(map(len, texts), default=0)
    return [text.rjust(width) for text in texts]


def scientific(number):
    """A positive number as people write it, like 2e-4."""
    mantissa, exponent = f"{number:e}".split("e")
    return f"{float(mantissa):g}e{int(exponent)}"


def find_cell(cells, name):
    """The hyperparameters of the cell with that name; ends with a sentence if there is none."""
    if name not in cells:
        sys.exit(
            f"{name} is not a cell of the grid in config.yaml. "
            f"Its cells have names like {next(iter(cells))}."
        )
    return cells[name]


def shorter_cell(cell, epochs):
    """The files of the same cell with the next smaller of the grid's numbers of epochs, if any.

    Training goes on from there.
    """
    fewer = [number for number in epochs if number < cell["epochs"]]
    if not fewer:
        return []
    shorter = cell | {"epochs": int(max(fewer))}
    folder = f"results/cells/{cell_name(**shorter)}"
    return [f"{folder}/weights.npz", f"{folder}/history.csv"]

"""The grid's cells and their names."""

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

"""Analyse the grid search: which rates are stable, and which cells are as good as the best one."""

import json
from math import ceil

import numpy as np

from shared.command_line import run
from shared.costs import standard_error
from shared.tables import colour_limits, read_table

CURVES = 100  # of a larger grid, those of the cells with the lowest validation costs
POINTS = 40  # of a longer curve, at nearly even distances on the axis of epochs


def main(*paths, grid, best, weights, split, found, curves):
    """paths: the cells' histories, in the order of the grid's rows; split: a folder."""
    X_train, X_validation, y_validation = (
        np.load(f"{split}/{name}.npy") for name in ("X_train", "X_validation", "y_validation")
    )
    with open(best) as file:
        selected = json.load(file)
    with np.load(weights) as cell:
        error = standard_error(X_validation @ cell["w"] + cell["b"] - y_validation)
    cells = read_table(grid)
    histories = [read_table(path) for path in paths]
    n = len(X_train)
    eigenvalue = largest_eigenvalue(X_train)
    distance = progress(**selected, n=n)
    findings = {
        "largest_eigenvalue": eigenvalue,
        "stability_limit": 2 / eigenvalue,
        "validation_standard_error": error,
        "colour_limits": colour_limits(cells.validation_fmse),
        "selected_progress": distance,
        "within_one_standard_error": nearly_best(cells, error, n),
        "at_selected_progress": costs_at(distance, cells, histories, n),
    }
    with open(found, "w") as file:
        json.dump(findings, file, indent=2)
    with open(curves, "w") as file:
        drawn = sorted(np.argsort(cells.validation_fmse)[:CURVES].tolist())
        json.dump([curve(row, histories[row]) for row in drawn], file)


def largest_eigenvalue(X, iterations=50, tolerance=1e-6):
    """The largest eigenvalue of X^T X / n, by power iteration from the constant vector.

    It ends when the eigenvalue changes by no more than this part of it. Full-batch gradient descent
    on the cost is stable for learning rates below 2 divided by the eigenvalue.
    """
    v = np.ones(X.shape[1], X.dtype)
    eigenvalue = 0.0
    for _ in range(iterations):
        v = v / np.linalg.norm(v)
        v = X.T @ (X @ v) / len(X)
        previous = eigenvalue
        eigenvalue = float(np.linalg.norm(v))
        if abs(eigenvalue - previous) <= tolerance * eigenvalue:
            break
    return eigenvalue


def progress(batch_size, learning_rate, epochs, n):
    """The learning rate times the number of steps, with n training examples."""
    return learning_rate * epochs * ceil(n / batch_size)


def nearly_best(cells, error, n):
    """The cells whose validation cost is at most this error above the lowest one."""
    good = cells[cells.validation_fmse <= np.nanmin(cells.validation_fmse) + error]
    return [
        {
            "batch_size": int(cell.batch_size),
            "learning_rate": float(cell.learning_rate),
            "epochs": int(cell.epochs),
            "progress": float(progress(cell.batch_size, cell.learning_rate, cell.epochs, n)),
            "validation_fmse": float(cell.validation_fmse),
        }
        for cell in good
    ]


def costs_at(distance, cells, histories, n):
    """The validation costs of all stable curves nearest this learning rate times steps.

    A curve is the longest cell with its batch size and learning rate. Those that never get so far,
    or get farther in the first half epoch, have no such cost.
    """
    found = []
    for row, cell in enumerate(cells):
        epoch = round(distance / progress(cell.batch_size, cell.learning_rate, 1, n))
        if is_longest(cell, cells) and cell.status == "ok" and 1 <= epoch <= cell.epochs:
            found.append(
                {
                    "batch_size": int(cell.batch_size),
                    "learning_rate": float(cell.learning_rate),
                    "epoch": epoch,
                    "validation_fmse": float(histories[row].validation_fmse[epoch - 1]),
                }
            )
    return found


def is_longest(cell, cells):
    """Whether no other cell with the same batch size and learning rate has more epochs."""
    alike = (cells.batch_size == cell.batch_size) & (cells.learning_rate == cell.learning_rate)
    return cell.epochs == cells.epochs[alike].max()


def curve(row, history):
    """The costs of a cell after some of its epochs, the first and the last, for the page."""
    shown = np.unique(np.geomspace(1, len(history), POINTS).round().astype(int)) - 1
    return {
        "row": row,
        "epoch": history.epoch[shown].tolist(),
        "validation": rounded(history.validation_fmse[shown]),
        "minibatch": rounded(history.minibatch_fmse[shown]),
    }


def rounded(costs):
    """With four significant digits, None where a cost is not finite."""
    return [float(f"{cost:.4g}") if np.isfinite(cost) else None for cost in costs]


if __name__ == "__main__":
    run(main)

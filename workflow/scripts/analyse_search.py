"""Analyse the grid search: which cells are as good as the best one, and which rates are stable."""

import json
from pathlib import Path

import numpy as np
import pandas as pd

from shared.tables import colour_limits, standard_error

# A cell is as good as the best if it costs at most that many standard errors more.
STANDARD_ERRORS = 2
WINDOW = 5  # epochs over which a curve is averaged, where a cell has at least twice as many
PAIR = ["batch_size", "learning_rate"]  # cells that have these in common are one curve
MOST_CURVES = 100  # in a larger grid, those of the cells with the lowest validation costs
POINTS = 40  # of a longer curve, at nearly even distances on the axis of epochs


def main(*histories, grid, split, findings, curves):
    """histories: the cells' histories, in the order of the grid's rows, each beside its weights."""
    X_train, X_validation, y_validation = (
        np.load(f"{split}/{name}.npy", mmap_mode="r")
        for name in ("X_train", "X_validation", "y_validation")
    )
    cells = pd.read_csv(grid)
    costs = costs_of_faces(cells, histories, X_validation, y_validation)
    best = cells.validation_fmse.idxmin()
    eigenvalue = largest_eigenvalue(X_train)
    squares = np.einsum("ij,ij->i", X_train, X_train)  # the faces' squared lengths
    trace = float(squares.mean(dtype=np.float64))  # of X^T X / n
    cells["stability_limit"] = stability_limit(eigenvalue, trace, cells.batch_size)
    cells["steps_times_rate"] = steps_times_rate(cells, len(X_train))
    cells = compare_with_best(cells, costs, best)
    epochs = read_curves(cells, histories)
    found = {
        "training_faces": len(X_train),
        "validation_faces": len(X_validation),
        "largest_eigenvalue": eigenvalue,
        "trace": trace,
        "full_batch_limit": 2 / eigenvalue,
        "validation_standard_error": float(standard_error(costs)[best]),
        "colour_limits": colour_limits(cells.validation_fmse),
        "standard_errors": STANDARD_ERRORS,
        "cells": records(cells),
        "lowest": lowest_of_all(epochs),
        "selected_curve": selected_curve(epochs, cells.loc[best]),
    }
    with open(findings, "w") as file:
        json.dump(found, file, indent=2)
    with open(curves, "w") as file:
        shown = sorted(cells.sort_values("validation_fmse").index[:MOST_CURVES].tolist())
        json.dump([curve(row, pd.read_csv(histories[row])) for row in shown], file)


def records(table):
    """The rows as dicts of Python's own values, which JSON keeps to the last bit; None for nan."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


# Which rates are stable


def largest_eigenvalue(X, iterations=50, tolerance=1e-6):
    """The largest eigenvalue of X^T X / n, by power iteration from the constant vector.

    It ends when the eigenvalue changes by no more than this part of it.
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


def stability_limit(eigenvalue, trace, batch_size):
    """The learning rate below which mini-batch SGD is stable, for normally distributed pixels.

    A step multiplies the squared distance from the optimum, on average and along the eigenvector of
    the largest eigenvalue λ, by 1 - 2ελ + ε²λ(λ(1 + 1/B) + tr/B) for batch size B, where tr is the
    trace of X^T X / n: that is below 1 as long as ε is below the limit.
    """
    return 2 / (eigenvalue * (1 + 1 / batch_size) + trace / batch_size)


# Which cells are as good as the best one


def steps_times_rate(cells, n):
    """The learning rate times the number of steps, with n training examples."""
    return cells.learning_rate * cells.epochs * np.ceil(n / cells.batch_size)


def costs_of_faces(cells, histories, X, y):
    """Half the squared error of each face, a row, by each cell that did not diverge, a column."""
    costs = {}
    for row in cells.index[cells.status == "ok"]:
        with np.load(Path(histories[row]).with_name("weights.npz")) as cell:
            errors = X @ cell["w"] + cell["b"] - y
        costs[row] = np.square(errors, dtype=np.float64) / 2
    return pd.DataFrame(costs)


def compare_with_best(cells, costs, best):
    """The cells with what they cost more than the best one, on the same faces, and its error."""
    differences = costs.sub(costs[best], axis="index")
    compared = cells.assign(
        above_best=differences.mean(), difference_error=standard_error(differences)
    )
    reach = STANDARD_ERRORS * compared.difference_error
    return compared.assign(as_good=compared.above_best <= reach)


# How the curves go on. A curve is the longest cell with its batch size and learning rate.


def read_curves(cells, histories):
    """A row for each epoch of each curve, with the curve's hyperparameters."""
    longest = cells.loc[cells.groupby(PAIR).epochs.idxmax(), PAIR]
    parts = [pd.read_csv(histories[row]).assign(**cell) for row, cell in longest.iterrows()]
    return pd.concat(parts, ignore_index=True).replace([np.inf, -np.inf], np.nan)


def lowest_of_all(epochs):
    """The lowest validation cost after any epoch of any cell, and where that is."""
    lowest = epochs.loc[epochs.validation_fmse.idxmin()]
    return lowest[[*PAIR, "epoch", "validation_fmse"]].to_dict()


def selected_curve(epochs, best):
    """The selected curve's validation costs, averaged over a window, at and after its end.

    The window is shorter if the selected cell has less than twice its number of epochs.
    """
    window = max(1, min(WINDOW, int(best.epochs) // 2))
    alike = (epochs.batch_size == best.batch_size) & (epochs.learning_rate == best.learning_rate)
    averages = epochs[alike].set_index("epoch").validation_fmse.rolling(window).mean().dropna()
    return {
        "window": window,
        "selected": averages[best.epochs],
        "lowest": averages.min(),
        "lowest_epoch": int(averages.idxmin()),
        "last": averages.iloc[-1],
        "last_epoch": int(averages.index[-1]),
    }


# What the page draws


def curve(row, history):
    """The costs of a cell after some of its epochs, the first and the last, for the page."""
    shown = np.unique(np.geomspace(1, len(history), POINTS).round().astype(int)) - 1
    history = history.iloc[shown]
    return {
        "row": row,
        "epoch": history.epoch.tolist(),
        "validation": rounded(history.validation_fmse),
        "minibatch": rounded(history.minibatch_fmse),
    }


def rounded(costs):
    """With four significant digits, None where a cost is not finite."""
    return [float(f"{cost:.4g}") if np.isfinite(cost) else None for cost in costs]

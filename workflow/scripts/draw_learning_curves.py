"""Draw the learning curves of the grid, a panel for each batch size."""

import json
from math import ceil
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from shared.figures import save, short, style
from shared.tables import read_table

SIZES, RATES = 6, 12  # as many batch sizes and learning rates as there is room for
PANELS = 3  # side by side
LABELS = 6  # of more learning rates, not all are named
HIGHEST = 1.5  # times the lowest validation cost: higher ones are above the picture
TRAINING = {"color": "C0", "linewidth": 0.6, "alpha": 0.8}
END = {"marker": "o", "markersize": 3, "linestyle": "none"}
RING = {"marker": "o", "markersize": 9, "markeredgewidth": 1.3, "linestyle": "none"}
RING |= {"color": "black", "fillstyle": "none", "zorder": 4}
CROSS = {"marker": "x", "markersize": 6, "markeredgewidth": 1.5, "linestyle": "none"}
CROSS |= {"color": "black", "clip_on": False}
TO_LABEL = {"color": "0.7", "linewidth": 0.5, "linestyle": ":"}


class Curve(NamedTuple):
    """The cells with one batch size and learning rate: each is the beginning of the next."""

    learning_rate: float
    steps_times_rate: np.ndarray  # after each epoch
    training: np.ndarray  # the mean cost of each epoch's mini-batches
    validation: np.ndarray  # the cost after each epoch
    ends: np.ndarray  # the epochs after which cells end that did not diverge
    diverged: bool


def main(*histories, svg, grid, best, y_train):
    """histories: the cells' histories, in the order of the grid's rows."""
    with open(best) as file:
        chosen = json.load(file)
    n = len(np.load(y_train, mmap_mode="r"))
    tables = [read_table(path) for path in histories]
    with style():
        save(draw(read_table(grid), tables, chosen, n), svg)


def draw(cells, histories, chosen, n):
    """The costs of all cells after each epoch against learning rate times steps.

    cells: the grid's table; histories: its rows' tables; chosen: the selected hyperparameters, a
    dict; n: the number of training examples. Only the batch sizes and learning rates nearest the
    selected ones are drawn if the grid has more than there is room for.
    """
    sizes = nearest(cells.batch_size, chosen["batch_size"], SIZES)
    rates = nearest(cells.learning_rate, chosen["learning_rate"], RATES)
    rows = ceil(len(sizes) / PANELS)
    figure = Figure(figsize=(6.5, 0.6 + 1.9 * rows))
    columns = ceil(len(sizes) / rows)
    panels = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False).flat
    for axes in panels[len(sizes) :]:
        axes.remove()
    for axes, size in zip(panels, sizes, strict=False):
        curves = [find_curve(cells, histories, size, rate, n) for rate in rates]
        draw_panel(axes, curves)
        axes.text(0.03, 0.04, f"batch size {size}", transform=axes.transAxes)
        if size == chosen["batch_size"]:
            selected = curves[rates.index(chosen["learning_rate"])]
            end = chosen["epochs"] - 1
            axes.plot(selected.steps_times_rate[end], selected.validation[end], **RING)
    panels[0].set(xscale="log", ylim=cost_limits(cells, histories))
    panels[0].xaxis.set_major_formatter(lambda x, _: short(x))
    for axes in panels[len(sizes) - columns : len(sizes)]:  # the lowest in each column
        axes.set_xlabel(r"learning rate $\times$ steps")
    figure.supylabel(r"cost $f_\mathrm{MSE}$ (years$^2$)", fontsize="medium")
    if not np.all(np.isin(cells.batch_size, sizes) & np.isin(cells.learning_rate, rates)):
        figure.suptitle("The part of the grid around the selected cell", fontsize="medium")
    add_legend(figure, np.any(cells.status == "diverged"))
    return figure


def nearest(values, chosen, count):
    """At most count of the different values, sorted, with the chosen one among them."""
    values = sorted(set(values.tolist()))
    start = min(values.index(chosen) - count // 2, len(values) - count)
    return values[max(0, start) :][:count]


def find_curve(cells, histories, size, rate, n):
    """The curve with this batch size and learning rate."""
    rows = np.flatnonzero((cells.batch_size == size) & (cells.learning_rate == rate))
    longest = max(rows, key=lambda row: cells.epochs[row])
    history = histories[longest]
    return Curve(
        learning_rate=rate,
        steps_times_rate=rate * ceil(n / size) * history.epoch,
        training=history.minibatch_fmse,
        validation=history.validation_fmse,
        ends=cells.epochs[rows][cells.status[rows] == "ok"],
        diverged=cells.status[longest] == "diverged",
    )


def cost_limits(cells, histories):
    """A little below the lowest cost of all trained cells, and HIGHEST."""
    trained = [histories[row] for row in np.flatnonzero(cells.status == "ok")]
    lowest = np.min([[one.minibatch_fmse.min(), one.validation_fmse.min()] for one in trained])
    return 0.95 * lowest, HIGHEST * np.nanmin(cells.validation_fmse)


def draw_panel(axes, curves):
    """The curves, the smaller the learning rate the darker."""
    for curve, grey in zip(curves, np.linspace(0, 0.6, len(curves)), strict=True):
        ink = {"color": str(grey), "zorder": 3 - grey}
        axes.plot(curve.steps_times_rate, curve.training, **TRAINING)
        axes.plot(curve.steps_times_rate, curve.validation, linewidth=0.9, **ink)
        axes.plot(
            curve.steps_times_rate[curve.ends - 1], curve.validation[curve.ends - 1], **END, **ink
        )
        if curve.diverged:
            axes.plot(curve.steps_times_rate[-1], 1, transform=axes.get_xaxis_transform(), **CROSS)
    for curve in curves[:: -ceil(len(curves) / LABELS)]:
        label_end(axes, curve)


def label_end(axes, curve):
    """The learning rate above the curve's end."""
    end = curve.steps_times_rate[-1]
    rate = short(float(f"{curve.learning_rate:.3g}"))
    height = 1.06 if curve.diverged else 1.02  # above its cross
    look = {"fontsize": "small", "rotation": 45, "rotation_mode": "anchor"}
    axes.text(end, height, rate, transform=axes.get_xaxis_transform(), **look)
    if not curve.diverged:
        axes.vlines(end, curve.validation[-1], HIGHEST * curve.validation[-1], **TO_LABEL)


def add_legend(figure, any_diverged):
    """What the signs mean."""
    signs = [
        Line2D([], [], color="black", linewidth=0.9, label="validation"),
        Line2D([], [], label="training, mini-batches", **TRAINING),
        Line2D([], [], color="black", label="a cell ends", **END),
        Line2D([], [], label="selected cell", **RING),
    ]
    if any_diverged:
        signs.append(Line2D([], [], label="diverged", **CROSS))
    figure.legend(handles=signs, loc="outside lower center", ncols=len(signs), handlelength=1.5)

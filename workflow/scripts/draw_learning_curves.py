"""Draw the learning curves of all cells, against learning rate times steps and against epochs."""

import json
from math import ceil
from typing import NamedTuple

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from shared.command_line import run
from shared.figures import save, short, style
from shared.tables import read_table

SIZES, RATES = 4, 6  # as many batch sizes and learning rates as an eye can keep apart
MARKERS = "os^D"  # one for each batch size
VALIDATION = {"linewidth": 0.9, "markersize": 4}
SELECTED = {"linewidth": 2.4, "markersize": 4, "zorder": 3}
TRAINING = {"linestyle": ":", "linewidth": 0.9}
CROSS = {"marker": "x", "markersize": 6, "markeredgewidth": 1.8, "linestyle": "none"}
RING = {"marker": "o", "markersize": 10, "markeredgewidth": 1.3, "linestyle": "none"}
RING |= {"color": "black", "fillstyle": "none"}
CLOSE = {"handlelength": 1.5, "columnspacing": 1.3}


class Curve(NamedTuple):
    """The cells with one batch size and learning rate: each is the beginning of the next."""

    batch_size: int
    learning_rate: float
    progress: float  # learning rate times the steps of an epoch
    history: np.recarray  # of the longest cell: epoch, minibatch_fmse, validation_fmse
    ends: list  # the epochs after which cells end, without those that diverged
    diverged: bool
    look: dict  # its colour and marker


def main(*histories, svg, grid, best, y_train):
    """histories: the cells' histories, in the order of the grid's rows."""
    with open(best) as file:
        chosen = json.load(file)
    n = len(np.load(y_train, mmap_mode="r"))
    tables = [read_table(path) for path in histories]
    with style():
        save(draw(read_table(grid), tables, chosen, n), svg)


def draw(cells, histories, chosen, n):
    """Left, cost against learning rate times steps; right, against epochs.

    cells: the grid's table; histories: its rows' tables; chosen: the selected hyperparameters, a
    dict; n: the number of training examples. Of a larger grid, only the batch sizes and learning
    rates nearest the selected ones.
    """
    sizes = nearest(cells.batch_size, chosen["batch_size"], SIZES)
    rates = nearest(cells.learning_rate, chosen["learning_rate"], RATES)
    shown = np.isin(cells.batch_size, sizes) & np.isin(cells.learning_rate, rates)
    colours = colormaps["viridis"](np.linspace(0, 0.85, len(rates)))  # lighter, the larger the rate
    curves = gather(cells, histories, sizes, rates, colours, n)
    figure = Figure(figsize=(6.5, 2.5))
    left, right = figure.subplots(1, 2, sharey=True)
    left.set(ylim=cost_limits(curves), ylabel=r"cost $f_\mathrm{MSE}$ (years$^2$)")
    left.set(xscale="log", xlabel="learning rate × steps")
    right.set(xscale="log", xlabel="epochs")
    draw_panel(left, curves, [curve.progress for curve in curves], chosen)
    draw_panel(right, curves, [1 for _ in curves], chosen)
    if not shown.all():
        figure.suptitle("The part of the grid around the selected cell", fontsize="medium")
    add_legend(figure, sizes, rates, colours, any(curve.diverged for curve in curves))
    return figure


def nearest(values, chosen, count):
    """At most so many of the different values, sorted, with the chosen one among them."""
    values = sorted(set(values.tolist()))
    start = min(values.index(chosen) - count // 2, len(values) - count)
    return values[max(0, start) :][:count]


def gather(cells, histories, sizes, rates, colours, n):
    """The curves with these batch sizes and learning rates."""
    curves = []
    for size, marker in zip(sizes, MARKERS, strict=False):
        for rate, colour in zip(rates, colours, strict=True):
            rows = np.flatnonzero((cells.batch_size == size) & (cells.learning_rate == rate))
            longest = max(rows, key=lambda row: cells.epochs[row])
            curve = Curve(
                batch_size=size,
                learning_rate=rate,
                progress=rate * ceil(n / size),
                history=histories[longest],
                ends=[cells.epochs[row] for row in rows if cells.status[row] == "ok"],
                diverged=cells.status[longest] == "diverged",
                look={"color": colour, "marker": marker},
            )
            curves.append(curve)
    return curves


def cost_limits(curves):
    """The lowest and highest costs of cells that did not diverge, with room for the crosses."""
    costs = []
    for curve in curves:
        trained = curve.history[curve.history.epoch <= max(curve.ends, default=0)]
        costs.extend(trained.minibatch_fmse)
        costs.extend(trained.validation_fmse)
    low = min(costs)
    high = max(costs)
    span = max(high - low, 0.01 * low)
    return low - 0.05 * span, high + 0.25 * span


def draw_panel(axes, curves, advances, chosen):
    """advances: how far each curve goes to the right in an epoch."""
    n_diverged = 0
    for curve, advance in zip(curves, advances, strict=True):
        draw_training(axes, curve, advance)
        draw_validation(axes, curve, advance, VALIDATION)
        if curve.diverged:
            mark_divergence(axes, curve, advance, 0.97 - 0.05 * n_diverged)
            n_diverged += 1
        hyperparameters = curve.batch_size, curve.learning_rate
        if hyperparameters == (chosen["batch_size"], chosen["learning_rate"]):
            mark_selected(axes, curve, advance, chosen["epochs"])
    axes.xaxis.set_major_formatter(lambda x, _: short(x))


def draw_training(axes, curve, advance):
    """The mean cost of each epoch's mini-batches."""
    x = advance * curve.history.epoch
    axes.plot(x, curve.history.minibatch_fmse, color=curve.look["color"], **TRAINING)


def draw_validation(axes, curve, advance, look):
    """The validation cost after each epoch, with a mark where each cell ends."""
    x = advance * curve.history.epoch
    at_ends = np.isin(curve.history.epoch, curve.ends).tolist()
    axes.plot(x, curve.history.validation_fmse, markevery=at_ends, **curve.look, **look)


def mark_divergence(axes, curve, advance, height):
    """A cross where training stopped, near the upper edge: no cross hides another one."""
    x = advance * curve.history.epoch[-1]
    color = curve.look["color"]
    axes.plot(x, height, color=color, transform=axes.get_xaxis_transform(), **CROSS)


def mark_selected(axes, curve, advance, epochs):
    """A heavier line in front, and a ring at its last epoch."""
    history = curve.history[curve.history.epoch <= epochs]
    draw_validation(axes, curve._replace(history=history), advance, SELECTED)
    axes.plot(advance * epochs, history.validation_fmse[-1], zorder=4, **RING)


def add_legend(figure, sizes, rates, colours, any_diverged):
    """Learning rates, batch sizes and the other signs, in columns of three."""
    swatches = [
        Patch(color=colour, label=f"ε = {short(rate)}")
        for rate, colour in zip(rates, colours, strict=True)
    ]
    marks = [
        Line2D([], [], color="0.4", marker=marker, linestyle="none", label=f"batch size {size}")
        for size, marker in zip(sizes, MARKERS, strict=False)
    ]
    signs = [
        Line2D([], [], color="0.4", label="validation (mark: a cell ends)"),
        Line2D([], [], color="0.4", label="training, mini-batches", **TRAINING),
        Line2D([], [], label="selected cell", **RING),
    ]
    if any_diverged:
        signs.append(Line2D([], [], color="0.4", label="diverged", **CROSS))
    handles = [*fill(swatches), *fill(marks), *signs]
    figure.legend(
        handles=handles, loc="outside lower center", ncols=ceil(len(handles) / 3), **CLOSE
    )


def fill(handles):
    """With blank handles up to a multiple of three, so that the next ones begin a column."""
    blank = Line2D([], [], linestyle="none", label=" ")
    return handles + [blank] * (-len(handles) % 3)


if __name__ == "__main__":
    run(main)

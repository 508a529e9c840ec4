"""Draw the learning curves of all cells, a panel for each batch size."""

import json
from math import ceil

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogFormatter

from shared.command_line import run
from shared.figures import save, short, style

PANELS, RATES = 4, 6  # as many batch sizes and learning rates as an eye can keep apart
MARKERS = "os^DvP"  # tell the learning rates apart in grey
DOTTED = {"linestyle": ":", "linewidth": 0.9}
CROSS = {"marker": "x", "markersize": 6, "markeredgewidth": 1.8, "linestyle": "none"}
RING = {"marker": "o", "markersize": 9, "markeredgewidth": 1.3, "linestyle": "none"}
RING |= {"color": "black", "fillstyle": "none"}


def main(*histories, svg, grid, best):
    """histories: the cells' histories, in the order of the grid's rows."""
    with open(best) as file:
        chosen = json.load(file)
    with style():
        save(draw(pd.read_csv(grid), [pd.read_csv(path) for path in histories], chosen), svg)


def draw(cells, histories, chosen):
    """Cost against epoch; cells: the grid's table; histories: its rows' tables; chosen: a dict.

    Of a larger grid, only the batch sizes and learning rates nearest the selected ones.
    """
    sizes = nearest(cells.batch_size, chosen["batch_size"], PANELS)
    rates = nearest(cells.learning_rate, chosen["learning_rate"], RATES)
    shown = cells[cells.batch_size.isin(sizes) & cells.learning_rate.isin(rates)]
    figure = Figure(figsize=(6.5, 2.9))
    panels = figure.subplots(1, len(sizes), sharex=True, sharey=True, squeeze=False)[0]
    panels[0].set(xscale="log", xlim=(0.8, max(3, 1.3 * shown.epochs.max())))
    panels[0].set(yscale="log", ylim=cost_limits(shown, histories))
    panels[0].set_ylabel(r"cost $f_\mathrm{MSE}$ in years²")
    for axes, size in zip(panels, sizes, strict=True):
        axes.set(title=f"batch size {size}", xlabel="epoch")
        draw_panel(axes, shown[shown.batch_size == size], histories, rates, chosen)
    write_tick_labels(panels[0])
    if len(shown) < len(cells):
        figure.suptitle("The part of the grid around the selected cell", fontsize="medium")
    add_legend(figure, rates, any_diverged=(shown.status == "diverged").any())
    return figure


def nearest(values, chosen, count):
    """At most so many of the different values, sorted, with the chosen one amid them."""
    values = sorted(set(values))
    start = min(values.index(chosen) - count // 2, len(values) - count)
    return values[max(0, start) :][:count]


def cost_limits(cells, histories):
    """The lowest and highest costs of cells that did not diverge, with room for the crosses."""
    trained = pd.concat([histories[row] for row in cells.index[cells.status == "ok"]])
    costs = trained[["minibatch_fmse", "validation_fmse"]].to_numpy()
    low, high = costs.min(), costs.max()
    return 0.8 * low, 1.2 * high * (high / low) ** 0.15


def draw_panel(axes, cells, histories, rates, chosen):
    """The cells of one batch size; a cell is the beginning of the one with more epochs.

    So for each learning rate the longest cell shows them all.
    """
    for k, rate in enumerate(rates):
        runs = cells[cells.learning_rate == rate].sort_values("epochs")
        history, ends = histories[runs.index[-1]], runs.epochs[runs.status == "ok"]
        axes.plot(history.epoch, history.minibatch_fmse, color=f"C{k}", **DOTTED)
        draw_validation(axes, history, ends, k)
        if runs.status.iloc[-1] == "diverged":
            mark_divergence(axes, history, k, 0.97 - 0.05 * (len(rates) - 1 - k))
        if (runs.batch_size.iloc[0], rate) == (chosen["batch_size"], chosen["learning_rate"]):
            mark_chosen(axes, history[history.epoch <= chosen["epochs"]], ends, k)


def draw_validation(axes, history, ends, k, linewidth=1.0, zorder=2):
    """The validation cost after each epoch, with a mark where each cell ends."""
    axes.plot(
        history.epoch,
        history.validation_fmse,
        color=f"C{k}",
        marker=MARKERS[k],
        markersize=5.5,
        markeredgecolor="white",
        markeredgewidth=0.6,
        markevery=history.epoch.isin(ends).tolist(),
        linewidth=linewidth,
        zorder=zorder,
    )


def mark_divergence(axes, history, k, height):
    """A cross where training stopped, near the upper edge: no cross hides another one."""
    at_the_top = axes.get_xaxis_transform()
    axes.plot(history.epoch.iloc[-1], height, color=f"C{k}", transform=at_the_top, **CROSS)


def mark_chosen(axes, history, ends, k):
    """A heavier line in front, and a ring at its last epoch."""
    draw_validation(axes, history, ends, k, linewidth=2.4, zorder=3)
    axes.plot(history.epoch.iloc[-1], history.validation_fmse.iloc[-1], zorder=4, **RING)


def write_tick_labels(axes):
    """Plain numbers, also between the powers of ten where these are few."""
    for axis, decades in [(axes.xaxis, 1), (axes.yaxis, 2)]:
        axis.set_major_formatter(LogFormatter())
        axis.set_minor_formatter(LogFormatter(minor_thresholds=(decades, 0.4)))


def add_legend(figure, rates, any_diverged):
    """A line for each learning rate, then, in columns of their own, what the other signs mean."""
    handles = [
        Line2D([], [], color=f"C{k}", marker=MARKERS[k], label=f"ε = {short(rate)}")
        for k, rate in enumerate(rates)
    ]
    rows = 2 if len(rates) <= 4 else 3
    handles += [Line2D([], [], linestyle="none", label=" ")] * (-len(rates) % rows)
    handles += [
        Line2D([], [], color="black", label="validation (marks: a cell ends)"),
        Line2D([], [], color="black", label="training, mini-batches", **DOTTED),
        Line2D([], [], label="selected cell", **RING),
    ]
    if any_diverged:
        handles.append(Line2D([], [], color="black", label="diverged", **CROSS))
    figure.legend(handles=handles, loc="outside lower center", ncols=ceil(len(handles) / rows))


if __name__ == "__main__":
    run(main)

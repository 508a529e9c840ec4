"""Draw the validation cost of every cell as heat maps, one for each number of epochs."""

import json
from math import ceil

import numpy as np
import pandas as pd
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from shared.command_line import run
from shared.figures import save, short, style

HATCHED = {"hatch": "////", "edgecolor": "0.7", "facecolor": "white", "linewidth": 0}
FRAME = {"fill": False, "edgecolor": "black", "linewidth": 2, "clip_on": False}


def main(svg, grid, best):
    with open(best) as file:
        chosen = json.load(file)
    with style():
        save(draw(pd.read_csv(grid), chosen), svg)


def draw(cells, chosen):
    """Rows are learning rates, columns batch sizes; the selected cell is framed.

    cells: the grid's table; chosen: the selected hyperparameters, a dict.
    """
    lengths = sorted(set(cells.epochs))
    figure, panels, field = lay_out(
        len(lengths), cells.learning_rate.nunique(), cells.batch_size.nunique()
    )
    lowest, highest = cells.validation_fmse.agg(["min", "max"])
    norm = LogNorm(lowest, max(highest, 1.01 * lowest))
    for axes, length in zip(panels, lengths, strict=True):
        table = cells[cells.epochs == length].pivot(
            index="learning_rate", columns="batch_size", values="validation_fmse"
        )
        image = draw_table(axes, table, norm, field)
        axes.set_title(f"{length} epoch{'s' * (length > 1)}")
        if length == chosen["epochs"]:
            frame(axes, table, chosen)
    figure.supxlabel("batch size", fontsize="medium")
    figure.supylabel("learning rate", fontsize="medium")
    add_colour_bar(figure, image, panels)
    if cells.validation_fmse.isna().any() and not has_room(field):
        figure.legend([Patch(**HATCHED)], ["diverged"], loc="outside lower right")
    return figure


def lay_out(n_panels, n_rows, n_columns):
    """The figure, its panels, at most four side by side, and a field's width and height, inches."""
    rows = ceil(n_panels / 4)
    columns = ceil(n_panels / rows)
    height = min(max(2.2, 0.4 + rows * (0.4 + 0.4 * n_rows)), 8.5)
    figure = Figure(figsize=(6.5, height))
    panels = figure.subplots(rows, columns, sharey=True, squeeze=False).flat
    for axes in panels[n_panels:]:
        axes.remove()
    field = 5.0 / columns / n_columns, ((height - 0.4) / rows - 0.4) / n_rows
    return figure, panels[:n_panels], field


def draw_table(axes, table, norm, field):
    """One heat map, with its numbers where they fit."""
    image = axes.pcolormesh(table, norm=norm, cmap="viridis_r", edgecolor="white", linewidth=0.3)
    label(axes.xaxis, table.columns, ceil(0.3 / field[0]))
    label(axes.yaxis, [short(rate) for rate in table.index], ceil(0.15 / field[1]))
    axes.spines[:].set_visible(False)
    for (row, column), cost in np.ndenumerate(table):
        if np.isnan(cost):
            draw_diverged(axes, row, column, field)
        elif has_room(field):
            write_cost(axes, row, column, cost, image.to_rgba(cost), min(8, 24 * field[0]))
    return image


def has_room(field):
    """Whether a number, or "diverged" upright, can be written into a field of this size, inches."""
    return field[0] > 0.25 and field[1] > 0.35


def label(axis, names, step):
    """The fields' names; only every step-th where there is no room for all."""
    axis.set_ticks(np.arange(len(names))[::step] + 0.5, names[::step])
    axis.set_tick_params(length=0)


def draw_diverged(axes, row, column, field):
    """Hatching, and the word where it fits."""
    axes.add_patch(Rectangle((column, row), 1, 1, **HATCHED))
    if has_room(field):
        look = {"fontsize": 7, "rotation": 0 if field[0] > 0.45 else 90, "ha": "center"}
        box = {"color": "white", "pad": 0.5}
        axes.text(column + 0.5, row + 0.5, "diverged", va="center", bbox=box, **look)


def write_cost(axes, row, column, cost, background, size):
    """The cost, black or white, whichever the background sets off better."""
    light = np.dot(np.square(background[:3]), [0.2126, 0.7152, 0.0722]) > 0.2
    look = {"fontsize": size, "color": "black" if light else "white", "ha": "center"}
    axes.text(column + 0.5, row + 0.5, three_digits(cost), va="center", **look)


def three_digits(cost):
    return np.format_float_positional(cost, 3, unique=False, fractional=False).rstrip(".")


def frame(axes, table, chosen):
    """A frame round the selected cell's field."""
    column = table.columns.get_loc(chosen["batch_size"])
    row = table.index.get_loc(chosen["learning_rate"])
    axes.add_patch(Rectangle((column, row), 1, 1, **FRAME))


def add_colour_bar(figure, image, panels):
    """Ticks from the lowest to the highest cost, the same factor apart."""
    bar = figure.colorbar(image, ax=list(panels), pad=0.01)
    bar.set_label(r"validation $f_\mathrm{MSE}$ in years²")
    costs = np.geomspace(*image.get_clim(), 5)
    bar.ax.minorticks_off()
    bar.set_ticks(costs, labels=[three_digits(cost) for cost in costs])


if __name__ == "__main__":
    run(main)

"""Draw the validation cost of every cell as heat maps, one for each number of epochs."""

import json
from math import ceil
from typing import NamedTuple

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from shared.figures import save, short, style
from shared.tables import colour_limits, read_table

HATCHED = {"hatch": "////", "edgecolor": "0.7", "facecolor": "white", "linewidth": 0}
FRAME = {"fill": False, "edgecolor": "black", "linewidth": 2, "clip_on": False}


class Field(NamedTuple):
    """The size of a cell's field, inches."""

    width: float
    height: float


def main(svg, grid, best):
    with open(best) as file:
        chosen = json.load(file)
    with style():
        save(draw(read_table(grid), chosen), svg)


def draw(cells, chosen):
    """Rows are learning rates, columns batch sizes; the selected cell is framed.

    cells: the grid's table; chosen: the selected hyperparameters, a dict.
    """
    sizes = sorted(set(cells.batch_size))
    rates = sorted(set(cells.learning_rate))
    lengths = sorted(set(cells.epochs))
    figure, panels, field = lay_out(len(lengths), len(rates), len(sizes))
    norm = Normalize(*colour_limits(cells.validation_fmse))
    for axes, length in zip(panels, lengths, strict=True):
        table = cost_table(cells[cells.epochs == length], rates, sizes)
        image = draw_table(axes, table, norm, field)
        label(axes.xaxis, sizes, ceil(0.3 / field.width))
        label(axes.yaxis, [short(rate) for rate in rates], ceil(0.15 / field.height))
        axes.set_title(f"{length} epoch{'s' if length > 1 else ''}")
        if length == chosen["epochs"]:
            frame(axes, sizes.index(chosen["batch_size"]), rates.index(chosen["learning_rate"]))
    figure.supxlabel("batch size (examples)", fontsize="medium")
    figure.supylabel("learning rate $ε$", fontsize="medium")
    add_colour_bar(figure, image, panels, cells.validation_fmse)
    return figure


def lay_out(n_panels, n_rows, n_columns):
    """The figure, its panels, at most four side by side, and the size of a Field."""
    rows = ceil(n_panels / 4)
    columns = ceil(n_panels / rows)
    width = 5.0 / columns / n_columns
    height = min(max(1.8, 0.5 + rows * (0.3 + 0.24 * n_rows)), 8.5)
    figure = Figure(figsize=(6.5, height))
    panels = figure.subplots(rows, columns, sharey=True, squeeze=False).flat
    for axes in panels[n_panels:]:
        axes.remove()
    field = Field(width, ((height - 0.5) / rows - 0.3) / n_rows)
    return figure, panels[:n_panels], field


def cost_table(cells, rates, sizes):
    """The validation costs of cells with one number of epochs, (rates, sizes)."""
    table = np.full((len(rates), len(sizes)), np.nan)
    for cell in cells:
        row = rates.index(cell.learning_rate)
        column = sizes.index(cell.batch_size)
        table[row, column] = cell.validation_fmse
    return table


def draw_table(axes, table, norm, field):
    """One heat map, with its numbers where they fit."""
    image = axes.pcolormesh(table, norm=norm, cmap="viridis_r", edgecolor="white", linewidth=0.3)
    axes.spines[:].set_visible(False)
    has_room = field.height > 0.2 and field.width > 0.25
    for (row, column), cost in np.ndenumerate(table):
        if np.isnan(cost):
            axes.add_patch(Rectangle((column, row), 1, 1, **HATCHED))
        elif has_room:
            write_cost(axes, row, column, cost, image.to_rgba(cost), min(8, 24 * field.width))
    return image


def label(axis, names, step):
    """The fields' names; only every step-th where there is no room for all."""
    axis.set_ticks(np.arange(len(names))[::step] + 0.5, names[::step])
    axis.set_tick_params(length=0)


def write_cost(axes, row, column, cost, background, size):
    """The cost with three digits, black or white, whichever the background sets off better."""
    light = np.dot(np.square(background[:3]), [0.2126, 0.7152, 0.0722]) > 0.2
    look = {"fontsize": size, "color": "black" if light else "white", "ha": "center"}
    digits = np.format_float_positional(cost, 3, unique=False, fractional=False).rstrip(".")
    axes.text(column + 0.5, row + 0.5, digits, va="center", **look)


def frame(axes, column, row):
    """A frame round the selected cell's field."""
    axes.add_patch(Rectangle((column, row), 1, 1, **FRAME))


def add_colour_bar(figure, image, panels, costs):
    """The colours' costs; with an arrow where the highest one is above the last colour's."""
    extend = "max" if np.nanmax(costs) > image.get_clim()[1] else "neither"
    bar = figure.colorbar(image, ax=list(panels), pad=0.01, extend=extend)
    bar.set_label(r"validation $f_\mathrm{MSE}$ (years$^2$)")

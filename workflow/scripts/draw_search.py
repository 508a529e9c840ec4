"""Draw the learning curves of all cells, and their validation costs as heat maps."""

import json
from math import ceil
from typing import NamedTuple

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from shared.figures import save, short, style
from shared.tables import colour_limits, read_table

# For the learning curves
SIZES, RATES = 6, 12  # as many batch sizes and learning rates as there is room for
PANELS = 3  # side by side
LABELS = 6  # if there are more learning rates, only some are named
HIGHEST = 1.5  # times the lowest validation cost: higher ones are above the picture
TRAINING = {"color": "C0", "linewidth": 0.6, "alpha": 0.8}
END = {"marker": "o", "markersize": 3, "linestyle": "none"}
RING = {"marker": "o", "markersize": 9, "markeredgewidth": 1.3, "linestyle": "none"}
RING |= {"color": "black", "fillstyle": "none", "zorder": 4}
CROSS = {"marker": "x", "markersize": 6, "markeredgewidth": 1.5, "linestyle": "none"}
CROSS |= {"color": "black", "clip_on": False}
TO_LABEL = {"color": "0.7", "linewidth": 0.5, "linestyle": ":"}
# For the heat maps
HATCHED = {"hatch": "////", "edgecolor": "0.7", "facecolor": "white", "linewidth": 0}
FRAME = {"fill": False, "edgecolor": "black", "linewidth": 2, "clip_on": False}


class Curve(NamedTuple):
    """The cells with one batch size and learning rate: each is the beginning of the next."""

    learning_rate: float
    steps_times_rate: np.ndarray  # after each epoch
    training: np.ndarray  # the mean cost of each epoch's mini-batches
    validation: np.ndarray  # the cost after each epoch
    ends: np.ndarray  # the epochs after which cells end that did not diverge
    diverged: bool


class Field(NamedTuple):
    """The size of a cell's field, inches."""

    width: float
    height: float


def main(*histories, grid, best, y_train, curves_svg, grid_svg):
    """histories: the cells' histories, in the order of the grid's rows."""
    with open(best) as file:
        chosen = json.load(file)
    cells = read_table(grid)
    tables = [read_table(path) for path in histories]
    n = len(np.load(y_train, mmap_mode="r"))
    with style():
        save(draw_learning_curves(cells, tables, chosen, n), curves_svg)
        save(draw_grid(cells, chosen), grid_svg)


# The learning curves, a panel for each batch size


def draw_learning_curves(cells, histories, chosen, n):
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
    panels = add_panels(figure, len(sizes), rows, columns, sharex=True)
    panels[0].set(xscale="log", ylim=cost_limits(cells, histories))
    for axes, size in zip(panels, sizes, strict=True):
        curves = [find_curve(cells, histories, size, rate, n) for rate in rates]
        draw_panel(axes, curves)
        axes.text(0.03, 0.04, f"batch size {size}", transform=axes.transAxes)
        if size == chosen["batch_size"]:
            selected = curves[rates.index(chosen["learning_rate"])]
            end = chosen["epochs"] - 1
            axes.plot(selected.steps_times_rate[end], selected.validation[end], **RING)
    panels[0].xaxis.set_major_formatter(lambda x, _: short(x))
    for axes in panels[-columns:]:  # the lowest in each column
        axes.set_xlabel(r"learning rate $\times$ steps")
    figure.supylabel(r"cost $f_\mathrm{MSE}$ (years$^2$)", fontsize="medium")
    if not np.all(np.isin(cells.batch_size, sizes) & np.isin(cells.learning_rate, rates)):
        figure.suptitle("The part of the grid around the selected cell", fontsize="medium")
    add_legend(figure, np.any(cells.status == "diverged"))
    return figure


def add_panels(figure, count, rows, columns, **shared):
    """That many panels with one vertical axis; the last of the rows may not be full."""
    panels = figure.subplots(rows, columns, sharey=True, squeeze=False, **shared).flat
    for axes in panels[count:]:
        axes.remove()
    return panels[:count]


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
    """A little below every trained cell's costs, and HIGHEST times the lowest validation cost."""
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
        axes.vlines(end, curve.validation[-1], axes.get_ylim()[1], **TO_LABEL)


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


# The heat maps, one for each number of epochs


def draw_grid(cells, chosen):
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
        name_fields(axes.xaxis, sizes, ceil(0.3 / field.width))
        name_fields(axes.yaxis, [short(rate) for rate in rates], ceil(0.15 / field.height))
        axes.set_title(f"{length} epoch{'s' if length > 1 else ''}")
        if length == chosen["epochs"]:
            corner = sizes.index(chosen["batch_size"]), rates.index(chosen["learning_rate"])
            axes.add_patch(Rectangle(corner, 1, 1, **FRAME))
    figure.supxlabel("batch size (examples)", fontsize="medium")
    figure.supylabel("learning rate $ε$", fontsize="medium")
    add_colour_bar(figure, image, panels, cells.validation_fmse)
    return figure


def lay_out(n_panels, n_rows, n_columns):
    """The figure, its panels, at most four side by side, and its Field."""
    rows = ceil(n_panels / 4)
    columns = ceil(n_panels / rows)
    width = 5.0 / columns / n_columns
    height = min(max(1.8, 0.5 + rows * (0.3 + 0.24 * n_rows)), 8.5)
    figure = Figure(figsize=(6.5, height))
    panels = add_panels(figure, n_panels, rows, columns)
    field = Field(width, ((height - 0.5) / rows - 0.3) / n_rows)
    return figure, panels, field


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


def name_fields(axis, names, step):
    """The fields' names; only every step-th where there is no room for all."""
    axis.set_ticks(np.arange(len(names))[::step] + 0.5, names[::step])
    axis.set_tick_params(length=0)


def write_cost(axes, row, column, cost, background, size):
    """The cost with three digits, black or white, whichever the background sets off better."""
    light = np.dot(np.square(background[:3]), [0.2126, 0.7152, 0.0722]) > 0.2
    look = {"fontsize": size, "color": "black" if light else "white", "ha": "center"}
    digits = np.format_float_positional(cost, 3, unique=False, fractional=False).rstrip(".")
    axes.text(column + 0.5, row + 0.5, digits, va="center", **look)


def add_colour_bar(figure, image, panels, costs):
    """The colours' costs; with an arrow where the highest one is above the last colour's."""
    extend = "max" if np.nanmax(costs) > image.get_clim()[1] else "neither"
    bar = figure.colorbar(image, ax=list(panels), pad=0.01, extend=extend)
    bar.set_label(r"validation $f_\mathrm{MSE}$ (years$^2$)")

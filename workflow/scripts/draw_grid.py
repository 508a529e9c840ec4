"""Draw the validation cost of every cell as heat maps, one for each number of epochs."""

import json

import numpy as np
import pandas as pd
from command_line import run
from figure_files import save, style
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

READABLE = 12  # columns or rows up to which a number fits into a field


def main(grid, best, svg, png):
    with open(best) as file:
        chosen = json.load(file)
    with style():
        save(draw(pd.read_csv(grid), chosen), svg, png)


def draw(cells, chosen):
    """Rows are learning rates, columns batch sizes; the selected cell is framed."""
    figure = Figure(figsize=(6.5, 2.6))
    lengths = sorted(cells.epochs.unique())
    panels = figure.subplots(1, len(lengths), sharey=True, squeeze=False)[0]
    norm = LogNorm(cells.validation_fmse.min(), cells.validation_fmse.max())
    for axes, length in zip(panels, lengths, strict=True):
        table = cells[cells.epochs == length].pivot(
            index="learning_rate", columns="batch_size", values="validation_fmse"
        )
        image = draw_table(axes, table, norm)
        axes.set(title=f"{length} epochs", xlabel="batch size")
        if length == chosen["epochs"]:
            frame(axes, table, chosen)
    panels[0].set_ylabel("learning rate")
    figure.colorbar(image, ax=panels, label="validation $f_{MSE}$", pad=0.01)
    return figure


def draw_table(axes, table, norm):
    """One heat map with its numbers; a field without a number diverged."""
    axes.set_facecolor("0.9")
    image = axes.imshow(table, norm=norm, cmap="viridis_r", aspect="auto", origin="lower")
    axes.set_xticks(range(table.shape[1]), table.columns)
    axes.set_yticks(range(table.shape[0]), [f"{rate:g}" for rate in table.index])
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    if max(table.shape) <= READABLE:
        for (row, column), cost in np.ndenumerate(table):
            write_cost(axes, row, column, cost, dark=norm(cost) > 0.5)
    return image


def write_cost(axes, row, column, cost, dark):
    """The cost in its field, in white where the field is dark."""
    text = "diverged" if np.isnan(cost) else f"{cost:#.3g}".rstrip(".")
    look = {"fontsize": 6.5, "rotation": 35} if np.isnan(cost) else {"fontsize": 8}
    axes.text(
        column, row, text, ha="center", va="center", color="white" if dark else "black", **look
    )


def frame(axes, table, chosen):
    """A frame round the selected cell's field."""
    column = table.columns.get_loc(chosen["batch_size"])
    row = table.index.get_loc(chosen["learning_rate"])
    box = Rectangle((column - 0.47, row - 0.47), 0.94, 0.94, fill=False, linewidth=2)
    axes.add_patch(box)


if __name__ == "__main__":
    run(main)

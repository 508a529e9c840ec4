"""Gather the learning curve and the numbers of every cell, for the page's heat map."""

import json

import altair as alt
import numpy as np

from shared.command_line import run
from shared.explorations import (
    BLUE,
    RED,
    from_shown_row,
    from_table,
    rounded,
    write_exploration,
)
from shared.figures import short
from shared.tables import read_table

CURVES = 100  # of a larger grid, those of the cells with the lowest validation costs
POINTS = 40  # of a longer curve, at nearly even distances on the axis of epochs
REACH = 2  # the axis of costs ends at so many times the lowest validation cost
VALIDATION, TRAINING = "validation", "training, mini-batches"
SERIES = [VALIDATION, TRAINING]


def main(*histories, exploration, grid, best):
    """histories: the cells' histories, in the order of the grid's rows."""
    cells = read_table(grid)
    tables = [read_table(path) for path in histories]
    with open(best) as file:
        selected = find(cells, json.load(file))
    drawn = sorted(np.argsort(cells.validation_fmse)[:CURVES].tolist())
    write_exploration(
        exploration,
        title="Point to a cell of the grid, or tap it, to see its learning curve",
        controls=[],  # the page's heat map
        start=selected,
        words=[
            sentence(cell, table, standing(cells, row, selected)) + remark(row in drawn)
            for row, (cell, table) in enumerate(zip(cells, tables, strict=True))
        ],
        data={"curves": [curve(row, tables[row]) for row in drawn]},
        charts={"The cost after each epoch": draw(cells, [tables[row] for row in drawn])},
    )


def find(cells, hyperparameters):
    """The row of the cell with these hyperparameters, a dict."""
    same = [cells[name] == value for name, value in hyperparameters.items()]
    return int(np.argmax(np.all(same, axis=0)))


# In words


def sentence(cell, history, standing):
    """The cell's hyperparameters and its costs."""
    epochs = f"{cell.epochs} epoch{'s' if cell.epochs > 1 else ''}"
    name = f"Batch size {cell.batch_size}, ε = {short(cell.learning_rate)}, {epochs}"
    if cell.status == "diverged":
        return f"{name}: training diverged in epoch {history.epoch[-1]}."
    return (
        f"{name}: training cost {cell.train_fmse:.2f}, validation cost "
        f"{cell.validation_fmse:.2f}, {standing}."
    )


def standing(cells, row, selected):
    """Where the cell stands among all of them by its validation cost."""
    if row == selected:
        return "the selected cell"
    lower = np.sum(cells.validation_fmse < cells.validation_fmse[row])
    return f"rank {lower + 1} of {len(cells)}"


def remark(is_drawn):
    """Why there is nothing to be seen of a cell of a large grid."""
    return "" if is_drawn else f" Only the {CURVES} best cells have their curves in the chart."


# In the picture


def curve(row, history):
    """The costs of a cell after some of its epochs, the first and the last among them."""
    epochs = len(history)
    shown = np.unique(np.geomspace(1, epochs, POINTS).round().astype(int)) - 1
    return {
        "row": row,
        "end": epochs,
        "epoch": history.epoch[shown].tolist(),
        VALIDATION: rounded(history.validation_fmse[shown]),
        TRAINING: rounded(history.minibatch_fmse[shown]),
    }


def draw(cells, histories):
    """The shown cell's curves in colour, and behind them the validation costs of all others."""
    last = max(2, *cells.epochs.tolist())
    x = alt.X("epoch:Q", title="epoch").scale(type="log", domain=[1, last], nice=False)
    y = alt.Y("cost:Q", title="cost (years²)").scale(domain=cost_limits(cells, histories))
    color = alt.Color("series:N").scale(domain=SERIES, range=[BLUE, RED])
    dash = alt.StrokeDash("series:N").scale(domain=SERIES, range=[[1, 0], [2, 3]])
    is_validation = f"datum.series == '{VALIDATION}'"
    others = long_format(from_table("curves")).transform_filter(is_validation)
    shown = long_format(from_shown_row("curves"))
    end = shown.transform_filter(f"{is_validation} && datum.epoch == datum.end")
    faint = others.mark_line(clip=True, color="currentColor", opacity=0.15, strokeWidth=1)
    return alt.layer(
        faint.encode(x, y, detail="row:N"),
        shown.mark_line(clip=True).encode(x, y, color.legend(symbolType="stroke"), dash),
        end.mark_point(filled=True, opacity=1, size=60, color=BLUE).encode(x, y),
    )


def long_format(curves):
    """The chart of curves with a row for each cost."""
    flat = curves.transform_flatten(["epoch", *SERIES])
    return flat.transform_fold(SERIES, ["series", "cost"])


def cost_limits(cells, histories):
    """The lowest cost, and the highest, but at most REACH times the cells' lowest on validation.

    Of long training, the costs of mini-batches alone may lie far below every validation cost.
    """
    table = np.concatenate(histories)
    costs = np.concatenate([table["validation_fmse"], table["minibatch_fmse"]])
    costs = costs[np.isfinite(costs)]
    return [costs.min(), min(costs.max(), REACH * np.nanmin(cells.validation_fmse))]


if __name__ == "__main__":
    run(main)

"""Draw the learning curves of all cells, a panel for each batch size."""

import json

import pandas as pd
from command_line import run
from figure_files import save, style
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

LINES = ["-", "--", "-.", (0, (5, 1, 1, 1, 1, 1))]  # tell learning rates apart in grey


def main(grid, best, svg, png, *histories):
    """histories: the cells' histories, in the order of the grid's rows."""
    cells = pd.read_csv(grid)
    cells["history"] = [pd.read_csv(path) for path in histories]
    with open(best) as file:
        chosen = json.load(file)
    with style():
        save(draw(cells, chosen), svg, png)


def draw(cells, chosen):
    """Cost against epoch; cells is the grid's table with a column of histories.

    A cell is the beginning of the one with more epochs, so that the longest shows them all.
    """
    figure = Figure(figsize=(6.5, 3.4))
    sizes = sorted(cells.batch_size.unique())
    panels = figure.subplots(1, len(sizes), sharex=True, sharey=True, squeeze=False)[0]
    rates = sorted(cells.learning_rate.unique())
    longest = cells.sort_values("epochs").groupby(["batch_size", "learning_rate"]).last()
    for (size, rate), cell in longest.iterrows():
        draw_cell(panels[sizes.index(size)], cell, rates.index(rate))
    for axes, size in zip(panels, sizes, strict=True):
        axes.set(title=f"batch size {size}", xlabel="epoch", xscale="log", yscale="log")
    panels[0].set(ylabel="cost", ylim=sensible_costs(longest))
    mark_chosen(panels[sizes.index(chosen["batch_size"])], longest, chosen)
    figure.legend(handles=legend(rates), loc="outside lower center", ncols=4)
    return figure


def sensible_costs(longest):
    """From just below the lowest cost to somewhat above the costs at the start."""
    trained = pd.concat(list(longest.history[longest.status == "ok"]))
    costs = trained[["minibatch_fmse", "validation_fmse"]]
    return 0.8 * costs.min().min(), 1.6 * costs.max().max()


def draw_cell(axes, cell, index):
    """Validation cost as a line, training cost thin; a cross at the top where it diverged."""
    history, look = cell.history, {"color": f"C{index}", "linestyle": LINES[index % len(LINES)]}
    axes.plot(history.epoch, history.validation_fmse, **look)
    axes.plot(history.epoch, history.minibatch_fmse, alpha=0.7, **look | {"linewidth": 0.6})
    if cell.status == "diverged":
        at_the_top = axes.get_xaxis_transform()
        axes.plot(
            history.epoch.iloc[-1],
            0.96,
            "x",
            color=f"C{index}",
            markersize=7,
            markeredgewidth=2,
            transform=at_the_top,
        )


def mark_chosen(axes, longest, chosen):
    """A ring where the selected cell ends."""
    history = longest.loc[(chosen["batch_size"], chosen["learning_rate"])].history
    end = history[history.epoch == chosen["epochs"]]
    axes.plot(
        end.epoch,
        end.validation_fmse,
        "o",
        color="black",
        fillstyle="none",
        markersize=9,
        markeredgewidth=1.5,
    )


def legend(rates):
    """A line for each learning rate, then what the other signs mean."""
    handles = [
        Line2D([], [], color=f"C{k}", linestyle=LINES[k % len(LINES)], label=f"ε = {rate:g}")
        for k, rate in enumerate(rates)
    ]
    black = {"color": "black", "linestyle": "none"}
    return [
        *handles,
        Line2D([], [], color="black", label="validation"),
        Line2D([], [], color="black", linewidth=0.6, label="training, mini-batches"),
        Line2D([], [], marker="o", fillstyle="none", markersize=7, label="selected", **black),
        Line2D([], [], marker="x", markeredgewidth=2, label="diverged", **black),
    ]


if __name__ == "__main__":
    run(main)

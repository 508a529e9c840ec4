"""Draw predicted against true ages of the test set, and how far off they are at which age."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from shared.command_line import run
from shared.figures import save, style

SQUARE = {"markersize": 5, "markerfacecolor": "white", "markeredgecolor": "C3"}


def main(svg, predictions):
    with style():
        save(draw(pd.read_csv(predictions)), svg)


def draw(table):
    """table: the columns age and predicted, in years, a row for each test face."""
    figure = Figure(figsize=(6.5, 2.5))
    left, right = figure.subplots(1, 2)
    decade = table.age // 10 * 10
    draw_faces(left, table, decade)
    draw_errors(right, table, decade)
    return figure


def draw_faces(axes, table, decade):
    """A dot for each face, the line of perfect prediction, and each decade's mean prediction."""
    means = table.groupby(decade).mean()
    low = min(0, table.predicted.min()) - 3
    high = max(means.index.max() + 10, table.predicted.max()) + 3
    axes.scatter(table.age, table.predicted, 6, alpha=0.25, linewidths=0, label="a face")
    axes.plot([low, high], [low, high], color="black", linewidth=0.8, label="perfect")
    axes.plot(means.age, means.predicted, "s", label="mean of a decade", **SQUARE)
    axes.set(xlabel="true age in years", ylabel="predicted age in years")
    axes.set(xlim=(low, high), ylim=(low, high), aspect="equal")
    axes.xaxis.set_major_locator(MultipleLocator(20))
    axes.yaxis.set_major_locator(MultipleLocator(20))
    axes.legend(loc="upper left", borderaxespad=0, labelspacing=0.2, handlelength=1.2)


def draw_errors(axes, table, decade):
    """The root mean square error of each decade of age, with its number of faces, and of all."""
    square = (table.predicted - table.age) ** 2
    errors, overall = np.sqrt(square.groupby(decade).mean()), np.sqrt(square.mean())
    axes.bar(errors.index, errors, 9, align="edge", color="C4")
    for start, faces in decade.value_counts().items():
        axes.text(start + 4.5, 0, f"{faces}", fontsize=7, ha="center", va="bottom")
    dashed = {"color": "black", "linestyle": "--", "linewidth": 0.8}
    axes.axhline(overall, label=f"all ages: {overall:.1f} years", **dashed)
    axes.set(xlabel="true age in years", ylabel="RMS error in years")
    axes.set_ylim(top=1.2 * errors.max())  # room for the legend
    axes.legend(loc="upper center", title="in the bars: number of faces", title_fontsize="small")


if __name__ == "__main__":
    run(main)

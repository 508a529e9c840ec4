"""Draw predicted against true ages of the test set."""

import numpy as np
import pandas as pd
from command_line import run
from figure_files import save, style
from matplotlib.figure import Figure


def main(predictions, svg, png):
    with style():
        save(draw(pd.read_csv(predictions)), svg, png)


def draw(table):
    """Left the faces one by one, right how far off the predictions are, decade by decade."""
    figure = Figure(figsize=(6.5, 3.1))
    left, right = figure.subplots(1, 2, width_ratios=[1, 1])
    decade = 10 * (table.age // 10) + 5
    reach = (min(0, table.predicted.min()), max(100, table.predicted.max()))
    left.scatter(table.age, table.predicted, 5, alpha=0.25, linewidths=0, rasterized=True)
    left.plot(reach, reach, color="black", linewidth=0.8, label="perfect")
    means = table.predicted.groupby(decade).mean()
    left.plot(means, "s", color="C3", label="mean of a decade")
    left.set(xlabel="true age", ylabel="predicted age", xlim=reach, ylim=reach, aspect="equal")
    left.legend(loc="upper left")
    draw_errors(right, table.predicted - table.age, decade)
    return figure


def draw_errors(axes, errors, decade):
    """Mean error and its spread for each decade of age."""
    grouped = errors.groupby(decade)
    axes.axhline(0, color="black", linewidth=0.8)
    axes.errorbar(
        grouped.mean().index, grouped.mean(), grouped.std(ddof=0), fmt="s", color="C3", capsize=3
    )
    axes.set(xlabel="true age, in decades", ylabel="predicted minus true age")
    axes.set_title(f"root mean square error {np.sqrt((errors**2).mean()):.1f} years")


if __name__ == "__main__":
    run(main)

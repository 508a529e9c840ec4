"""Draw predicted against true ages of the test set, and how far off they are at which age."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from shared.command_line import run
from shared.figures import save, style

FEW = 30  # test faces: the error of a decade with fewer is uncertain
FITTED = {"color": "black", "linewidth": 1.2, "linestyle": "--"}
SQUARE = {"markersize": 4, "markerfacecolor": "white", "markeredgecolor": "black"}


def main(svg, predictions):
    age, predicted = np.loadtxt(predictions, delimiter=",", skiprows=1, ndmin=2).T
    with style():
        save(draw(age, predicted), svg)


def draw(age, predicted):
    """age, predicted: (n,), in years, one of each test face."""
    figure = Figure(figsize=(6.5, 2.0))
    left, right = figure.subplots(1, 2)
    decade = age // 10 * 10
    draw_faces(left, age, predicted, decade)
    draw_errors(right, age, predicted, decade)
    return figure


def mean_of_each(groups, values):
    """The mean of the values in each group, in the order of the groups' sorted numbers."""
    return np.array([values[groups == group].mean() for group in np.unique(groups)])


def draw_faces(axes, age, predicted, decade):
    """A dot for each face, the perfect and the fitted line, and each decade's mean prediction."""
    low = min(0, predicted.min()) - 3
    high = max(decade.max() + 10, predicted.max()) + 3
    # Thousands of dots are smaller as an image within the figure.
    axes.scatter(age, predicted, 6, alpha=0.25, linewidths=0, label="a face", rasterized=True)
    axes.plot([low, high], [low, high], color="black", linewidth=0.8, label="perfect")
    if np.ptp(age) > 0:
        line = np.poly1d(np.polyfit(age, predicted, 1))
        ends = np.array([age.min(), age.max()])
        axes.plot(ends, line(ends), label=f"slope {line[1]:.2f}", **FITTED)
    means = mean_of_each(decade, age), mean_of_each(decade, predicted)
    axes.plot(*means, "s", label="mean of a decade", **SQUARE)
    axes.set(xlabel="true age (years)", ylabel="predicted age (years)")
    axes.set(xlim=(low, high), ylim=(low, high), aspect="equal")
    axes.xaxis.set_major_locator(MultipleLocator(20))
    axes.yaxis.set_major_locator(MultipleLocator(20))
    # Beside the plot, where it covers neither a face nor the line.
    axes.legend(loc="upper left", bbox_to_anchor=(1.02, 1), borderaxespad=0, handlelength=1.2)


def draw_errors(axes, age, predicted, decade):
    """The root mean square error of each decade of age, with its number of faces, and of all."""
    square = (predicted - age) ** 2
    errors = np.sqrt(mean_of_each(decade, square))
    overall = np.sqrt(square.mean())
    starts, faces = np.unique(decade, return_counts=True)
    bars = axes.bar(starts, errors, 9, align="edge", color="C4")
    for bar, start, count in zip(bars, starts, faces, strict=True):
        bar.set_alpha(0.35 if count < FEW else 1)
        axes.text(start + 4.5, 0, f"{count}", fontsize=8, ha="center", va="bottom")
    dashed = {"color": "black", "linestyle": "--", "linewidth": 0.8}
    axes.axhline(overall, label=f"all ages: {overall:.1f} years", **dashed)
    axes.set(xlabel="true age (years)", ylabel="RMS error (years)")
    axes.set_title("in each bar: its number of test faces")
    axes.set_ylim(top=1.2 * errors.max())  # room for the legend
    axes.legend(loc="upper center")


if __name__ == "__main__":
    run(main)

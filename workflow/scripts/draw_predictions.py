"""Draw predicted against true ages of the test set, and how far off they are at which age."""

import json

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from shared.figures import save, style

FEW = 30  # test faces: the error of a decade with fewer is uncertain
FITTED = {"color": "black", "linewidth": 1.2, "linestyle": "--"}
SQUARE = {"markersize": 4, "markerfacecolor": "white", "markeredgecolor": "black"}


def main(svg, predictions, metrics):
    age, predicted = np.loadtxt(predictions, delimiter=",", skiprows=1, ndmin=2).T
    with open(metrics) as file:
        results = json.load(file)
    with style():
        save(draw(age, predicted, results), svg)


def draw(age, predicted, metrics):
    """age, predicted: (n,), in years, one of each test face; metrics: what these amount to."""
    figure = Figure(figsize=(6.5, 2.0))
    left, right = figure.subplots(1, 2)
    draw_faces(left, age, predicted)
    draw_errors(right, metrics["decades"], np.sqrt(2 * metrics["test_fmse"]))
    return figure


def mean_of_each(groups, values):
    """The mean of the values in each group, in the order of the groups' sorted numbers."""
    return np.array([values[groups == group].mean() for group in np.unique(groups)])


def draw_faces(axes, age, predicted):
    """A dot for each face, the perfect and the fitted line, and each decade's mean prediction."""
    decade = age // 10 * 10
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


def draw_errors(axes, decades, overall):
    """The root mean square error of each decade of age, with its number of faces, and of all."""
    for decade in decades:
        few = decade["faces"] < FEW
        look = {"align": "edge", "color": "C4", "alpha": 0.35 if few else 1}
        axes.bar(decade["start"], decade["rms_error"], 9, **look)
        middle = decade["start"] + 4.5
        axes.text(middle, 0, str(decade["faces"]), fontsize=8, ha="center", va="bottom")
    dashed = {"color": "black", "linestyle": "--", "linewidth": 0.8}
    axes.axhline(overall, label=f"all ages: {overall:.1f} years", **dashed)
    axes.set(xlabel="true age (years)", ylabel="RMS error (years)")
    axes.set_title("in each bar: its number of test faces")
    highest = max(decade["rms_error"] for decade in decades)
    axes.set_ylim(top=1.2 * highest)  # room for the legend
    axes.legend(loc="upper center")

"""Draw the selected network's weights as a face, and its predictions for the test set."""

import json

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import MultipleLocator

from shared.figures import save, style

# Lightness grows from one end to the other, so that the sign can be seen in grey print, too.
SIGNED = LinearSegmentedColormap.from_list("signed", ["#31005e", "#999999", "#ffdc5c"])
FEW = 30  # test faces: the error of a decade with fewer is uncertain, as the report says, too
FITTED = {"color": "black", "linewidth": 1.2, "linestyle": "--"}
SQUARE = {"markersize": 4, "markerfacecolor": "white", "markeredgecolor": "black"}


def main(weights, mean, predictions, metrics, weights_svg, predictions_svg):
    with np.load(weights) as cell:
        w = cell["w"]
    age, predicted = np.loadtxt(predictions, delimiter=",", skiprows=1, ndmin=2).T
    with open(metrics) as file:
        results = json.load(file)
    with style():
        save(draw_weights(w, np.load(mean)), weights_svg)
        save(draw_predictions(age, predicted, results), predictions_svg)


# The weights, beside the mean training face


def draw_weights(w, mean):
    """w: (2304,), years per standard deviation of the pixel; mean: (2304,), grey values."""
    figure = Figure(figsize=(6.5, 1.6), layout="compressed")
    left, right = figure.subplots(1, 2)
    reach = np.abs(w).max()  # 0 has the colour in the middle
    draw_pixels(left, w, "weights", cmap=SIGNED, vmin=-reach, vmax=reach)
    draw_pixels(right, mean, "mean training face", cmap="gray")
    left.images[0].colorbar.set_label("years per standard\ndeviation of the pixel")
    right.images[0].colorbar.set_label("grey value")
    return figure


def draw_pixels(axes, pixels, title, **colours):
    """pixels: (2304,)."""
    # "none" hands each pixel on as it is; resampled, some would come out wider than others.
    image = axes.imshow(pixels.reshape(48, 48), interpolation="none", **colours)
    axes.figure.colorbar(image, ax=axes, pad=0.02)
    axes.set_title(title)
    axes.set_axis_off()


# The predicted against the true ages, and how far off they are at which age


def draw_predictions(age, predicted, metrics):
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

"""Draw the selected network's weights as an image, beside the mean training face."""

import numpy as np
from matplotlib.figure import Figure

from shared.command_line import run
from shared.figures import save, style


def main(svg, weights, mean):
    with np.load(weights) as cell:
        w = cell["w"]
    with style():
        save(draw(w, np.load(mean)), svg)


def draw(w, mean):
    """w: (2304,), for standardised pixels; mean: (2304,), grey values."""
    figure = Figure(figsize=(6.5, 2.1))
    left, right = figure.subplots(1, 2)
    draw_weights(left, w.reshape(48, 48))
    right.imshow(mean.reshape(48, 48), cmap="gray", interpolation="none")
    right.set_title("mean training face")
    for axes in (left, right):
        axes.set_axis_off()
    return figure


def draw_weights(axes, w):
    """In grey print the two ends of the colours look alike, so large negative weights get a dash.

    w: (48, 48), years per standard deviation of the pixel.
    """
    reach = np.abs(w).max()
    # "none" hands each pixel on as it is; resampled, some would come out wider than others.
    image = axes.imshow(w, cmap="PuOr_r", vmin=-reach, vmax=reach, interpolation="none")
    rows, columns = np.nonzero(w < -reach / 2)
    axes.scatter(columns, rows, 4, color="white", marker="_", linewidths=0.7)
    axes.set_title(f"weights (dashes: below {-reach / 2:.2g})".replace("-", "−"))
    bar = axes.figure.colorbar(image, ax=axes, pad=0.02)
    bar.set_label("years per standard deviation\nof the pixel")


if __name__ == "__main__":
    run(main)

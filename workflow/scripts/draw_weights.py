"""Draw the selected network's weights as an image, beside the mean training face."""

import numpy as np
from command_line import run
from figure_files import save, style
from matplotlib.figure import Figure


def main(weights, mean, svg, png):
    with np.load(weights) as cell:
        w = cell["w"]
    with style():
        save(draw(w, np.load(mean)), svg, png)


def draw(w, mean):
    """w: (2304,) for standardised pixels; mean: (2304,) grey values."""
    figure = Figure(figsize=(5.2, 2.5))
    left, right = figure.subplots(1, 2)
    reach = np.abs(w).max()
    image = left.imshow(w.reshape(48, 48), cmap="PuOr_r", vmin=-reach, vmax=reach)
    figure.colorbar(image, ax=left, label="years per standard deviation")
    left.set_title("weights")
    right.imshow(mean.reshape(48, 48), cmap="gray")
    right.set_title("mean training face")
    for axes in (left, right):
        axes.set_axis_off()
    return figure


if __name__ == "__main__":
    run(main)

"""Draw the selected network's weights as an image, beside the mean training face."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from shared.command_line import run
from shared.figures import save, style

# Lightness grows from one end to the other, so that the sign can be seen in grey print, too.
SIGNED = LinearSegmentedColormap.from_list("signed", ["#31005e", "#999999", "#ffdc5c"])


def main(svg, weights, mean):
    with np.load(weights) as cell:
        w = cell["w"]
    with style():
        save(draw(w, np.load(mean)), svg)


def draw(w, mean):
    """w: (2304,), for standardised pixels; mean: (2304,), grey values."""
    figure = Figure(figsize=(6.5, 1.6))
    left, right = figure.subplots(1, 2)
    draw_weights(left, w.reshape(48, 48))
    draw_face(right, mean.reshape(48, 48))
    return figure


def draw_weights(axes, w):
    """w: (48, 48), years per standard deviation of the pixel; 0 has the colour in the middle."""
    reach = np.abs(w).max()
    # "none" hands each pixel on as it is; resampled, some would come out wider than others.
    image = axes.imshow(w, cmap=SIGNED, vmin=-reach, vmax=reach, interpolation="none")
    axes.set_title("weights")
    axes.set_axis_off()
    bar = axes.figure.colorbar(image, ax=axes, pad=0.02)
    bar.set_label("years per standard\ndeviation of the pixel")


def draw_face(axes, face):
    """face: (48, 48), grey values."""
    image = axes.imshow(face, cmap="gray", interpolation="none")
    axes.set_title("mean training face")
    axes.set_axis_off()
    bar = axes.figure.colorbar(image, ax=axes, pad=0.02)
    bar.set_label("grey value")


if __name__ == "__main__":
    run(main)

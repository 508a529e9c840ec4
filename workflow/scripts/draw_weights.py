"""Draw the selected network's weights as an image, beside the mean training face."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from shared.figures import save, style

# Lightness grows from one end to the other, so that the sign can be seen in grey print, too.
SIGNED = LinearSegmentedColormap.from_list("signed", ["#31005e", "#999999", "#ffdc5c"])


def main(svg, weights, mean):
    with np.load(weights) as cell:
        w = cell["w"]
    with style():
        save(draw(w, np.load(mean)), svg)


def draw(w, mean):
    """w: (2304,), years per standard deviation of the pixel; mean: (2304,), grey values."""
    figure = Figure(figsize=(6.5, 1.6), layout="compressed")
    left, right = figure.subplots(1, 2)
    reach = np.abs(w).max()  # 0 has the colour in the middle
    draw_face(left, w, "weights", cmap=SIGNED, vmin=-reach, vmax=reach)
    draw_face(right, mean, "mean training face", cmap="gray")
    left.images[0].colorbar.set_label("years per standard\ndeviation of the pixel")
    right.images[0].colorbar.set_label("grey value")
    return figure


def draw_face(axes, pixels, title, **colours):
    """pixels: (2304,)."""
    # "none" hands each pixel on as it is; resampled, some would come out wider than others.
    image = axes.imshow(pixels.reshape(48, 48), interpolation="none", **colours)
    axes.figure.colorbar(image, ax=axes, pad=0.02)
    axes.set_title(title)
    axes.set_axis_off()

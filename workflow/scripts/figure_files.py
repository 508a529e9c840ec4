"""What all figures share: the style, how rates are written, how they become files."""

from pathlib import Path


def style():
    """A context in which matplotlib draws in the report's style."""
    from matplotlib.style import context

    return context(Path(__file__).with_name("figures.mplstyle"))


def short(rate):
    """0.001 for 0.001, but 1e-5 for 0.00001."""
    return f"{rate:g}".replace("e-0", "e-")


def save(figure, svg):
    """Write the figure; the same figure gives the same bytes."""
    figure.savefig(svg, metadata={"Date": None})

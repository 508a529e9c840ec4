"""The one style of all figures, and how they become files."""

from pathlib import Path


def style():
    """A context in which matplotlib draws in the report's style."""
    from matplotlib.style import context

    return context(Path(__file__).with_name("figures.mplstyle"))


def save(figure, svg, png):
    """Write the figure as SVG for the report and as PNG; the same figure gives the same bytes."""
    figure.savefig(svg, metadata={"Date": None})
    figure.savefig(png)

"""What all figures share: the style, how rates are written, how they become files."""

import json
import re
import warnings
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import matplotlib.style
import numpy as np
from matplotlib.backends.backend_svg import FigureCanvasSVG

NO_METADATA = dict.fromkeys(["Creator", "Date", "Format", "Type"])


@contextmanager
def style():
    """A context in which matplotlib draws in the report's style, whatever a matplotlibrc says."""
    sheet = Path(__file__).with_name("figures.mplstyle")
    with matplotlib.style.context(["default", sheet]), warnings.catch_warnings():
        # The second font has the minus that the first lacks; mathtext takes twice as long.
        warnings.filterwarnings("ignore", "cmr10 font should ideally be used with mathtext")
        yield


def short(rate):
    """0.1, but 1e-3 for what is smaller, as in the handout and in the report."""
    if rate >= 0.1:
        return f"{rate:g}"
    return np.format_float_scientific(rate, 5, trim="-", exp_digits=1)


def write_findings(found, path):
    """Write what a computation of Problem 3 found, for the report."""
    Path(path).write_text(json.dumps(found, indent=2, allow_nan=False))


def save(figure, svg):
    """Write the figure; the same figure gives the same bytes."""
    settle_layout(figure)
    figure.set_dpi(matplotlib.rcParams["savefig.dpi"])  # of the images within
    text = StringIO()
    # savefig would draw the figure twice, the first time to lay it out.
    FigureCanvasSVG(figure).print_svg(text, metadata=NO_METADATA)
    # Hundredths of a point are enough and nobody reads the indents: a sixth of the file is saved.
    shorter = re.sub(r"(\.\d\d)\d+(?=[\s\"])", r"\1", text.getvalue())
    Path(svg).write_text(re.sub(r"\n +", "\n", shorter))


def settle_layout(figure):
    """Lay the figure out in rounded positions: their last bits differ from run to run."""
    figure.set_dpi(72)  # as print_svg does
    figure.get_layout_engine().execute(figure)
    figure.set_layout_engine("none")
    for axes in figure.axes:
        axes.set_position(np.round(axes.get_position(original=True).bounds, 4))

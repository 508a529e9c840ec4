"""What the page's explorations share: charts in which the reader moves a control.

An exploration is a file in JSON. It has a row for each combination of the controls' positions, in
the order of nested loops. Its charts draw the row whose number is in the parameter SHOWN.
"""

import json
from pathlib import Path

import altair as alt
import numpy as np

SHOWN = "shown"
HEIGHT = 280  # of a chart, in pixels; it is as wide as its place in the page
# report/page/explore.css says what they are on light paper and on dark.
BLUE, RED = "var(--blue)", "var(--red)"
GREY = {"color": "currentColor", "opacity": 0.55}
NOTE = {"color": "currentColor", "x": "width", "dx": 5, "align": "left"}  # beside a chart
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
# currentColor is the colour of the text around the chart.
LOOK = {
    "aria": False,  # the page describes a chart as a whole, not each of its dots
    "autosize": {"type": "fit", "contains": "padding"},
    "background": None,
    "mark": {"aria": False},
    "view": {"stroke": None},
    "text": {"fontSize": 12},
    "legend": {"labelColor": "currentColor", "labelFontSize": 12, "orient": "top", "title": None},
    "axis": {
        "domainColor": "currentColor",
        "grid": False,
        "labelColor": "currentColor",
        "labelFontSize": 12,
        "labelOverlap": True,
        "tickColor": "currentColor",
        "titleColor": "currentColor",
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "titlePadding": 8,
    },
}


def control(label, texts, start, buttons=()):
    """A slider over the texts, the text that it starts with, and those that have a button, too."""
    return {
        "label": label,
        "texts": texts,
        "start": texts.index(start),
        "buttons": [texts.index(text) for text in buttons],
    }


def write_exploration(path, title, controls, words, data, charts, start=0):
    """Write what report/page/explore.js shows.

    controls: from control(); without any, the row to start with. words: a text for each row. data:
    the charts' tables by name, each a list of dicts. charts: Altair's, by their descriptions.
    """
    exploration = {
        "title": title,
        "controls": controls,
        "start": start,
        "words": words,
        "data": data,
        "charts": [
            {"description": description, "specification": specify(chart)}
            for description, chart in charts.items()
        ],
    }
    text = json.dumps(exploration, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    Path(path).write_text(text, encoding="utf-8")


def specify(chart):
    """The Altair chart in Vega-Lite."""
    specification = chart.properties(width="container", height=HEIGHT).to_dict()
    return specification | {"params": [{"name": SHOWN, "value": 0}], "config": LOOK}


def from_table(name):
    """A chart of the table with that name in the exploration's data."""
    return alt.Chart(alt.NamedData(name))


def from_shown_row(name):
    """A chart of that table's row that is shown."""
    return from_table(name).transform_filter(f"datum.row == {SHOWN}")


def with_iterations(chart, *columns):
    """The chart with a row for each element of the columns, which are lists, and its index t."""
    numbered = chart.transform_calculate(t=f"sequence(length(datum.{columns[0]}))")
    return numbered.transform_flatten(["t", *columns])


def until_far(points, reach):
    """The points of a descent, (n,) or (n, d), up to the first that is farther from 0 than reach.

    What lies far out of view need not be drawn.
    """
    near = np.all(np.abs(points.reshape(len(points), -1)) < reach, axis=1)
    end = len(points) if near.all() else np.argmin(near)
    return points[:end]


def rounded(values):
    """The values as floats of four significant digits, None where they are not finite."""
    return [float(f"{x:.4g}") if np.isfinite(x) else None for x in values]


def written(x, digits=4):
    """The number with so many significant digits, as print has it."""
    mantissa, e, exponent = f"{x:.{digits}g}".partition("e")
    if e:
        mantissa += f" · 10{str(int(exponent)).translate(SUPERSCRIPT)}"
    return mantissa.replace("-", "−")

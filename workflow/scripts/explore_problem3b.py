"""Descend the paraboloid of Problem 3 (b) with every learning rate of the page's slider."""

import json
from pathlib import Path

import altair as alt
import numpy as np

from homework1_problem3 import (
    fit_paraboloid,
    gradient_descent,
    load_sequence,
    paraboloid,
    paraboloid_gradient,
)
from shared.command_line import run
from shared.explorations import (
    BLUE,
    GREY,
    control,
    from_shown_row,
    from_table,
    rounded,
    until_far,
    with_iterations,
    write_exploration,
    written,
)
from shared.figures import short

STEPS = 40  # of the slider, about
BEYOND = 1.05  # the slider's end, as a multiple of the learning rate at which descent diverges
SHOWN_ITERATIONS = 200  # at most


def main(exploration, settings, sequence):
    """sequence: the file with the given points, the course's or the one that stands in for it."""
    arguments = json.loads(Path(settings).read_text())["problem3b"]
    given = arguments["learning_rate"]
    small = given / arguments["slowdown"]
    sequence = load_sequence(sequence)
    a, c = fit_paraboloid(sequence, given)
    rates = learning_rates(given, small, a)
    texts = [short(rate) for rate in rates]
    descents = [descend(sequence[0], rate, a, c, arguments["iterations"]) for rate in rates]
    rows = [
        row(position, points[: SHOWN_ITERATIONS + 1], sequence)
        for position, points in enumerate(descents)
    ]
    buttons = [short(small), short(given)]
    write_exploration(
        exploration,
        title="Try it: when does descent zig-zag?",
        controls=[control("learning rate ε", texts, short(given), buttons)],
        words=[sentence(rate, points, a) for rate, points in zip(rates, descents, strict=True)],
        data={
            "descents": rows,
            "contours": contours(sequence[0], a, c),
            "minimum": [{"x1": c[0], "x2": c[1]}],
        },
        charts={"The points of the descent on contours of f": draw(sequence)},
    )


def learning_rates(given, small, a):
    """The slider's learning rates, sorted. Those above 1 / max(a) diverge."""
    end = BEYOND / max(a)
    step = float(f"{end / STEPS:.1g}")
    evenly = np.arange(step, end, step).round(12)
    return sorted({*evenly.tolist(), given, small})


def descend(start, rate, a, c, iterations):
    """The points of a descent, (iterations + 1, 2)."""
    return gradient_descent(lambda x: paraboloid_gradient(x, a, c), start, rate, iterations)


# In words


def sentence(rate, points, a):
    """What becomes of the descent, (iterations + 1, 2), with this learning rate."""
    factors = 1 - 2 * rate * a
    return (
        f"With ε = {short(rate)}, each step multiplies the distance from the minimum by "
        f"{written(factors[0])} along x₁ and by {written(factors[1])} along x₂, so descent "
        f"{manner(factors)}: {end(points)}."
    )


def manner(factors):
    """How a descent goes whose distance from the minimum is multiplied by the factors, (2,)."""
    if np.any(np.abs(factors) >= 1):
        return "does not converge"
    return "zig-zags" if np.any(factors < 0) else "does not zig-zag"


def end(points):
    """Where the descent ends, (iterations + 1, 2)."""
    finite = np.isfinite(points).all(axis=1)
    if not finite.all():
        return f"it overflows in step {np.argmin(finite)}"
    x1, x2 = points[-1]
    return f"after {len(points) - 1} iterations it is at ({written(x1)}, {written(x2)})"


# In the picture


def row(position, points, sequence):
    """The points of a descent, up to the first that is too far out of view to be drawn."""
    x1, x2 = until_far(points, 100 * np.max(np.abs(sequence))).T
    return {"row": position, "x1": rounded(x1), "x2": rounded(x2)}


def contours(start, a, c):
    """Ellipses on which the paraboloid is constant, at equal distances, one through the start."""
    angle = np.linspace(0, 2 * np.pi, 73)
    circle = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    radii = np.sqrt(paraboloid(start, a, c) / a)  # of the one through the start
    rows = []
    for k in range(1, 9):
        x1, x2 = (c + k / 6 * radii * circle).T
        rows.append({"row": k, "x1": rounded(x1), "x2": rounded(x2)})
    return rows


def draw(sequence):
    """The descent on the contours. The valley is long in x2, which therefore runs to the right."""
    x, y = equal_scales(sequence)
    ellipses = with_iterations(from_table("contours"), "x1", "x2")
    descent = with_iterations(from_shown_row("descents"), "x1", "x2")
    lines = ellipses.mark_line(clip=True, strokeWidth=0.8, **GREY)
    minimum = from_table("minimum").mark_point(shape="cross", filled=True, size=90, **GREY)
    steps = descent.mark_line(clip=True, color=BLUE, strokeWidth=0.9)
    dots = descent.mark_point(clip=True, color=BLUE, size=24)
    return alt.layer(
        lines.encode(x, y, detail="row:N", order="t:Q"),
        minimum.encode(x, y),
        steps.encode(x, y, order="t:Q"),
        dots.encode(x, y),
    )


def equal_scales(sequence):
    """Both axes around the sequence, to one scale however wide the chart is.

    A pixel is as many units as the tighter of the two directions needs.
    """
    margin = 0.1 * np.ptp(sequence)
    low = sequence.min(axis=0) - margin
    high = sequence.max(axis=0) + margin
    middle1, middle2 = (low + high) / 2
    span1, span2 = high - low
    unit = f"max({span1:.4g} / height, {span2:.4g} / width)"
    return (
        alt.X("x2:Q", title="x₂").scale(domain=around(middle2, f"{unit} * width"), nice=False),
        alt.Y("x1:Q", title="x₁").scale(domain=around(middle1, f"{unit} * height"), nice=False),
    )


def around(middle, extent):
    """The domain of that extent, an expression, around the middle."""
    return [alt.ExprRef(f"{middle:.4g} {sign} {extent} / 2") for sign in "-+"]


if __name__ == "__main__":
    run(main)

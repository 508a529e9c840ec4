"""Descend the function of Problem 3 (a) with every learning rate of the page's slider."""

import json
from fractions import Fraction
from pathlib import Path

import altair as alt
import numpy as np

from homework1_problem3 import (
    ITERATIONS_3A_IV,
    MINIMUM_3A,
    MISSING_RATE,
    STATIONARY_3A,
    as_fraction,
    f_3a,
    fates_3a,
    gradient_3a,
    gradient_descent,
)
from shared.command_line import run
from shared.explorations import (
    BLUE,
    GREY,
    NOTE,
    RED,
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

RATES = [short(step / 200) for step in range(1, 91)]  # 5e-3, 1e-2, ..., 0.45
BUTTONS = [str(MISSING_RATE), "1/3"]
SHOWN_ITERATIONS = 100  # at most
SETTLED = 1e-6  # as near 6 a descent has converged
LEVELS = [{"x": MINIMUM_3A}, {"x": STATIONARY_3A}]


def main(exploration, settings):
    arguments = json.loads(Path(settings).read_text())["problem3a"]
    start = float(arguments["start"])
    iterations = min(arguments["iterations"], SHOWN_ITERATIONS)
    converging = as_fraction(arguments["converging_learning_rate"])
    rates = learning_rates(converging)
    texts = list(rates.values())
    descents = descend(start, list(rates))
    view = (min(start, -3) - 0.5, max(start, 7.5) + 0.5)
    rows = [
        row(position, points[: iterations + 1], view) for position, points in enumerate(descents)
    ]
    write_exploration(
        exploration,
        title="Try it: which learning rate leads to the minimum?",
        controls=[control("learning rate ε", texts, rates[float(converging)], BUTTONS)],
        words=[sentence(text, points) for text, points in zip(texts, descents, strict=True)],
        data={"descents": rows, "graph": graph(view), "levels": LEVELS},
        charts={
            "The points of the descent on the graph of f": draw_on_graph(view),
            "x against the iteration": draw_against_iterations(view, iterations),
        },
    )


def learning_rates(converging):
    """The texts of the slider's learning rates by their values, from the smallest on."""
    texts = {float(Fraction(text)): text for text in [*RATES, str(converging), *BUTTONS]}
    return dict(sorted(texts.items()))


def descend(start, rates):
    """A descent for each learning rate, (rates, iterations + 1)."""
    rates = np.array(rates)
    starts = np.full_like(rates, start)
    return gradient_descent(gradient_3a, starts, rates, ITERATIONS_3A_IV).T


# In words


def sentence(rate, points):
    """What becomes of the descent with this learning rate."""
    return f"With ε = {rate}, descent {fate(points)}."


def fate(points):
    """The rest of the sentence, from the points of the descent, (iterations + 1,)."""
    last = f"x = {written(points[-1])} after {len(points) - 1} iterations"
    near = np.abs(points - MINIMUM_3A) < SETTLED
    if near[-100:].all():
        step = np.argmax(near)
        if points[step] == MINIMUM_3A:
            arrival = f"lands on 6 exactly in step {step}" if step > 0 else "starts at 6"
            return f"{arrival}, where the gradient is 0, and stays there"
        return f"converges to 6: {last}"
    (kind,) = fates_3a(points[:, np.newaxis])
    if kind == "overflows":
        return f"overflows in step {np.argmin(np.isfinite(points))}"
    if kind == "creeps":
        return f"creeps towards 3.1, where the gradient is 0, too, and does not pass it: {last}"
    if kind == "falls back":
        return (
            f"{miss(points)}, falls back to the left of 3.1 in step {last_fall(points)}, and "
            f"creeps towards 3.1: {last}"
        )
    if points.max() < MINIMUM_3A:
        return f"is still on its way to 6: {last}"
    low = points[-100:].min()
    high = points[-100:].max()
    return (
        f"{miss(points)} and wanders around 6 without settling: between x = {written(low)} and "
        f"x = {written(high)} in the last 100 of {len(points) - 1} iterations"
    )


def miss(points):
    """How near the descent comes to the minimum."""
    distances = np.abs(points[1:] - MINIMUM_3A)
    nearest = np.argmin(distances)
    return f"misses 6 by {written(distances[nearest], 2)} in step {nearest + 1}"


def last_fall(points):
    """The last step that leads from the right of 3.1 to the left."""
    right = points > STATIONARY_3A
    return np.flatnonzero(right[:-1] & ~right[1:])[-1] + 1


# In the picture


def row(position, points, view):
    """The points of a descent, up to the first that is too far out of view to be drawn."""
    x = until_far(points, 100 * (view[1] - view[0]))
    return {"row": position, "x": rounded(x), "f": rounded(f_3a(x).round(2))}


def graph(view):
    """The graph of f, as points of its two parts: it jumps at 3."""
    left = np.linspace(view[0], np.nextafter(3, 0), 120)
    right = np.linspace(3, view[1], 80)
    return [
        {"part": "left", "x": rounded(left), "f": rounded(f_3a(left))},
        {"part": "right", "x": rounded(right), "f": rounded(f_3a(right))},
    ]


def draw_on_graph(view):
    """The points (x, f(x)) of the descent on the graph of f."""
    heights = [f_3a(MINIMUM_3A) - 2, max(f_3a(view))]
    x = alt.X("x:Q", title="x").scale(domain=view, nice=False)
    y = alt.Y("f:Q", title="f(x)").scale(domain=heights, nice=False)
    line = from_table("graph").transform_flatten(["x", "f"]).mark_line(clip=True, **GREY)
    descent = with_iterations(from_shown_row("descents"), "x", "f")
    steps = descent.mark_line(clip=True, color=BLUE, opacity=0.6, strokeWidth=0.8)
    dots = descent.mark_point(clip=True, color=BLUE, size=36)
    return alt.layer(
        line.encode(x, y, detail="part:N"),
        steps.encode(x, y, order="t:Q"),
        dots.encode(x, y),
    )


def draw_against_iterations(view, iterations):
    """x against the iteration, with lines at the minimum and at the inflection."""
    x = alt.X("t:Q", title="iteration").scale(domain=[0, iterations], nice=False, padding=6)
    y = alt.Y("x:Q", title="x").scale(domain=view, nice=False)
    levels = from_table("levels")
    descent = with_iterations(from_shown_row("descents"), "x")
    steps = descent.mark_line(clip=True, color=RED, strokeWidth=0.8)
    dots = descent.mark_point(clip=True, color=RED, size=16)
    return alt.layer(
        levels.mark_rule(strokeDash=[4, 3], **GREY).encode(y),
        levels.mark_text(**NOTE).encode(y, text="x:N"),
        steps.encode(x, y),
        dots.encode(x, y),
    )


if __name__ == "__main__":
    run(main)

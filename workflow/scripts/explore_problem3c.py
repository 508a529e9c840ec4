"""Descend the function of Problem 3 (c) from every starting point with every learning rate.

The page has a slider for each of the two.
"""

import json
from pathlib import Path

import altair as alt
import numpy as np

from homework1_problem3 import describe_cycle, gradient_3c, gradient_descent
from shared.command_line import run
from shared.explorations import (
    BLUE,
    NOTE,
    control,
    from_shown_row,
    rounded,
    write_exploration,
    written,
)
from shared.figures import short

RATES = [0.001, 0.0015, 0.002, 0.003, 0.005, 0.007, 0.01, 0.015, 0.02, 0.03, 0.05, 0.07, 0.1]
SIZES = [0.01, 0.1, 0.25, 0.5, 0.75, 1]
ITERATIONS = 10_000  # at most
POINTS = 60  # that are drawn of a descent


def main(exploration, settings):
    arguments = json.loads(Path(settings).read_text())["problem3c"]
    given_rates = list(map(float, arguments["learning_rates"]))
    given_starts = list(map(float, arguments["starting_points"]))
    iterations = min(arguments["iterations"], ITERATIONS)
    rates = sorted({*RATES, *given_rates})
    starts = sorted({*SIZES, *[-size for size in SIZES], *given_starts})
    words = []
    rows = []
    for rate in rates:
        for points in descend(starts, rate, iterations):
            words.append(sentence(rate, points))
            rows.append(row(len(rows), rate, points))
    write_exploration(
        exploration,
        title="Try it: how near does descent come to 0?",
        controls=[
            control("learning rate ε", list(map(short, rates)), short(middle(given_rates))),
            control("starting point x⁽¹⁾", list(map(written, starts)), written(given_starts[-1])),
        ],
        words=words,
        data={"descents": rows},
        charts={"|x| against the iteration": draw(iterations, rates, starts)},
    )


def middle(values):
    return values[len(values) // 2]


def descend(starts, rate, iterations):
    """A descent from each start, (starts, iterations + 1)."""
    return gradient_descent(gradient_3c, np.array(starts), rate, iterations).T


# In words


def sentence(rate, points):
    """What becomes of the descent, (iterations + 1,), with this learning rate."""
    return f"With ε = {short(rate)} from x⁽¹⁾ = {written(points[0])}, {fate(rate, points)}."


def fate(rate, points):
    """The rest of the sentence."""
    found = describe_cycle(rate, points[:, np.newaxis])
    (near,) = found["iterations_until_near"]
    (enough,) = found["enough_iterations"]
    enough = f"2√|x⁽¹⁾|/ε = {enough:.0f}"
    last = f"|x| = {written(abs(points[-1]))} after {len(points) - 1} iterations"
    if points[-1] == 0:
        step = np.argmax(points == 0)
        arrival = f"hits 0 exactly in step {step}" if step > 0 else "starts at 0"
        return f"descent {arrival} and stays there, which is the exception"
    if near is None:
        return f"descent is still on its way, with {last}: it takes about {enough}"
    arrival = f"|x| ≤ ε² from iteration {near} on ({enough})"
    if not found["settled"]:
        return f"{arrival}, and |x| goes towards ε²/4: {last}"
    amplitude = written(found["predicted_amplitude"])
    return f"{arrival}, and in the end x jumps between ±{amplitude}, which is ±ε²/4"


# In the picture


def row(position, rate, points):
    """What is drawn of a descent. A logarithmic axis has no 0."""
    distances = np.where(points == 0, np.nan, np.abs(points))
    times = drawn_iterations(distances, rate)
    return {
        "row": position,
        "amplitude": rate**2 / 4,
        "t": times.tolist(),
        "distance": rounded(distances[times]),
    }


def drawn_iterations(distances, rate):
    """At nearly even distances on a logarithmic axis, and all of them where descent arrives."""
    last = len(distances) - 1
    spaced = np.geomspace(1, last, POINTS).round().astype(int)
    arrival = np.argmax(distances <= rate**2)
    near = np.arange(max(1, arrival - 2), min(arrival + 6, last) + 1)
    return np.union1d(spaced, near)


def draw(iterations, rates, starts):
    """|x| against the iteration, with a dotted line at the |x| of the two-cycle."""
    distances = [min(rates) ** 2 / 16, 2 * max(*map(abs, starts), max(rates) ** 2 / 4)]
    iterations = [1, max(2, iterations)]
    x = alt.X("t:Q", title="iteration").scale(type="log", domain=iterations, nice=False)
    y = alt.Y("distance:Q", title="|x|").scale(type="log", domain=distances, nice=False)
    x = x.axis(values=powers_of_ten(*iterations), format=",")
    y = y.axis(
        values=powers_of_ten(*distances), format=".0e", labelExpr="replace(datum.label, '+', '')"
    )
    shown = from_shown_row("descents")
    level = shown.transform_calculate(distance="datum.amplitude").encode(y)
    line = shown.transform_flatten(["t", "distance"]).mark_line(
        clip=True, color=BLUE, point={"color": BLUE, "size": 10}
    )
    return alt.layer(
        level.mark_rule(color="currentColor", strokeDash=[2, 3]),
        level.mark_text(text="ε²/4", **NOTE),
        line.encode(x, y),
    )


def powers_of_ten(low, high):
    """Those between the two."""
    exponents = np.arange(np.ceil(np.log10(low)), np.floor(np.log10(high)) + 1)
    return [float(f"1e{exponent:.0f}") for exponent in exponents]


if __name__ == "__main__":
    run(main)

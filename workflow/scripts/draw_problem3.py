"""Draw the figure of one part of Problem 3, and write down what its descents find."""

import json
from contextlib import redirect_stdout
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np

import homework1_problem3 as module
from shared.figures import save, style, write_findings

# As many are legible in a figure.
MOST_RATES = 12
MOST_STARTS = 10
MIDDLE_RATE = 0.1  # a rate that both of the handout's lists have
MISFIT_TOLERANCE = 1e-4  # of a one-step prediction, relative to the extent of the sequence
# In exact arithmetic, descent on f_3c from the square of its learning rate lands on 0.
ROOT = 0.1
SQUARE = 0.01


def main(part, settings, sequence, svg, findings):
    """part: a to d; settings: the file with its arguments; sequence: what make_sequence made.

    d has no settings, and only b has a sequence: they are empty elsewhere.
    """
    arguments = json.loads(Path(settings).read_text())[f"problem3{part}"] if settings else {}
    if part == "a":
        rate = as_fraction(arguments["converging_learning_rate"])
        arguments["converging_learning_rate"] = rate
    if part == "b":
        arguments["sequence"] = np.loadtxt(sequence)
    find, problem = PARTS[part]
    found = find(**arguments)
    if part == "b":
        # What is recomputed begins with a note that says so.
        found["recomputed"] = Path(sequence).read_text().startswith("#")
    with style(), redirect_stdout(None):  # the report says what it prints
        save(problem(**legible(arguments)), svg)
    write_findings(found, findings)


def as_fraction(number):
    """The number as a Fraction if a simple one is equal to it in float64, else as a float."""
    exact = Fraction(number)
    simple = exact.limit_denominator(1000)
    return simple if float(simple) == float(exact) else float(exact)


def legible(arguments):
    """The arguments with no more learning rates and starting points than can be told apart."""
    limited = dict(arguments)
    if "learning_rates" in arguments:
        rates = sorted(
            arguments["learning_rates"], key=lambda rate: abs(np.log(rate / MIDDLE_RATE))
        )
        limited["learning_rates"] = sorted(rates[:MOST_RATES])
    if "starting_points" in arguments:
        starts = sorted(arguments["starting_points"], key=abs)
        limited["starting_points"] = sorted(starts[:MOST_STARTS])
    return limited


def finite(x):
    """A Python float, or None where x is inf or nan, which JSON cannot hold."""
    return float(x) if np.isfinite(x) else None


def find_3a(start, iterations, learning_rates, converging_learning_rate):
    """What each descent does, and the one that reaches the minimum."""
    converging = module.gradient_descent(
        module.gradient_3a, start, float(converging_learning_rate), iterations
    )
    return {
        "start": float(start),
        "iterations": iterations,
        "descents": [describe_descent(start, float(rate), iterations) for rate in learning_rates],
        "converging": {
            "learning_rate": str(converging_learning_rate),
            "first_x": finite(converging[1]),
            "final_x": finite(converging[-1]),
            "final_gradient": finite(module.gradient_3a(converging[-1])),
            "final_value": finite(module.f_3a(converging[-1])),
        },
    }


def describe_descent(start, learning_rate, iterations):
    """Where the first step leads, where the descent ends, and the first iteration not finite.

    It converges if it is within 1 of the minimum, where each step multiplies the distance from it
    by 1 - 10.83 learning_rate, and this is under 1 in magnitude.
    """
    contraction = 1 - 1083 / 100 * learning_rate
    points = module.gradient_descent(module.gradient_3a, start, learning_rate, iterations)
    overflowed = np.flatnonzero(~np.isfinite(points))
    return {
        "learning_rate": learning_rate,
        "first_x": finite(points[1]),
        "final_x": finite(points[-1]),
        "converges": bool(abs(points[-1] - module.MINIMUM_3A) <= 1 and abs(contraction) < 1),
        "passes_3_1": bool((points > module.STATIONARY_3A).any()),
        "overflowed_at": int(overflowed[0]) if overflowed.size else None,
    }


def find_3b(sequence, learning_rate, slowdown, iterations):
    """The fitted constants, how well our own descent follows the sequence, and a slower one."""
    a, c = fit_checked(sequence, learning_rate)
    gradient = partial(module.paraboloid_gradient, a=a, c=c)
    descent = module.gradient_descent(gradient, sequence[0], learning_rate, iterations)
    small_rate = learning_rate / slowdown
    small = module.gradient_descent(gradient, sequence[0], small_rate, iterations)
    shared = min(len(sequence), len(descent))
    return {
        "points": len(sequence),
        "learning_rate": float(learning_rate),
        "iterations": iterations,
        "start": sequence[0].tolist(),
        "a": a.tolist(),
        "c": c.tolist(),
        "contraction": (1 - 2 * learning_rate * a).tolist(),
        "largest_deviation": float(np.max(np.abs(descent[:shared] - sequence[:shared]))),
        "final_x": descent[-1].tolist(),
        "slowdown": float(slowdown),
        "small_step": {
            "learning_rate": small_rate,
            "contraction": (1 - 2 * small_rate * a).tolist(),
            "final_x": small[-1].tolist(),
        },
    }


def fit_checked(sequence, learning_rate):
    """The fitted a and c, (2,) each; ValueError where the sequence descends to no minimum."""
    with np.errstate(all="ignore"):  # a coordinate that never changes gives nan, an error below
        a, c = module.fit_paraboloid(sequence, learning_rate)
        ratio = 1 - 2 * learning_rate * a
        misfit = np.max(np.abs(sequence[1:] - c - ratio * (sequence[:-1] - c)))
    if not (misfit <= MISFIT_TOLERANCE * np.ptp(sequence) and np.all(np.abs(ratio) < 1)):
        raise ValueError(
            f"The sequence is not gradient descent to a minimum: a step that multiplies the "
            f"distance from {c} by {ratio} is off by {misfit:.2g}. Use the course's sequence."
        )
    return a, c


def find_3c(starting_points, learning_rates, iterations):
    """Where the descents end, when they get there, and one that rounding keeps from 0."""
    starts = np.array(starting_points, dtype=float)
    return {
        "iterations": iterations,
        "starting_points": starts.tolist(),
        "drawn_starts": min(len(starting_points), MOST_STARTS),
        "cycles": [describe_cycle(starts, float(rate), iterations) for rate in learning_rates],
        "from_square": describe_descent_from_square(),
    }


def describe_cycle(starts, learning_rate, iterations):
    """The final |x| of each descent, and after how many iterations |x| <= learning_rate^2.

    The latter is None if never; 2 sqrt(|start|) / learning_rate iterations are enough.
    """
    points = module.gradient_descent(module.gradient_3c, starts, learning_rate, iterations)
    near = np.abs(points) <= learning_rate**2
    return {
        "learning_rate": learning_rate,
        "amplitudes": [finite(x) for x in np.abs(points[-1])],
        "iterations_until_near": [int(np.argmax(x)) if x.any() else None for x in near.T],
        "enough_iterations": (2 * np.sqrt(np.abs(starts)) / learning_rate).tolist(),
    }


def describe_descent_from_square():
    """A descent that in exact arithmetic would be at 0 after one step, and stay there."""
    points = module.gradient_descent(module.gradient_3c, SQUARE, ROOT, 20)
    in_cycle = np.isclose(np.abs(points), SQUARE / 4, rtol=1e-10, atol=0)
    return {
        "learning_rate": ROOT,
        "start": SQUARE,
        "first_x": float(points[1]),
        "steps": int(np.argmax(in_cycle)),
        "amplitude": SQUARE / 4,
    }


def find_3d():
    """The one step in exact numbers, as problem3d takes it."""
    gradient = module.gradient_3d(module.START_3D)
    end = module.START_3D - module.RATE_3D * gradient
    return {
        "start": int(module.START_3D),
        "learning_rate": str(module.RATE_3D),
        "gradient": int(gradient),
        "end": int(end),
        "gradient_at_the_end": int(module.gradient_3d(end)),
    }


PARTS = {
    "a": (find_3a, module.problem3a),
    "b": (find_3b, module.problem3b),
    "c": (find_3c, module.problem3c),
    "d": (find_3d, module.problem3d),
}

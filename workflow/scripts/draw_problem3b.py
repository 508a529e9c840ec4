"""Draw the figure of Problem 3 (b) and write down what its computation found."""

import json
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path

import numpy as np

from homework1_problem3 import gradient_descent, paraboloid_gradient, problem3b
from shared.command_line import run
from shared.figures import save, style, write_findings
from shared.problem3 import fit_checked


def main(svg, findings, settings, sequence):
    """sequence: what make_sequence has copied or recomputed."""
    arguments = json.loads(Path(settings).read_text())["problem3b"]
    points = np.loadtxt(sequence)
    found = find(points, **arguments)
    with style(), redirect_stdout(None):  # the report says what it prints
        save(problem3b(points, **arguments), svg)
    found["recomputed"] = Path(sequence).read_text().startswith("#")
    write_findings(found, findings)


def find(sequence, learning_rate, slowdown, iterations):
    """The fitted constants, how well our own descent follows the sequence, and a slower one."""
    a, c = fit_checked(sequence, learning_rate)
    gradient = partial(paraboloid_gradient, a=a, c=c)
    descent = gradient_descent(gradient, sequence[0], learning_rate, iterations)
    small_rate = learning_rate / slowdown
    small = gradient_descent(gradient, sequence[0], small_rate, iterations)
    shared = min(len(sequence), len(descent))
    return {
        "points": len(sequence),
        "learning_rate": float(learning_rate),
        "iterations": iterations,
        "start": sequence[0].tolist(),
        "a": a.tolist(),
        "c": c.tolist(),
        "contraction": (1 - 2 * learning_rate * a).tolist(),
        "curvature_ratio": float(a[0] / a[1]),
        "largest_deviation": float(np.max(np.abs(descent[:shared] - sequence[:shared]))),
        "final_x": descent[-1].tolist(),
        "slowdown": float(slowdown),
        "small_step": {
            "learning_rate": small_rate,
            "contraction": (1 - 2 * small_rate * a).tolist(),
            "final_x": small[-1].tolist(),
        },
    }


if __name__ == "__main__":
    run(main)

"""Recompute the sequence of Problem 3 (b), where the course's file is missing."""

import numpy as np

from homework1_problem3 import gradient_descent, paraboloid_gradient
from shared.command_line import run

NOTE = "Recomputed from its recurrence: not the course's file, not to be handed in."


def main(path):
    """As in the course's file, the learning rate is part of a: only their product shows."""
    np.savetxt(path, course_sequence(), fmt="%.7e", header=NOTE)


def course_sequence():
    """The course's descent, (201, 2), in float32 like the course's: within 4e-7 of its file."""
    a = np.array([0.9375, 0.02109375], dtype=np.float32)
    c = np.array([0.4, 4], dtype=np.float32)
    start = np.array([1, -3], dtype=np.float32)
    return gradient_descent(lambda x: paraboloid_gradient(x, a, c), start, 1.0, 200)


if __name__ == "__main__":
    run(main)

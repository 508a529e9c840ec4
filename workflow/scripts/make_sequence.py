"""Recompute the sequence of Problem 3 (b), where the course's file is missing."""

import numpy as np

from shared.command_line import run

NOTE = "Recomputed from its recurrence: not the course's file, not to be handed in."


def main(path):
    np.savetxt(path, course_sequence(), fmt="%.7e", header=NOTE)


def course_sequence():
    """The course's descent, (201, 2), in float32 like the course's: within 4e-7 of its file.

    The learning rate is part of a: only their product shows in a sequence.
    """
    a = np.array([0.9375, 0.02109375], dtype=np.float32)
    c = np.array([0.4, 4], dtype=np.float32)
    points = [np.array([1, -3], dtype=np.float32)]
    # Not with homework1_problem3, which imports matplotlib: that takes far longer than all of this.
    for _ in range(200):
        gradient = 2 * a * (points[-1] - c)
        points.append(points[-1] - gradient)
    return np.array(points)


if __name__ == "__main__":
    run(main)

"""Copy the user's sequence of Problem 3 (b) as plain numbers, or recompute it where it is missing.

Everything else reads the copy.
"""

from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from math import isfinite
from pathlib import Path

import numpy as np

NOTE = "Recomputed from its recurrence: not the course's file, not to be handed in."


def main(copy, given=None):
    """given: the user's file, if there is one. A copy that is recomputed begins with a note."""
    if given:
        np.savetxt(copy, read_sequence(given), fmt="%s")
    else:
        np.savetxt(copy, course_sequence(), fmt="%.7e", header=NOTE)


def read_sequence(path):
    """The points, (T + 1, 2), in a text file with two numbers on each line.

    The text is UTF-8, or UTF-16 with a byte order mark. A header, commas, and comments after # are
    skipped. ValueError names the first line that is something else. A copy of what was recomputed
    is an error, too.
    """
    content = Path(path).read_bytes()
    is_utf16 = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    text = content.decode("utf-16" if is_utf16 else "utf-8-sig", errors="replace")
    if NOTE in text:
        raise ValueError(f"{path} is recomputed, not the course's file: replace it, or delete it.")
    lines = text.splitlines()
    points = []
    for count, line in enumerate(lines, start=1):
        words = line.partition("#")[0].replace(",", " ").split()
        numbers = [float(word) for word in words if is_number(word)]
        is_header = count == 1 and len(lines) > 1 and not numbers
        if len(words) == len(numbers) == 2:
            points.append(numbers)
        elif words and not is_header:
            found = line.strip()[:60]
            raise ValueError(
                f"{path}, line {count}: expected two numbers, found {found!r}. Get the file again."
            )
    if len(points) < 3:
        raise ValueError(f"{path} has {len(points)} lines of two numbers. Get the file again.")
    return np.array(points)


def is_number(word):
    """Whether the word is a finite number."""
    try:
        return isfinite(float(word))
    except ValueError:
        return False


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

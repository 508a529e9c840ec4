"""Draw the figure of Problem 3 (b) and write down what its computation found."""

import json
from pathlib import Path

from homework1_problem3 import load_sequence, problem3b
from shared.command_line import run
from shared.figures import save, style, write_findings


def main(svg, findings, settings, sequence):
    """sequence: the file with the given points, the course's or the one that stands in for it."""
    arguments = json.loads(Path(settings).read_text())["problem3b"]
    with style():
        figure, found = problem3b(load_sequence(sequence), **arguments)
        save(figure, svg)
    # The file that stands in says so in a comment, so it is known wherever it is copied to.
    found["recomputed"] = Path(sequence).read_text().startswith("#")
    write_findings(found, findings)


if __name__ == "__main__":
    run(main)

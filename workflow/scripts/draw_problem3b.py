"""Draw the figure of Problem 3 (b) and write down what its computation found."""

import json
from pathlib import Path

from homework1_problem3 import load_sequence, problem3b
from shared.command_line import run
from shared.figures import save, style, write_findings


def main(svg, findings, settings, sequence=None):
    """sequence: the file with the given points, where the user has put it into data/."""
    arguments = json.loads(Path(settings).read_text())["problem3b"]
    if sequence:
        arguments["sequence"] = load_sequence(sequence)
    with style():
        figure, found = problem3b(**arguments)
        save(figure, svg)
    write_findings(found, findings)


if __name__ == "__main__":
    run(main)

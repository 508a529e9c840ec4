"""Draw the figure of Problem 3 (c) and write down what its computation found."""

import json
from pathlib import Path

from homework1_problem3 import problem3c
from shared.command_line import run
from shared.figures import save, style, write_findings


def main(svg, findings, settings):
    arguments = json.loads(Path(settings).read_text())["problem3c"]
    with style():
        figure, found = problem3c(**arguments)
        save(figure, svg)
    write_findings(found, findings)


if __name__ == "__main__":
    run(main)

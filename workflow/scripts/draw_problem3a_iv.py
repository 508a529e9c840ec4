"""Draw the figure of Problem 3 (a) iv and write down what its computation found."""

import json
from pathlib import Path

from homework1_problem3 import problem3a_iv
from shared.command_line import run
from shared.figures import save, style, write_findings


def main(svg, findings, settings):
    converging = json.loads(Path(settings).read_text())["problem3a"]["converging_learning_rate"]
    with style():
        figure, found = problem3a_iv(converging)
        save(figure, svg)
    write_findings(found, findings)


if __name__ == "__main__":
    run(main)

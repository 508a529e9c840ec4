"""Draw one figure of Problem 3 and write down what its computation found."""

import json

import homework1_problem3
from command_line import run
from figure_files import save, style


def main(problem, settings, svg, findings, sequence=None):
    """settings: JSON with the problem's part; sequence: the file of 3b's given points."""
    arguments = json.loads(settings).get(problem, {})
    if sequence:
        arguments["sequence"] = homework1_problem3.load_sequence(sequence)
    with style():
        figure, found = getattr(homework1_problem3, problem)(**arguments)
        save(figure, svg)
    with open(findings, "w") as file:
        json.dump(found, file, indent=2, allow_nan=False)


if __name__ == "__main__":
    run(main)

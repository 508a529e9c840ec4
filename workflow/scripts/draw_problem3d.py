"""Draw the figure of Problem 3 (d) and write down what its computation found."""

from homework1_problem3 import problem3d
from shared.command_line import run
from shared.figures import save, style, write_findings


def main(svg, findings):
    with style():
        figure, found = problem3d()
        save(figure, svg)
    write_findings(found, findings)


if __name__ == "__main__":
    run(main)

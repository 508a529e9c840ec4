"""The unpacked zip, what it is compared with, and how a requirement says that it does not hold."""

import ast
import importlib
import sys
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from answers import Report, fault

HYPERPARAMETERS = ["batch_size", "learning_rate", "epochs"]

requirements = []  # in the handout's order


class Requirement(NamedTuple):
    """What the handout asks for, with its points.

    function takes a Submission, raises Broken where the code is not as it should be, and returns
    the answers that the PDF has to give: for each section, a list of the numbers in it.
    """

    name: str
    points: float
    place: str
    check: str
    function: callable


def requirement(name, points, place, check):
    """Register the decorated function as the Requirement's."""

    def register(function):
        requirements.append(Requirement(name, points, place, check, function))
        return function

    return register


class Broken(Exception):  # noqa: N818
    """A requirement that does not hold, and what to do, in a sentence."""


def demand(holds, sentence):
    if not holds:
        raise Broken(sentence)


def close(a, b, tolerance=1e-9):
    """Whether two arrays have one shape, and everywhere the same value within the tolerance."""
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=tolerance, atol=tolerance)


class Submission:
    """The unpacked zip, and the evidence that it is compared with."""

    def __init__(self, folder, evidence):
        self.folder = Path(folder)
        self.evidence = evidence
        self.config = evidence["config"]

    def module(self, k):
        return importlib.import_module(f"homework1_problem{k}")

    def tree(self, k):
        """The module's code, parsed."""
        return ast.parse((self.folder / f"homework1_problem{k}.py").read_text(encoding="utf-8"))

    def demand_imports(self, k, allowed):
        """The module imports these packages at most, and what comes with Python."""
        others = imports(self.tree(k)) - {*allowed, *sys.stdlib_module_names}
        demand(
            not others,
            f"homework1_problem{k}.py imports {', '.join(sorted(others))}, which a grader may not "
            f"have: use only {' and '.join(allowed)}.",
        )

    @cached_property
    def report(self):
        import pypdfium2

        try:
            return Report.read(self.folder / "homework1.pdf")
        except (OSError, pypdfium2.PdfiumError) as error:
            raise Broken(
                "homework1.pdf is missing or cannot be read. `make submit` makes it again."
            ) from error

    def demand_answers(self, answers):
        """The PDF gives the answers: for each section, a list of the numbers in it.

        Returns the pages on which the sections begin.
        """
        for section, wanted in answers.items():
            lacks = fault(self.report.answer(section), wanted)
            demand(not lacks, f"The answer to {section} {lacks}: fix it in report/homework1.typ.")
        return sorted({self.report.page(section) for section in answers})

    @cached_property
    def retrained(self):
        """The selected cell and its test costs, by the handed-in code from the data."""
        values = [[self.evidence["best"][name]] for name in HYPERPARAMETERS]
        share = self.config["validation_fraction"]
        seed = self.config["seed"]
        return self.module(2).train_age_regressor(self.evidence["data"], *values, share, seed)


def imports(tree):
    """The top-level names of all that a module imports."""
    nodes = list(ast.walk(tree))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in names}

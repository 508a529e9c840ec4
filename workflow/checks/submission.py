"""The code that is handed in, what it is compared with, and how each requirement is checked."""

import ast
import importlib
import sys
from contextlib import redirect_stdout
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np

from answers import as_json

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
    """The folder of what is handed in, and the evidence that it is compared with."""

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


def check_code(folder, evidence):
    """The row of each requirement, a dict, whose `to_do` is a sentence where the code breaks it."""
    submission = Submission(folder, evidence)
    with redirect_stdout(sys.stderr):  # where the handed-in code prints what it likes
        return [row(submission, requirement) for requirement in requirements]


def row(submission, requirement):
    """The requirement with what to do where the code breaks it, or the answers to look for."""
    answers = {}
    to_do = None
    try:
        answers = requirement.function(submission) or {}
    except Broken as broken:
        to_do = str(broken)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever handed-in code may raise
        reason = str(error).rstrip(".")
        to_do = f"{type(error).__name__}: {reason}. Fix {requirement.place.split(':')[0]}."
    return {
        "id": requirement.name,
        "points": requirement.points,
        "place": requirement.place,
        "check": requirement.check,
        "to_do": to_do,
        "answers": {
            section: [as_json(each) for each in wanted] for section, wanted in answers.items()
        },
    }

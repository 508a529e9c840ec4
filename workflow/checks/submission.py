"""The unpacked zip, what is held against it, and how a requirement says that it does not hold."""

import ast
import importlib
import math
import re
import sys
import unicodedata
from bisect import bisect
from functools import cached_property
from itertools import accumulate
from pathlib import Path

import numpy as np

HEAD_OR_FOOT = re.compile(r"^SYNTHETIC FACES.*|\d+ / \d+\s*$")
HYPERPARAMETERS = ["batch_size", "learning_rate", "epochs"]

requirements = []  # in the handout's order


def requirement(name, points, place, check):
    """Register a function that takes a Submission and raises Broken where it does not hold."""

    def register(function):
        requirements.append((name, points, place, check, function))
        return function

    return register


class Broken(Exception):  # noqa: N818
    """A requirement that does not hold, and what to do, in a sentence."""


def demand(holds, sentence):
    if not holds:
        raise Broken(sentence)


def close(a, b, tolerance=1e-9):
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=tolerance, atol=tolerance)


class Submission:
    """The unpacked zip, and the evidence to hold against it."""

    def __init__(self, folder, evidence):
        self.folder, self.evidence = Path(folder), evidence
        self.config, self.found_on = evidence["config"], []

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
            f"have: use {' and '.join(allowed)} alone.",
        )

    @cached_property
    def pages(self):
        """The text of each page of the PDF, as `plain` makes it."""
        import pypdfium2

        try:
            pdf = pypdfium2.PdfDocument(self.folder / "homework1.pdf")
        except (OSError, pypdfium2.PdfiumError) as error:
            raise Broken(
                "homework1.pdf cannot be read: delete results/homework1.pdf, then `make submit`."
            ) from error
        return [plain(page.get_textpage().get_text_range()) for page in pdf]

    @cached_property
    def text(self):
        """The pages' text, without what is at their heads and feet, and where each page begins."""
        bodies = [HEAD_OR_FOOT.sub("", page) for page in self.pages]
        return "".join(bodies), list(accumulate(map(len, bodies), initial=0))

    def places(self, expression):
        """Each place where the text matches, which may go on overleaf: the page and the match."""
        text, starts = self.text
        for found in expression.finditer(text):
            yield bisect(starts, found.start()), found

    def demand_stated(self, section, *statements):
        """The statements stand in the PDF; their pages are noted."""
        for statement in statements:
            pages = [page for page, _ in self.places(pattern(statement))]
            demand(
                pages,
                f"The PDF does not say “{statement}”: mend {section} of report/homework1.typ, or, "
                "if it says so in other words, what is looked for in workflow/checks.",
            )
            self.found_on.append(pages[0])

    def demand_numbers(self, section, sentence, *numbers):
        """The sentence stands in the PDF, each # in it one of the numbers, as `rounded` goes."""
        blanks = re.compile(pattern(sentence).pattern.replace(r"\#", r"(-?\d+(?:\.\d+)?)"))
        pages = [
            page
            for page, found in self.places(blanks)
            if all(map(rounded, found.groups(), numbers))
        ]
        demand(
            pages,
            f"The PDF does not say “{sentence}” with {', '.join(f'{x:.5g}' for x in numbers)}: "
            f"mend {section} of report/homework1.typ.",
        )
        self.found_on.append(pages[0])

    @cached_property
    def retrained(self):
        """The selected cell and its test costs, by the handed-in code from the data."""
        values = [[self.evidence["best"][name]] for name in HYPERPARAMETERS]
        share, seed = self.config["validation_fraction"], self.config["seed"]
        return self.module(2).train_age_regressor(self.evidence["data"], *values, share, seed)


def imports(tree):
    """The top-level names of all that a module imports."""
    nodes = list(ast.walk(tree))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in names}


def plain(text):
    """With mathematical letters as ordinary ones."""
    return unicodedata.normalize("NFKC", text).replace("−", "-")


def pattern(statement):
    """Finds the statement in plain text, however it is spaced, but no part of a longer number."""
    letters = "".join(plain(statement).split())
    before, after = r"(?<![\d.])" * letters[0].isdigit(), r"(?!\d|\.\d)" * letters[-1].isdigit()
    return re.compile(before + r"\s*".join(map(re.escape, letters)) + after)


def rounded(text, number):
    """The text is the number, rounded to five digits or more or to its last one, up or down."""
    return math.isclose(float(text), number, rel_tol=5e-5) or (
        abs(float(text) - number) < 0.501 * 10.0 ** -len(text.partition(".")[2])
    )


def enumerated(texts):
    """As the report has them: a, b and c."""
    *first, last = texts
    return f"{', '.join(first)} and {last}" if first else last


def written(value):
    """A number as the report writes it: 0.001, but 1e-5."""
    if value == 0 or value >= 1e-3:
        return f"{value:.6f}".rstrip("0").rstrip(".")
    mantissa, exponent = f"{value:.5e}".split("e")
    return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"

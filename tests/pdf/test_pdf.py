"""The PDF as others' programs see it; `make test-pdf` runs this, plain `make test` does not."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

import debian
from conftest import Project

pytestmark = pytest.mark.pdf

VALIDATOR = Path(sys.prefix) / "pdf/bin/outloud"  # in an environment of its own


@pytest.fixture(scope="module")
def pdf(built, tmp_path_factory):
    """The small project's, but with 3c's default: all its descents settle."""
    project = Project(shutil.copytree(built.folder, tmp_path_factory.mktemp("pdf") / "project"))
    project.configure(problem3c__iterations=3000)
    project.build("results/homework1.pdf")
    return project / "results/homework1.pdf"


def found_wrong(pdf):
    """The rules, of PDF/UA-1 and of the validator's own, that the file breaks."""
    run = subprocess.run([VALIDATOR, "--json", "-", pdf], capture_output=True, text=True)
    (result,) = json.loads(run.stdout)["results"]
    assert result["error"] is None
    assert sum(rule["status"] == "ran" for rule in result["rules"]) > 40
    return {finding["rule"] for finding in result["findings"]}


def test_the_validator_finds_nothing_wrong(pdf):
    assert found_wrong(pdf) == set()


def test_the_validator_would_find_a_figure_without_an_alternative_text(pdf, tmp_path):
    with pikepdf.open(pdf) as spoilt:
        figures = (part for part in spoilt.objects if isinstance(part, pikepdf.Dictionary))
        del next(part for part in figures if part.get("/S") == "/Figure").Alt
        spoilt.save(tmp_path / "spoilt.pdf")
    assert "FIG-001" in found_wrong(tmp_path / "spoilt.pdf")


@pytest.fixture(scope="module")
def text(pdf):
    """What pdftotext makes of the PDF, white space folded."""
    if reason := debian.missing(["pdftotext"]):
        pytest.exit(reason, returncode=1)
    debian.install(["pdftotext"], ["poppler-utils"])
    run = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True)
    return re.sub(r"\s+", " ", run.stdout)


LANDMARKS = [
    "Homework 1: Deep Learning",
    "Problem 1: Python and numpy",
    "Problem 2: an age regressor",
    "Method. A random",
    "Hyperparameters. Every combination",
    "Figure 1:",
    "Performance. Only then",
    "training split validation split test set",
    "On the test set the network",
    "The last iterations.",
    "Figure 2 shows",
    "Figure 2:",
    "Figure 3:",
    "Figure 4:",
    "Problem 3: what can go wrong",
    "i. The gradient",
    "for 𝑥 < −0.1",
    "The pieces of the gradient agree",
    "ii. The descents",
    "Figure 5:",
    "iii. What is observed",
    "iv. A learning rate that converges",
    "• If 𝜀 > 2/10.83",
    "• If 𝜀 ≤ 2/10.83",
    "With 𝜀 = 1/3",
    "3 (b) A zig-zag",
    "i. A much smaller learning rate",
    "ii. The constants",
    "axis 𝑥1 𝑥2",
    "−0.87500 0.95781",
    "The sequence determines",
    "Figure 6:",
    "3 (c) A gradient",
    "Figure 7:",
    "The trend.",
    "0.001 0.01 0.1",
    "2.500 × 10−7",
    "Proof. Let",
    "The reason is",
    "3 (d) Descent to a local maximum",
    "So after one iteration",
    "Figure 8:",
    "Appendix: the grid and the run",
    "Provenance.",
    "This PDF belongs to a checkout",
    "homework1_problem3.py",
]


def test_pdftotext_gives_the_text_in_reading_order(text):
    place = 0
    for landmark in LANDMARKS:
        assert landmark in text[place:], f"{landmark} does not come after what is before it"
        place = text.index(landmark, place) + len(landmark)

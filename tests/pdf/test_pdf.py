"""The PDF as others' programs see it; `make test-pdf` runs this, plain `make test` does not."""

import json
import os
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

VALIDATOR = Path(sys.prefix) / "pdf/bin/outloud"  # with packages of its own


@pytest.fixture(scope="module")
def pdf(built, tmp_path_factory):
    """The small project's, but with 3c's default: all its descents settle."""
    project = Project(shutil.copytree(built.folder, tmp_path_factory.mktemp("pdf") / "project"))
    project.configure(problem3c__iterations=3000)
    project.build("results/homework1.pdf")
    return project / "results/homework1.pdf"


# Warnings of the validator's own, no rules of PDF/UA-1: brackets of several sizes are one letter,
# and a page whose parts are painted in another order than they are read.
KNOWN_WARNINGS = {"TXT-004", "ORD-001"}


def found_wrong(pdf):
    """The rules, of PDF/UA-1 and of the validator's own, that the file breaks."""
    own = os.environ | {"PYTHONPATH": str(VALIDATOR.parents[1])}
    run = subprocess.run([VALIDATOR, "--json", "-", pdf], capture_output=True, text=True, env=own)
    (result,) = json.loads(run.stdout)["results"]
    assert result["error"] is None
    assert sum(rule["status"] == "ran" for rule in result["rules"]) > 40
    return {finding["rule"] for finding in result["findings"]} - KNOWN_WARNINGS


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


HEADINGS = [f"Problem {k}:" for k in (1, 2, 3)] + [f"3 ({k}) " for k in "abcd"] + ["Appendix"]
FIGURES = [f"Figure {k}:" for k in range(1, 10)]


@pytest.mark.parametrize("landmarks", [HEADINGS, FIGURES])
def test_pdftotext_gives_the_text_in_reading_order(text, landmarks):
    place = 0
    for landmark in landmarks:
        assert landmark in text[place:], f"{landmark} does not come after what is before it"
        place = text.index(landmark, place) + len(landmark)

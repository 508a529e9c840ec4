import json
import re

import pytest
from pypdf import PdfReader


@pytest.fixture(scope="module")
def pages(built):
    """The text of each page, white space folded."""
    reader = PdfReader(built / "results/homework1.pdf")
    return [re.sub(r"\s+", " ", page.extract_text()) for page in reader.pages]


@pytest.fixture(scope="module")
def text(pages):
    return " ".join(pages)


def test_the_report_has_four_to_six_pages(pages):
    assert 4 <= len(pages) <= 6


def test_every_page_says_that_the_faces_are_synthetic(pages):
    assert all(page.startswith("SYNTHETIC FACES") for page in pages)


def test_the_authors_are_named(text):
    assert "Ada Lovelace, Søren Åström" in text


def test_the_answers_stand_in_the_handouts_order(text):
    headings = [
        "Problem 1:",
        "Problem 2:",
        "Problem 3:",
        "3 (a)",
        "i. The gradient",
        "ii. The descents",
        "iii. What is observed",
        "iv. A learning rate",
        "3 (b)",
        "i. A much smaller",
        "ii. The constants",
        "3 (c)",
        "3 (d)",
        "Appendix",
    ]
    places = [text.find(heading) for heading in headings]
    assert -1 not in places
    assert places == sorted(places)


def test_the_costs_are_those_of_the_result_files(built, text):
    metrics = json.loads((built / "results/metrics.json").read_text())
    for name in ("train_fmse", "validation_fmse", "test_fmse", "baseline_fmse"):
        assert f"{metrics[name]:.3f}" in text
    costs = [f"{cost:.4f}" for cost in metrics["last_training_costs"]]
    assert f"{', '.join(costs[:-1])} and {costs[-1]}" in text


def test_the_best_cell_is_named(built, text):
    best = json.loads((built / "results/best.json").read_text())
    assert f"batch size {best['batch_size']}, learning rate 0.001, {best['epochs']} epochs" in text


def test_the_pdf_is_tagged_and_titled(built):
    reader = PdfReader(built / "results/homework1.pdf")
    assert reader.metadata.title == "Homework 1: Deep Learning (CS/DS 541)"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "en"


def test_the_pdf_has_the_same_bytes_when_it_is_set_again(built):
    pdf = built / "results/homework1.pdf"
    before = pdf.read_bytes()
    built.build("--force", "results/homework1.pdf")
    assert pdf.read_bytes() == before
    built.build()


def test_no_result_is_typed_into_the_report(root):
    """Formulas may have the handout's constants and what the derivations make of them."""
    text = (root / "report/homework1.typ").read_text()
    text = text.replace("#let most = 60", "")  # cells that the appendix lists, not a result
    for not_text in (r'"[^"]*"', r"`[^`]*`", r"\b[\d.]+(pt|em|fr)\b", r"SHA-256", r"100 \*"):
        text = re.sub(not_text, "", text)
    constants = {"0.1", "3.1", "10.83", "0.03", "0.006", "0.3"}
    assert set(re.findall(r"\d+\.\d+", text)) <= constants
    prose = re.sub(r"\$[^$]*\$", "", text)
    assert re.findall(r".*(?<!\w)\d{2,}.*|.*\d\.\d.*", prose) == []

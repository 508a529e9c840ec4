import hashlib
import re
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

import compile_report


@pytest.fixture(scope="module")
def pages(built):
    """The text of each page, white space folded."""
    pdf = pypdfium2.PdfDocument(built / "results/homework1.pdf")
    return [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in pdf]


@pytest.fixture(scope="module")
def text(pages):
    return " ".join(pages)


def test_the_report_has_at_most_seven_pages(pages):
    assert len(pages) <= 7


def test_every_page_says_what_stands_in_for_the_courses_data(pages):
    assert all(page.startswith("SYNTHETIC FACES and RECOMPUTED SEQUENCE") for page in pages)


def test_the_hashes_of_the_data_are_in_the_report(built, text):
    for path in (built / "data/raw").glob("*.npy"):
        assert f"{path.name}: {hashlib.sha256(path.read_bytes()).hexdigest()}" in text


def test_no_file_is_named_that_is_not_in_the_zip(text):
    named = set(re.findall(r"\b[\w/]+\.(?:py|csv|json|typ|smk|svg)\b", text))
    assert named == {f"homework1_problem{k}.py" for k in (1, 2, 3)}


def test_equations_are_said_in_words(built):
    with pikepdf.open(built / "results/homework1.pdf") as pdf:
        tags = [part for part in pdf.objects if isinstance(part, pikepdf.Dictionary)]
        words = {str(tag.Alt) for tag in tags if tag.get("/S") == "/Formula"}
    assert "f prime(x) equals 4 x to the 3 minus 4 x" in words
    assert "ε to the 2 over 4" in words
    assert "gradient of f(x) equals sign(x) square root of |x|" in words


def test_the_pdf_has_the_same_bytes_when_it_is_set_again(built, tmp_path, monkeypatch):
    monkeypatch.chdir(built.folder)
    (settings,) = Path("results/settings").glob("authors-seed-validation_fraction-????????.json")
    compile_report.main("report/homework1.typ", settings, tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == Path("results/homework1.pdf").read_bytes()

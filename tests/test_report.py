import hashlib
import json
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


def test_the_authors_are_named(text):
    assert "Ada Lovelace, Søren Åström" in text


def test_the_costs_are_those_of_the_result_files(built, text):
    metrics = json.loads((built / "results/metrics.json").read_text())
    for name in ("train_fmse", "validation_fmse", "test_fmse", "baseline_fmse"):
        assert f"{metrics[name]:.3f}" in text
    costs = [f"{cost:.3f}" for cost in metrics["last_training_costs"]]
    assert f"{', '.join(costs[:-1])} and {costs[-1]}" in text


def test_the_hashes_of_the_data_are_in_the_report(built, text):
    for path in (built / "data/raw").glob("*.npy"):
        assert f"{path.name}: {hashlib.sha256(path.read_bytes()).hexdigest()}" in text


def test_no_file_is_named_that_is_not_in_the_zip(text):
    named = set(re.findall(r"\b[\w/]+\.(?:py|csv|json|typ|smk|svg)\b", text))
    assert named == {f"homework1_problem{k}.py" for k in (1, 2, 3)}


# What PDF/UA-1 (ISO 14289-1) asks for, as far as a program can tell. The typesetter checks it, too.


@pytest.fixture(scope="module")
def pdf(built):
    with pikepdf.open(built / "results/homework1.pdf") as pdf:
        yield pdf


def tags(node):
    """All elements of the structure tree, in reading order."""
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from tags(child)


def test_the_pdf_says_that_it_is_accessible_and_shows_its_title_and_language(pdf):
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Homework 1: Deep Learning (CS/DS 541)"
    assert pdf.Root.MarkInfo.Marked
    assert pdf.Root.Lang == "en"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle


def test_every_figure_and_equation_has_an_alternative_text(pdf):
    described = [tag for tag in tags(pdf.Root.StructTreeRoot) if tag.S in ("/Figure", "/Formula")]
    assert sum(tag.S == "/Figure" for tag in described) == 9
    assert len(described) > 100
    assert all(len(str(tag.get("/Alt", ""))) >= 1 for tag in described)


def test_equations_have_words(pdf):
    words = {str(tag.Alt) for tag in tags(pdf.Root.StructTreeRoot) if tag.S == "/Formula"}
    assert "f prime(x) equals 4 x to the 3 minus 4 x" in words
    assert "ε to the 2 over 4" in words
    assert "gradient of f(x) equals sign(x) square root of |x|" in words


def test_headings_go_down_one_level_at_a_time_and_make_the_outline(pdf):
    names = [str(tag.S) for tag in tags(pdf.Root.StructTreeRoot)]
    levels = [int(name[2]) for name in names if re.match("/H[1-6]", name)]
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False))
    with pdf.open_outline() as outline:
        assert len(outline.root) == levels.count(1)
        assert sum(len(item.children) for item in outline.root) == levels.count(2)


def test_tables_have_heads(pdf):
    tables = [tag for tag in tags(pdf.Root.StructTreeRoot) if tag.S == "/Table"]
    assert len(tables) == 7
    for table in tables:
        assert "/TH" in {str(tag.S) for tag in tags(table)}


def test_every_font_is_embedded_and_can_be_read_as_text(pdf):
    fonts = [font for page in pdf.pages for font in page.Resources.get("/Font", {}).values()]
    assert fonts
    for font in fonts:
        assert "/ToUnicode" in font
        descriptor = font.DescendantFonts[0].FontDescriptor
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor.keys())


def test_qpdf_finds_no_error(pdf):
    assert pdf.check_pdf_syntax() == []


def test_the_pdf_has_the_same_bytes_when_it_is_set_again(built, tmp_path, monkeypatch):
    monkeypatch.chdir(built.folder)
    (settings,) = Path("results/settings").glob("authors-seed-validation_fraction-????????.json")
    compile_report.main("report/homework1.typ", settings, tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == Path("results/homework1.pdf").read_bytes()

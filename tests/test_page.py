"""The page without a browser: what is in it, and that it asks for nothing else."""

import re
import unicodedata
from html import unescape
from html.parser import HTMLParser

import numpy as np
import pypdfium2
import pytest
from fontTools.ttLib import TTFont

from homework1_problem3 import MINIMUM_3A, STATIONARY_3A, gradient_3a
from shared.checklist import EXAMPLE, NAMELESS, RECOMPUTED, SYNTHETIC

LARGEST = 1_000_000  # bytes


class Page(HTMLParser):
    """The words outside of scripts and styles, and the attributes of every element."""

    def __init__(self, html):
        super().__init__()
        self.words, self.elements, self.skipped = [], [], None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag in ("script", "style", "title"):
            self.skipped = tag

    def handle_endtag(self, tag):
        if tag == self.skipped:
            self.skipped = None

    def handle_data(self, data):
        if not self.skipped:
            self.words.append(data)


@pytest.fixture(scope="module")
def html(built):
    return (built / "results/homework1.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


@pytest.fixture(scope="module")
def equations(html):
    """All equations, in MathML."""
    return "".join(re.findall(r"<math.*?</math>", html))


def letters(text):
    """Only letters and digits: a line's end, a hyphen and a mathematical letter do not count."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text))


def test_the_page_has_the_words_and_numbers_of_the_pdf(built, page):
    source = (built / "report/homework1.typ").read_text()
    with pypdfium2.PdfDocument(built / "results/homework1.pdf") as pdf:
        in_pdf = letters("".join(sheet.get_textpage().get_text_range() for sheet in pdf))
    in_page = letters("".join(page.words))
    prose = re.findall(r"(?<![\w$#(\"])[A-Za-z][a-z ,]{25,}(?![\w$#)\"])", source)
    common = [letters(part) for part in prose if letters(part) in in_pdf]
    assert len(common) > 60
    assert [part for part in common if part not in in_page] == []


def test_the_page_says_first_what_is_not_yet_done(page):
    words = "".join(page.words)
    assert words.startswith("SYNTHETIC FACES and RECOMPUTED SEQUENCE")
    top = words[: words.index("Selected:")]
    assert SYNTHETIC in top
    assert RECOMPUTED in top
    assert NAMELESS not in top  # the authors are not the example


def test_the_page_asks_for_nothing_but_itself(page):
    for _, attributes in page.elements:
        source = attributes.get("src") or attributes.get("srcset") or ""
        assert not source or source.startswith("data:image/svg+xml,")
        linked = (attributes.get("href") or "").removeprefix("data:image/svg+xml,")
        assert not re.match(r"\w+:", linked)


def test_nothing_but_mathml_is_in_an_equation(equations):
    """A browser ends an equation at an element of HTML, and what follows falls out of it."""
    elements = set(re.findall(r"<(\w+)", equations))
    assert {"math", "mn", "mfrac"} <= elements
    assert [name for name in elements if not name.startswith("m")] == []


def test_a_comma_of_the_code_has_not_the_colour_of_a_number(html):
    numbers = re.findall(r'<span style="color[^>]*>(\d[^<]*)</span>', html)
    assert len(numbers) > 5
    assert [number for number in numbers if not number.isdecimal()] == []


def test_the_font_of_equations_has_every_letter_in_them(root, equations):
    letters = set(unescape(re.sub(r"<.*?>", "", equations)))
    font = TTFont(root / "report/page/math.woff")
    assert len(letters) > 50
    assert letters - set(map(chr, font.getBestCmap())) == set()


def test_the_scripts_constants_are_those_of_the_module(root):
    script = (root / "report/page/descents.js").read_text()
    constants = dict(re.findall(r"^const (\w+) = ([\d /]+);", script, re.MULTILINE))
    minimum, stationary, curvature = (
        eval(constants[name]) for name in ("MINIMUM_3A", "STATIONARY_3A", "CURVATURE_3A")
    )
    assert gradient_3a(np.array([minimum, stationary])).tolist() == [0, 0]
    assert (minimum, stationary) == (MINIMUM_3A, STATIONARY_3A)
    assert gradient_3a(minimum + 1.0) == curvature


def test_every_figure_has_an_alternative_text(page):
    pictures = [attributes for tag, attributes in page.elements if tag == "img"]
    assert len(pictures) == 9
    assert all(len(picture["alt"]) > 20 for picture in pictures)


def test_the_page_has_a_description_and_an_icon_for_those_who_share_it(page):
    named = [attributes.get("name") or attributes.get("rel") for _, attributes in page.elements]
    assert {"description", "icon"} <= set(named)


def test_the_page_is_small_enough_to_be_sent(html):
    assert len(html.encode()) < LARGEST


def test_the_page_has_the_same_bytes_when_it_is_set_again(copy_of_built):
    page = copy_of_built / "results/homework1.html"
    before = page.read_bytes()
    page.unlink()
    copy_of_built.build("results/homework1.html")
    assert page.read_bytes() == before


def test_a_name_like_an_element_is_only_a_name(copy_of_built, page):
    copy_of_built.configure(authors=["<script>alert(1)</script>"])
    copy_of_built.build("results/homework1.html")
    named = Page((copy_of_built / "results/homework1.html").read_text())
    assert "<script>alert(1)</script>" in named.words
    assert [tag for tag, _ in named.elements] == [tag for tag, _ in page.elements]


def test_the_example_is_not_taken_for_an_author(copy_of_built):
    copy_of_built.configure(authors=EXAMPLE)
    copy_of_built.build("results/homework1.html")
    assert NAMELESS in (copy_of_built / "results/homework1.html").read_text()

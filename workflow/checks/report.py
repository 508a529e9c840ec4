"""The PDF: its text, cut at its headings, and whether it gives the answers that are asked for.

Only the text is read, so that it does not matter which program has made the PDF.
"""

import re
import unicodedata
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from pathlib import Path

import pypdfium2

from answers import fault, from_json

MINUS_SIGNS = str.maketrans("\N{MINUS SIGN}\N{HYPHEN}\N{NON-BREAKING HYPHEN}", "---")

# Each heading stands at the beginning of a line. Longer lines are sentences of an answer.
LONGEST_HEADING = 80
SECTIONS = {
    "Problem 1": r"Problem\s*1\b",
    "Problem 2": r"Problem\s*2\b",
    "Problem 3": r"Problem\s*3\b",
    "3 (a)": r"(?:Problem\s*)?3\s*\(?a\b",
    "3 (b)": r"(?:Problem\s*)?3\s*\(?b\b",
    "3 (c)": r"(?:Problem\s*)?3\s*\(?c\b",
    "3 (d)": r"(?:Problem\s*)?3\s*\(?d\b",
    "Appendix": r"Appendix\b",
}
SUBSECTIONS = {"3 (a)": ["i", "ii", "iii", "iv"], "3 (b)": ["i", "ii"]}
SUBSECTION = r"(?:(?:Problem\s*)?3\s*\(?[ab]\)?\s*)?\(?{}[.)]"

# Requirements whose answers are computed with what an earlier one checks.
CAUSES = {
    "2 grid": ["2 cost", "2 SGD"],
    "2 validation": ["2 cost", "2 SGD"],
    "2 report": ["2 cost", "2 SGD", "2 validation"],
    "3a ii": ["3a i"],
}
# The requirement of the report's numbers: the first page says whose they are.
WITH_HEAD = "2 report"
MISSING = "homework1.pdf is missing or cannot be read. `make submit` makes it again."


def check_pdf(folder, rows, authors, dataset):
    """The checked row of each requirement, a dict, from the rows of the code's check."""
    report = read(Path(folder, "homework1.pdf"))
    checked = [answered(row, report, authors, dataset) for row in rows]
    for later in checked:
        name_the_cause(later, checked)
    return checked


def read(pdf):
    """The Report, None where the PDF is missing or cannot be read."""
    try:
        return Report.read(pdf)
    except (OSError, pypdfium2.PdfiumError):
        return None


def answered(row, report, authors, dataset):
    """The requirement with whether it holds, what to do if not, and the pages that answer it."""
    pages = []
    to_do = row["to_do"]
    if not to_do and row["answers"]:
        to_do = fault_of_answers(report, row["answers"])
    if not to_do and row["id"] == WITH_HEAD:
        to_do = fault_of_head(report, authors, dataset)
    if not to_do:
        pages = sorted({report.page(section) for section in row["answers"]})
    return {
        "id": row["id"],
        "points": row["points"],
        "where": with_pages(row["place"], pages),
        "check": row["check"],
        "holds": to_do is None,
        "to_do": to_do,
    }


def fault_of_answers(report, answers):
    """A sentence if the PDF lacks any of the answers; None if it gives them all."""
    if report is None:
        return MISSING
    for section, wanted in answers.items():
        lacks = fault(report.answer(section), [from_json(each) for each in wanted])
        if lacks:
            return f"The answer to {section} {lacks}: fix it in report/homework1.typ."
    return None


def fault_of_head(report, authors, dataset):
    """A sentence if the PDF does not name its authors, or say whether the faces are synthetic."""
    head = " ".join(report.head.split())
    for author in authors:
        if author not in head:
            return f"The PDF does not name {author}: fix report/homework1.typ."
    if ("SYNTHETIC FACES" in head) != (dataset == "synthetic"):
        return "The PDF’s first page does not say whose faces they are: fix report/homework1.typ."
    return None


def with_pages(place, pages):
    """The function that answers, and the pages of the PDF on which the answers begin."""
    if not pages:
        return place
    return f"{place}, {'page' if len(pages) == 1 else 'pages'} {in_ranges(pages)}"


def in_ranges(pages):
    """The sorted numbers in words, like `1, 3–5`."""
    ranges = []
    for page in pages:
        if ranges and page == ranges[-1][-1] + 1:
            ranges[-1].append(page)
        else:
            ranges.append([page])
    return ", ".join(
        f"{pages[0]}–{pages[-1]}" if len(pages) > 1 else str(pages[0]) for pages in ranges
    )


def name_the_cause(later, rows):
    """Where a line does not hold because an earlier one does not, name the earlier one."""
    broken = [row["id"] for row in rows if not row["holds"]]
    for cause in CAUSES.get(later["id"], []):
        if not later["holds"] and cause in broken:
            later["to_do"] = f"It may hold once {cause} does: fix that first."
            return


# The text


class Report:
    """The text of all pages as one string, and where each page begins in it."""

    def __init__(self, pages):
        pages = [plain(page) for page in pages]
        self.text = "".join(pages)
        self.starts = list(accumulate(map(len, pages), initial=0))[:-1]

    @classmethod
    def read(cls, path):
        """Raises OSError or pypdfium2.PdfiumError where it is no PDF."""
        pages = pypdfium2.PdfDocument(path)
        return cls([page.get_textpage().get_text_range() for page in pages])

    def page(self, section):
        """The number of the page on which the section begins."""
        return bisect_right(self.starts, self.sections[section][0])

    def answer(self, section):
        """The section's text, None where there is no such section."""
        if section not in self.sections:
            return None
        start, end = self.sections[section]
        return self.text[start:end]

    @cached_property
    def head(self):
        """What stands before the first heading."""
        first = min((start for start, _ in self.sections.values()), default=len(self.text))
        return self.text[:first]

    @cached_property
    def sections(self):
        """Where each section begins and ends in the text, by its name, like `3 (a) iv`."""
        found = cut(self.text, (0, len(self.text)), SECTIONS)
        for name, parts in SUBSECTIONS.items():
            if name in found:
                headings = {f"{name} {part}": SUBSECTION.format(part) for part in parts}
                found |= cut(self.text, found[name], headings)
        return found


def plain(text):
    """With mathematical letters as ordinary ones, and one kind of minus and of line end."""
    text = unicodedata.normalize("NFKC", text).translate(MINUS_SIGNS)
    return "\n".join(without_page_number(text.splitlines())) + "\n"


def without_page_number(lines):
    """The lines without a last one like `3 / 6` or `Page 3`."""
    if lines and re.fullmatch(r"\s*(Page )?\d+( ?(/|of) ?\d+)?\s*", lines[-1]):
        return lines[:-1]
    return lines


def cut(text, within, headings):
    """Where the sections begin and end; headings are looked for in their order."""
    start, end = within
    begins = {}
    for name, heading in headings.items():
        line = re.compile(rf"^(?=.{{1,{LONGEST_HEADING}}}$)\s*{heading}", re.MULTILINE)
        found = line.search(text, start, end)
        if found:
            start = begins[name] = found.start()
    ends = [*list(begins.values())[1:], end]
    return dict(zip(begins, zip(begins.values(), ends, strict=True), strict=True))

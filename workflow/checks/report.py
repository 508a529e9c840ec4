"""The PDF: whether it gives the answers that the requirements ask for, and names its authors."""

from pathlib import Path

import pypdfium2

from answers import Report, fault, from_json

# Requirements whose answers are computed with what an earlier one checks.
CAUSES = {
    "2 grid": ["2 cost", "2 SGD"],
    "2 validation": ["2 cost", "2 SGD"],
    "2 report": ["2 cost", "2 SGD", "2 validation"],
    "3a ii": ["3a i"],
}


MISSING = "homework1.pdf is missing or cannot be read. `make submit` makes it again."


def check(folder, rows, authors, dataset):
    """The row of each requirement, a dict, from the rows of the code's check."""
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
    if not to_do and row["id"] == "2 report":
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

"""What the handout asks for, one requirement after the other, checked on what is handed in.

`python -I workflow/checks FOLDER PROBLEM < EVIDENCE`, by a Python that cannot see the project.
FOLDER is the unpacked zip, PROBLEM the number of one problem. EVIDENCE is JSON: the folder of the
four data files, the configuration, and the results. Prints JSON: a row for each of the problem's
requirements, whose `to_do` is a sentence where it does not hold.

Right answers are worked out here, in plain loops, and not by the code that is checked.
"""

import json
import sys
from contextlib import redirect_stdout

import problem1  # noqa: F401  # each of the three registers its requirements
import problem2  # noqa: F401
import problem3  # noqa: F401
from submission import Broken, Submission, requirements

# Requirements whose answers are computed with what an earlier one checks.
CAUSES = {
    "2 grid": ["2 cost", "2 SGD"],
    "2 validation": ["2 cost", "2 SGD"],
    "2 report": ["2 cost", "2 SGD", "2 validation"],
    "3a ii": ["3a i"],
}


def main(folder, problem):
    rows = check(folder, json.load(sys.stdin), problem)
    print(json.dumps(rows))


def check(folder, evidence, problem):
    """The row of each of the problem's requirements, a dict."""
    sys.path[0] = folder  # in place of the checks' own, which the handed-in code must not see
    submission = Submission(folder, evidence)
    with redirect_stdout(sys.stderr):  # where the handed-in code prints what it likes
        rows = [
            row(submission, requirement)
            for requirement in requirements
            if requirement.name.startswith(problem)
        ]
    for later in rows:
        name_the_cause(later, rows)
    return rows


def row(submission, requirement):
    """The requirement with whether it holds and, if not, what to do."""
    pages = []
    to_do = None
    try:
        answers = requirement.function(submission) or {}
        pages = submission.demand_answers(answers)
    except Broken as broken:
        to_do = str(broken)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever handed-in code may raise
        reason = str(error).rstrip(".")
        to_do = f"{type(error).__name__}: {reason}. Fix {requirement.place.split(':')[0]}."
    return {
        "id": requirement.name,
        "points": requirement.points,
        "where": with_pages(requirement.place, pages),
        "check": requirement.check,
        "holds": to_do is None,
        "to_do": to_do,
    }


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


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(1)  # the process that has started this one was interrupted, too, and says so

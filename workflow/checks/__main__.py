"""What the handout asks for, one requirement after the other, checked on what is handed in.

`python -I workflow/checks FOLDER < EVIDENCE`, by an interpreter that cannot see the project.
FOLDER is the unpacked zip. EVIDENCE is JSON: the folder of the four data files, the configuration,
and what the results say. Prints JSON: a row for each requirement, whose `to_do` is a sentence where
it does not hold.

Right answers are worked out here, in plain loops, and not by the code that is checked.
"""

import json
import sys
from contextlib import redirect_stdout

import problem1  # noqa: F401  # each of the three registers what it requires
import problem2  # noqa: F401
import problem3  # noqa: F401
from submission import Broken, Submission, requirements


def main(folder):
    sys.path[0] = folder  # in place of the checks' own, which the handed-in code must not see
    submission = Submission(folder, json.load(sys.stdin))
    with redirect_stdout(sys.stderr):  # where the handed-in code prints what it likes
        rows = [row(submission, *each) for each in requirements]
    for later in rows:
        name_the_cause(later, rows)
    print(json.dumps(rows))


# What a line's answers are computed with: where that is wrong, so are they, and it is to be mended.
CAUSES = {
    "2 grid": ["2 cost", "2 SGD"],
    "2 validation": ["2 cost", "2 SGD"],
    "2 report": ["2 cost", "2 SGD", "2 validation"],
    "3a ii": ["3a i"],
}


def name_the_cause(later, rows):
    """A line that does not hold because an earlier one does not says so."""
    broken = [row["id"] for row in rows if not row["holds"]]
    for cause in CAUSES.get(later["id"], []):
        if not later["holds"] and cause in broken:
            later["to_do"] = f"It may hold once {cause} does: mend that first."
            return


def row(submission, name, points, place, check, function):
    """The requirement with whether it holds and, if not, what to do."""
    submission.found_on = []
    try:
        function(submission)
        to_do = None
    except Broken as broken:
        to_do = str(broken)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever handed-in code may raise
        told = str(error).rstrip(".")
        to_do = f"{type(error).__name__}: {told}. Mend {place.split(':')[0]}."
    if submission.found_on:
        pages = ", ".join(map(str, sorted(set(submission.found_on))))
        place = f"{place}, page {pages}" if place.endswith(".pdf") else f"{place}; PDF page {pages}"
    return {
        "id": name,
        "points": points,
        "where": place,
        "check": check,
        "holds": to_do is None,
        "to_do": to_do,
    }


if __name__ == "__main__":
    main(*sys.argv[1:])

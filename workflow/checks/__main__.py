"""What the handout asks for, one requirement after the other, checked on what is handed in.

`python -I workflow/checks FOLDER PART < GIVEN`, by a Python that cannot see the project. FOLDER has
what is handed in; GIVEN is JSON, and so is what is printed: a row for each requirement.

Where PART is the number of a problem, its code is checked, against answers that are worked out
here, in plain loops. GIVEN is the evidence: the configuration and, for Problem 2, the data and the
results. Each row has the `answers` that the PDF has to give.
Where PART is `report`, the PDF is checked. GIVEN has these rows, the authors and the dataset. Each
row has whether the requirement `holds`, and where it is met.
"""

import importlib
import json
import sys


def main(folder, part):
    print(json.dumps(rows(folder, part, json.load(sys.stdin))))


def rows(folder, part, given):
    """The row of each requirement, a dict."""
    if part == "report":
        from report import check_pdf

        return check_pdf(folder, **given)
    from submission import check_code

    importlib.import_module(f"problem{part}")  # it registers its requirements
    sys.path[0] = folder  # in place of the checks' own, which the code must not see
    return check_code(folder, given)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(1)  # the process that has started this one was interrupted, too, and says so

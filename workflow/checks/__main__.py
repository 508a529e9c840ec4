"""What the handout asks for, one requirement after the other, checked on what is handed in.

`python -I workflow/checks FOLDER PART < GIVEN`, by a Python that cannot see the project. FOLDER has
what is handed in; GIVEN is JSON, and so is what is printed: a row for each requirement.

Where PART is the number of a problem, its code is checked. GIVEN is the evidence: the configuration
and, for Problem 2, the data and the results. Each row names the answers that the PDF has to give.
Where PART is `report`, the PDF is checked. GIVEN is these rows, the authors and the dataset.

Right answers are worked out here, in plain loops, and not by the code that is checked.
"""

import importlib
import json
import sys


def main(folder, part):
    given = json.load(sys.stdin)
    if part == "report":
        from report import check

        rows = check(folder, **given)
    else:
        from submission import check

        importlib.import_module(f"problem{part}")  # it registers its requirements
        sys.path[0] = folder  # in place of the checks' own, which the code must not see
        rows = check(folder, given)
    print(json.dumps(rows))


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(1)  # the process that has started this one was interrupted, too, and says so

"""Print, pickled, what the PDF has to state: for each requirement, the numbers in each section.

`python -I tests/wanted_answers.py CHECKS FOLDER < EVIDENCE`, like the check itself.
"""

import json
import pickle
import sys
from contextlib import redirect_stdout


def main(checks, folder):
    sys.path.insert(0, checks)
    import problem1  # noqa: F401
    import problem2  # noqa: F401
    import problem3  # noqa: F401
    from submission import Submission, requirements

    sys.path[0] = folder
    submission = Submission(folder, json.load(sys.stdin))
    with redirect_stdout(sys.stderr):
        wanted = {one.name: one.function(submission) or {} for one in requirements}
    sys.stdout.buffer.write(pickle.dumps(wanted))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Check many submissions: in a child for each, which finds the large packages imported.

`python -I tests/check_many.py CHECKS < JOBS`, where JOBS is JSON: for each submission its folder,
the evidence, the problem whose requirements are checked, the authors and the dataset. Prints the
rows of each.
"""

import importlib
import json
import os
import sys

import matplotlib.figure  # noqa: F401
import numpy  # noqa: F401
import pypdfium2  # noqa: F401


def main(checks):
    sys.path.insert(0, checks)
    print(json.dumps([in_a_child(*job) for job in json.load(sys.stdin)]))


def in_a_child(folder, evidence, problem, authors, dataset):
    """The rows that the check gives in a process of its own."""
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        with open(reader) as pipe:
            rows = json.load(pipe)
        os.wait()
        return rows
    os.chdir(folder)
    import report
    import submission

    importlib.import_module(f"problem{problem}")
    sys.path[0] = folder
    rows = submission.check(folder, evidence)
    with open(writer, "w") as pipe:
        json.dump(report.check(folder, rows, authors, dataset), pipe)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])

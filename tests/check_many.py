"""Check many submissions: in a child for each, which finds the large packages imported.

`python -I tests/check_many.py CHECKS < JOBS`, where JOBS is JSON: for each submission its folder,
the evidence, the problem whose requirements are checked, the authors and the dataset. Prints the
rows of each.
"""

import json
import os
import runpy
import sys

import matplotlib.figure  # noqa: F401
import numpy  # noqa: F401


def main(checks):
    sys.path.insert(0, checks)
    import report  # noqa: F401

    rows = runpy.run_path(f"{checks}/__main__.py")["rows"]
    print(json.dumps([in_a_child(rows, *job) for job in json.load(sys.stdin)]))


def in_a_child(rows, folder, evidence, problem, authors, dataset):
    """The rows that the check gives in a process of its own."""
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        with open(reader) as pipe:
            found = json.load(pipe)
        os.wait()
        return found
    os.chdir(folder)
    checked = rows(folder, problem, evidence)
    given = {"rows": checked, "authors": authors, "dataset": dataset}
    with open(writer, "w") as pipe:
        json.dump(rows(folder, "report", given), pipe)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])

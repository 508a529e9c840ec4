"""Check many submissions: in a child for each, which finds the large packages imported.

`python -I tests/check_many.py CHECKS < JOBS`, where JOBS is JSON: for each submission its folder,
the evidence, and the problem whose requirements are checked ("" for all). Prints the rows of each.
"""

import json
import os
import runpy
import sys

import matplotlib.figure  # noqa: F401
import numpy  # noqa: F401
import pypdfium2  # noqa: F401


def main(checks):
    sys.path.insert(0, checks)
    check = runpy.run_path(f"{checks}/__main__.py")["check"]
    print(json.dumps([in_a_child(check, *job) for job in json.load(sys.stdin)]))


def in_a_child(check, folder, evidence, problem):
    """The rows that the check gives in a process of its own."""
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        with open(reader) as pipe:
            rows = json.load(pipe)
        os.wait()
        return rows
    os.chdir(folder)
    with open(writer, "w") as pipe:
        json.dump(check(folder, evidence, problem), pipe)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])

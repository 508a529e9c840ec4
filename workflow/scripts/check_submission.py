"""Hand the zip over if all that the handout asks for holds in it, unpacked somewhere else."""

import csv
import json
import os
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.command_line import run
from shared.course_files import ADDRESS, SHA256, is_the_courses

EXPECTED = ["homework1.pdf", *(f"homework1_problem{k}.py" for k in (1, 2, 3))]
SYNTHETIC = (
    "NOT TO BE HANDED IN, for the faces are synthetic. Put the course's four files into data/\n"
    f"({', '.join(SHA256)},\n"
    f"from {ADDRESS}/), then `make submit`.\n"
)
EXAMPLE = ["Ada Lovelace"]
NAMELESS = "The author is still config.yaml's example: put your names there, then `make submit`.\n"
LONGEST = 600  # seconds that the check may take
WIDTHS = {"holds": 7, "id": 14, "points": 8, "where": 33}


def main(archive, settings, checks, data, cells, best, metrics, grid, checklist, table):
    """archive: the zip to check; checks, data and cells: their folders.

    Writes the checklist as JSON and as a table, and, if all holds, the submission. Raises
    ValueError with a sentence for each requirement that does not hold.
    """
    told = evidence(json.loads(Path(settings).read_text()), data, cells, best, metrics, grid)
    with TemporaryDirectory() as folder:
        with zipfile.ZipFile(archive) as file:
            file.extractall(folder)
            files = compare(file.namelist())
        requirements = check(checks, folder, told)
    dataset = told["metrics"]["dataset"]
    found = {"requirements": requirements, "files": files, "dataset": dataset}
    Path(checklist).write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    Path(table).write_text("\n".join(as_table(**found, authors=told["config"]["authors"])) + "\n")
    if broken := list(remedies(requirements, files)):
        if os.path.exists("results/homework1.zip"):
            broken.append("results/homework1.zip stays as it was.")
        broken.append("The new PDF can be looked at in results/unchecked/.")
        raise ValueError("\n".join(broken))
    print(f"All {len(requirements)} requirements hold.")


def evidence(config, data, cells, best, metrics, grid):
    """What the checks hold against the submission, as a dict."""
    return {
        "data": os.path.abspath(data),
        "cells": os.path.abspath(cells),
        "course_files": all(is_the_courses(Path(data, name)) for name in SHA256),
        "config": config,
        "best": json.loads(Path(best).read_text()),
        "metrics": json.loads(Path(metrics).read_text()),
        "grid": list(csv.DictReader(Path(grid).read_text().splitlines())),
    }


def check(checks, folder, evidence):
    """The rows that the checks print, run by a Python that knows the unpacked zip alone."""
    # Where someone has chosen the code for a processor, it is because another goes wrong.
    processor = {name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")}
    try:
        done = subprocess.run(
            [sys.executable, "-IB", os.path.abspath(checks), folder],
            cwd=folder,
            env={"PATH": os.defpath, "MPLCONFIGDIR": folder} | processor,
            input=json.dumps(evidence),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired as error:
        raise ValueError(
            f"The check has not ended after {LONGEST} seconds: look for an endless loop in the "
            "three modules, or select a cell with fewer epochs."
        ) from error
    return json.loads(done.stdout)


def compare(names):
    """Whether each file is FOUND, MISSING or EXTRA in the zip, which may hold one twice."""
    found = [(name, "FOUND" if name in names else "MISSING") for name in EXPECTED]
    extra = [(name, "EXTRA") for name in (Counter(names) - Counter(EXPECTED)).elements()]
    return [{"name": name, "status": status} for name, status in found + extra]


def remedies(requirements, files):
    """A sentence for each row that does not hold; one that many rows share is said once."""
    told = set()
    for row in requirements:
        if not row["holds"] and row["to_do"] not in told:
            told.add(row["to_do"])
            yield f"{row['id']}: {row['to_do']}"
    for file in files:
        if file["status"] != "FOUND":
            yield (
                f"{file['name']} is {file['status']}: mend rule zip_submission in the Snakefile."
            )


def as_table(requirements, files, dataset, authors):
    """The lines of the checklist as the terminal shows it."""
    if dataset == "synthetic":
        yield from SYNTHETIC.split("\n")
    if authors == EXAMPLE:
        yield from NAMELESS.split("\n")
    problem = None
    for row in requirements:
        if row["id"][0] != problem:
            problem = row["id"][0]
            yield line(
                "holds", f"Problem {problem}", "points", f"homework1_problem{problem}.py", "checked"
            )
        where = row["where"].split(": ")[-1]
        yield line(holds(row), row["id"], f"{row['points']:g}", where, row["check"])
    yield ""
    yield from remedies(requirements, files)
    yield summary(requirements)
    yield "(1a has no points; the handout's for 2, 3a and 3b are shown in equal parts.)"
    yield ""
    yield from (f"{file['status']:8}{file['name']}" for file in files)
    whose = {"course": "the course's", "synthetic": "synthetic"}[dataset]
    yield f"The PDF names {', '.join(authors)}; its numbers come from {whose} faces."


def holds(row):
    return "yes" if row["holds"] else "** NO"


def summary(requirements):
    """How many of the requirements and of their points hold."""
    points = [row["points"] for row in requirements]
    sure = [row["points"] for row in requirements if row["holds"]]
    return (
        f"{len(sure)} of {len(points)} requirements hold, for {sum(sure):g} of {sum(points):g} "
        "points."
    )


def line(*columns):
    """One line of the table."""
    widths = [*WIDTHS.values(), 0]
    return "".join(
        f"{column:{width}}" for column, width in zip(columns, widths, strict=False)
    ).rstrip()


if __name__ == "__main__":
    run(main)

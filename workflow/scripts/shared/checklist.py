"""The checklist: what the submission is compared with, how the check is run, and the table."""

import csv
import json
import os
import subprocess
import sys
import textwrap
from collections import Counter, defaultdict
from pathlib import Path

from shared.course_files import known_dataset

EXPECTED = ["homework1.pdf", *(f"homework1_problem{k}.py" for k in (1, 2, 3))]
SYNTHETIC = "NOT YET: the faces are synthetic. Put the course's four files into data/."
RECOMPUTED = "NOT YET: 3 (b) is recomputed. Put gradient_descent_sequence.txt into data/."
EXAMPLE = ["Ada Lovelace"]
NAMELESS = "NOT YET: the author is the example in config.yaml. Put your names there."
LONGEST = 600  # seconds that the check of a part may take
HEADS = ["holds", "answer", "points", "function, page of the PDF", "checked"]
WIDTHS = [6, 13, 7, 28, 0]
WIDTH = 80


def evidence(config, data, cells, best, metrics, grid):
    """What the checks compare the submission with, as a dict. They verify the note's hashes."""
    note = json.loads(Path(data, "source.json").read_text())
    return {
        "data": os.path.abspath(data),
        "cells": os.path.abspath(cells),
        "known_dataset": known_dataset(note["sha256"]),
        "config": config,
        "best": json.loads(Path(best).read_text()),
        "metrics": json.loads(Path(metrics).read_text()),
        "grid": list(csv.DictReader(Path(grid).read_text().splitlines())),
    }


def check_report(checks, folder, rows, authors, dataset):
    """The rows with whether the PDF gives the answers."""
    given = {"rows": rows, "authors": authors, "dataset": dataset}
    return run_check(checks, folder, "report", given)


def run_check(checks, folder, part, given):
    """The rows of this part, by a Python that sees nothing but the folder.

    part: the number of a problem, whose code is checked, or "report", for the PDF. given: what
    workflow/checks/__main__.py takes for it. Raises ValueError if the check does not end.
    """
    # Where someone has chosen the code for a processor, it is because another goes wrong.
    processor = {name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")}
    environment = processor | {
        "PATH": os.defpath,
        # Where the figures' jobs keep their list of fonts, which can take seconds to make.
        "MPLCONFIGDIR": os.path.abspath(".snakemake/matplotlib"),
        "OPENBLAS_NUM_THREADS": "1",  # other jobs use the other cores
    }
    try:
        done = subprocess.run(
            [sys.executable, "-I", os.path.abspath(checks), folder, part],
            cwd=folder,
            env=environment,
            input=json.dumps(given),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired as error:
        name = "homework1.pdf" if part == "report" else f"homework1_problem{part}.py"
        raise ValueError(
            f"The check of {name} has not ended after {LONGEST} seconds: look for an endless loop "
            "there, or select a cell with fewer epochs."
        ) from error
    return json.loads(done.stdout)


def compare(names):
    """Whether each file is FOUND, MISSING or EXTRA in the zip, which may hold one twice."""
    found = [(name, "FOUND" if name in names else "MISSING") for name in EXPECTED]
    extra = [(name, "EXTRA") for name in (Counter(names) - Counter(EXPECTED)).elements()]
    return [{"name": name, "status": status} for name, status in found + extra]


def remedies(requirements, files):
    """A sentence for each row that does not hold; one that many rows share only once."""
    written = set()
    for row in requirements:
        if not row["holds"] and row["to_do"] not in written:
            written.add(row["to_do"])
            yield f"{row['id']}: {row['to_do']}"
    for file in files:
        if file["status"] == "MISSING":
            yield f"{file['name']} is MISSING: add it to the zip."
        if file["status"] == "EXTRA":
            yield f"{file['name']} is EXTRA: remove it from the zip."


def not_yet(dataset, recomputed, authors):
    """A sentence for each thing that must be done before the zip can be handed in."""
    if dataset == "synthetic":
        yield SYNTHETIC
    if recomputed:
        yield RECOMPUTED
    if authors == EXAMPLE:
        yield NAMELESS


def as_table(requirements, files, source, authors, to_do):
    """The lines of the checklist as the terminal shows it.

    source: the content of data/raw/source.json; to_do: what not_yet yields.
    """
    yield from to_do
    if to_do:
        yield ""
    yield line(*HEADS)
    for row in requirements:
        where = row["where"].split(": ")[-1].removeprefix("homework1.pdf, ")
        holds = "yes" if row["holds"] else "** NO"
        yield line(holds, row["id"], f"{row['points']:g}", where, row["check"])
    yield "(1a has no points; the handout's for 2, 3a and 3b are shown in equal parts.)"
    yield ""
    yield files_in_short(files)
    whose = {"course": "the course's", "own": "your own", "synthetic": "synthetic"}[
        source["dataset"]
    ]
    yield f"The PDF names {', '.join(authors)}; its numbers come from {whose} faces."
    if source["dataset"] == "own":
        yield from (f"{digest}  {name}" for name, digest in source["sha256"].items())
    yield ""
    yield from map(wrapped, remedies(requirements, files))
    yield summary(requirements)


def summary(requirements):
    """How many of the requirements hold."""
    holding = sum(row["holds"] for row in requirements)
    if holding < len(requirements):
        return f"{holding} of {len(requirements)} requirements hold: fix what is named above."
    points = sum(row["points"] for row in requirements)
    return f"All {holding} requirements hold; the handout gives {points:g} points for them."


def files_in_short(files):
    """The files by their status; the three modules in one name, as a shell would write it."""
    names = defaultdict(list)
    for file in files:
        names[file["status"]].append(file["name"])
    parts = [f"{status} {', '.join(same)}" for status, same in names.items()]
    modules = ", ".join(EXPECTED[1:])
    return wrapped("; ".join(parts).replace(modules, "homework1_problem{1,2,3}.py"))


def wrapped(sentence):
    return textwrap.fill(sentence, WIDTH, subsequent_indent="    ")


def line(*columns):
    """One line of the table."""
    padded = [f"{column:{width}}" for column, width in zip(columns, WIDTHS, strict=True)]
    return "".join(padded).rstrip()

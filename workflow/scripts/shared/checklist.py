"""The checklist: how the tests of the handout are run on what is handed in, and the table."""

import json
import os
import subprocess
import sys
import textwrap
from collections import Counter, defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

EXPECTED = ["homework1.pdf", *(f"homework1_problem{k}.py" for k in (1, 2, 3))]
SYNTHETIC = "NOT YET: the faces are synthetic. Put the course's four files into data/."
RECOMPUTED = "NOT YET: 3 (b) is recomputed. Put gradient_descent_sequence.txt into data/."
EXAMPLE = ["Ada Lovelace"]
NAMELESS = "NOT YET: the author is the example in config.yaml. Put your names there."
LONGEST = 600  # seconds that the tests of a part may take
# Nothing but the tests' own: no plugins, no file of settings, no cache; the assertions' sentences.
PYTEST = ["-c", os.devnull, "--disable-plugin-autoload", "-p", "no:cacheprovider"]
PYTEST += ["--import-mode=importlib", "--assert=plain", "--tb=short", "--quiet"]
HEADS = ["holds", "answer", "points", "function", "checked"]
WIDTHS = [6, 13, 7, 28, 0]
WIDTH = 80


def run_tests(tests, folder, settings):
    """The rows of the checklist, by a Python that sees nothing but what is in the folder.

    tests: a file or folder of the tests; settings: a JSON file with the configuration. Raises
    ValueError if the tests do not end.
    """
    # Where someone has chosen the code for a processor, it is because another goes wrong.
    processor = {name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")}
    environment = processor | {
        "PATH": os.defpath,
        # Where the figures' jobs keep their list of fonts, which can take seconds to make.
        "MPLCONFIGDIR": os.path.abspath(".snakemake/matplotlib"),
        "MPLBACKEND": "Agg",
        "OPENBLAS_NUM_THREADS": "1",  # other jobs use the other cores
    }
    with TemporaryDirectory() as own:
        rows = Path(own, "rows.json")
        options = {"confcutdir": os.path.dirname(os.path.abspath(tests)), "project": os.getcwd()}
        options |= {"settings": os.path.abspath(settings), "rows": rows, "basetemp": f"{own}/tmp"}
        command = [sys.executable, "-I", "-m", "pytest", *PYTEST, os.path.abspath(tests)]
        command += [f"--{name}={value}" for name, value in options.items()]
        try:
            done = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=LONGEST,
            )
        except subprocess.TimeoutExpired as error:
            raise ValueError(
                f"{tests} has not ended after {LONGEST} seconds: look for an endless loop in what "
                "is handed in, or select a cell with fewer epochs."
            ) from error
        if done.returncode not in (0, 1):  # neither that all hold nor that some do not
            raise ValueError(f"{tests} could not be run:\n{done.stdout}")
        return json.loads(rows.read_text())


def joined(rows):
    """One row for each requirement, whose tests may stand in several files."""
    found = {}
    for row in rows:
        first = found.setdefault(row["id"], row)
        first["to_do"] = first["to_do"] or row["to_do"]
        first["holds"] = first["to_do"] is None
    return list(found.values())


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
        where = row["where"].split(": ")[-1]
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

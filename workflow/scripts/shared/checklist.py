"""The checklist: how the tests of the handout are run on what is handed in, and the table."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

EXPECTED = ["homework1.pdf", *(f"homework1_problem{k}.py" for k in (1, 2, 3))]
TESTS = "tests/handout"
PROBLEM_3 = ["3a i", "3a ii", "3a iii", "3a iv", "3b i", "3b ii", "3c", "3d"]
ROWS = {  # of each file of the tests
    "test_problem1.py": [f"1{letter}" for letter in "bcdefghijkl"],
    "test_problem2.py": ["2 cost", "2 SGD", "2 grid", "2 validation", "2 report"],
    "test_problem3.py": PROBLEM_3,
    "test_written_answers.py": ["2 report", *PROBLEM_3],
}
# The number of their tests, parametrised ones included: where one is missing, nothing else says so.
HOW_MANY = {"test_problem1.py": 24, "test_problem2.py": 25, "test_problem3.py": 27}
HOW_MANY |= {"test_written_answers.py": 18}
# Requirements whose answers are computed with what an earlier one checks.
CAUSES = {
    "2 grid": ["2 cost", "2 SGD"],
    "2 validation": ["2 cost", "2 SGD", "2 grid"],
    "2 report": ["2 cost", "2 SGD", "2 grid", "2 validation"],
    "3a ii": ["3a i"],
    "3a iii": ["3a ii"],
    "3a iv": ["3a ii"],
}
SYNTHETIC = "NOT YET: the faces are synthetic. Put the course's four files into data/."
RECOMPUTED = "NOT YET: 3 (b) is recomputed. Put gradient_descent_sequence.txt into data/."
EXAMPLE = ["Ada Lovelace"]
NAMELESS = "NOT YET: the author is the example in config.yaml. Put your names there."
ENDLESS = "does not end in time: look for an endless loop, or lower grid.epochs."
KILLED = "was killed by the system ({}): perhaps it needs too much memory."
ENDED = "or importing its module ends Python (with status {}): remove the exit."
LONGEST = 300  # seconds that a run of pytest may take
LONGEST_AGAIN = 60  # and one with the tests that are left after an endless loop
# Only the tests' own: no settings file, no rewritten asserts, no plugins that are not used.
PYTEST = ["-c", os.devnull, "--disable-plugin-autoload", "--import-mode=importlib"]
PYTEST += ["--assert=plain", "--tb=short", "--quiet", "-pno:cacheprovider", "-pno:debugging"]
PYTEST += ["-pno:doctest", "-pno:faulthandler", "-pno:junitxml", "-pno:legacypath", "-pno:logging"]
PYTEST += ["-pno:pastebin", "-pno:recwarn", "-pno:stepwise", "-pno:threadexception"]
PYTEST += ["-pno:unittest", "-pno:unraisableexception", "-pno:warnings"]
WHOSE = {"course": "the course's", "own": "your own", "synthetic": "synthetic"}
HEADS = ["holds", "answer", "points", "function", "checked"]
WIDTHS = [6, 13, 7, 28, 0]
WIDTH = 80


def run_tests(names, folder, settings):
    """The rows of the checklist, by a Python that sees nothing but what is in the folder.

    names: the files of the tests; settings: a JSON file with the configuration. Where what is
    handed in ends that Python, its row says so, and another one runs the tests of the other rows.
    Raises ValueError if the tests themselves cannot be run.
    """
    found = {"all_ran": False, "rows": {}}
    longest = LONGEST
    with TemporaryDirectory() as own:
        path = Path(own, "rows.json")
        while not found["all_ran"]:
            before = found
            path.write_text(json.dumps(before))
            end = run_pytest(names, folder, settings, own, longest)
            found = json.loads(path.read_text())
            if not found["all_ran"]:
                if len(found["rows"]) == len(before["rows"]):
                    log = Path(own, "log").read_text()
                    raise ValueError(f"{', '.join(names)} cannot be run:\n{log}")
                last = list(found["rows"].values())[-1]
                last["to_do"] = last["to_do"] or f"{last.get('where', 'homework1.pdf')} {end}"
                longest = LONGEST_AGAIN if end == ENDLESS else longest
    rows = {row for name in names for row in ROWS[name]}
    if found["rows"].keys() != rows or found["tests"] != sum(HOW_MANY[name] for name in names):
        raise ValueError(f"{', '.join(names)}: the tests are not those of ROWS and HOW_MANY.")
    return list(found["rows"].values())


def run_pytest(names, folder, settings, own, longest):
    """Run pytest; returns in words how it has ended, for the tests that it has not come to."""
    # With OPENBLAS_CORETYPE, for example, the check computes the same bits as the run.
    processor = {name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")}
    environment = processor | {
        "PATH": os.defpath,
        "MPLCONFIGDIR": f"{sys.prefix}/matplotlib",  # where the figures' jobs keep a list of fonts
        "MPLBACKEND": "Agg",
        "OPENBLAS_NUM_THREADS": "1",  # other jobs use the other cores
    }
    options = {"confcutdir": os.path.abspath(TESTS), "project": os.getcwd()}
    options |= {"settings": os.path.abspath(settings), "rows": f"{own}/rows.json"}
    options |= {"basetemp": f"{own}/tmp"}
    command = [sys.executable, "-I", "-m", "pytest", *PYTEST]
    command += [os.path.abspath(f"{TESTS}/{name}") for name in names]
    command += [f"--{name}={value}" for name, value in options.items()]
    with open(f"{own}/log", "w") as log:
        try:
            done = subprocess.run(
                command, cwd=folder, env=environment, stdout=log, stderr=log, timeout=longest
            )
        except subprocess.TimeoutExpired:
            return ENDLESS
    if done.returncode < 0:
        return KILLED.format(signal.Signals(-done.returncode).name)
    return ENDED.format(done.returncode)


def one_row_each(rows):
    """One row for each requirement, whose tests may be in several files, and whether it holds."""
    found = {}
    for row in rows:
        first = found.setdefault(row["id"], dict(row))
        first["to_do"] = first["to_do"] or row["to_do"]
    for row in found.values():
        causes = [name for name in CAUSES.get(row["id"], []) if found[name]["to_do"]]
        if row["to_do"] and causes:
            row["to_do"] = f"It may hold once {causes[0]} does: fix that first."
        row["holds"] = row["to_do"] is None
    order = [name for names in ROWS.values() for name in names]
    return sorted(found.values(), key=lambda row: order.index(row["id"]))


def file_statuses(names):
    """Whether each file is FOUND, MISSING or EXTRA in the zip, which may hold one twice."""
    found = [(name, "FOUND" if name in names else "MISSING") for name in EXPECTED]
    extra = [(name, "EXTRA") for name in (Counter(names) - Counter(EXPECTED)).elements()]
    return [{"name": name, "status": status} for name, status in found + extra]


def remedies(requirements, files):
    """What to do, with the names of the rows that do not hold until it is done."""
    waiting = {}
    for row in requirements:
        if not row["holds"]:
            waiting.setdefault(row["to_do"], []).append(row["id"])
    for sentence, names in waiting.items():
        yield f"{', '.join(names)}: {sentence}"
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
    yield from wrapped("; ".join(f"{file['status']} {file['name']}" for file in files))
    whose = WHOSE[source["dataset"]]
    names = ", ".join(authors)
    yield from wrapped(f"In results/, the PDF names {names}; its numbers come from {whose} faces.")
    if source["dataset"] == "own":
        yield from (f"{digest}  {name}" for name, digest in source["sha256"].items())
    yield ""
    for sentence in remedies(requirements, files):
        yield from wrapped(sentence)
    yield summary(requirements, files)


def summary(requirements, files):
    """How many of the requirements hold."""
    if any(file["status"] != "FOUND" for file in files):
        return "The zip's files are not those that are asked for: see above."
    holding = sum(row["holds"] for row in requirements)
    if holding < len(requirements):
        return f"{holding} of {len(requirements)} requirements hold: fix what is named above."
    points = sum(row["points"] for row in requirements)
    return f"All {holding} requirements hold; the handout gives {points:g} points for them."


def wrapped(sentence):
    return textwrap.wrap(sentence, WIDTH, subsequent_indent="    ")


def line(*columns):
    """One line of the table."""
    padded = [f"{column:{width}}" for column, width in zip(columns, WIDTHS, strict=True)]
    return "".join(padded).rstrip()

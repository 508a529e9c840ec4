"""Mistakes to make in what is handed in or compared with it, and the rows of the check then."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from homework1_run.configuration import read_configuration
from shared.checklist import evidence as gather

CHECKS = "workflow/checks"
TESTS = Path(__file__).parent
HEAD = ["Ada Lovelace"], "synthetic"  # the authors and the dataset, which the PDF names


def module(k, old, new):
    """A change in the handed-in code."""
    return f"homework1_problem{k}.py", old, new


def evidence(key, value=None, **values):
    """Another value in the evidence, or other values in its grid or in its configuration."""
    return key, values if value is None else value


def unpack(project, folder):
    """The built project's zip, unpacked, and the evidence as the rule gathers it."""
    with zipfile.ZipFile(project / "results/homework1.zip") as file:
        file.extractall(folder)
    config = read_configuration(
        project / "config.yaml", project / "workflow/config.schema.yaml", changes={}
    )
    results = [project / f"results/{name}" for name in ("best.json", "metrics.json", "grid.csv")]
    return folder, gather(config, project / "data/raw", project / "results/cells", *results)


def rows_after(project, submission, changes, folder):
    """The rows after each change, made in a copy of the submission of its own in the folder.

    changes: pairs of a problem and its change. A problem's requirements are all that a change in
    its module can reach.
    """
    jobs = []
    for number, (problem, change) in enumerate(changes):
        handed_in, compared = submission
        copy = shutil.copytree(handed_in, folder / str(number))
        name, *how = change
        if name.endswith(".py"):
            replace(copy / name, *how)
        else:
            compared = with_other_values(compared, name, *how)
        jobs.append([str(copy), compared, problem, *HEAD])
    return check_many(project / CHECKS, jobs)


def check_many(checks, jobs):
    """The rows of each job, made where, as for the check itself, the project cannot be seen."""
    with TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-IB", TESTS / "check_many.py", checks],
            input=json.dumps(jobs),
            env={"PATH": os.defpath, "MPLCONFIGDIR": folder},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    return json.loads(done.stdout)


def failing(rows):
    return {row["id"] for row in rows if not row["holds"]}


def replace(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path} lacks {old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def with_other_values(compared, key, values):
    """The evidence with other values, of the results or of the configuration."""
    compared = json.loads(json.dumps(compared))
    if key == "grid":
        compared["grid"] = [row for row in compared["grid"] if values.items() <= row.items()]
    elif key in compared["config"]:
        compared["config"][key] |= values
    else:
        compared[key] = values
    return compared

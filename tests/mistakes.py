"""Mistakes to make in what is handed in or held against it, and what the check says of them."""

import json
import shutil
import zipfile
from pathlib import Path

import check_submission
import compile_report
from homework1_run.configuration import check, load

CHECKS = "workflow/checks"
REPORT = "homework1.typ"


def module(k, old, new):
    """A change in the handed-in code."""
    return f"homework1_problem{k}.py", old, new


def report(old, new):
    """A change in the words of the PDF."""
    return REPORT, old, new


def evidence(key, value=None, **values):
    """Another value in the evidence, or other values in its grid or in its configuration."""
    return key, values if value is None else value


def unpack(project, folder):
    """The built project's zip, unpacked, and the evidence as the rule gathers it."""
    with zipfile.ZipFile(project / "results/homework1.zip") as file:
        file.extractall(folder)
    config = check(load(project / "config.yaml"), load(project / "workflow/config.schema.yaml"))
    results = [project / f"results/{name}" for name in ("best.json", "metrics.json", "grid.csv")]
    return folder, check_submission.evidence(
        config, project / "data/raw", project / "results/cells", *results
    )


def rows_after(change, project, submission, folder):
    """The rows of the check, with the change made in a copy of the submission in the folder."""
    handed_in, told = submission
    shutil.copytree(handed_in, folder)
    name, *how = change
    if name == REPORT:
        typeset(project, folder, *how)
    elif name.endswith(".py"):
        replace(folder / name, folder / name, *how)
    else:
        told = tell_otherwise(told, name, *how)
    return check_submission.check(project / CHECKS, folder, told)


def failing(rows):
    return {row["id"] for row in rows if not row["holds"]}


def typeset(project, folder, old, new):
    """Set the handed-in PDF anew from the changed report. The project is the current folder."""
    changed = Path("report/changed.typ")
    replace(project / "report" / REPORT, changed, old, new)
    told = {"authors": ["Ada Lovelace", "Søren Åström"], "seed": 541, "validation_fraction": 0.2}
    compile_report.main(changed, json.dumps(told), folder / "homework1.pdf", str(changed))
    changed.unlink()


def replace(source, target, old, new):
    text = source.read_text(encoding="utf-8")
    assert old in text, f"{source} lacks {old}"
    target.write_text(text.replace(old, new), encoding="utf-8")


def tell_otherwise(told, key, values):
    """The evidence with other values, of the results or of the configuration."""
    told = json.loads(json.dumps(told))
    if key == "grid":
        told["grid"] = [row for row in told["grid"] if values.items() <= row.items()]
    elif key in told["config"]:
        told["config"][key] |= values
    else:
        told[key] = values
    return told

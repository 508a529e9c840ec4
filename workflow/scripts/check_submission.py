"""Check that all that the handout asks for holds in the zip, unpacked somewhere else."""

import json
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.checklist import as_table, check, compare, evidence, not_yet, remedies, summary
from shared.command_line import run


def main(archive, settings, checks, data, cells, best, metrics, grid, problem3b, checklist, table):
    """archive: the zip to check; checks, data and cells: their folders.

    Writes the checklist as JSON and as a table. Raises ValueError with a sentence for each
    requirement that does not hold.
    """
    config = json.loads(Path(settings).read_text())
    compared = evidence(config, data, cells, best, metrics, grid)
    with TemporaryDirectory() as folder:
        with zipfile.ZipFile(archive) as file:
            file.extractall(folder)
            files = compare(file.namelist())
        requirements = check(checks, folder, compared)
    found = {
        "requirements": requirements,
        "files": files,
        "source": json.loads(Path(data, "source.json").read_text()),
        "authors": config["authors"],
    }
    recomputed = json.loads(Path(problem3b).read_text())["recomputed"]
    found["to_do"] = list(not_yet(found["source"]["dataset"], recomputed, config["authors"]))
    # check_zip reads the configuration here: it is the one that the results were made with.
    written = json.dumps(found | {"config": config}, indent=1, ensure_ascii=False)
    Path(checklist).write_text(written + "\n")
    Path(table).write_text("\n".join(as_table(**found)) + "\n")
    broken = list(remedies(requirements, files))
    if broken:
        raise ValueError("\n".join([*broken, *what_stays()]))
    print(summary(requirements))


def what_stays():
    """Where the last good zip and the new PDF are."""
    if Path("results/homework1.zip").exists():
        yield "results/homework1.zip stays as it was."
    yield "The new PDF can be looked at in results/unchecked/."


if __name__ == "__main__":
    run(main)

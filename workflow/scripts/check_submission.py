"""Check that the zip has the modules that were checked, and its PDF every answer."""

import json
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.checklist import as_table, compare, joined, not_yet, remedies, run_tests, summary
from shared.command_line import run
from shared.course_files import sha256

AGAIN = "delete results/draft and run the same command again."


def main(*checked, tests, archive, settings, source, problem3b, checklist, table):
    """checked: what the tests of each problem's code found; tests: those of the PDF.

    archive: the zip; source: the note of where the data came from. Writes the checklist as JSON and
    as a table. Raises ValueError with a sentence for each requirement that does not hold.
    """
    config = read(settings)
    authors = config["authors"]
    origin = read(source)
    problems = [read_check(path) for path in checked]
    rows = [row for problem in problems for row in problem["rows"]]
    with TemporaryDirectory() as folder:
        files = compare(unpack(archive, folder))
        for problem in problems:
            demand_the_same(Path(folder, problem["module"]), problem["sha256"])
        requirements = joined(rows + run_tests(tests, folder, settings))
    found = {
        "requirements": requirements,
        "files": files,
        "source": origin,
        "authors": authors,
        "to_do": list(not_yet(origin["dataset"], read(problem3b)["recomputed"], authors)),
    }
    # check_zip reads the configuration here: it is the one that the results were made with.
    written = json.dumps(found | {"config": config}, indent=1, ensure_ascii=False)
    Path(checklist).write_text(written + "\n")
    Path(table).write_text("\n".join(as_table(**found)) + "\n")
    broken = list(remedies(requirements, files))
    if broken:
        forget_what_is_broken(checked, problems)
        raise ValueError("\n".join([*broken, *what_stays()]))
    print(summary(requirements))


def read(path):
    return json.loads(Path(path).read_text())


def read_check(path):
    """What the check of a problem's code found; ValueError if the file is damaged."""
    try:
        return read(path)
    except json.JSONDecodeError as error:
        raise ValueError(f"{path} is damaged: {AGAIN}") from error


def unpack(archive, folder):
    """Unpack the zip into the folder and return its files' names; ValueError if it is damaged."""
    try:
        with zipfile.ZipFile(archive) as file:
            file.extractall(folder)
            return file.namelist()
    except zipfile.BadZipFile as error:
        raise ValueError(f"{archive} is damaged: {AGAIN}") from error


def demand_the_same(module, digest):
    """Raise ValueError if a module of the unpacked zip is not the one that was checked."""
    if module.exists() and sha256(module) != digest:
        raise ValueError(f"{module.name} in the zip is not the one that was checked: {AGAIN}")


def forget_what_is_broken(checked, problems):
    """Let the next run check that code again: perhaps only the machine was in trouble."""
    for path, problem in zip(checked, problems, strict=True):
        if any(row["to_do"] for row in problem["rows"]):
            Path(path).unlink()


def what_stays():
    """Where the last good zip and the new PDF are."""
    if Path("results/homework1.zip").exists():
        yield "results/homework1.zip stays as it was."
    yield "The new PDF can be looked at in results/draft/."


if __name__ == "__main__":
    run(main)

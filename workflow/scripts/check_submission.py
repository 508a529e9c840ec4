"""Check that a zip has what is handed in, and that all of it holds.

The workflow checks the code in earlier steps, so only the PDF is left to check here.
`make check-zip ZIP=path` checks all of a zip that was made or changed elsewhere, like the one that
was uploaded.
"""

import json
import os
import re
import stat
import sys
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.checklist import as_table, file_statuses, not_yet, one_row_each, remedies, run_tests
from shared.course_files import SHA256, sha256

AGAIN = "delete results/draft and run the same command again."
KEPT = "results/homework1.zip stays as it was. The new PDF is in results/draft/."
NOT_MADE = "No results/homework1.zip was made. The PDF is in results/draft/."
LARGEST = 200_000_000  # bytes, unpacked
BY_MACOS = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$)")
# Each list in a process of its own: more of them would take longer to start than they save.
AT_ONCE = [
    ["test_problem1.py", "test_problem3.py"],
    ["test_problem2.py", "test_written_answers.py"],
]
NEEDED = ["results/checklist.json", "results/best.json", "results/metrics.json", "results/grid.csv"]
NEEDED += ["results/cells", "results/gradient_descent_sequence.txt", "data/raw/source.json"]
NEEDED += [f"data/raw/{name}" for name in SHA256]


def main(*checked, archive="", **paths):
    """archive: the zip; checked: what check_problem.py has found in its code, for the workflow."""
    if checked:
        check_for_the_workflow(checked, archive, **paths)
    else:
        check_any(archive)


def check_for_the_workflow(checked, archive, tests, settings, source, sequence, checklist, table):
    """Writes the checklist as JSON and as a table.

    tests: those of the PDF; source: the note of where the data came from. Raises ValueError with a
    sentence for each requirement that does not hold, and if a module in the zip is not the one that
    was checked.
    """
    parts = [read(path) for path in checked]
    rows_of_code = [row for part in parts for row in part["rows"]]
    with TemporaryDirectory() as folder:
        files = file_statuses(unpack(archive, folder))
        for part in parts:
            demand_the_same(folder, part["sha256"])
        rows_of_pdf = run_tests([Path(tests).name], folder, settings)
    config = read(settings)
    origin = read(source)
    recomputed = Path(sequence).read_text().startswith("#")
    found = {
        "requirements": one_row_each([*rows_of_code, *rows_of_pdf]),
        "files": files,
        "source": origin,
        "authors": config["authors"],
        "to_do": list(not_yet(origin["dataset"], recomputed, config["authors"])),
    }
    # check_any reads the configuration here: it is the one that the results were made with.
    written = json.dumps(found | {"config": config}, indent=1, ensure_ascii=False)
    Path(checklist).write_text(written + "\n")
    lines = list(as_table(**found))
    Path(table).write_text("\n".join(lines) + "\n")
    broken = list(remedies(found["requirements"], files))
    if broken:
        forget_what_is_broken(checked, parts)
        is_there = Path("results/homework1.zip").exists()
        raise ValueError("\n".join([*broken, KEPT if is_there else NOT_MADE]))
    print(lines[-1])  # how many requirements hold


def read(path):
    return json.loads(Path(path).read_text())


def demand_the_same(folder, hashes):
    """Raise ValueError if a module of the unpacked zip is not the one that was checked."""
    for name, digest in hashes.items():
        module = Path(folder, name)
        if module.exists() and sha256(module) != digest:
            raise ValueError(f"{name} in the zip is not the one that was checked: {AGAIN}")


def forget_what_is_broken(checked, parts):
    """Let the next run check those files again: perhaps only the machine was in trouble."""
    for path, part in zip(checked, parts, strict=True):
        if any(row["to_do"] for row in part["rows"]):
            Path(path).unlink()


# Any zip


def check_any(archive):
    """Prints the checklist; ends with status 1 where something does not hold.

    Raises ValueError or FileNotFoundError for what cannot be checked.
    """
    if not archive:
        raise ValueError("Name the zip to check, like `make check-zip ZIP=homework1.zip`.")
    archive = Path(os.path.expanduser(archive))  # Path's own raises for an unknown user
    for path in NEEDED:
        if not Path(path).exists():
            raise FileNotFoundError(
                f"{path} is missing, so there is nothing to compare the zip with. Run `make`."
            )
    last = read("results/checklist.json")
    with TemporaryDirectory() as folder, TemporaryDirectory() as own:
        settings = Path(own, "settings.json")
        settings.write_text(json.dumps(last["config"]))
        files = file_statuses(unpack(archive, folder))
        print(f"The code in {archive} is run now, to check it.", flush=True)
        with ThreadPoolExecutor() as pool:
            parts = [pool.submit(run_tests, names, folder, settings) for names in AT_ONCE]
        requirements = one_row_each(row for part in parts for row in part.result())
    table = as_table(requirements, files, last["source"], last["authors"], last["to_do"])
    print("\n".join(table))
    if list(remedies(requirements, files)):
        sys.exit(1)


def unpack(archive, folder):
    """Unpack the zip into the folder and return its files' names; a folder round all is left out.

    Raises ValueError for what is no zip, and for one that would leave the folder or fill the disk.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            members = [(path_of(member), member) for member in file.infolist()]
            members = [(path, member) for path, member in members if not path.endswith("/")]
            raise_if_unsafe(archive, members)
            own = [(path, member) for path, member in members if not BY_MACOS.search(path)]
            if len(own) < len(members):
                print("Files that macOS adds are ignored.")
            outer = outer_folder([path for path, _ in own])
            for path, member in own:
                target = Path(folder, path.removeprefix(outer))
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.read(member))
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ValueError(f"{archive} is no zip, or damaged: get or make it again.") from error
    except (NotImplementedError, RuntimeError) as error:
        raise ValueError(f"{archive} is encrypted or packed in an unusual way.") from error
    return [path.removeprefix(outer) for path, _ in own]


def path_of(member):
    """The member's path; some programs for Windows write it with backslashes."""
    return member.filename.replace("\\", "/")


def raise_if_unsafe(archive, members):
    """Raise ValueError where a member would leave the folder or fill the disk."""
    for path, member in members:
        if path.startswith("/") or ":" in path or ".." in path.split("/"):
            raise ValueError(f"{archive} is not unpacked: {path} leads outside its folder.")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise ValueError(f"{archive} is not unpacked: {path} is a link, not a file.")
    size = sum(member.file_size for _, member in members)
    if size > LARGEST:
        raise ValueError(f"{archive} is not unpacked: it would fill {size / 1e6:,.0f} MB.")


def outer_folder(paths):
    """The one folder that all of the paths are in, with its slash, or nothing."""
    folders = {path.partition("/")[0] for path in paths if "/" in path}
    if len(folders) != 1 or not all("/" in path for path in paths):
        return ""
    (folder,) = folders
    print(f"All files are in a folder, {folder}: that is accepted.")
    return f"{folder}/"

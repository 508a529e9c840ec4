"""Check a zip that was made or changed elsewhere, like the one that was uploaded.

`make check-zip ZIP=path` runs it, and with it the code in the zip.
"""

import json
import stat
import sys
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from shared.checklist import as_table, check_report, compare, evidence, remedies, run_check
from shared.command_line import run

LARGEST = 200_000_000  # bytes, unpacked
BY_MACOS = ("__MACOSX", ".DS_Store")
RESULTS = {
    "best": "results/best.json",
    "metrics": "results/metrics.json",
    "grid": "results/grid.csv",
}
CHECKS = "workflow/checks"
CHECKLIST = "results/checklist.json"


def main(archive=""):
    """Prints the checklist; ends with status 1 where something does not hold.

    Raises ValueError or FileNotFoundError, before anything is unpacked, for what cannot be checked.
    """
    if not archive:
        raise ValueError("Name the zip to check, like `make check-zip ZIP=homework1.zip`.")
    last = last_check()
    compared = evidence(last["config"], "data/raw", "results/cells", **RESULTS)
    with TemporaryDirectory() as folder:
        names = unpack(archive, folder)
        print(f"The code in {archive} is run now, to check it.", flush=True)
        requirements = check(CHECKS, folder, compared, last["authors"])
    files = compare(names)
    table = as_table(requirements, files, last["source"], last["authors"], last["to_do"])
    print("\n".join(table))
    if list(remedies(requirements, files)):
        sys.exit(1)


def last_check():
    """The checklist of the results that the zip is compared with."""
    needed = [*RESULTS.values(), CHECKLIST, "results/cells", "data/raw/source.json"]
    missing = [path for path in needed if not Path(path).exists()]
    if missing:
        raise FileNotFoundError(
            f"{missing[0]} is missing, so there is nothing to compare the zip with. Run `make`."
        )
    return json.loads(Path(CHECKLIST).read_text())


def check(checks, folder, compared, authors):
    """The row of each requirement. The three modules are checked at the same time."""
    with ThreadPoolExecutor() as pool:
        checked = [pool.submit(run_check, checks, folder, problem, compared) for problem in "123"]
    rows = [row for problem in checked for row in problem.result()]
    return check_report(checks, folder, rows, authors, compared["metrics"]["dataset"])


def unpack(archive, folder):
    """Unpack the zip into the folder and return its files' names.

    One folder round all of it, and files that macOS adds, are left out.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            members = [member for member in file.infolist() if not member.is_dir()]
            refuse_what_is_unsafe(archive, file.infolist())
            members = without_files_of_macos(members)
            names = without_outer_folder([member.filename for member in members])
            for member, name in zip(members, names, strict=True):
                target = Path(folder, name)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.read(member))
    except FileNotFoundError as error:
        raise FileNotFoundError(f"There is no {archive}.") from error
    except IsADirectoryError as error:
        raise ValueError(f"{archive} is a folder. Name a zip.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ValueError(f"{archive} is not a zip, or a damaged one.") from error
    except (NotImplementedError, RuntimeError) as error:
        raise ValueError(f"{archive} is encrypted or packed in an unusual way.") from error
    return names


def refuse_what_is_unsafe(archive, members):
    """Raise ValueError where a member would leave the folder or fill the disk."""
    for member in members:
        path = PurePosixPath(member.filename)
        if path.is_absolute() or ".." in path.parts or set(member.filename) & {"\\", ":"}:
            raise ValueError(f"{archive} is refused: {member.filename} leads outside its folder.")
        kind = stat.S_IFMT(member.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise ValueError(f"{archive} is refused: {member.filename} is a link, not a file.")
    size = sum(member.file_size for member in members)
    if size > LARGEST:
        raise ValueError(
            f"{archive} is refused: it unpacks to {size / 1e6:,.0f} MB, more than "
            f"{LARGEST / 1e6:,.0f}."
        )


def without_files_of_macos(members):
    """The members without those that macOS adds to a zip."""
    own = [
        member
        for member in members
        if not set(BY_MACOS) & set(PurePosixPath(member.filename).parts)
    ]
    if len(own) < len(members):
        print(f"Files that macOS adds ({', '.join(BY_MACOS)}) are ignored.")
    return own


def without_outer_folder(names):
    """The names without the one folder that all of them are in, if they are."""
    folders = {PurePosixPath(name).parts[0] for name in names}
    if len(folders) != 1 or any("/" not in name for name in names):
        return names
    folder = folders.pop()
    print(f"All files are in a folder, {folder}: that is accepted.")
    return [name.removeprefix(f"{folder}/") for name in names]


if __name__ == "__main__":
    run(main)

"""Check a zip that was made or changed elsewhere, like the one that was uploaded.

`make check-zip ZIP=path` runs it, and with it the code in the zip.
"""

import json
import sys
import zipfile
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.checklist import as_table, compare, joined, remedies, run_tests
from shared.command_line import run

BY_MACOS = {"__MACOSX", ".DS_Store"}
NEEDED = ["best.json", "metrics.json", "grid.csv", "cells"]
CHECKLIST = Path("results/checklist.json")


def main(archive=""):
    """Prints the checklist; ends with status 1 where something does not hold.

    Raises ValueError or FileNotFoundError for what cannot be checked.
    """
    if not archive:
        raise ValueError("Name the zip to check, like `make check-zip ZIP=homework1.zip`.")
    archive = Path(archive).expanduser()
    last = last_check()
    with TemporaryDirectory() as temporary:
        settings = Path(temporary, "settings.json")
        settings.write_text(json.dumps(last["config"]))
        folder, names = unpack(archive, Path(temporary, "zip"))
        print(f"The code in {archive} is run now, to check it.", flush=True)
        requirements = joined(run_tests("tests/handout", folder, settings))
    files = compare(names)
    table = as_table(requirements, files, last["source"], last["authors"], last["to_do"])
    print("\n".join(table))
    if list(remedies(requirements, files)):
        sys.exit(1)


def last_check():
    """The checklist of the results that the zip is compared with."""
    needed = [CHECKLIST, Path("data/raw/source.json"), *(Path("results", name) for name in NEEDED)]
    for path in needed:
        if not path.exists():
            raise FileNotFoundError(
                f"{path} is missing, so there is nothing to compare the zip with. Run `make`."
            )
    return json.loads(CHECKLIST.read_text())


def unpack(archive, folder):
    """The folder with the zip's files, and their names.

    One folder round all of it is accepted, and files that macOS adds are left out.
    """
    try:
        with zipfile.ZipFile(archive) as file:
            members = [name for name in file.namelist() if not name.endswith("/")]
            own = [name for name in members if not BY_MACOS & set(name.split("/"))]
            file.extractall(folder, own)  # nothing leads out of the folder
    except FileNotFoundError as error:
        raise FileNotFoundError(f"There is no {archive}.") from error
    except IsADirectoryError as error:
        raise ValueError(f"{archive} is a folder. Name a zip.") from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise ValueError(f"{archive} is not a zip, or a damaged one.") from error
    except (NotImplementedError, RuntimeError) as error:
        raise ValueError(f"{archive} is encrypted or packed in an unusual way.") from error
    if len(own) < len(members):
        print(f"Files that macOS adds ({', '.join(sorted(BY_MACOS))}) are ignored.")
    outer = {name.split("/")[0] for name in own}
    if len(outer) == 1 and all("/" in name for name in own):
        (name,) = outer
        print(f"All files are in a folder, {name}: that is accepted.")
        return folder / name, [each.removeprefix(f"{name}/") for each in own]
    folder.mkdir(exist_ok=True)
    return folder, own


if __name__ == "__main__":
    run(main)

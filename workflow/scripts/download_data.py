"""Provide the four data files and a note of where they came from."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pooch
import requests
from tqdm import tqdm

from shared.command_line import run
from shared.course_files import ADDRESS, SHA256, is_the_courses, sha256
from shared.synthetic_faces import synthetic_dataset

BY_HAND = Path("data")
TERMINAL = 3
pooch.get_logger().setLevel("WARNING")  # or the log tells of paths
TIMEOUT = (5, 60)  # seconds: to connect, and between two pieces of an answer
LOOK = "{l_bar}{bar:20}| {n_fmt}/{total_fmt}, {remaining} left"


def main(settings, raw):
    """raw: the folder for the four arrays and source.json."""
    arrays = [Path(raw, name) for name in SHA256]
    source = Path(raw, "source.json")
    settings = json.loads(Path(settings).read_text())
    dataset = settings["dataset"]
    here = [] if dataset == "synthetic" else files_by_hand()
    if dataset == "auto":
        dataset = "course" if len(here) == len(SHA256) or network_is_there() else "synthetic"
    if dataset == "course":
        copy_course(arrays, here, staging=source.parent / "course")
    else:
        draw_synthetic(arrays, settings["seed"])
        print("The faces are SYNTHETIC, not the course's.")
    source.unlink(missing_ok=True)  # it tells of the arrays that are replaced now
    for path in arrays:
        os.replace(fresh(path), path)
    note = {"dataset": dataset, "sha256": {p.name: sha256(p) for p in arrays}}
    source.write_text(json.dumps(note, indent=2) + "\n")


def fresh(path):
    """Where a file is made, so that none is replaced before all four are good."""
    return path.with_suffix(".fresh")


def files_by_hand():
    """The names of the course's files that the user has put into data/, all of them verified."""
    here = [name for name in SHA256 if (BY_HAND / name).exists()]
    for name in here:
        if not is_the_courses(BY_HAND / name):
            raise ValueError(
                f"{BY_HAND / name} is not the course's file: its hash differs. "
                "Get it once more, or remove it."
            )
    missing = ", ".join(name for name in SHA256 if name not in here)
    if here and missing:
        print(f"Of the course's files, data/ lacks {missing}.")
    return here


def network_is_there():
    try:
        requests.head(ADDRESS, timeout=TIMEOUT[0])
    except (requests.ConnectionError, requests.Timeout):
        print(
            f"{ADDRESS} cannot be reached. To use the course's faces without network, "
            "put its four files into data/."
        )
        return False
    return True


def copy_course(arrays, here, staging):
    """Copy each of the course's files from data/ where it is there, or else from a download."""
    for path in arrays:
        name = path.name
        shutil.copyfile(BY_HAND / name if name in here else download(name, staging), fresh(path))


def download(name, staging):
    """Download into staging, unless a good copy is already there. Only a good file is kept."""
    fetcher = pooch.create(staging, f"{ADDRESS}/", registry=SHA256, retry_if_failed=2)
    downloader = pooch.HTTPDownloader(progressbar=bar(name), timeout=TIMEOUT)
    try:
        return fetcher.fetch(name, downloader=downloader)
    except requests.RequestException as error:
        raise OSError(
            f"{name} could not be downloaded from {ADDRESS} ({type(error).__name__}). "
            "Try again, or put the course's four files into data/."
        ) from error
    except ValueError as error:  # the hash differs
        raise ValueError(
            f"{name} at {ADDRESS} is not the course's file: its hash differs. "
            "Put the course's four files into data/."
        ) from error


def bar(name):
    """A progress bar on the terminal, which the rule passes on as file 3.

    False in a pipe, or where NO_COLOR asks for plain text.
    """
    if not os.isatty(TERMINAL) or os.environ.get("NO_COLOR"):
        return False
    terminal = open(TERMINAL, "w", closefd=False)  # noqa: SIM115
    look = {"desc": name, "bar_format": LOOK, "unit": "B", "unit_scale": True}
    return tqdm(total=1, file=terminal, **look)  # pooch puts the right total in


def draw_synthetic(arrays, seed):
    faces = synthetic_dataset(seed)
    for path in arrays:
        with fresh(path).open("wb") as file:
            np.save(file, faces[path.stem])


if __name__ == "__main__":
    run(main)

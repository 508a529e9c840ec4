"""Provide the four data files and a note of where they came from."""

import hashlib
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pooch
import requests
from command_line import run
from synthetic_faces import synthetic_dataset
from tqdm import tqdm

ADDRESS = "https://s3.amazonaws.com/jrwprojects"
BY_HAND = Path("data")
TERMINAL = 3
TIMEOUT = (5, 60)  # seconds: to connect, and between two pieces of an answer
SHA256 = {
    "age_regression_Xtr.npy": "1b36355263268eb4a00032854887377a54f91e83398c28345880e1214f6273ef",
    "age_regression_ytr.npy": "209508d19f3b9e298d377eaed0c510375eb2487c0c887351672e5db22e80615f",
    "age_regression_Xte.npy": None,  # not known; GIT_BLOB holds what is
    "age_regression_yte.npy": "8b74c79ee44a550aa337bbc4d1d2a37486f41f69b32b01efa9bc6a92864b8d23",
}
GIT_BLOB = {"age_regression_Xte.npy": "207172c42d575513dc3cb699739f4f2e91558903"}


def main(settings, *outputs):
    """settings: JSON with dataset and seed; outputs: the four arrays, then source.json."""
    *arrays, source = map(Path, outputs)
    settings = json.loads(settings)
    dataset = settings["dataset"]
    here = [] if dataset == "synthetic" else files_by_hand()
    if dataset == "auto":
        dataset = "course" if len(here) == len(SHA256) or network_is_there() else "synthetic"
    if dataset == "course":
        copy_course(arrays, here, staging=source.parent / "course")
    else:
        draw_synthetic(arrays, settings["seed"])
        print("The faces are SYNTHETIC, not the course's.")
    for path in arrays:
        os.replace(fresh(path), path)
    note = {"dataset": dataset, "sha256": {p.name: pooch.file_hash(str(p)) for p in arrays}}
    source.write_text(json.dumps(note, indent=2) + "\n")


def fresh(path):
    """Where a file is made, so that none is replaced before all four are good."""
    return path.with_suffix(".fresh")


def files_by_hand():
    """The names of the course's files that the user has put into data/, all of them verified."""
    here = [name for name in SHA256 if (BY_HAND / name).exists()]
    for name in here:
        verify(BY_HAND / name)
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
    """Download into staging, unless it is there already and good."""
    fetcher = pooch.create(staging, f"{ADDRESS}/", registry=SHA256, retry_if_failed=2)
    try:
        downloader = pooch.HTTPDownloader(progressbar=bar(), timeout=TIMEOUT)
        path = Path(fetcher.fetch(name, downloader=downloader))
    except requests.RequestException as error:
        raise OSError(
            f"{name} could not be downloaded from {ADDRESS} ({type(error).__name__}). "
            "Try again, or put the course's four files into data/ by hand."
        ) from error
    try:
        verify(path)
    except ValueError:
        path.unlink()  # or it would pass for downloaded in the next run
        raise
    return path


def bar():
    """A progress bar on the terminal, which the rule passes on as file 3; False in a pipe."""
    if not os.isatty(TERMINAL):
        return False
    terminal = open(TERMINAL, "w", closefd=False)  # noqa: SIM115
    return tqdm(total=1, unit="B", unit_scale=True, file=terminal)  # pooch puts the right total in


def verify(path):
    """ValueError unless the file is, byte for byte, the course's."""
    if path.name in GIT_BLOB:
        good = git_blob(path.read_bytes()) == GIT_BLOB[path.name]
    else:
        good = pooch.file_hash(str(path)) == SHA256[path.name]
    if not good:
        raise ValueError(f"{path} is not the course's file: its hash differs. Get it once more.")


def git_blob(content):
    """The name that git gives a file of this content: SHA-1 of a header and the content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def draw_synthetic(arrays, seed):
    faces = synthetic_dataset(seed)
    for path in arrays:
        with fresh(path).open("wb") as file:
            np.save(file, faces[path.stem])


if __name__ == "__main__":
    run(main)

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
from shared.course_files import (
    ADDRESS,
    DATA,
    SHA256,
    fault,
    is_the_courses,
    known_dataset,
    misplaced,
    sha256,
)
from shared.synthetic_faces import synthetic_dataset

TERMINAL = 3
pooch.get_logger().setLevel("WARNING")  # its other messages are paths
TIMEOUT = (5, 60)  # seconds: to connect, and between two pieces of an answer
LOOK = "{l_bar}{bar:20}| {n_fmt}/{total_fmt}, {remaining} left"
WITHOUT = "To do without the course's faces, set `dataset: synthetic` in config.yaml."


def main(settings, raw):
    """settings: a JSON file with dataset and seed; raw: the folder for the arrays and the note."""
    settings = json.loads(Path(settings).read_text())
    raw = Path(raw)
    dataset = settings["dataset"]
    if dataset == "auto":
        dataset = "course" if brought_files() or network_is_there() else "synthetic"
    if dataset == "synthetic":
        draw_synthetic(raw, settings["seed"])
    elif dataset == "own":
        copy_own(raw)
    else:
        copy_course(raw)
    note = replace(raw, dataset)
    announce(note)


def fresh(path):
    """Where a file is made, so that none is replaced before all four are good."""
    return path.with_suffix(".fresh")


def replace(raw, dataset):
    """Put the fresh arrays in the place of the old ones, and write and return the note of them."""
    source = raw / "source.json"
    source.unlink(missing_ok=True)  # it describes the arrays that are replaced now
    for name in SHA256:
        os.replace(fresh(raw / name), raw / name)
    hashes = {name: sha256(raw / name) for name in SHA256}
    # A hash knows better than the setting: the user's own files may be the course's.
    note = {"dataset": known_dataset(hashes) or dataset, "sha256": hashes}
    source.write_text(json.dumps(note, indent=2) + "\n")
    return note


def announce(note):
    """Print whose faces these are, unless they are the course's."""
    if note["dataset"] == "synthetic":
        print("The faces are SYNTHETIC, not the course's.")
    if note["dataset"] == "own":
        print("The faces are your own files in data/, not the course's. Their SHA-256:")
        for name, digest in note["sha256"].items():
            print(f"{digest}  {name}")


# The user's files


def brought_files():
    """Whether the user has brought any of the course's files, wherever they are."""
    return any(os.path.lexists(DATA / name) or misplaced(name) for name in SHA256)


def copy_course(raw):
    """Copy each of the course's files from data/ where it is there, or else from a download."""
    refuse([fault(name) or other_hash(name) for name in SHA256], WITHOUT)
    missing = [name for name in SHA256 if not (DATA / name).exists()]
    if 0 < len(missing) < len(SHA256):
        print(f"Of the course's files, data/ lacks {', '.join(missing)}.")
    for name in SHA256:
        path = download(name, raw / "course") if name in missing else DATA / name
        shutil.copyfile(path, fresh(raw / name))


def other_hash(name):
    """A sentence if the file in data/ has another hash than the course's."""
    path = DATA / name
    if not path.exists() or is_the_courses(path):
        return None
    return (
        f"{path} is not the course's file: its hash differs. Get it again, or, to use your own "
        "four files or another edition, set `dataset: own` in config.yaml."
    )


def copy_own(raw):
    """Copy the user's four files from data/, whatever their hashes and their number of faces."""
    refuse([fault(name) or absence(name) for name in SHA256])
    refuse([shapes_that_differ("tr"), shapes_that_differ("te")])
    for name in SHA256:
        shutil.copyfile(DATA / name, fresh(raw / name))


def absence(name):
    if not (DATA / name).exists():
        return f"{DATA / name} is missing: `dataset: own` needs all four files."
    return None


def shapes_that_differ(part):
    """A sentence if the faces and ages of a part, tr or te, cannot belong together."""
    faces = DATA / f"age_regression_X{part}.npy"
    ages = DATA / f"age_regression_y{part}.npy"
    X = shape(faces)
    y = shape(ages)
    if X[1:] in [(48, 48), (48, 48, 1), (48 * 48,)] and y in [X[:1], (X[0], 1)] and X[0] > 0:
        return None
    return (
        f"{faces} has the shape {X} and {ages} the shape {y}, "
        "but n faces are (n, 48, 48) or (n, 2304) and their ages (n,)."
    )


def shape(path):
    """The shape of the array in an npy file, of which only the head is read."""
    try:
        return np.lib.format.open_memmap(path, mode="r").shape
    except ValueError as error:
        raise ValueError(
            f"{path} is cut short or does not hold an array of numbers. Get the file again."
        ) from error


def refuse(faults, advice=""):
    """Raise ValueError with a line for each fault that is not None, and with the advice."""
    lines = [fault for fault in faults if fault]
    if lines:
        raise ValueError("\n".join([*lines, advice]).strip())


# The network


def network_is_there():
    try:
        requests.head(ADDRESS, timeout=TIMEOUT[0])
    except (requests.ConnectionError, requests.Timeout) as error:
        print(
            f"{ADDRESS} cannot be reached: {reason(error)}. To use the course's faces without "
            "network, put its four files into data/."
        )
        return False
    return True


def download(name, staging):
    """Download into staging, unless a good copy is already there. Only a good file is kept."""
    fetcher = pooch.create(staging, f"{ADDRESS}/", registry=SHA256, retry_if_failed=2)
    downloader = pooch.HTTPDownloader(progressbar=bar(name), timeout=TIMEOUT)
    try:
        return fetcher.fetch(name, downloader=downloader)
    except requests.RequestException as error:
        raise OSError(
            f"{name} could not be downloaded from {ADDRESS}: {reason(error)}. "
            f"Try again, or put the course's four files into data/. {WITHOUT}"
        ) from error
    except ValueError as error:  # the hash differs
        raise ValueError(
            f"{name} at {ADDRESS} is not the course's file: its hash differs. Put the course's "
            "four files into data/; for another edition, set `dataset: own` in config.yaml."
        ) from error


def reason(error):
    """Why a request failed."""
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy that HTTPS_PROXY names refuses or does not answer"
    if isinstance(error, requests.exceptions.SSLError):
        return (
            "its certificate is not trusted (where the network has certificates of its own, "
            "REQUESTS_CA_BUNDLE names their file)"
        )
    if isinstance(error, requests.HTTPError):
        return f"the server answers {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.Timeout):
        return "the server does not answer in time"
    return "there is no network, or the connection broke"


def bar(name):
    """A progress bar on the terminal, which the rule passes on as file 3.

    False in a pipe, or where NO_COLOR asks for plain text.
    """
    if not os.isatty(TERMINAL) or os.environ.get("NO_COLOR"):
        return False
    terminal = open(TERMINAL, "w", closefd=False)  # noqa: SIM115
    look = {"desc": name, "bar_format": LOOK, "unit": "B", "unit_scale": True}
    return tqdm(total=1, file=terminal, **look)  # pooch puts the right total in


# The synthetic faces


def draw_synthetic(raw, seed):
    for stem, array in synthetic_dataset(seed).items():
        with fresh(raw / f"{stem}.npy").open("wb") as file:
            np.save(file, array)


if __name__ == "__main__":
    run(main)

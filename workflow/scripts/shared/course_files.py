"""The four data files: the course's and the synthetic ones by their hashes, and what users have.

Users' files are known by their names, their hashes or their first bytes, so that a person who has
something else than the four files learns what it is and what to do about it.
"""

import hashlib
import os
import shlex
from pathlib import Path

ADDRESS = "https://s3.amazonaws.com/jrwprojects"
SHA256 = {
    "age_regression_Xtr.npy": "1b36355263268eb4a00032854887377a54f91e83398c28345880e1214f6273ef",
    "age_regression_ytr.npy": "209508d19f3b9e298d377eaed0c510375eb2487c0c887351672e5db22e80615f",
    "age_regression_Xte.npy": "a95e8d61e96b388155a146bcf3cf858a5c8e391bf4d473d3fec4be3f95ed93e6",
    "age_regression_yte.npy": "8b74c79ee44a550aa337bbc4d1d2a37486f41f69b32b01efa9bc6a92864b8d23",
}
BYTES = {
    "age_regression_Xtr.npy": 46_080_128,
    "age_regression_ytr.npy": 40_128,
    "age_regression_Xte.npy": 23_040_128,
    "age_regression_yte.npy": 20_128,
}
# Those that synthetic_faces.py draws for the seed 541, the same on every machine.
SYNTHETIC_SEED = 541
SYNTHETIC_SHA256 = {
    "age_regression_Xtr.npy": "b4a20ee7fb35ab6e3ade98c85db1b27f202f5b5d0100758f20ef3e5eb3b989f2",
    "age_regression_ytr.npy": "392164e4935113f7dd20a0d7294001ab2f1b3d6aad44632688e82a15ab852a35",
    "age_regression_Xte.npy": "3a181489fff65bcb9c4d56f3fc32b617d0605580f9cb88cf33979644b44cd8ee",
    "age_regression_yte.npy": "5c22c50e847fa8d96ec84957ae7d4fc78e99741586d2ea3909197a9aec4091c0",
}

DATA = Path("data")
# Where people put the files, beside where they belong.
FOLDERS = [DATA, DATA / "data", Path(".")]
UNFINISHED = (".crdownload", ".part", ".partial", ".download")
NPY = b"\x93NUMPY"
# What a file that is not npy begins with, in lower case, and a sentence on it.
HTML = "is an HTML page, perhaps one that asks to log in. Download the file itself."
XML = "is an XML message, as a server sends for an error. Download the file again."
FIRST_BYTES = {
    b"<!doctype html": HTML,
    b"<html": HTML,
    b"<?xml": XML,
    b"<error": XML,
    b"version https://git-lfs": "is a git-lfs pointer. Get the file itself with `git lfs pull`.",
    b"pk": "is a zip archive. Unpack it, and put the npy files into data/.",
    b"\x1f\x8b": "is a gzip archive. Unpack it with `gunzip`.",
    b"bplist": "is a placeholder of a cloud folder. Let the folder download the file, and copy it.",
    b"\x80": "is a pickle, which is never read. Get the npy file.",
}


def known_dataset(hashes):
    """Whose four files have these hashes, by file name: "course", "synthetic", or None."""
    if hashes == SHA256:
        return "course"
    if hashes == SYNTHETIC_SHA256:
        return "synthetic"
    return None


def is_the_courses(path):
    """Whether the file is, byte for byte, the course's of that name."""
    return sha256(path) == SHA256[Path(path).name]


def sha256(path):
    """The file's SHA-256 in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# What users have


def fault(name):
    """What is wrong with the user's file of this name and what helps, in a sentence.

    None if it is an npy file in its place, or if there is no such file at all.
    """
    if os.path.lexists(DATA / name):
        return not_npy(DATA / name)
    found = misplaced(name)
    if found is None:
        return None
    command = shlex.join(["mv", str(found), str(DATA / name)])
    return not_npy(found) or f"{found} is not where it is looked for. Move it there: {command}"


def misplaced(name):
    """The user's file that is meant as data/name but has another name or folder, or None."""
    for folder in FOLDERS:
        for path in sorted(folder.glob("*")):
            if path != DATA / name and is_meant(path, name):
                return path
    return None


def is_meant(path, name):
    """Whether a file is meant as the course's of this name, by its own name or by its hash."""
    if Path(name).stem.lower() in path.name.lower():
        return True
    return path.is_file() and path.stat().st_size == BYTES[name] and sha256(path) == SHA256[name]


def not_npy(path):
    """What the file is and what helps, in a sentence; None if it is an npy file."""
    if path.is_symlink() and not path.exists():
        return f"{path} is a link to {path.readlink()}, which is not there. Copy the file itself."
    if path.is_dir():
        return f"{path} is a folder. Put the file itself into data/."
    if path.stat().st_size == 0:
        return f"{path} is empty, perhaps a cloud folder's placeholder. Copy the file again."
    if path.suffix.lower() in UNFINISHED:
        return f"{path} is an unfinished download. Download the file again."
    with open(path, "rb") as file:
        start = file.read(100)
    if start.startswith(NPY):
        return None
    for first, words in FIRST_BYTES.items():
        if start.lstrip().lower().startswith(first):
            return f"{path} {words}"
    return f"{path} is not an npy file. Get the file again."

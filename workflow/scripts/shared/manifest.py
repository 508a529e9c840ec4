"""The manifest: the hash of every file that the results follow from, and of the results."""

import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path

PACKAGES = ["numpy", "matplotlib", "pandas", "snakemake", "typst"]
BUILT = ("data/raw/", "results/")


def versions():
    """The versions of Python and of the packages that the results depend on."""
    return {"Python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def sha256(path):
    """The hash of a file, in hexadecimal; None if there is no file."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def write(path, paths):
    """Write the manifest of the files at these paths. FileNotFoundError if one is missing."""
    hashes = {covered: sha256(covered) for covered in sorted(paths)}
    for covered, digest in hashes.items():
        if digest is None:
            raise FileNotFoundError(f"{covered} is missing. Run the same command again.")
    manifest = {"versions": versions(), "sha256": hashes}
    Path(path).write_text(json.dumps(manifest, indent=1) + "\n")


def differences(path):
    """A sentence for each file that is not what it was when the manifest was written."""
    for covered, digest in json.loads(Path(path).read_text())["sha256"].items():
        now = sha256(covered)
        if now is None:
            yield f"{covered} is missing."
        elif now != digest and covered.startswith(BUILT):
            yield f"{covered} is not what was built: delete it."
        elif now != digest:
            yield f"{covered} has changed since: results that follow from it may be out of date."

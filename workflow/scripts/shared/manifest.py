"""The manifest: the hash of every file that the results follow from, and of the results."""

import json
from pathlib import Path

from shared.course_files import sha256

BUILT = ("data/raw/", "results/")


def write(path, paths):
    """Write the manifest of the files at these paths. FileNotFoundError if one is missing."""
    for covered in paths:
        if not Path(covered).exists():
            raise FileNotFoundError(f"{covered} is missing. Run the same command again.")
    hashes = {covered: sha256(covered) for covered in sorted(paths)}
    Path(path).write_text(json.dumps(hashes, indent=1) + "\n")


def differences(path):
    """A sentence for each file that is not what it was when the manifest was written."""
    for covered, digest in json.loads(Path(path).read_text()).items():
        if not Path(covered).exists():
            yield f"{covered} is missing."
        elif sha256(covered) == digest:
            continue
        elif covered.startswith(BUILT):
            yield f"{covered} is not what the last whole run made. Unless you know why, delete it."
        else:
            yield f"{covered} has changed since: results that follow from it may be out of date."

"""Set a part of the training examples aside for validation and standardise both parts."""

import json
from pathlib import Path

import numpy as np

from homework1_problem2 import load_examples, split_examples
from shared.command_line import run
from shared.course_files import sha256


def main(X, y, settings, split):
    """split: the folder for an npy file with each field of the Split, and for their hashes."""
    examples = load_examples(X, y)
    arrays = split_examples(*examples, **json.loads(Path(settings).read_text()))
    hashes = {}
    for name, array in arrays._asdict().items():
        np.save(f"{split}/{name}.npy", array)
        hashes[name] = sha256(f"{split}/{name}.npy")
    Path(split, "sha256.json").write_text(json.dumps(hashes, indent=2) + "\n")


if __name__ == "__main__":
    run(main)

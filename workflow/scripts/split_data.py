"""Set a part of the training examples aside for validation and standardise both parts."""

import json
from pathlib import Path

import numpy as np

from homework1_problem2 import load_examples, split_examples
from shared.command_line import run


def main(X, y, settings, split):
    """split: the folder for an npy file with each field of the Split."""
    examples = load_examples(X, y)
    arrays = split_examples(*examples, **json.loads(Path(settings).read_text()))
    for name, array in arrays._asdict().items():
        np.save(f"{split}/{name}.npy", array)


if __name__ == "__main__":
    run(main)

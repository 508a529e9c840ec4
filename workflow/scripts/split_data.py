"""Set a part of the training examples aside for validation and standardise both parts."""

import json

import numpy as np
from command_line import run
from homework1_problem2 import load_examples, split_examples


def main(X, y, settings, *outputs):
    """settings: JSON with validation_fraction and seed; outputs: one npy a field of Split."""
    split = split_examples(*load_examples(X, y), **json.loads(settings))
    for path, array in zip(outputs, split, strict=True):
        np.save(path, array)


if __name__ == "__main__":
    run(main)

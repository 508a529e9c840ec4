"""The configuration, checked, and the grid it describes."""

import difflib
import math
from fractions import Fraction
from itertools import product

import jsonschema

HYPERPARAMETERS = ("batch_size", "learning_rate", "epochs")


def number(value):
    """The number that a person wrote: YAML takes 1e-3 and 1/3 for words. Else the value itself.

    A whole number is an int, so that 1, 1.0 and 1e0 are the same setting.
    """
    if isinstance(value, str):
        try:
            value = float(Fraction(value))
        except (ValueError, ZeroDivisionError, OverflowError):
            return value
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # a word, which no setting allows
    return int(value) if isinstance(value, float) and value.is_integer() else value


def with_numbers(value):
    """A copy of the configuration, or of a part of it, in which every number is one."""
    if isinstance(value, dict):
        return {key: with_numbers(part) for key, part in value.items()}
    if isinstance(value, list):
        return [with_numbers(part) for part in value]
    return number(value)


def check(config, schema):
    """The configuration with every number a number.

    Raises ValueError that names, a line each, all the keys whose values the schema refuses.
    """
    config = with_numbers(config)
    errors = jsonschema.Draft202012Validator(schema).iter_errors(config)
    lines = sorted(sentence(error) for error in errors)
    if lines:
        raise ValueError("config.yaml needs mending:\n" + "\n".join(lines))
    return config


def sentence(error):
    """What one schema error means for the person who edits the file."""
    key = ".".join(str(step) for step in error.absolute_path) or "the file"
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        unknown = [str(name) for name in error.instance if name not in known]
        return f"  {key}: " + ", ".join(unknown_key(name, known) for name in unknown)
    return f"  {key}: {error.message}"


def unknown_key(name, known):
    """The key in words, with the nearest known one if there is one near."""
    near = difflib.get_close_matches(name, known, n=1)
    return f"unknown key {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def cell_name(batch_size, learning_rate, epochs):
    """The name of a cell and of its folder."""
    return f"batch{batch_size}_rate{learning_rate!r}_epochs{epochs}"


def grid_cells(grid):
    """Each cell's name and its three hyperparameters, in the order of nested loops."""
    cells = {}
    # Sorted, because a mere change of order in the file changes nothing.
    for batch_size, rate, epochs in product(*(sorted(grid[name]) for name in HYPERPARAMETERS)):
        values = int(batch_size), float(rate), int(epochs)
        cells[cell_name(*values)] = dict(zip(HYPERPARAMETERS, values, strict=True))
    return cells

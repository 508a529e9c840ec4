"""The configuration, checked, and the grid it describes."""

import difflib
from fractions import Fraction
from itertools import product

import jsonschema


def number(value):
    """The number that a person wrote: YAML takes 1e-3 and 1/3 for words. Else the value itself."""
    try:
        return float(Fraction(value)) if isinstance(value, str) else value
    except (ValueError, ZeroDivisionError):
        return value


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
        unknown = [name for name in error.instance if name not in known]
        near = difflib.get_close_matches(str(unknown[0]), known, n=1)
        return f"  {key}: unknown key {unknown[0]!r}" + (
            f"; did you mean {near[0]!r}?" * bool(near)
        )
    return f"  {key}: {error.message}"


def cell_name(batch_size, learning_rate, epochs):
    """One name for a cell, however its numbers were written: 1e-3 and 0.001 are the same cell."""
    return f"batch{int(batch_size)}_rate{float(learning_rate)!r}_epochs{int(epochs)}"


def grid_cells(grid):
    """Each cell's name and its three hyperparameters, in the order of nested loops."""
    combinations = product(grid["batch_size"], grid["learning_rate"], grid["epochs"])
    return {
        cell_name(b, rate, n): {"batch_size": b, "learning_rate": rate, "epochs": n}
        for b, rate, n in combinations
    }

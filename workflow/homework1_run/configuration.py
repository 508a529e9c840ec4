"""The configuration: read, checked, and written as settings files for the rules that use it."""

import difflib
import json
import math
import os
import sys
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import jsonschema
import yaml
from snakemake.utils import update_config

SETTINGS = Path("results/settings")
FACES = 5000  # the course's training examples, before any are set aside for validation
BOUNDS = {
    "minimum": "at least",
    "exclusiveMinimum": "over",
    "maximum": "at most",
    "exclusiveMaximum": "under",
}


# Reading


def read_configuration(path, schema, changes):
    """The configuration in the file with the changes of --config, checked against the schema.

    A change of one key keeps the others beside it. ValueError names every mistake.
    """
    config = load(path)
    update_config(config, changes)
    return check(config, load(schema))


class Loader(yaml.CSafeLoader):  # ten times as fast as SafeLoader
    """Refuses a key that is given twice, of which YAML itself would take the last."""

    def construct_mapping(self, node, deep=False):
        given = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in given:
                mark = key.start_mark
                raise ValueError(
                    f"{mark.name}, line {mark.line + 1}: {name} is given twice. Keep one of them."
                )
            given.add(name)
        return super().construct_mapping(node, deep)


def load(path):
    """The YAML file's content, a dict. ValueError says where it cannot be read."""
    try:
        with open(path, encoding="utf-8") as file:
            config = yaml.load(file, Loader)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}. Restore it.") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not UTF-8 text. Save it as UTF-8.") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise ValueError(
            f"{path}, line {mark.line + 1}, column {mark.column + 1}: {error.problem}. "
            "Brackets, quotes, colons and indentation must be YAML's."
        ) from error
    if not isinstance(config, dict):
        raise ValueError(f"{path} has no settings, lines like `seed: 541`. Restore them.")
    return config


def number(value):
    """The number that a person wrote: YAML reads 1e-3 and 1/3 as text. Else the value itself.

    A whole number is an int, so that 1, 1.0 and 1e0 are the same setting.
    """
    if isinstance(value, str):
        try:
            value = float(Fraction(value))
        except (ValueError, ZeroDivisionError, OverflowError):
            return value
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)  # text, which no setting of a number allows
    return int(value) if isinstance(value, float) and value.is_integer() else value


def with_numbers(value):
    """A copy of the configuration, or of a part of it, in which every number is one."""
    if isinstance(value, dict):
        return {key: with_numbers(part) for key, part in value.items()}
    if isinstance(value, list):
        return [with_numbers(part) for part in value]
    return number(value)


# Checking


def check(config, schema):
    """The configuration with every number a number.

    Raises ValueError that names, a line each, every mistake: the key, what was found, what is
    allowed.
    """
    config = with_numbers(config)
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(config))
    lines = sorted({line for error in errors for line in sentences(error)})
    lines = lines or too_large_batches(config)
    if lines:
        raise ValueError("config.yaml has errors:\n" + "\n".join(lines))
    return config


def sentences(error):
    """What one schema error means for the person who edits the file, a line for each key."""
    place = [str(step) for step in error.absolute_path]
    known = error.schema.get("properties", {})
    if error.validator == "additionalProperties":
        for key in set(error.instance) - set(known):
            yield f"  {'.'.join([*place, str(key)])}: unknown key{nearest(str(key), known)}"
    elif error.validator == "required":
        for key in set(known) - set(error.instance):
            yield f"  {'.'.join([*place, key])}: missing; allowed: {allowed(known[key])}"
    else:
        name = ".".join(place)
        yield f"  {name}: found {error.instance!r}; allowed: {allowed(error.schema)}"


def nearest(key, known):
    """The nearest known key, if there is one near."""
    near = difflib.get_close_matches(key.lower(), known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def allowed(schema):
    """The values that a part of the schema allows, in words."""
    if "enum" in schema:
        return "one of " + ", ".join(schema["enum"])
    if schema["type"] == "object":
        return "the keys " + ", ".join(schema["properties"])
    if schema["type"] == "array":
        different = ", all different" if schema.get("uniqueItems") else ""
        return f"a list of one or more{different}, each {allowed(schema['items'])}"
    if schema["type"] == "string":
        return "a text that is not empty"
    bounds = [f"{words} {schema[key]}" for key, words in BOUNDS.items() if key in schema]
    kind = "a whole number" if schema["type"] == "integer" else "a number"
    return f"{kind} {' and '.join(bounds)}"


def too_large_batches(config):
    """A line for each batch size over the number of examples that are left to train on.

    The number of a user's own faces is not known yet: train_cell.py checks it.
    """
    if config["dataset"] == "own":
        return []
    n = FACES - round(config["validation_fraction"] * FACES)
    sizes = config["grid"]["batch_size"]
    return [
        f"  grid.batch_size.{k}: found {size}; allowed: at most {n}, the examples to train on"
        for k, size in enumerate(sizes)
        if size > n
    ]


# Writing


def write_settings(name, settings):
    """The path of a JSON file with these settings, written unless it is there.

    It is named after its content, so it never changes: a rule that has it among its inputs runs
    again exactly when the settings differ. Ends with a sentence if it cannot be written.
    """
    text = json.dumps(settings, indent=1)
    digest = sha256(text.encode()).hexdigest()
    path = SETTINGS / f"{name}-{digest[:8]}.json"
    if not path.exists():
        try:
            write_at_once(path, text)
        except OSError as error:
            sys.exit(f"{path} cannot be written: {error.strerror}. Make room for it.")
    return str(path)


def write_at_once(path, text):
    """Write the file so that another process sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_text(text)
    unfinished.replace(path)

"""What the results were made from, and which of them no longer follow from it."""

import hashlib

from configuration import grid_cells


def sha256(path):
    """The hash of a file, in hexadecimal; None where there is no file."""
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def expanded(patterns, config):
    """The files' paths: a pattern with {cell} stands for one of every cell of the grid."""
    cells = grid_cells(config["grid"])
    for pattern in patterns:
        if "{cell}" in pattern:
            yield from (pattern.replace("{cell}", cell) for cell in cells)
        else:
            yield pattern


def hashes(steps, config):
    """The SHA-256 of every file that a step reads or writes."""
    patterns = {path for step in steps.values() for path in step["inputs"] + step["outputs"]}
    return {path: sha256(path) for path in sorted(expanded(patterns, config))}


def stale(manifest, config, now):
    """Sentences: which result is not what was made, or no longer follows from what.

    manifest: as write_manifest wrote it; config: today's; now: today's hashes, by path.
    """
    changed = {path for path, digest in manifest["sha256"].items() if now[path] != digest}
    spoilt = set(changed)
    for name, step in manifest["steps"].items():
        inputs, outputs = (
            set(expanded(step[kind], manifest["config"])) for kind in ("inputs", "outputs")
        )
        for path in sorted(outputs & changed):
            made = f"is not what {name} made for the last checked zip."
            yield f"{path} is missing." if now[path] is None else f"{path} {made}"
        set_anew = [key for key in step["settings"] if manifest["config"][key] != config[key]]
        causes = [f"{key} in config.yaml" for key in set_anew] + sorted(inputs & spoilt)
        if causes:
            spoilt |= outputs
            what = brief([path.replace("{cell}", "*") for path in step["outputs"]])
            yield f"{what}: no longer what follows from {brief(causes)}."


def brief(names, most=4):
    """The first of the names, and how many more there are."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")

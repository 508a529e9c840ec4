"""Write down what the results were made from: configuration, code, data, versions."""

import json
import os
import platform
from importlib.metadata import version

from command_line import run
from manifest import hashes

PACKAGES = ["numpy", "matplotlib", "pandas", "snakemake", "typst"]


def main(made_from, manifest):
    """made_from: JSON with the configuration and the steps, in the order of the DAG."""
    made_from = json.loads(made_from)
    versions = {"Python": platform.python_version()} | {name: version(name) for name in PACKAGES}
    made_from |= {"versions": versions, "sha256": hashes(made_from["steps"], made_from["config"])}
    missing = [path for path, digest in made_from["sha256"].items() if digest is None]
    if missing:
        raise FileNotFoundError(f"{missing[0]} is missing. Run `make clean`, then `make`.")
    unfinished = f"{manifest}.unfinished"
    with open(unfinished, "w") as file:
        json.dump(made_from, file, indent=1)
    os.replace(unfinished, manifest)


if __name__ == "__main__":
    run(main)

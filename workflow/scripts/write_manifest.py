"""Write down the hash of every file that the results follow from, and of the results."""

import json
from pathlib import Path

from shared.command_line import run
from shared.manifest import write


def main(paths, manifest):
    """paths: a JSON file with the list of what to cover."""
    write(manifest, json.loads(Path(paths).read_text()))


if __name__ == "__main__":
    run(main)

"""Say which results no longer follow from the configuration, the code and the data.

`make verify`; it needs results/manifest.json and nothing of Snakemake's own bookkeeping.
"""

import json
import sys
from pathlib import Path

from command_line import run
from configuration import check, load
from manifest import hashes, stale

MANIFEST = Path("results/manifest.json")


def main():
    if not MANIFEST.exists():
        raise FileNotFoundError(f"{MANIFEST} is missing, so nothing can be verified. Run `make`.")
    manifest = json.loads(MANIFEST.read_text())
    config = check(load("config.yaml"), load("workflow/config.schema.yaml"))
    lines = list(stale(manifest, config, hashes(manifest["steps"], manifest["config"])))
    if lines:
        sys.exit("\n".join([*lines, "Delete what was changed by hand, then run `make`."]))
    print(f"All {len(manifest['sha256'])} files are what they were when the results were made.")


if __name__ == "__main__":
    run(main)

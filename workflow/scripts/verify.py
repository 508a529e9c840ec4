"""Name the files that are not what they were when the results were made.

`make verify` runs it. It needs results/manifest.json and nothing of Snakemake's own records.
"""

import sys
from pathlib import Path

from shared.command_line import run
from shared.manifest import differences

MANIFEST = Path("results/manifest.json")


def main():
    if not MANIFEST.exists():
        raise FileNotFoundError(f"{MANIFEST} is missing, so nothing can be verified. Run `make`.")
    found = list(differences(MANIFEST))
    if found:
        sys.exit("\n".join([*found, "Then run `make`."]))
    print("Every file is what it was when the results were made.")


if __name__ == "__main__":
    run(main)

"""Set the report with Typst; its numbers come from the result files that it reads itself."""

import hashlib
import json
import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

import typst
from command_line import run


def main(report, settings, pdf, *code):
    """settings: JSON with the configuration that the report names; code: files to list by hash."""
    hashes = {path: hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in code}
    versions = {
        name: version(name) for name in ("numpy", "matplotlib", "pandas", "snakemake", "typst")
    }
    versions["Python"] = platform.python_version()
    unfinished = f"{pdf}.unfinished"
    try:
        typst.compile(
            report,
            output=unfinished,
            format="pdf",
            pdf_standards=["ua-1"],
            root=".",
            ignore_system_fonts=True,  # Typst's own are the same everywhere
            sys_inputs={
                "settings": settings,
                "versions": json.dumps(versions),
                "code": json.dumps(hashes),
            },
        )
    except typst.TypstError as error:
        raise ValueError(what_to_do(report, error.diagnostic)) from error
    os.replace(unfinished, pdf)


def what_to_do(report, diagnostic):
    """A sentence about letters that cannot be set, or else the typesetter's own words."""
    letters = re.findall(r'the text `"(.+?)"` could not be displayed', diagnostic)
    if not letters:
        return f"{report} could not be set: {diagnostic}"
    return (
        f"The report's fonts lack {', '.join(letters)}. Write it in Latin, Greek or Cyrillic "
        f"letters, under authors in config.yaml or in {report}."
    )


if __name__ == "__main__":
    run(main)

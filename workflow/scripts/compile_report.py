"""Set the report with Typst; its numbers come from the result files that it reads itself."""

import json
import re

import typst

from shared.command_line import run
from shared.manifest import versions


def main(report, settings, pdf):
    """settings: the file with the part of the configuration that the report names."""
    try:
        typst.compile(
            report,
            output=pdf,
            format="pdf",
            pdf_standards=["ua-1"],
            root=".",
            ignore_system_fonts=True,  # Typst's own are the same everywhere
            sys_inputs={"settings": f"/{settings}", "versions": json.dumps(versions())},
        )
    except typst.TypstError as error:
        raise ValueError(what_to_do(report, error.diagnostic)) from error


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

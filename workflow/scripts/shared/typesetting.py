"""How the report is set, as a PDF and as a page."""

import json
import platform
import re
from importlib.metadata import version

import typst

ADVICE = (
    "Undo what was edited in report/. If nothing was, a result is damaged: `make verify` names it. "
    "Delete it and run `make`."
)
PACKAGES = ["numpy", "matplotlib", "snakemake", "typst"]


def typeset(report, settings, looks, more=None, **options):
    """Set the report with typst.compile and these options; ValueError says why it cannot be set.

    settings: the file with the part of the configuration that the report names; looks: pdf.typ or
    page.typ, beside the report; more: what page.typ is to know, texts by name.
    """
    inputs = {"looks": looks, "settings": f"/{settings}", "versions": json.dumps(versions())}
    try:
        return typst.compile(
            report,
            root=".",
            ignore_system_fonts=True,  # Typst's own are the same everywhere
            sys_inputs=inputs | (more or {}),
            **options,
        )
    except typst.TypstError as error:
        raise ValueError(what_to_do(report, error.diagnostic)) from error


def versions():
    """The versions of Python and of the packages that make the numbers, the figures and the PDF."""
    return {"Python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def what_to_do(report, diagnostic):
    """A sentence about letters that cannot be set, or else the typesetter's own words."""
    letters = re.findall(r'the text `"(.+?)"` could not be displayed', diagnostic)
    if not letters:
        return f"{report} could not be set: {diagnostic}\n{ADVICE}"
    return (
        f"The report's fonts lack {', '.join(letters)}. Write it in Latin, Greek or Cyrillic "
        f"letters, under authors in config.yaml or in {report}."
    )

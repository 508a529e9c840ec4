"""Set the report with Typst as a PDF."""

from shared.command_line import run
from shared.typesetting import typeset


def main(report, settings, pdf):
    """settings: the file with the part of the configuration that the report names."""
    typeset(report, settings, "pdf.typ", output=pdf, format="pdf", pdf_standards=["ua-1"])


if __name__ == "__main__":
    run(main)

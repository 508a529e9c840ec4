"""Set the report with Typst as a PDF."""

from pathlib import Path

from shared.typesetting import typeset


def main(report, settings, pdf):
    """settings: the file with the part of the configuration that the report names."""
    content = typeset(report, settings, "pdf.typ", format="pdf", pdf_standards=["ua-1"])
    Path(pdf).write_bytes(content)  # Typst itself would not say that the disk is full

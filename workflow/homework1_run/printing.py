"""What the lines of a run and of a plan have in common: a handler of Snakemake's log records."""

import logging
import sys
from collections import Counter
from contextlib import suppress

# Snakemake's remarks on every run, and what it repeats when a step fails.
REPEATED = [
    "CalledProcessError",
    "Exiting because a job",
    "At least one job did not complete",
    "Assuming unrestricted shared filesystem usage",
]
UP_TO_DATE = "Everything that was asked for is up to date."


class Printer(logging.Handler):
    """Takes the place of the handler that prints Snakemake's log records.

    A subclass has in `handlers` a method for each kind of record that it prints, and in `remarks`
    one for the beginning of each of Snakemake's other messages that it rewords.
    """

    def __init__(self, stream=sys.stderr):
        super().__init__()
        self.stream = stream
        self.handlers = {}
        self.remarks = {"Nothing to be done": lambda: self.print(UP_TO_DATE)}

    def emit(self, record):
        handler = self.handlers.get(getattr(record, "event", None), self.other_message)
        try:
            handler(record)
        # Snakemake would wait forever for the job that the record is about.
        except Exception:  # noqa: BLE001
            self.handleError(record)

    def other_message(self, record):
        """Pass on warnings and errors, and reword Snakemake's remarks."""
        message = record.getMessage()
        for beginning, reword in self.remarks.items():
            if message.startswith(beginning):
                reword()
                return
        if record.levelno >= logging.WARNING and not is_repeated(message):
            self.print(message)

    def print(self, text):
        self.write(f"{text}\n")

    def write(self, text):
        with suppress(BrokenPipeError):  # nobody reads any more; the work goes on
            print(text, end="", file=self.stream, flush=True)


def is_repeated(message):
    return any(text in message for text in REPEATED)


def in_short(rules):
    """The rules' names as a list in words; cells of the grid, of which there are many, counted."""
    counts = Counter(rules)
    cells = counts.get("train_cell")
    counted = "1 cell" if cells == 1 else f"{cells} cells"
    return ", ".join(counted if rule == "train_cell" else rule for rule in counts)

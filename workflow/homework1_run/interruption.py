"""How a process ends that a person interrupts before any step runs."""

import sys

INTERRUPTED = "Interrupted. The same command continues from here."


def end_quietly(kind, error, traceback):
    """Python calls it, as sys.excepthook, for what nothing has caught: a sentence will do here.

    While steps are running, Snakemake catches the interruption and ends them first.
    """
    if issubclass(kind, KeyboardInterrupt):
        print(INTERRUPTED, file=sys.stderr)
    else:
        sys.__excepthook__(kind, error, traceback)

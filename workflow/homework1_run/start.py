"""What must hold before a run begins, and that one run at a time is at work in a folder.

The locks end with the process that holds them, so that a killed run leaves none behind.
"""

import fcntl
import os
import shutil
import signal
import sys

RUN = ".snakemake/run.lock"
JOBS = ".snakemake/jobs.lock"  # workflow/scripts/shared/command_line.py shares it with every job
ROOM = 10_000_000  # bytes: with less, Snakemake itself could not record what it has done
held = []  # for as long as this process lives


def check_sources(workflow):
    """End with a sentence if a rule's code is missing.

    Where all that follows from it is built already, Snakemake would do without.
    """
    inputs = [path for rule in workflow.rules for path in rule.input if isinstance(path, str)]
    for path in inputs:
        if path.startswith(("workflow/", "report/")) and not os.path.exists(path):
            sys.exit(f"{path} is missing. Restore it: results follow from it.")


def prepare(workflow):
    """Make sure that the run can write and is the only one; end with a sentence if not."""
    try:
        check_writable("data", "results")
        check_room()
        lock_out_others()
    except OSError as error:
        sys.exit(str(error))
    # Snakemake's own way to end on it may wait for ever.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    end_without_delay(workflow)


def end_without_delay(workflow):
    """Take away the limit of a hundred jobs a second.

    Its timer would keep Snakemake from ending for a second after the last job. A Snakemake that
    names it otherwise just keeps that second.
    """
    workflow.scheduler.job_rate_limiter = None


def lock_out_others():
    """Keep this folder to ourselves. Raises OSError if another run is going on.

    Jobs of a run that was killed may still be at work; they are waited for.
    """
    held.append(open(RUN, "a"))  # noqa: SIM115
    try:
        fcntl.flock(held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise OSError(
            "Another run is at work in this folder. Wait until it has ended, or end it."
        ) from error
    with open(JOBS, "a") as jobs:
        try:
            fcntl.flock(jobs, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for the jobs that an ended run has left behind.", flush=True)
            fcntl.flock(jobs, fcntl.LOCK_EX)


def check_writable(*folders):
    """OSError that names the first folder, or else its parent, that cannot be written to."""
    for folder in folders:
        place = folder if os.path.exists(folder) else "."
        if not os.access(place, os.W_OK):
            raise PermissionError(
                f"{os.path.abspath(place)} cannot be written to. "
                "Change its permissions, or copy the project to where you may write."
            )


def check_room(folder="."):
    """OSError if the disk is as good as full."""
    if shutil.disk_usage(folder).free < ROOM:
        raise OSError("The disk is full: free some space and run the same command again.")

"""One run at a time in a folder, by locks that end with the process: none is ever stale."""

import fcntl
import os
import shutil

RUN = ".snakemake/run.lock"
JOBS = ".snakemake/jobs.lock"  # command_line.py shares it with every job
ROOM = 10_000_000  # bytes: with less, Snakemake itself could not write down what it has done
held = []  # for as long as this process lives


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
    """OSError where the disk is as good as full."""
    if shutil.disk_usage(folder).free < ROOM:
        raise OSError("The disk is full: free some space and run the same command again.")

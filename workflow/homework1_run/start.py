"""How a run begins: the same environment for every step, and one run at a time in a folder.

The locks end with the process that holds them, so that a killed run leaves none behind.
"""

import fcntl
import os
import shutil
import signal
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from homework1_run.configuration import read_configuration

RUN = Path(".snakemake/run.lock")
JOBS = Path(".snakemake/jobs.lock")  # workflow/scripts/shared/command_line.py shares it
LOCK_ANSWERS = 30  # seconds within which a file system says whether it has a lock
ROOM = 10_000_000  # bytes: with less, Snakemake itself could not record what it has done
FILES = ["Snakefile", "config.yaml", "workflow", "report", "data", "results"]
# With the last, each job would compile all that it imports. By the others, Python or bash would run
# or import something else.
FOREIGN = ["PYTHONPATH", "PYTHONHOME", "PYTHONSAFEPATH", "BASH_ENV", "PYTHONDONTWRITEBYTECODE"]
held = []  # for as long as this process lives


def begin(changes):
    """The checked configuration, with the changes of --config; ends with a sentence if it is bad.

    It is the first thing that the workflow does, whether it runs or plans.
    """
    set_environment()
    check_writable("data", "results")
    check_room()
    try:
        return read_configuration("config.yaml", "workflow/config.schema.yaml", changes)
    except ValueError as error:
        sys.exit(str(error))


def set_environment():
    """Let every step see the same environment, whatever the shell, the home or a notebook has."""
    for name in FOREIGN:
        os.environ.pop(name, None)
    # `python` is the one that runs Snakemake, also where its environment was not activated.
    os.environ["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    os.environ["PYTHONUTF8"] = "1"  # a log has the same letters with LC_ALL=C
    os.environ["MPLBACKEND"] = "agg"
    os.environ["MATPLOTLIBRC"] = os.devnull
    # The home may not be there, or not be writable.
    os.environ["MPLCONFIGDIR"] = os.path.abspath(".snakemake/matplotlib")


def check_writable(*folders):
    """End with a sentence that names the first folder, or its parent, that cannot be written to."""
    for folder in folders:
        place = folder if os.path.exists(folder) else "."
        if not os.access(place, os.W_OK):
            sys.exit(
                f"{os.path.abspath(place)} cannot be written to. "
                "Change its permissions, or copy the project to where you may write."
            )


def check_room():
    """End with a sentence if the disk is as good as full."""
    if shutil.disk_usage(".").free < ROOM:
        sys.exit("The disk is full: free some space and run the same command again.")


def check_sources(workflow):
    """End with a sentence if a rule's code is missing.

    Where all that follows from it is built already, Snakemake would do without.
    """
    inputs = [path for rule in workflow.rules for path in rule.input if isinstance(path, str)]
    for path in inputs:
        if path.startswith(("workflow/", "report/")) and not os.path.exists(path):
            sys.exit(f"{path} is missing. Restore it: results follow from it.")


def prepare(workflow):
    """Make sure that this run is the only one in the folder; end with a sentence if not."""
    try:
        lock_out_others()
        date_back()
    except OSError as error:
        sys.exit(str(error))
    # Snakemake's own way to end on it may wait forever.
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
    try:
        with time_limit(LOCK_ANSWERS):
            held.append(lock(RUN))
            jobs_left = not is_free(JOBS)
    except BlockingIOError as error:
        raise OSError(
            "Another run is at work in this folder. Wait until it has ended, or end it."
        ) from error
    except OSError as error:
        JOBS.unlink(missing_ok=True)  # no job tries to lock what is not there
        print(f"Nothing keeps a second run out of this folder: it has no locks ({error.strerror}).")
        return
    if jobs_left:
        print("Waiting for the jobs that an ended run has left behind.", flush=True)
        with JOBS.open("a") as jobs:
            fcntl.flock(jobs, fcntl.LOCK_EX)


def lock(path):
    """The open file with a lock of this process. BlockingIOError if another process has it."""
    file = path.open("a")
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return file


def is_free(path):
    """Whether no other process has the lock."""
    try:
        lock(path).close()
    except BlockingIOError:
        return False
    return True


@contextmanager
def time_limit(seconds):
    """Raise TimeoutError in what takes longer, a call of the system for example."""

    def stop(*_):
        raise TimeoutError(None, "no answer")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def date_back():
    """Date files from the future now: Snakemake would stop and remove what was made from them."""
    now = time.time()
    paths = [path for top in FILES for path in [Path(top), *Path(top).rglob("*")]]
    for path in paths:
        try:
            if path.stat().st_mtime > now:
                os.utime(path)
        except FileNotFoundError:
            continue  # a dangling link
        except PermissionError as error:
            raise OSError(
                f"{path} is dated in the future, which Snakemake refuses. Run `touch {path}`."
            ) from error

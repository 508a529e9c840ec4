"""How every script of the workflow is started and how it fails."""

import errno
import fcntl
import sys
from contextlib import suppress

JOBS = ".snakemake/jobs.lock"  # one_run.py waits for it
REMEDIES = {
    errno.ENOSPC: "The disk is full: free some space and run the same command again.",
    errno.EROFS: "The disk is read-only. Copy the project to where you may write.",
}


def run(main):
    """Call main with the command line's arguments; end with one sentence on what a user can mend.

    Anything but OSError and ValueError is a mistake of the program's own and keeps its traceback.
    """
    lock = share_lock()  # kept until this process ends
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError) as error:
        told = str(error) or type(error).__name__
        sys.exit(f"{told.rstrip('.')}. {remedy(error)}" if remedy(error) else told)
    finally:
        if lock:
            lock.close()


def remedy(error):
    """What to do about it, None where the error itself says it."""
    # numpy tells of a full disk in words of its own, and without a number.
    full = any(words in str(error) for words in ("free space to write", "requested and"))
    return REMEDIES.get(errno.ENOSPC if full else getattr(error, "errno", None))


def share_lock():
    """Let a later run wait for this job; None where Snakemake or the file system has no locks."""
    with suppress(OSError):
        lock = open(JOBS, "a")  # noqa: SIM115
        fcntl.flock(lock, fcntl.LOCK_SH)
        return lock

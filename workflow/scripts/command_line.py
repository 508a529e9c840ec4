"""How every script of the workflow is started and how it fails."""

import errno
import fcntl
import sys
from contextlib import suppress
from pathlib import Path
from traceback import walk_tb

JOBS = ".snakemake/jobs.lock"  # one_run.py waits for it
REMEDIES = {
    errno.ENOSPC: "The disk is full: free some space and run the same command again.",
    errno.EROFS: "The disk is read-only. Copy the project to where you may write.",
}
DAMAGED = (
    "If a file in results or data/raw was changed by hand, `make verify` names it: delete it and "
    "run the same command again."
)


def run(main):
    """Call main with the command line's arguments; end with one sentence on what a user can mend.

    Anything but OSError and ValueError is a mistake of the program's own, or a damaged file, and
    keeps its traceback.
    """
    lock = share_lock()  # kept until this process ends
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError) as error:
        told = str(error) or type(error).__name__
        sys.exit(f"{told.rstrip('.')}. {remedy(error)}" if remedy(error) else told)
    except Exception as error:
        error.add_note(DAMAGED)
        raise
    finally:
        if lock:
            lock.close()


def remedy(error):
    """What to do about it, None where the error itself says it."""
    # numpy tells of a full disk in words of its own, and without a number.
    full = any(words in str(error) for words in ("free space to write", "requested and"))
    if isinstance(error, ValueError) and not full and not is_ours(error):
        return DAMAGED
    return REMEDIES.get(errno.ENOSPC if full else getattr(error, "errno", None))


def is_ours(error):
    """Whether a script raised it, in words for a person, and not a library that it calls."""
    *_, (frame, _) = walk_tb(error.__traceback__)
    return Path(frame.f_code.co_filename).parent == Path(__file__).parent


def share_lock():
    """Let a later run wait for this job; None where Snakemake or the file system has no locks."""
    with suppress(OSError):
        lock = open(JOBS, "a")  # noqa: SIM115
        fcntl.flock(lock, fcntl.LOCK_SH)
        return lock

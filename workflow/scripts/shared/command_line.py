"""How every script of the workflow is started, and how it fails."""

import errno
import fcntl
import sys
from contextlib import suppress
from pathlib import Path
from traceback import walk_tb

SCRIPTS = Path(__file__).parent.parent
JOBS = ".snakemake/jobs.lock"  # workflow/homework1_run/start.py waits for it
REMEDIES = {
    errno.ENOSPC: "The disk is full: free some space and run the same command again.",
    errno.EROFS: "The disk is read-only. Copy the project to where you may write.",
}
DAMAGED = (
    "If a file in results or data/raw was edited or damaged, `make verify` names it: delete it and "
    "run the same command again."
)


def run(main):
    """Call main with the command line: `name=value` arguments by name, the others by position.

    Ends with one sentence on what a user can fix. Anything but OSError and ValueError is a mistake
    of the program's own, or a damaged file, and keeps its traceback.
    """
    named = dict(argument.split("=", 1) for argument in sys.argv[1:] if "=" in argument)
    positional = [argument for argument in sys.argv[1:] if "=" not in argument]
    lock = share_lock()  # kept until this process ends
    try:
        main(*positional, **named)
    except (OSError, ValueError) as error:
        message = str(error) or type(error).__name__
        advice = remedy(error)
        sys.exit(f"{message.rstrip('.')}. {advice}" if advice else message)
    except Exception as error:
        error.add_note(DAMAGED)
        raise
    finally:
        if lock:
            lock.close()


def remedy(error):
    """What to do about it, None where the error itself says it."""
    # numpy reports a full disk in words of its own, and without a number.
    full = any(words in str(error) for words in ("free space to write", "requested and"))
    if isinstance(error, ValueError) and not full and not is_ours(error):
        return DAMAGED
    return REMEDIES.get(errno.ENOSPC if full else getattr(error, "errno", None))


def is_ours(error):
    """Whether a script raised it, in words for a person, and not a library that it calls."""
    *_, (frame, _) = walk_tb(error.__traceback__)
    return SCRIPTS in Path(frame.f_code.co_filename).parents


def share_lock():
    """Let a later run wait for this job; None where the file system has no locks.

    The run makes the file if its file system has them.
    """
    with suppress(OSError):
        lock = open(JOBS)  # noqa: SIM115
        fcntl.flock(lock, fcntl.LOCK_SH)
        return lock

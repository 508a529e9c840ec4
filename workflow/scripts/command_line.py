"""How every script of the workflow is started and how it fails."""

import sys


def run(main):
    """Call main with the command line's arguments; end with one sentence on what a user can mend.

    Anything but OSError and ValueError is a mistake of the program's own and keeps its traceback.
    """
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError) as error:
        sys.exit(str(error) or type(error).__name__)

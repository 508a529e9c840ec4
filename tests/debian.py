"""Debian's packages, for tests that need the programs in them."""

import os
import shutil
import subprocess


def there(programs):
    return all(map(shutil.which, programs))


def missing(programs):
    """Why the programs cannot be had here, in a sentence; None if they can."""
    if there(programs) or (os.geteuid() == 0 and shutil.which("apt-get")):
        return None
    return (
        f"This test needs {' and '.join(programs)}; "
        "it installs them where it is root on Debian or Ubuntu."
    )


def install(programs, packages):
    """The packages, unless the programs are there. AssertionError with what apt-get says."""
    if there(programs):
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        apt = ["apt-get", "--option=DPkg::Lock::Timeout=600", *command]  # another test may have it
        run = subprocess.run(apt, env=environment, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr

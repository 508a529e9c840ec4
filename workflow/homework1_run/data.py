"""The files that the user has put into data/; no rule ever writes there."""

from glob import glob
from pathlib import Path

from homework1_run.configuration import write_settings


def in_data(*names):
    """The paths of those of the course's files that are in data/."""
    return [f"data/{name}" for name in names if Path("data", name).exists()]


def brought():
    """The path of a list of everything in and around data/ that is called like the course's files.

    It is an input of the download, which names what is not where or what it should be. The files
    themselves cannot be inputs, because one may be a link to nothing.
    """
    pattern = "*age_regression*"
    found = glob(pattern) + glob(f"data/{pattern}") + glob(f"data/data/{pattern}")
    return write_settings("brought", sorted(found))

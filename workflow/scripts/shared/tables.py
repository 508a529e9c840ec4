"""How a table of results is read."""

import numpy as np


def read_table(path):
    """The rows of a CSV file with a header, as a record array: each column is an attribute.

    An empty field is nan.
    """
    rows = np.genfromtxt(path, delimiter=",", names=True, dtype=None, encoding="utf-8")
    return np.atleast_1d(rows).view(np.recarray)

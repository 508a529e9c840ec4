"""How a table of results is read, its standard errors, and what the heat maps' colours mean."""

import numpy as np

# The colours end this much above the lowest cost, so that good cells differ. Worse ones look alike.
REACH = 1.25


def read_table(path):
    """The rows of a CSV file with a header, as a record array: each column is an attribute."""
    rows = np.genfromtxt(path, delimiter=",", names=True, dtype=None, encoding="utf-8")
    return np.atleast_1d(rows).view(np.recarray)


def standard_error(values):
    """The standard error of the mean of values, (n,), or of each column's mean."""
    return values.std(axis=0, ddof=0) / np.sqrt(len(values))


def colour_limits(costs):
    """The costs at which the colours begin and end: the lowest, and the highest within REACH."""
    lowest = np.nanmin(costs)
    highest = min(np.nanmax(costs), REACH * lowest)
    return float(lowest), float(max(highest, 1.01 * lowest))

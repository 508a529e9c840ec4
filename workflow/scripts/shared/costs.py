"""How far a cost on some examples may be from the cost on all."""

import numpy as np


def standard_error(residuals):
    """The standard error of f_mse as an estimate of the cost on all faces.

    residuals: in years, (n,), of the n examples from which it is estimated.
    """
    costs = np.square(residuals, dtype=np.float64) / 2
    return float(costs.std() / np.sqrt(len(residuals)))

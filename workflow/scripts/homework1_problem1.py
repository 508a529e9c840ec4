"""Problem 1: warm-up exercises in numpy.

A vector may come as (n,) or as a column (n, 1). Call np.random.seed for repeatable draws.
"""

# The handout names np.random.randn, so both random exercises draw from numpy's global state.

import numpy as np


def problem_1a(A, B):
    """The sum of A and B, both (n, m)."""
    return A + B


def problem_1b(A, B, C):
    """AB - C as (n, m), for A (n, p), B (p, m) and C (n, m)."""
    return A.dot(B) - C


def problem_1c(A, B, C):
    """The elementwise product of A and B, both (n, m), plus the transpose of C (m, n)."""
    return A * B + C.T


def problem_1d(x, y):
    """The inner product of two n-vectors, a scalar."""
    return np.ravel(x).dot(np.ravel(y))


def problem_1e(A, i):
    """The sum of row i of A (n, m) over the column indices 0, 2, 4, ..., a scalar."""
    return np.sum(A[i, ::2])


def problem_1f(A, c, d):
    """The mean of the entries of A (n, m) from c to d, both included, a scalar."""
    return np.mean(A[np.nonzero((c <= A) & (A <= d))])


def problem_1g(A, k):
    """Eigenvectors of A (n, n) for its k largest absolute eigenvalues, as (n, k), largest first.

    Complex if np.linalg.eig finds them so; where absolute values tie, in its order.
    """
    eigenvalues, eigenvectors = np.linalg.eig(A)
    largest_first = np.argsort(-np.abs(eigenvalues), kind="stable")
    return eigenvectors[:, largest_first[:k]]


def problem_1h(x, k, m, s):
    """k samples from N(x + m, s I) for an n-vector x, as (n, k), one a column.

    s is the variance. The draw is from numpy's global state: np.random.seed makes it repeatable.
    """
    return x.reshape(-1, 1) + m + np.sqrt(s) * np.random.randn(x.size, k)


def problem_1i(A):
    """A copy of A (n, m) with its columns in random order; np.random.seed makes it repeatable."""
    return A[:, np.random.permutation(A.shape[1])]


def problem_1j(x):
    """The z-scores of x, in the shape of x, by the standard deviation that divides by n."""
    return (x - np.mean(x)) / np.std(x)


def problem_1k(x, k):
    """k copies of an n-vector x side by side, as (n, k)."""
    return np.repeat(x.reshape(-1, 1), k, axis=1)


def problem_1l(X, Y):
    """The L2 distances from each column of X (k, n) to each column of Y (k, m), as (n, m)."""
    differences = X[:, :, np.newaxis] - Y[:, np.newaxis, :]  # (k, n, m)
    return np.sqrt(np.sum(differences**2, axis=0))

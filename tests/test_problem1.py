"""Problem 1: the cases of the submission's check, and properties and edges beyond them."""

# Problem 1 draws from numpy's global state, so the tests seed that.
# ruff: noqa: NPY002

import math
import sys
from collections import Counter
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

import homework1_problem1
from homework1_problem1 import (
    problem_1a,
    problem_1b,
    problem_1c,
    problem_1d,
    problem_1e,
    problem_1f,
    problem_1g,
    problem_1h,
    problem_1i,
    problem_1j,
    problem_1k,
    problem_1l,
)

# The check is a program of its own, so its modules are found in its folder.
sys.path.append(str(Path(__file__).parent.parent / "workflow/checks"))
import problem1 as check  # noqa: E402
from submission import close  # noqa: E402

SEED = 541

repeatable = settings(derandomize=True, deadline=None, max_examples=50)
whole_numbers = st.integers(-99, 99)
vectors = arrays(float, st.integers(1, 5), elements=whole_numbers)
matrices = arrays(float, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=whole_numbers)


@pytest.mark.parametrize("letter", "bcdefghijkl")
def test_the_answers_are_those_that_the_check_works_out(letter):
    function = getattr(homework1_problem1, f"problem_1{letter}")
    cases = getattr(check, f"cases_1{letter}")
    for case in cases(function, np.random.default_rng(SEED)):
        assert close(*case)


def test_1a_is_the_sum():
    A = np.array([[1, 2, 3], [4, 5, 6]])
    B = np.array([[10, 20, 30], [40, 50, 60]])
    assert_array_equal(problem_1a(A, B), [[11, 22, 33], [44, 55, 66]])


def test_1d_is_a_scalar():
    column = np.array([[1.0], [2.0]])
    assert np.isscalar(problem_1d(column, column))


@repeatable
@given(matrices, st.data())
def test_1f_includes_bounds_that_are_entries(A, data):
    entries = st.sampled_from(A.ravel())
    c, d = sorted([data.draw(entries), data.draw(entries)])
    between = [entry for entry in A.ravel() if c <= entry <= d]
    assert problem_1f(A, c, d) == pytest.approx(sum(between) / len(between), rel=1e-14)


@st.composite
def matrices_with_eigenvalues(draw):
    """An (n, n) matrix V diag(eigenvalues) V^-1 of whole numbers, and its eigenvalues.

    V is a product of unit triangles of whole numbers, so its inverse has whole numbers, too.
    """
    n = draw(st.integers(1, 4))
    magnitudes = draw(st.permutations(range(1, 7)))[:n]
    signs = draw(st.lists(st.sampled_from([-1, 1]), min_size=n, max_size=n))
    eigenvalues = np.multiply(magnitudes, signs)
    below_diagonal = arrays(float, (n, n), elements=st.integers(-1, 1)).map(
        lambda T: np.tril(T, -1)
    )
    V = (draw(below_diagonal) + np.eye(n)) @ (draw(below_diagonal).T + np.eye(n))
    return V @ np.diag(eigenvalues) @ np.rint(np.linalg.inv(V)), eigenvalues


@repeatable
@given(matrices_with_eigenvalues(), st.data())
def test_1g_returns_eigenvectors_by_descending_absolute_eigenvalue(drawn, data):
    A, eigenvalues = drawn
    k = data.draw(st.integers(0, len(A)))
    result = problem_1g(A, k)
    assert result.shape == (len(A), k)
    assert_allclose(np.linalg.norm(result, axis=0), 1, atol=1e-12)
    largest = np.array(sorted(eigenvalues, key=abs, reverse=True)[:k], dtype=float)
    assert_allclose(A @ result, result * largest, atol=1e-8)


def test_1g_keeps_the_order_of_eig_where_absolute_values_tie():
    # More than 16 of them: numpy sorts fewer by insertion, which is always stable.
    A = np.diag(np.tile([1.0, -1.0, 2.0], 20))
    eigenvalues, eigenvectors = np.linalg.eig(A)
    twos = [j for j in range(60) if abs(eigenvalues[j]) == 2]
    ones = [j for j in range(60) if abs(eigenvalues[j]) == 1]
    assert_array_equal(problem_1g(A, 60), eigenvectors[:, twos + ones])


def test_1h_of_no_samples_has_no_columns():
    assert problem_1h(np.arange(3.0), 0, 1, 1).shape == (3, 0)


@pytest.mark.parametrize(
    "draw",
    [lambda: problem_1h(np.zeros(3), 4, 1, 1), lambda: problem_1i(np.arange(60.0).reshape(2, 30))],
    ids=["1h", "1i"],
)
def test_draws_repeat_after_the_same_seed_and_only_then(draw):
    np.random.seed(SEED)
    first = draw()
    second = draw()
    np.random.seed(SEED)
    assert_array_equal(draw(), first)
    assert not np.array_equal(first, second)


def test_1i_draws_each_order_of_three_columns_equally_often():
    A = np.array([[1, 2, 3], [10, 20, 30]])
    draws = 1200
    np.random.seed(SEED)
    seen = Counter(tuple(map(tuple, problem_1i(A).T)) for _ in range(draws))
    assert set(seen) == set(permutations([(1, 10), (2, 20), (3, 30)]))
    # Five standard deviations of a binomial count.
    bound = 5 * math.sqrt(draws * 1 / 6 * 5 / 6)
    assert all(abs(count - draws / 6) < bound for count in seen.values())


@pytest.mark.parametrize("shape", [(-1,), (-1, 1)], ids=["(n,)", "(n, 1)"])
@repeatable
@given(x=vectors, shift=whole_numbers, factor=st.integers(1, 99))
def test_1j_has_mean_0_and_deviation_1_whatever_the_unit_of_x(shape, x, shift, factor):
    assume(np.ptp(x) > 0)
    x = x.reshape(shape)
    scores = problem_1j(x)
    assert scores.shape == x.shape
    assert np.mean(scores) == pytest.approx(0, abs=1e-12)
    assert np.mean(scores**2) == pytest.approx(1, rel=1e-12)
    assert_allclose(problem_1j(factor * x + shift), scores, atol=1e-11)


def test_1l_is_exactly_zero_between_equal_columns():
    X = np.random.default_rng(SEED).normal(size=(7, 9))
    assert_array_equal(np.diag(problem_1l(X, X.copy())), np.zeros(9))


def test_1l_keeps_small_distances_far_from_the_origin():
    # Squared, 1e9 leaves no digit for the 3 and the 4.
    assert problem_1l(np.array([[1e9], [1e9]]), np.array([[1e9 + 3], [1e9 - 4]])) == 5


square = np.arange(9.0).reshape(3, 3)
wide = np.arange(60.0).reshape(3, 20)
vector = np.array([1.0, 2.0, 4.0])
column = vector.reshape(-1, 1)
CALLS = [
    (problem_1a, square, square),
    (problem_1b, square, square, square),
    (problem_1c, square, square, square),
    (problem_1d, vector, vector),
    (problem_1d, column, column),
    (problem_1e, square, 1),
    (problem_1f, square, 2, 6),
    (problem_1g, square, 2),
    (problem_1h, vector, 2, 1, 4),
    (problem_1h, column, 2, 1, 4),
    (problem_1i, wide),
    (problem_1j, vector),
    (problem_1j, column),
    (problem_1k, vector, 1),
    (problem_1k, column, 1),
    (problem_1l, square, wide),
]


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0].__name__)
def test_no_argument_is_changed_or_returned(call):
    function, *arguments = call
    passed = [np.copy(argument) for argument in arguments]
    result = function(*passed)
    for argument, original in zip(passed, arguments, strict=True):
        assert_array_equal(argument, original)
        assert not np.shares_memory(result, argument)

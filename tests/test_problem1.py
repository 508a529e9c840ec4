"""Problem 1 against plain loops, on the edges of each exercise, and in its source."""

# Problem 1 draws from numpy's global state, so the tests seed that.
# ruff: noqa: NPY002

import ast
import inspect
import math
from collections import Counter
from itertools import permutations

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

SEED = 541

repeatable = settings(derandomize=True, deadline=None)
both_shapes = pytest.mark.parametrize("shape", [(-1,), (-1, 1)], ids=["(n,)", "(n, 1)"])
small_counts = st.integers(0, 4)


@st.composite
def integer_arrays(draw, *shapes):
    """Arrays whose letters name their dimensions: "np" and "pm" are (n, p) and (p, m).

    Their entries are whole, so that floating-point sums and products of them are exact.
    """
    size = {letter: draw(st.integers(1, 5)) for letter in sorted(set("".join(shapes)))}
    dimensions = [tuple(size[letter] for letter in shape) for shape in shapes]
    return [draw(arrays(float, shape, elements=st.integers(-99, 99))) for shape in dimensions]


def filled(shape, entry):
    """The array of this shape that holds entry(i, j) at (i, j), by a plain loop."""
    result = np.empty(shape)
    for index in np.ndindex(*shape):
        result[index] = entry(*index)
    return result


def assert_same(result, expected):
    """Equal in every entry, and in shape and dtype."""
    assert_array_equal(result, expected, strict=True)


# 1a to 1f: matrices and scalars


@repeatable
@given(integer_arrays("nm", "nm"))
def test_1a_is_the_sum(drawn):
    A, B = drawn
    assert_same(problem_1a(A, B), filled(A.shape, lambda i, j: A[i, j] + B[i, j]))


@repeatable
@given(integer_arrays("np", "pm", "nm"))
def test_1b_is_the_matrix_product_less_c(drawn):
    A, B, C = drawn

    def entry(i, j):
        return sum(A[i, h] * B[h, j] for h in range(len(B))) - C[i, j]

    assert_same(problem_1b(A, B, C), filled(C.shape, entry))


@repeatable
@given(integer_arrays("nm", "nm", "mn"))
def test_1c_is_the_elementwise_product_plus_c_transposed(drawn):
    A, B, C = drawn
    expected = filled(A.shape, lambda i, j: A[i, j] * B[i, j] + C[j, i])
    assert_same(problem_1c(A, B, C), expected)


@pytest.mark.parametrize("shape_of_y", [(-1,), (-1, 1)], ids=["y(n,)", "y(n, 1)"])
@both_shapes
@repeatable
@given(drawn=integer_arrays("n", "n"))
def test_1d_is_the_inner_product_as_a_scalar(shape, shape_of_y, drawn):
    x, y = drawn
    result = problem_1d(x.reshape(shape), y.reshape(shape_of_y))
    assert np.isscalar(result)
    assert result == sum(x[i] * y[i] for i in range(len(x)))


@repeatable
@given(integer_arrays("nm"), st.data())
def test_1e_sums_a_row_over_the_even_column_indices(drawn, data):
    (A,) = drawn
    i = data.draw(st.integers(0, len(A) - 1))
    assert problem_1e(A, i) == sum(A[i, j] for j in range(A.shape[1]) if j % 2 == 0)


def test_1e_counts_columns_from_zero():
    A = np.array([[1, 10, 100, 1000, 10000], [2, 20, 200, 2000, 20000]])
    assert problem_1e(A, 0) == 10101
    assert problem_1e(A, 1) == 20202


def test_1e_of_a_single_column_is_its_entry():
    assert problem_1e(np.array([[7], [8]]), 1) == 8


@repeatable
@given(integer_arrays("nm"), st.data())
def test_1f_is_the_mean_of_the_entries_between_the_bounds(drawn, data):
    (A,) = drawn
    entries = [A[index] for index in np.ndindex(*A.shape)]
    # Bounds that are entries: some entry is between them, and both inclusions matter.
    c, d = sorted([data.draw(st.sampled_from(entries)), data.draw(st.sampled_from(entries))])
    inside = [entry for entry in entries if c <= entry <= d]
    assert problem_1f(A, c, d) == sum(inside) / len(inside)


@pytest.mark.parametrize(
    ("c", "d", "expected"),
    [(1, 3.5, 2), (1.5, 5, 4), (1, 5, 3.25), (3, 3, 3)],
    ids=["at c", "at d", "at both", "c is d"],
)
def test_1f_includes_both_bounds(c, d, expected):
    assert problem_1f(np.array([[1, 3, 9], [5, 4, -9]]), c, d) == expected


def test_1f_counts_entries_that_are_zero():
    assert problem_1f(np.array([[0.0, 2.0], [0.0, 9.0]]), -1, 2) == 2 / 3


# 1g: eigenvectors


@st.composite
def matrices_with_eigenvalues(draw):
    """An (n, n) matrix V diag(eigenvalues) V^-1 of integers, and its eigenvalues.

    V is a product of unit triangles of integers, so its inverse is whole too.
    """
    n = draw(st.integers(1, 4))
    magnitudes = draw(st.permutations(range(1, 7)))[:n]
    signs = draw(st.lists(st.sampled_from([-1, 1]), min_size=n, max_size=n))
    eigenvalues = np.multiply(magnitudes, signs)
    triangle = arrays(float, (n, n), elements=st.integers(-1, 1)).map(lambda T: np.tril(T, -1))
    V = (draw(triangle) + np.eye(n)) @ (draw(triangle).T + np.eye(n))
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


def test_1g_takes_the_largest_absolute_value_not_the_largest_value():
    assert_allclose(np.abs(problem_1g(np.diag([1.0, -5.0, 3.0]), 2)), np.eye(3)[:, [1, 2]])


def test_1g_returns_complex_eigenvectors_of_a_rotation():
    A = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -2.0], [0.0, 2.0, 0.0]])
    result = problem_1g(A, 2)
    assert_allclose(A @ result, result * np.array([2j, -2j]), atol=1e-12)
    assert_allclose(np.abs(result), np.array([[0, 0], [1, 1], [1, 1]]) / np.sqrt(2), atol=1e-12)


def test_1g_of_no_eigenvectors_has_no_columns():
    assert problem_1g(np.eye(3), 0).shape == (3, 0)


def test_1g_keeps_the_order_of_eig_where_absolute_values_tie():
    # More than 16 of them: numpy sorts fewer by insertion, which is always stable.
    A = np.diag(np.tile([1.0, -1.0, 2.0], 20))
    eigenvalues, eigenvectors = np.linalg.eig(A)
    twos = [j for j in range(60) if abs(eigenvalues[j]) == 2]
    ones = [j for j in range(60) if abs(eigenvalues[j]) == 1]
    assert_same(problem_1g(A, 60), eigenvectors[:, twos + ones])


# 1h and 1i: random draws


@both_shapes
@repeatable
@given(drawn=integer_arrays("n"), k=small_counts, m=st.integers(1, 99), s=st.floats(0.01, 99))
def test_1h_scales_and_shifts_standard_normals(shape, drawn, k, m, s):
    (x,) = drawn
    np.random.seed(SEED)
    result = problem_1h(x.reshape(shape), k, m, s)
    np.random.seed(SEED)
    z = problem_1h(np.zeros(len(x)), k, 0, 1)
    expected = filled((len(x), k), lambda i, j: x[i] + m + math.sqrt(s) * z[i, j])
    assert result.shape == (len(x), k)
    assert_allclose(result, expected, rtol=1e-12, atol=1e-11)


@both_shapes
def test_1h_has_the_mean_the_covariance_and_the_form_of_the_gaussian(shape):
    x, k, m, s = np.array([-5.0, 0.0, 10.0]), 100_000, 2.0, 5.0
    np.random.seed(SEED)
    samples = problem_1h(x.reshape(shape), k, m, s)
    # Five standard errors, for the covariance those of its diagonal, which are the largest.
    assert_allclose(samples.mean(axis=1), x + m, atol=5 * math.sqrt(s / k))
    assert_allclose(np.cov(samples), s * np.eye(3), atol=5 * s * math.sqrt(2 / k))
    within_one_sigma = np.mean(np.abs(samples.T - x - m) < math.sqrt(s))
    p = math.erf(math.sqrt(0.5))
    assert within_one_sigma == pytest.approx(p, abs=5 * math.sqrt(p * (1 - p) / samples.size))


@both_shapes
def test_1h_of_no_samples_has_no_columns(shape):
    assert problem_1h(np.arange(3.0).reshape(shape), 0, 1, 1).shape == (3, 0)


@pytest.mark.parametrize(
    "draw",
    [lambda: problem_1h(np.zeros(3), 4, 1, 1), lambda: problem_1i(np.arange(60.0).reshape(2, 30))],
    ids=["1h", "1i"],
)
def test_draws_repeat_after_the_same_seed_and_only_then(draw):
    np.random.seed(SEED)
    first, second = draw(), draw()
    np.random.seed(SEED)
    assert_same(draw(), first)
    assert not np.array_equal(first, second)


@repeatable
@given(integer_arrays("nm"))
def test_1i_keeps_every_column_whole(drawn):
    (A,) = drawn
    result = problem_1i(A)
    assert result.shape == A.shape
    assert sorted(map(tuple, result.T)) == sorted(map(tuple, A.T))


def test_1i_draws_each_order_of_three_columns_equally_often():
    A, draws = np.array([[1, 2, 3], [10, 20, 30]]), 1200
    np.random.seed(SEED)
    seen = Counter(tuple(map(tuple, problem_1i(A).T)) for _ in range(draws))
    assert set(seen) == set(permutations([(1, 10), (2, 20), (3, 30)]))
    # Five standard deviations of a binomial count.
    bound = 5 * math.sqrt(draws * 1 / 6 * 5 / 6)
    assert all(abs(count - draws / 6) < bound for count in seen.values())


# 1j to 1l: vectors and distances


@both_shapes
@repeatable
@given(drawn=integer_arrays("n"))
def test_1j_is_the_z_score_in_the_shape_of_x(shape, drawn):
    (x,) = drawn
    n = len(x)
    mean = sum(x) / n
    sigma = math.sqrt(sum((value - mean) ** 2 for value in x) / n)
    assume(sigma > 0)
    result = problem_1j(x.reshape(shape))
    assert result.shape == x.reshape(shape).shape
    assert_allclose(result.ravel(), [(value - mean) / sigma for value in x], atol=1e-12)


@both_shapes
@repeatable
@given(drawn=integer_arrays("n"), k=small_counts)
def test_1k_repeats_x_in_every_column(shape, drawn, k):
    (x,) = drawn
    assert_same(problem_1k(x.reshape(shape), k), filled((len(x), k), lambda i, j: x[i]))


@both_shapes
def test_1k_of_no_copies_has_no_columns(shape):
    assert problem_1k(np.arange(3.0).reshape(shape), 0).shape == (3, 0)


@repeatable
@given(integer_arrays("kn", "km"))
def test_1l_is_the_distance_of_every_pair_of_columns(drawn):
    X, Y = drawn
    n, m = X.shape[1], Y.shape[1]

    def distance(i, j):
        return math.sqrt(sum((X[h, i] - Y[h, j]) ** 2 for h in range(len(X))))

    assert_same(problem_1l(X, Y), filled((n, m), distance))


def test_1l_is_exactly_zero_between_equal_columns():
    X = np.random.default_rng(SEED).normal(size=(7, 9))
    assert_same(np.diag(problem_1l(X, X.copy())), np.zeros(9))


def test_1l_keeps_small_distances_far_from_the_origin():
    # Squared, 1e9 leaves no digit for the 3 and the 4.
    assert_same(problem_1l(np.array([[1e9], [1e9]]), np.array([[1e9 + 3], [1e9 - 4]])), [[5.0]])


# All of them

square, other_square = np.arange(9.0).reshape(3, 3), np.arange(2.0, 11.0).reshape(3, 3)
wide = np.arange(60.0).reshape(3, 20)
vector, other_vector = np.array([1.0, 2.0, 4.0]), np.array([3.0, 5.0, 8.0])
column, other_column = vector.reshape(-1, 1), other_vector.reshape(-1, 1)
CALLS = [
    (problem_1a, square, other_square),
    (problem_1b, square, other_square, square),
    (problem_1c, square, other_square, square),
    (problem_1d, vector, other_vector),
    (problem_1d, column, other_column),
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
def test_no_argument_is_changed_or_handed_back(call):
    function, *arguments = call
    passed = [np.copy(argument) for argument in arguments]
    np.random.seed(SEED)
    result = function(*passed)
    for argument, original in zip(passed, arguments, strict=True):
        assert_array_equal(argument, original)
        assert not np.shares_memory(result, argument)


# The source

TREE = ast.parse(inspect.getsource(homework1_problem1))
FUNCTIONS = {node.name: node for node in TREE.body if isinstance(node, ast.FunctionDef)}


def attributes(node):
    """Every dotted name in the source of a node, such as np.linalg.eig."""
    return {ast.unparse(part) for part in ast.walk(node) if isinstance(part, ast.Attribute)}


def test_the_functions_and_their_parameters_have_the_names_of_the_handout():
    parameters = {name: " ".join(a.arg for a in f.args.args) for name, f in FUNCTIONS.items()}
    assert parameters == {
        "problem_1a": "A B",
        "problem_1b": "A B C",
        "problem_1c": "A B C",
        "problem_1d": "x y",
        "problem_1e": "A i",
        "problem_1f": "A c d",
        "problem_1g": "A k",
        "problem_1h": "x k m s",
        "problem_1i": "A",
        "problem_1j": "x",
        "problem_1k": "x k",
        "problem_1l": "X Y",
    }


@pytest.mark.parametrize(
    ("name", "required"),
    [
        ("problem_1b", {"A.dot"}),
        ("problem_1e", {"np.sum"}),
        ("problem_1f", {"np.nonzero", "np.mean"}),
        ("problem_1g", {"np.linalg.eig"}),
        ("problem_1h", {"np.random.randn"}),
        ("problem_1j", {"np.mean", "np.std"}),
        ("problem_1k", {"np.repeat"}),
        ("problem_1l", {"np.newaxis"}),
    ],
)
def test_each_exercise_uses_the_functions_that_the_handout_names(name, required):
    assert required <= attributes(FUNCTIONS[name])


@pytest.mark.parametrize(("name", "expression"), [("1a", "A + B"), ("1c", "A * B + C.T")])
def test_operators_are_written_as_operators(name, expression):
    assert ast.unparse(FUNCTIONS[f"problem_{name}"].body[-1]) == f"return {expression}"


def test_no_exercise_loops():
    loops = (ast.For, ast.While, ast.comprehension)
    assert not [part.lineno for part in ast.walk(TREE) if isinstance(part, loops)]


def test_no_exercise_uses_the_matrix_class():
    assert attributes(TREE).isdisjoint({"np.matrix", "np.asmatrix", "np.bmat"})


def test_numpy_is_the_only_import():
    imports = [part for part in ast.walk(TREE) if isinstance(part, (ast.Import, ast.ImportFrom))]
    assert [ast.unparse(part) for part in imports] == ["import numpy as np"]

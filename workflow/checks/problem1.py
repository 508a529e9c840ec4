"""Problem 1: each function against answers that are worked out here."""

import ast
import math

import numpy as np

from submission import close, demand, requirement

MODULE = "homework1_problem1.py"
LOOPS = (ast.For, ast.While, ast.comprehension)
LOOPS_BY_NAME = {"map", "vectorize", "apply_along_axis", "fromiter", "reduce", "frompyfunc"}


def exercise(letter, points, check, uses=(), loops=True):
    """Register the requirement whose cases the decorated function yields.

    A case is what the exercise's function answers, what is right, and perhaps a tolerance.
    uses: the names of numpy's that the handout asks for; loops: whether it allows them.
    """
    name = f"problem_1{letter}"

    def register(cases):
        @requirement(f"1{letter}", points, f"{MODULE}: {name}", check)
        def holds(submission):
            function = getattr(submission.module(1), name)
            rng = np.random.default_rng(541)
            right = all(close(*case) for case in cases(function, rng))
            demand(right, f"{name} gives wrong answers: fix it in {MODULE}.")
            nodes = nodes_of(name, submission.tree(1))
            demand_names(name, nodes, uses)
            demand(
                loops or not has_loop(nodes),
                f"{name} loops, which the handout forbids: use numpy’s operations in {MODULE}.",
            )
            submission.demand_imports(1, ["numpy"])

        return cases

    return register


def demand_names(name, nodes, uses):
    """The function uses what the handout asks for: each of these names, or one of `a or b`."""
    for names in uses:
        demand(
            set(names.split(" or ")) & names_in(nodes),
            f"{name} does not use {names}, as the handout asks: fix it in {MODULE}.",
        )


def has_loop(nodes):
    """Whether there is a loop, a comprehension, or a function that loops."""
    return any(isinstance(node, LOOPS) for node in nodes) or bool(LOOPS_BY_NAME & names_in(nodes))


def nodes_of(name, tree):
    """The syntax of a function and of the module's own functions that it leads to."""
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    reached = []
    waiting = {name}
    while waiting:
        nodes = list(ast.walk(functions.pop(waiting.pop())))
        reached += nodes
        waiting |= names_in(nodes) & functions.keys()
    return reached


def names_in(nodes):
    """All names that stand in the code: variables, functions, attributes."""
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return names | {node.attr for node in nodes if isinstance(node, ast.Attribute)}


@exercise("b", 1, "AB − C by hand; by dot", uses=["dot"])
def cases_1b(problem_1b, rng):
    A = rng.normal(size=(3, 4))
    B = rng.normal(size=(4, 2))
    C = rng.normal(size=(3, 2))
    right = [[sum(A[i] * B[:, j]) - C[i, j] for j in range(2)] for i in range(3)]
    yield problem_1b(A, B, C), right


@exercise("c", 1, "A ⊙ B + Cᵀ, entry by entry")
def cases_1c(problem_1c, rng):
    A = rng.normal(size=(3, 4))
    B = rng.normal(size=(3, 4))
    C = rng.normal(size=(4, 3))
    right = [[A[i, j] * B[i, j] + C[j, i] for j in range(4)] for i in range(3)]
    yield problem_1c(A, B, C), right


@exercise("d", 1, "xᵀy of vectors and columns")
def cases_1d(problem_1d, rng):
    for n in (1, 5, 8):
        x = rng.normal(size=n)
        y = rng.normal(size=n)
        right = sum(a * b for a, b in zip(x, y, strict=True))
        yield problem_1d(x, y), right
        yield np.squeeze(problem_1d(x[:, None], y[:, None])), right


@exercise("e", 2, "even columns; sum, no loop", uses=["sum"], loops=False)
def cases_1e(problem_1e, rng):
    A = rng.normal(size=(3, 7))
    for i in range(3):
        yield problem_1e(A, i), A[i, 0] + A[i, 2] + A[i, 4] + A[i, 6]
        yield problem_1e(A[:, :4], i), A[i, 0] + A[i, 2]


@exercise("f", 2, "mean within c, d; nonzero", uses=["nonzero", "mean"])
def cases_1f(problem_1f, rng):
    A = np.array([[1.0, 2, 3], [4, 5, 60]])
    yield problem_1f(A, 2, 5), (2 + 3 + 4 + 5) / 4
    yield problem_1f(A + 0.25, 1.5, 4.25), (2.25 + 3.25 + 4.25) / 3
    yield problem_1f(A - 4, -2, 1), (-2 - 1 + 0 + 1) / 4


@exercise("g", 2, "k largest |λ|; by eig", uses=["eig"])
def cases_1g(problem_1g, rng):
    basis = rng.normal(size=(4, 4))
    real = np.diag([1.0, -5, 4, 2])
    complex_too = [[0, -3, 0, 0], [3, 0, 0, 0], [0, 0, -5, 0], [0, 0, 0, 1]]  # ±3i, -5, 1
    for core, largest in (real, [5, 4, 2, 1]), (complex_too, [5, 3, 3, 1]):
        A = basis @ core @ np.linalg.inv(basis)
        for k in range(1, 5):
            V = problem_1g(A, k)
            V = V / np.linalg.norm(V, axis=0)  # nan where there is no direction
            eigenvalues = np.sum(V.conj() * (A @ V), axis=0)
            yield A @ V, V * eigenvalues, 1e-6
            yield np.sort(np.abs(eigenvalues))[::-1], largest[:k], 1e-6  # in any order
            yield np.linalg.matrix_rank(V), k


@exercise("h", 2, "200,000 draws, bell-shaped", uses=["randn or multivariate_normal"])
def cases_1h(problem_1h, rng):
    np.random.seed(541)  # noqa: NPY002
    n = 200_000
    right = np.array([[4.0], [1.0]])
    draws = problem_1h(np.array([1.0, -2]), n, 3, 0.25)
    # Tolerances of over eight standard errors.
    yield draws.mean(axis=1), right[:, 0], 0.01
    yield np.cov(draws), [[0.25, 0], [0, 0.25]], 0.008
    within_one_deviation = math.erf(math.sqrt(1 / 2))
    yield np.mean(np.abs(draws - right) < 0.5, axis=1), [within_one_deviation] * 2, 0.01
    yield len(np.unique(draws)), 2 * n
    yield np.shape(problem_1h(np.array([[1.0], [-2.0], [4.0]]), 5, 3, 0.25)), (3, 5)
    yield len(np.unique([problem_1h(np.array([1.0]), 1, 3, 0.25) for _ in range(9)])), 9


@exercise("i", 2, "whole columns, everywhere")
def cases_1i(problem_1i, rng):
    A = np.arange(24.0).reshape(3, 8)
    np.random.seed(541)  # noqa: NPY002
    permuted = np.array([problem_1i(A.copy()) for _ in range(300)])
    for B in permuted:
        yield B[:, np.argsort(B[0])], A
    # Were each order as likely as any other, one of these would fail once in 10^15 times.
    yield [len(set(permuted[:, 0, place])) for place in range(8)], [8] * 8
    yield len(np.unique(permuted[:, 0], axis=0)) > 250, True


@exercise("j", 2, "z-scores; by mean and std", uses=["mean", "std"])
def cases_1j(problem_1j, rng):
    yield problem_1j(np.array([1.0, 2, 3, 6])), [(a - 3) / math.sqrt(3.5) for a in (1, 2, 3, 6)]


@exercise("k", 2, "k equal columns, k from 0")
def cases_1k(problem_1k, rng):
    for k in range(4):
        right = np.array([[1.0] * k, [2.0] * k, [3.0] * k])
        yield problem_1k(np.array([1.0, 2, 3]), k), right
        yield problem_1k(np.array([[1.0], [2.0], [3.0]]), k), right
        yield problem_1k(np.array([1.0, 2]), k), right[:2]


@exercise("l", 3, "pair distances; no loop", loops=False)
def cases_1l(problem_1l, rng):
    X = rng.normal(size=(3, 4))
    for Y in (rng.normal(size=(3, 2)), X):  # of a column to itself it is 0
        yield problem_1l(X, Y), [[math.dist(x, y) for y in Y.T] for x in X.T], 1e-6

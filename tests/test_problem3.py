"""Problem 3: the functions against sympy, and each claim about gradient descent."""

import json
import warnings
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import homework1_problem3 as problem3

x = sympy.Symbol("x", real=True)
tenth = sympy.Rational(1, 10)
PIECES_3A = [
    (-3.5, -0.1001, -(x**3)),
    (-0.0999, 2.9999, -3 * x / 100 - sympy.Rational(1, 500)),
    (3.0001, 4.9999, -((x - 31 * tenth) ** 3) - sympy.Rational(23, 250)),
    (5.0001, 9, sympy.Rational(1083, 200) * (x - 6) ** 2 - sympy.Rational(6183, 500)),
]


def descend_3a(learning_rate, iterations=100, start=-3.0):
    return problem3.gradient_descent(problem3.gradient_3a, start, learning_rate, iterations)


def descend_3c(start, learning_rate, iterations):
    return problem3.gradient_descent(problem3.gradient_3c, start, learning_rate, iterations)


@pytest.fixture(scope="module")
def answers():
    """(figure, findings) of each problem; no warning may be raised on the way."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return {
            "problem3a": problem3.problem3a(),
            "problem3b": problem3.problem3b(),
            "problem3c": problem3.problem3c(),
            "problem3d": problem3.problem3d(),
        }


# Gradient descent


@given(st.floats(-2, 2), st.floats(0.01, 0.4), st.integers(0, 20))
def test_gradient_descent_equals_a_plain_loop(start, learning_rate, iterations):
    points = problem3.gradient_descent(lambda x: 2 * x, start, learning_rate, iterations)
    expected = [start]
    for _ in range(iterations):
        expected.append(expected[-1] - learning_rate * (2 * expected[-1]))
    assert points.tolist() == expected


def test_gradient_descent_does_not_change_its_start():
    start = np.array([1.0, -3.0])
    points = problem3.gradient_descent(lambda x: x, start, 0.5, 3)
    assert start.tolist() == [1, -3]
    assert points.shape == (4, 2)


def test_gradient_descent_keeps_the_precision_of_its_start():
    for start, kept in ((np.float32([1, -3]), np.float32), (-3, np.float64)):
        assert problem3.gradient_descent(lambda x: x, start, 0.1, 3).dtype == kept


def test_findings_are_json_without_nan(answers):
    for _, findings in answers.values():
        json.dumps(findings, allow_nan=False)


# 3a


@pytest.mark.parametrize("piece", range(4))
def test_3a_is_the_handouts_function_and_its_derivative(piece):
    low, high, expression = PIECES_3A[piece]
    points = np.linspace(low, high, 50)
    f = sympy.lambdify(x, expression)(points)
    gradient = [float(expression.diff(x).subs(x, point)) for point in points]
    np.testing.assert_allclose(problem3.f_3a(points), f, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(problem3.gradient_3a(points), gradient, rtol=1e-10, atol=1e-14)


def test_3a_jumps_at_3_and_is_smooth_at_the_other_joins(answers):
    limits = {
        edge: (left.subs(x, edge), right.subs(x, edge))
        for edge, left, right in (
            (-tenth, PIECES_3A[0][2], PIECES_3A[1][2]),
            (sympy.Integer(3), PIECES_3A[1][2], PIECES_3A[2][2]),
            (sympy.Integer(5), PIECES_3A[2][2], PIECES_3A[3][2]),
        )
    }
    assert [left == right for left, right in limits.values()] == [True, False, True]
    jump = answers["problem3a"][1]["jump_at_3"]
    assert jump["left"] == pytest.approx(-0.092, abs=1e-12)
    assert jump["right"] == pytest.approx(-0.091, abs=1e-12)


def test_3a_has_a_stationary_inflection_at_3_1():
    around = problem3.gradient_3a(np.array([3.05, 3.1, 3.15]))
    assert around[1] == 0
    assert (around[[0, 2]] < 0).all()


@pytest.mark.parametrize("rate", [0.1, 0.15, 0.18, 2 / 10.83])
def test_3a_a_rate_that_is_stable_at_the_minimum_never_passes_3_1(rate):
    points = descend_3a(rate, iterations=2000)
    assert (points < 3.1).all()
    assert points[-1] > 3.09


def test_3a_beyond_the_stability_limit_the_minimum_repels():
    for rate in (0.19, 1 / 3):
        near = descend_3a(rate, iterations=1, start=6 + 1e-6)
        assert abs(near[1] - 6) > abs(near[0] - 6)
    calm = descend_3a(0.18, iterations=1, start=6 + 1e-6)
    assert abs(calm[1] - 6) < abs(calm[0] - 6)


def test_3a_one_third_lands_on_the_minimum_exactly_and_stays():
    points = descend_3a(1 / 3)
    assert (points[1:] == 6).all()
    assert problem3.gradient_3a(points[-1]) == 0


def test_3a_findings_are_what_the_function_says(answers):
    findings = answers["problem3a"][1]
    assert findings["stability_limit"] == pytest.approx(2 / 10.83, rel=1e-14)
    assert (findings["minimum_x"], findings["stationary_x"]) == (6, 3.1)
    assert findings["minimum_value"] == findings["converging"]["final_value"] == -6183 / 500
    assert 3.09 < findings["creeping"]["final_x"] < 3.1
    for descent in findings["descents"][3:]:
        points, t = descend_3a(descent["learning_rate"]), descent["overflowed_at"]
        assert np.isfinite(points[t - 1])
        assert not np.isfinite(points[t])


@pytest.mark.parametrize(("rate", "words"), [("1/3", "1/3"), (1e-10, "1e-10"), (0.25, "1/4")])
def test_3a_a_converging_rate_is_named_as_it_is(rate, words):
    assert str(problem3.as_fraction(rate)) == words


# 3b


def test_3b_the_given_sequence_starts_and_zigzags_as_the_courses():
    sequence = problem3.given_sequence()
    assert sequence.shape == (201, 2)
    np.testing.assert_allclose(sequence[1], [-0.125, -2.7046876], atol=4e-7)
    assert (np.diff(np.sign(sequence[:40, 0] - 0.4)) != 0).all()


def test_3b_the_fit_recovers_the_constants():
    a, c = problem3.fit_paraboloid(problem3.given_sequence(), learning_rate=0.1)
    np.testing.assert_allclose(0.1 * a, [0.9375, 0.02109375], atol=1e-7)
    np.testing.assert_allclose(c, [0.4, 4], atol=2e-7)
    assert a[0] / a[1] == pytest.approx(400 / 9, rel=1e-6)


def test_3b_our_own_descent_follows_the_given_sequence(answers):
    assert answers["problem3b"][1]["largest_deviation"] < 5e-7


def test_3b_only_the_product_of_rate_and_curvature_is_determined():
    sequence = problem3.given_sequence()
    fits = [problem3.fit_paraboloid(sequence, rate)[0] * rate for rate in (0.1, 0.7)]
    np.testing.assert_allclose(*fits, rtol=1e-12)


def test_3b_a_hundredth_of_the_rate_does_not_zigzag(answers):
    findings = answers["problem3b"][1]
    small = findings["small_step"]
    assert small["monotone"]
    assert min(small["contraction"]) > 0 > min(findings["contraction"])
    assert small["contraction"] == pytest.approx([0.98125, 0.999578125], abs=1e-8)


def test_3b_findings_say_what_was_fitted(answers):
    findings = answers["problem3b"][1]
    assert findings["curvature_ratio"] == pytest.approx(400 / 9, rel=1e-6)
    assert findings["recomputed"] is True
    _, again = problem3.problem3b(problem3.given_sequence(), slowdown=50)
    assert again["recomputed"] is False
    assert again["small_step"]["learning_rate"] == 0.1 / 50


def test_3b_a_sequence_that_is_no_such_descent_is_refused():
    with pytest.raises(ValueError, match="not gradient descent"):
        problem3.fit_paraboloid(np.random.default_rng(0).normal(size=(201, 2)), 0.1)
    diverging = np.array([[1.0, -3.0]]) * np.array([[-1.2, 1.1]]) ** np.arange(50)[:, None]
    with pytest.raises(ValueError, match="not gradient descent"):
        problem3.fit_paraboloid(diverging, 0.1)


def test_3b_a_sequence_that_diverges_is_refused():
    diverging = np.array([[1.0, -3.0]]) * np.array([[-1.2, -1.1]]) ** np.arange(50)[:, None]
    with pytest.raises(ValueError, match=r"diverges.*\[-1\.2 -1\.1\] each step"):
        problem3.fit_paraboloid(diverging, 0.1)


def test_3b_the_courses_text_file_is_read(tmp_path):
    sequence = problem3.given_sequence()
    lines = [f"{p:.7e} {q:.7e}" + " " * (k % 2) for k, (p, q) in enumerate(sequence)]
    (tmp_path / "s.txt").write_text("\n".join(lines) + "\n")
    np.testing.assert_allclose(problem3.load_sequence(tmp_path / "s.txt"), sequence, rtol=1e-7)


@pytest.mark.parametrize(
    "bad_line", ["1.0", "1.0 2.0 3.0", "one two", "1.0 nan", "", "1. -3.\n1. -3."], ids=repr
)
def test_3b_another_file_is_refused_by_its_name(tmp_path, bad_line):
    lines = ["1. -3."] * 200 + [bad_line]
    (tmp_path / "s.txt").write_text("\n".join(lines) + "\n")
    with pytest.raises(ValueError, match=r"s\.txt: expected two numbers on each of 201 lines"):
        problem3.load_sequence(tmp_path / "s.txt")


# 3c


def test_3c_function_and_gradient_agree_with_sympy():
    y = sympy.Symbol("y", positive=True)
    expression = sympy.Rational(2, 3) * y ** sympy.Rational(3, 2)
    f, slope = sympy.lambdify(y, expression), sympy.lambdify(y, expression.diff(y))
    points = np.linspace(0.01, 2, 40)
    np.testing.assert_allclose(problem3.f_3c(points), f(points), rtol=1e-13)
    np.testing.assert_allclose(problem3.f_3c(-points), f(points), rtol=1e-13)
    np.testing.assert_allclose(problem3.gradient_3c(points), slope(points), rtol=1e-13)
    np.testing.assert_allclose(problem3.gradient_3c(-points), -slope(points), rtol=1e-13)
    assert problem3.gradient_3c(0.0) == 0


@settings(deadline=None, max_examples=40)
@given(
    st.floats(1e-6, 1),
    st.sampled_from([-1, 1]),
    st.sampled_from([0.05, 0.1]),
)
def test_3c_every_start_ends_in_the_two_cycle(size, sign, rate):
    points = descend_3c(sign * size, rate, iterations=300)
    if points[-1] == 0:  # the exception: a point that is exactly rate^2 is followed by 0
        return
    np.testing.assert_allclose(np.abs(points[-2:]), rate**2 / 4, rtol=1e-9)
    assert points[-2] * points[-1] < 0


def test_3c_all_default_descents_have_settled(answers):
    for cycle in answers["problem3c"][1]["cycles"]:
        assert cycle["settled"]
        assert cycle["amplitudes"] == pytest.approx([cycle["learning_rate"] ** 2 / 4] * 4, rel=1e-6)


def test_3c_descents_too_short_are_not_called_settled():
    cycles = problem3.problem3c(iterations=100)[1]["cycles"]
    assert [cycle["settled"] for cycle in cycles] == [False, False, True]


@pytest.mark.parametrize("sign", [-1, 1])
def test_3c_a_start_at_the_squared_rate_hits_zero_and_stays(sign):
    rate = 0.25  # a power of two: the arithmetic is exact
    assert descend_3c(sign * rate**2, rate, iterations=5)[1:].tolist() == [0] * 5


# 3d


def test_3d_one_exact_step_leads_to_the_maximum(answers):
    findings = answers["problem3d"][1]
    f = x**4 - 2 * x**2
    x0, rate = sympy.Integer(2), sympy.Rational(findings["learning_rate"])
    x1 = x0 - rate * f.diff(x).subs(x, x0)
    assert findings["trajectory"] == [str(x0), str(x1)] == ["2", "0"]
    assert findings["values"] == [str(f.subs(x, x0)), str(f.subs(x, x1))] == ["8", "0"]
    assert [Fraction(g) for g in findings["gradients"]] == [24, 0]
    assert f.diff(x).subs(x, x1) == 0
    assert f.diff(x, 2).subs(x, x1) == -4 == int(findings["second_derivatives"][1])
    assert findings["at_maximum"] is True

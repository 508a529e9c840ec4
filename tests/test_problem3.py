"""Each claim about gradient descent, held against the computation."""

import json
import warnings
from fractions import Fraction

import matplotlib
import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import homework1_problem3 as problem3
from make_sequence import course_sequence
from make_sequence import main as make_sequence
from shared.figures import style

x = sympy.Symbol("x", real=True)
tenth = sympy.Rational(1, 10)
PIECES_3A = [
    (-3.5, -0.1001, -(x**3)),
    (-0.0999, 2.9999, -3 * x / 100 - sympy.Rational(1, 500)),
    (3.0001, 4.9999, -((x - 31 * tenth) ** 3) - sympy.Rational(23, 250)),
    (5.0001, 9, sympy.Rational(1083, 200) * (x - 6) ** 2 - sympy.Rational(6183, 500)),
]
RATES = (1e-3, 1e-2, 1e-1, 1e0, 1e1)


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
            "problem3a_iv": problem3.problem3a_iv(),
            "problem3b": problem3.problem3b(course_sequence()),
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


def test_gradient_descent_leaves_its_start_as_it_is():
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


# The figures' style


def test_the_figures_look_alike_whatever_matplotlib_is_set_to():
    with matplotlib.rc_context({"font.size": 30, "axes.spines.top": True, "axes.linewidth": 5}):
        (axes,) = problem3.problem3d()[0].axes
        assert matplotlib.rcParams["font.size"] == 30
    assert axes.xaxis.label.get_size() == 9
    assert not axes.spines["top"].get_visible()
    assert axes.spines["left"].get_linewidth() == 0.6


def test_the_figures_of_both_problems_have_one_style():
    with style():
        of_the_workflow = {name: matplotlib.rcParams[name] for name in problem3.STYLE}
    with matplotlib.style.context(["default", problem3.STYLE]):
        of_the_module = {name: matplotlib.rcParams[name] for name in problem3.STYLE}
    assert of_the_module == of_the_workflow


@pytest.mark.parametrize(
    ("rate", "written"),
    [(1e-3, "1e-3"), (0.01, "1e-2"), (0.1, "0.1"), (10.0, "10"), (3e-4, "3e-4")],
)
def test_rates_are_written_as_in_the_handout(rate, written):
    assert problem3.short(rate) == written


# 3a


@pytest.mark.parametrize("piece", range(4))
def test_3a_is_the_handouts_function_and_its_derivative(piece):
    low, high, expression = PIECES_3A[piece]
    points = np.linspace(low, high, 50)
    f = sympy.lambdify(x, expression)(points)
    gradient = [float(expression.diff(x).subs(x, point)) for point in points]
    np.testing.assert_allclose(problem3.f_3a(points), f, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(problem3.gradient_3a(points), gradient, rtol=1e-10, atol=1e-14)


@settings(deadline=None)
@given(st.floats(-4, 9).filter(lambda p: min(abs(p - edge) for edge in (-0.1, 3, 5)) > 1e-4))
def test_3a_gradient_agrees_with_finite_differences(point):
    h = 1e-6
    slope = (problem3.f_3a(point + h) - problem3.f_3a(point - h)) / (2 * h)
    assert problem3.gradient_3a(point) == pytest.approx(slope, rel=1e-6, abs=1e-7)


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


@pytest.mark.parametrize(("edge", "gradient"), [(-0.1, -0.03), (3, -0.03), (5, -10.83)])
def test_3a_gradients_agree_where_the_pieces_meet(edge, gradient):
    sides = problem3.gradient_3a(np.array([np.nextafter(edge, -9), edge]))
    np.testing.assert_allclose(sides, gradient, rtol=1e-12)


def test_3a_has_a_stationary_inflection_at_3_1():
    around = problem3.gradient_3a(np.array([3.05, 3.1, 3.15]))
    assert around[1] == 0
    assert (around[[0, 2]] < 0).all()


def test_3a_up_to_the_limit_no_rate_passes_3_1():
    rates = np.append(np.linspace(0.05, 0.2259, 200), np.nextafter(6.1 / 27, 0))
    points = descend_3a(rates, iterations=3000, start=np.full(201, -3.0))
    assert (points <= 3.1).all()
    assert (np.diff(points, axis=0) >= 0).all()
    assert (points[-1] > 3.09).all()


def test_3a_beyond_the_limit_the_first_step_passes_3_1():
    assert descend_3a(0.22593, iterations=1)[1] > 3.1


def test_3a_each_step_of_the_proof_that_descent_creeps():
    e, z, delta = sympy.symbols("epsilon z delta", positive=True)
    limit = sympy.Rational(61, 270)
    assert -3 + 27 * limit == 31 * tenth
    following = z + 3 * e * z**2
    assert following.diff(z, 2) == 6 * e  # convex: at most the larger of the values at the ends
    assert following.subs({z: -3, e: limit}) == 31 * tenth
    assert following.subs({z: -tenth, e: limit}) < 31 * tenth
    assert 3 * limit / 100 < 7 * tenth**3
    # A step relative to the distance from 3.1 grows with both.
    assert (3 * e * delta).subs({e: limit, delta: tenth}) < 1
    # The two ranges overlap.
    assert sympy.Rational(200, 1083) < limit


def test_3a_beyond_the_stability_limit_the_minimum_repels():
    for rate in (0.19, 1 / 3):
        near = descend_3a(rate, iterations=1, start=6 + 1e-6)
        assert abs(near[1] - 6) > abs(near[0] - 6)
    calm = descend_3a(0.18, iterations=1, start=6 + 1e-6)
    assert abs(calm[1] - 6) < abs(calm[0] - 6)


def test_3a_ends_where_the_facts_say(answers):
    findings = answers["problem3a"][1]
    ends = [descent["final_x"] for descent in findings["descents"]]
    assert ends[:3] == pytest.approx([-1.574, -0.294, 0.134], abs=5e-4)
    assert ends[3:] == [None, None]
    assert [d["first_x"] for d in findings["descents"][3:]] == [24, 267]
    assert [d["overflowed_at"] <= 15 for d in findings["descents"][3:]] == [True, True]


def test_3a_one_third_lands_on_the_minimum_exactly_and_stays():
    points = descend_3a(1 / 3)
    assert (points[1:] == 6).all()
    assert problem3.gradient_3a(points[-1]) == 0


def test_3a_findings_say_that_one_third_converges(answers):
    converging = answers["problem3a"][1]["converging"]
    assert converging["learning_rate"] == "1/3"
    assert (converging["final_x"], converging["final_gradient"]) == (6, 0)
    assert problem3.problem3a(converging_learning_rate=1 / 3)[1]["converging"] == converging


def test_3a_findings_are_what_the_function_says(answers):
    findings = answers["problem3a"][1]
    assert (findings["minimum_x"], findings["stationary_x"]) == (6, 3.1)
    assert findings["minimum_value"] == findings["converging"]["final_value"] == -6183 / 500
    for descent in findings["descents"][3:]:
        points, t = descend_3a(descent["learning_rate"]), descent["overflowed_at"]
        assert np.isfinite(points[t - 1])
        assert not np.isfinite(points[t])


@pytest.mark.parametrize(("rate", "words"), [("1/3", "1/3"), (1e-10, "1e-10"), (0.25, "1/4")])
def test_3a_a_converging_rate_is_named_as_it_is(rate, words):
    assert str(problem3.as_fraction(rate)) == words


def test_3a_legend_names_every_learning_rate(answers):
    (legend,) = answers["problem3a"][0].legends
    labels = [text.get_text() for text in legend.get_texts()]
    assert labels == ["ε = 1e-3", "ε = 1e-2", "ε = 0.1", "ε = 1", "ε = 10", "ε = 1/3"]


@pytest.mark.parametrize("rate", [0.333, 0.3333, 0.333333])
def test_3a_a_rate_near_one_third_misses(rate):
    points = descend_3a(rate, iterations=3000)
    assert not (points == 6).any()
    assert 3.09 < points[-1] < 3.1


def test_3a_some_rate_lands_in_two_steps():
    before, after = descend_3a(0.276, 2)[2], descend_3a(0.277, 2)[2]
    assert before < 6 < after
    first = descend_3a(np.array([0.276, 0.277]), 1, start=np.array([-3.0, -3.0]))[1]
    assert ((first >= 3) & (first < 5)).all()  # on one piece, so continuous in between


def test_3a_iv_findings_are_what_the_function_says(answers):
    findings = answers["problem3a_iv"][1]
    assert findings["stability_limit"] == pytest.approx(2 / 10.83, rel=1e-14)
    assert findings["creeping_limit"] == pytest.approx(6.1 / 27, rel=1e-14)
    assert 3.09 < findings["creeping"]["final_x"] < 3.1
    assert findings["missing"]["first_x"] == pytest.approx(5.991)
    assert 3.09 < findings["missing"]["final_x"] < 3.1
    assert findings["landing"]["first_points"] == pytest.approx([-3, 3.945, 4.496, 6], abs=5e-4)
    assert (findings["landing"]["first_points"][3], findings["landing"]["final_x"]) == (6, 6)
    assert findings["landed"] == 0


def test_3a_iv_the_four_fates_follow_one_another(answers):
    findings = answers["problem3a_iv"][1]
    limits = [
        findings[name]
        for name in ("creeps_up_to", "wanders_up_to", "falls_back_up_to", "overflows_from")
    ]
    assert limits == pytest.approx([6.1 / 27, 0.2496, 0.418, 0.4257], abs=6e-4)


@pytest.mark.parametrize(
    ("rate", "fate"),
    [
        (0.1, "creeps"),
        (0.24, "wanders"),
        (0.3, "falls back"),
        (0.333, "falls back"),
        (0.44, "overflows"),
    ],
)
def test_3a_iv_a_descent_is_called_what_it_does(rate, fate):
    points = descend_3a(np.array([rate]), 1000, start=np.array([-3.0]))
    assert problem3.fates_3a(points).tolist() == [fate]


def test_3a_iv_wanderers_stay_near_6_and_do_not_settle():
    points = descend_3a(0.24, 100_000)[1000:]
    assert 3.1 < points.min() < points.max() < 8
    assert np.ptp(points[-1000:]) > 1


@pytest.mark.parametrize(("rate", "stars"), [("1/3", 1), (0.25, 0)])
def test_3a_iv_a_star_marks_only_what_lands(rate, stars):
    ends = problem3.problem3a_iv(rate)[0].axes[0]
    assert [line.get_marker() for line in ends.lines].count("*") == stars


# 3b


def test_3b_the_given_sequence_starts_and_zigzags_as_the_courses():
    sequence = course_sequence().astype(float)
    assert sequence.shape == (201, 2)
    np.testing.assert_allclose(sequence[1], [-0.125, -2.7046876], atol=4e-7)
    assert (np.diff(np.sign(sequence[:40, 0] - 0.4)) != 0).all()


def test_3b_the_fit_recovers_the_constants():
    a, c = problem3.fit_paraboloid(course_sequence().astype(float), learning_rate=0.1)
    np.testing.assert_allclose(0.1 * a, [0.9375, 0.02109375], atol=1e-7)
    np.testing.assert_allclose(c, [0.4, 4], atol=2e-7)
    assert a[0] / a[1] == pytest.approx(400 / 9, rel=1e-6)


def test_3b_our_own_descent_follows_the_given_sequence(answers):
    assert answers["problem3b"][1]["largest_deviation"] < 5e-7


def test_3b_only_the_product_of_rate_and_curvature_is_determined():
    sequence = course_sequence().astype(float)
    fits = [problem3.fit_paraboloid(sequence, rate)[0] * rate for rate in (0.1, 0.7)]
    np.testing.assert_allclose(*fits, rtol=1e-12)


def test_3b_a_hundredth_of_the_rate_does_not_zigzag(answers):
    findings = answers["problem3b"][1]
    small = findings["small_step"]

    def slope(x):
        return problem3.paraboloid_gradient(x, np.array(findings["a"]), np.array(findings["c"]))

    assert min(small["contraction"]) > 0 > min(findings["contraction"])
    assert small["contraction"] == pytest.approx([0.98125, 0.999578125], abs=1e-8)
    steps = np.diff(problem3.gradient_descent(slope, course_sequence()[0], 0.001, 200), axis=0)
    assert (np.all(steps >= 0, axis=0) | np.all(steps <= 0, axis=0)).all()


def test_3b_findings_say_what_was_fitted(answers):
    findings = answers["problem3b"][1]
    assert findings["curvature_ratio"] == pytest.approx(400 / 9, rel=1e-6)
    assert findings["points"] == 201
    slower = 50
    again = problem3.problem3b(course_sequence(), slowdown=slower)[1]
    assert again["small_step"]["learning_rate"] == 0.1 / slower


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


def test_3b_a_refused_sequence_says_by_how_much_it_misses():
    sequence = course_sequence().astype(float)
    sequence[100] += 0.5
    with pytest.raises(ValueError, match=r"not gradient descent.*misses a step by 0\.5"):
        problem3.fit_paraboloid(sequence, 0.1)


def test_3b_the_courses_text_file_is_read(tmp_path):
    sequence = course_sequence().astype(float)
    lines = [f"{p:.7e} {q:.7e}" + " " * (k % 2) for k, (p, q) in enumerate(sequence)]
    (tmp_path / "s.txt").write_text("\n".join(lines) + "\n")
    np.testing.assert_allclose(problem3.load_sequence(tmp_path / "s.txt"), sequence, rtol=1e-7)


@pytest.mark.parametrize("points", [3, 50, 400])
def test_3b_a_sequence_may_have_another_length(tmp_path, points):
    make_sequence(tmp_path / "s.txt")
    lines = (tmp_path / "s.txt").read_text().splitlines()[1:]
    lines += [lines[-1]] * 200  # the last point stays where it is
    (tmp_path / "s.txt").write_text("\n".join(lines[:points]))
    sequence = problem3.load_sequence(tmp_path / "s.txt")
    findings = problem3.problem3b(sequence)[1]
    assert findings["points"] == points
    assert findings["c"] == pytest.approx([0.4, 4], abs=2e-3)


@pytest.mark.parametrize("line", ["1.0", "1.0 2.0 3.0", "one two", "1.0 nan"])
def test_3b_a_bad_line_is_refused(tmp_path, line):
    (tmp_path / "s.txt").write_text("1. -3.\n1. -2.\n" + line + "\n1. -1.\n")
    with pytest.raises(ValueError, match=r"s\.txt: expected two numbers on each line"):
        problem3.load_sequence(tmp_path / "s.txt")


@pytest.mark.parametrize("text", ["1. -3.\n1. -2.\n", "1. 2. 3.\n" * 3])
def test_3b_a_file_of_another_shape_is_refused(tmp_path, text):
    (tmp_path / "s.txt").write_text(text)
    with pytest.raises(ValueError, match="at least three lines"):
        problem3.load_sequence(tmp_path / "s.txt")


def test_3b_the_file_that_stands_in_says_so_and_is_the_same_to_seven_digits(tmp_path):
    make_sequence(tmp_path / "s.txt")
    assert (tmp_path / "s.txt").read_text().startswith("# Recomputed")
    sequence = problem3.load_sequence(tmp_path / "s.txt")
    np.testing.assert_allclose(sequence, course_sequence(), rtol=1e-7)


def test_the_module_alone_draws_the_rest_where_the_sequence_is_missing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=f"gradient_descent_sequence.txt is not in {tmp_path}"):
        problem3.main()
    drawn = sorted(path.stem for path in tmp_path.glob("*.png"))
    assert drawn == ["problem3a", "problem3a_iv", "problem3c", "problem3d"]


def test_3b_legend_names_both_learning_rates_and_the_given_sequence(answers):
    (legend,) = answers["problem3b"][0].legends
    labels = [text.get_text() for text in legend.get_texts()]
    assert set(labels) == {
        "minimum",
        "given sequence",
        "our descent, ε = 0.1",
        "ε = 1e-3, 200 iterations",
        "ε = 1e-3, 20,000 iterations",
    }


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


def test_3c_legend_names_every_learning_rate(answers):
    (legend,) = filter(None, (axes.get_legend() for axes in answers["problem3c"][0].axes))
    labels = [text.get_text() for text in legend.get_texts()]
    assert labels == ["ε = 1e-3", "ε = 1e-2", "ε = 0.1"]


@settings(deadline=None, max_examples=40)
@given(st.floats(1e-3, 1), st.sampled_from([0.01, 0.05, 0.1]))
def test_3c_two_square_roots_over_the_rate_are_enough_iterations(size, rate):
    points = descend_3c(size, rate, iterations=300)
    enough = 2 * np.sqrt(size) / rate
    needed = np.argmax(np.abs(points) <= rate**2)
    assert needed < enough
    assert needed > enough - 3 - np.log(enough)  # so the bound is the trend


def test_3c_findings_have_the_iterations_and_those_from_both_sides_are_equal(answers):
    first = answers["problem3c"][1]["cycles"][0]
    assert first["iterations_until_near"] == [1995, 995, 1409, 1995]
    assert first["enough_iterations"] == pytest.approx([2000, 1000, 1414.2, 2000], rel=1e-4)


def test_3c_descents_from_both_sides_mirror_each_other():
    right, left = descend_3c(1.0, 1e-2, 300), descend_3c(-1.0, 1e-2, 300)
    np.testing.assert_array_equal(left, -right)


def test_3c_a_step_shortens_the_square_root_by_more_than_half_the_rate():
    y, rate = sympy.symbols("y epsilon", positive=True)
    assert sympy.expand((y - rate / 2) ** 2 - (y**2 - rate * y)) == rate**2 / 4


@pytest.mark.parametrize("sign", [-1, 1])
def test_3c_a_start_at_the_squared_rate_hits_zero_and_stays(sign):
    rate = 0.25  # a power of two: the arithmetic is exact
    assert descend_3c(sign * rate**2, rate, iterations=5)[1:].tolist() == [0] * 5


def test_3c_the_map_of_the_magnitude_is_superstable_at_its_fixed_point():
    u, rate = sympy.symbols("u epsilon", positive=True)
    step = rate * sympy.sqrt(u) - u
    fixed = rate**2 / 4
    assert sympy.simplify(step.subs(u, fixed) - fixed) == 0
    assert sympy.simplify(sympy.diff(step, u).subs(u, fixed)) == 0


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

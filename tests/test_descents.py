"""What the report and the page say of Problem 3's descents, beside what the module draws."""

import numpy as np
import pytest

import draw_problem3a_iv
from draw_problem3 import as_fraction, find_3b, find_3c, fit_checked, legible
from draw_problem3a_iv import fates_3a
from homework1_problem3 import gradient_3a, gradient_descent
from make_sequence import course_sequence


def descend_3a(rate, iterations, start=-3.0):
    return gradient_descent(gradient_3a, start, rate, iterations)


@pytest.mark.parametrize(("rate", "words"), [("1/3", "1/3"), (1e-10, "1e-10"), (0.25, "1/4")])
def test_a_converging_rate_is_named_as_it_is(rate, words):
    assert str(as_fraction(rate)) == words


@pytest.mark.parametrize(
    ("rate", "fate"),
    [(0.1, "creeps"), (0.24, "wanders"), (0.3, "falls back"), (0.44, "overflows")],
)
def test_3a_iv_a_descent_is_called_what_it_does(rate, fate):
    points = descend_3a(np.array([rate]), 1000, np.array([-3.0]))
    assert fates_3a(points).tolist() == [fate]


def test_3a_iv_the_stars_are_where_descent_lands():
    points = draw_problem3a_iv.descend(draw_problem3a_iv.RATES)
    findings = draw_problem3a_iv.find(points)
    narrow = draw_problem3a_iv.descend(draw_problem3a_iv.NARROW_RATES, 5)
    wide, _ = draw_problem3a_iv.draw(points[-5:], narrow, findings).axes
    full, open_star = (line for line in wide.lines if line.get_marker() == "*")
    assert all(descend_3a(rate, 100)[-1] == 6 for rate in full.get_xdata())
    (nearly,) = open_star.get_xdata()
    assert 0 < abs(descend_3a(nearly, 2)[-1] - 6) < 1e-14
    assert findings["falls_back_up_to"] == pytest.approx(0.418, abs=6e-4)
    fates = fates_3a(points)
    spacing = draw_problem3a_iv.RATES[0]
    for name, fate in ("creeping_limit", "creeps"), ("wandering_limit", "wanders"):
        last = draw_problem3a_iv.RATES[(fates == fate) & (draw_problem3a_iv.RATES < 0.26)][-1]
        assert 0 <= findings[name] - last < spacing


def test_3a_iv_descent_overflows_beyond_the_proven_border_and_not_at_it():
    border = draw_problem3a_iv.OVERFLOWING_FROM
    assert descend_3a(border, 2)[-1] == pytest.approx(-3)
    points = draw_problem3a_iv.descend(border + np.geomspace(1e-9, 1, 1000))
    assert set(fates_3a(points)) == {"overflows"}


STEPS = np.arange(99)[:, None]
NOT_A_DESCENT = {
    "The sequence is not gradient descent": np.random.default_rng(0).normal(size=(201, 2)),
    r"multiplies .* by \[-1\.2 -1\.1\]": [1, -3] * np.array([-1.2, -1.1]) ** STEPS,
    r"is off by 0\.[45]": [1, -3] * np.array([-0.8, 0.9]) ** STEPS + 0.5 * (STEPS == 50),
}


@pytest.mark.parametrize("said", NOT_A_DESCENT)
def test_3b_a_sequence_that_is_no_such_descent_is_an_error(said):
    with pytest.raises(ValueError, match=said):
        fit_checked(NOT_A_DESCENT[said], 0.1)


@pytest.mark.parametrize("points", [3, 50, 151])
def test_3b_a_sequence_may_have_another_length(points):
    findings = find_3b(course_sequence()[:points], 0.1, 100, 200)
    assert findings["points"] == points
    assert findings["c"] == pytest.approx([0.4, 4], abs=2e-3)


def test_3c_rounding_keeps_descent_from_the_square_of_its_rate_off_zero():
    found = find_3c([1], [0.1], 10)["from_square"]
    assert -1e-17 < found["first_x"] < 0
    assert (found["steps"], found["amplitude"]) == (9, 0.01 / 4)


def test_of_very_many_rates_and_starts_the_nearest_are_drawn():
    rates = [10.0**-k for k in range(16)]
    found = legible({"learning_rates": rates, "starting_points": [*range(-3, 10)], "start": -3})
    assert found == {
        "learning_rates": sorted(rates[:12]),
        "starting_points": [*range(-3, 7)],
        "start": -3,
    }

"""Problem 3: the functions, the descents, and what is drawn, against plain loops."""

import math
import re
import runpy
from contextlib import chdir, redirect_stdout
from fractions import Fraction
from io import StringIO
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from .comparing import assert_imports, close, is_rounded
from .conftest import requirement

MODULE = "homework1_problem3.py"
FIX = f"fix it in {MODULE}."
RATES_3A = [1e-3, 1e-2, 1e-1, 1e0, 1e1]
RATES_3C = [1e-3, 1e-2, 1e-1]

gradient_3a = requirement("3a i", 2.5, f"{MODULE}: gradient_3a", "∇f by quotients; borders")
descents_3a = requirement("3a ii", 2.5, f"{MODULE}: problem3a", "five rates; graphs; legend")
ends_3a = requirement("3a iii", 2.5, f"{MODULE}: problem3a", "where each descent ends")
converging_3a = requirement("3a iv", 2.5, f"{MODULE}: problem3a", "reaches the minimum, stays")
small_steps_3b = requirement("3b i", 4, f"{MODULE}: problem3b", "no zig-zag; ratios over 0")
constants_3b = requirement("3b ii", 4, f"{MODULE}: problem3b", "constants; contours; dots")
trend_3c = requirement("3c", 6, f"{MODULE}: problem3c", "∇f; descents; two-cycle")
maximum_3d = requirement("3d", 6, f"{MODULE}: problem3d", "to a maximum in one step")


def f_3a(x):
    if x < -0.1:
        return -(x**3)
    if x < 3:
        return -3 * x / 100 - 1 / 500
    if x < 5:
        return -((x - 31 / 10) ** 3) - 23 / 250
    return 1083 / 200 * (x - 6) ** 2 - 6183 / 500


def slope_3a(x):
    if x < -0.1:
        return -3 * x * x
    if x < 3:
        return -0.03
    if x < 5:
        return -3 * (x - 3.1) ** 2
    return 10.83 * (x - 6)


def f_3c(x):
    return 2 / 3 * abs(x) ** 1.5


def slope_3c(x):
    return math.copysign(math.sqrt(abs(x)), x) if x else 0.0


def descend(slope, x, rate, iterations):
    """All points of a descent until one is not finite, which is left out."""
    points = [x]
    for _ in range(iterations):
        x = x - rate * slope(x)
        if not math.isfinite(x):
            break
        points.append(x)
    return points


def assert_slope(gradient, f, points, h=1e-6):
    """The gradient is f's derivative at the points, by difference quotients."""
    slopes = [(f(x + h) - f(x - h)) / (2 * h) for x in points]
    assert close(gradient(np.array(points)), slopes, 1e-4), (
        f"{gradient.__name__} is not the derivative: {FIX}"
    )


def assert_descent(problem3, gradient, slope, start, rate):
    """gradient_descent with the module's gradient gives all points of the descent."""
    right = descend(slope, start, rate, 100)
    points = problem3.gradient_descent(gradient, start, rate, 100)
    assert len(points) == 101, f"gradient_descent does not take 100 iterations: {FIX}"
    assert close(points[: len(right)], right), (
        f"gradient_descent goes elsewhere with learning rate {rate:g}: {FIX}"
    )


# What is in a figure, and what is printed


class Answer(NamedTuple):
    figure: object
    printed: str


def answer(problem):
    """What problem3a() and its like draw and print."""
    with redirect_stdout(StringIO()) as printed:
        figure = problem()
    return Answer(figure, printed.getvalue())


@pytest.fixture(scope="module")
def answer_3a(problem3):
    return answer(problem3.problem3a)


@pytest.fixture(scope="module")
def answer_3b(problem3, given, tmp_path_factory):
    with chdir(tmp_path_factory.mktemp("3b")):
        Path("gradient_descent_sequence.txt").write_text("\n".join(given), encoding="utf-8")
        return answer(problem3.problem3b)


@pytest.fixture(scope="module")
def answer_3c(problem3):
    return answer(problem3.problem3c)


@pytest.fixture(scope="module")
def answer_3d(problem3):
    return answer(problem3.problem3d)


def lines_in(figure):
    """The finite points of each line, as (2, n)."""
    lines = [np.array(line.get_data(), float) for axes in figure.axes for line in axes.lines]
    return [line[:, np.isfinite(line).all(axis=0)] for line in lines]


def dots_in(figure):
    """Each scatter plot's axes, its name, which is its label or else their title, and dots."""
    for axes in figure.axes:
        for part in axes.collections:
            label = str(part.get_label())
            name = axes.get_title() if label.startswith("_") else label
            yield axes, name, np.array(part.get_offsets()).T


def names_rate(text, rate):
    """Whether the text names the learning rate, as ε = 0.001 or 1e-3."""
    found = re.search(r"(?:ε|epsilon|rate)\W*(\d[\d.]*(?:e-?\d+)?)(?![\d./])", text)
    return bool(found) and math.isclose(float(found[1]), rate, rel_tol=1e-6)


def assert_graph(figure, f):
    """The graph of the module's f is in the figure."""
    lines = [line for line in lines_in(figure) if line.shape[1] > 100]
    assert any(close(y, f(x)) for x, y in lines), (
        f"The figure lacks the graph of {f.__name__}: {FIX}"
    )


def seen(x, low, high):
    """The x in view, rounded to what the eye can distinguish: thousandths."""
    x = np.asarray(x, float)
    return np.unique(np.round(x[(low <= x) & (x <= high)], 3))


# 3a


@gradient_3a
def test_f_3a_is_the_handouts_function(problem3):
    x = np.array([-3.0, -1, -0.1, 0, 1.5, 2.9, 3, 3.5, 4.9, 5, 6, 7.5])
    assert close(problem3.f_3a(x), [f_3a(point) for point in x])


@gradient_3a
def test_gradient_3a_is_the_derivative(problem3):
    points = [-3.0, -1, -0.2, 0, 1.5, 2.9, 3.05, 3.5, 4.9, 5.1, 6, 7.5]
    assert_slope(problem3.gradient_3a, f_3a, points)
    at_the_borders = problem3.gradient_3a(np.array([-0.1, 3, 5]))
    assert close(at_the_borders, [-0.03, -0.03, -10.83]), f"gradient_3a is off at a border: {FIX}"


@gradient_3a
def test_only_numpy_and_matplotlib_are_imported(problem3):
    assert_imports(problem3, "numpy", "matplotlib")


@descents_3a
def test_the_settings_of_3a_are_the_handouts(settings):
    asked = settings["problem3a"]
    found = asked["start"], asked["iterations"], set(RATES_3A) - rates(asked)
    assert found == (-3, 100, set()), (
        "The handout asks for 100 iterations from -3 with 1e-3 to 1e1: set them under problem3a "
        "in config.yaml."
    )


def rates(asked):
    return {float(rate) for rate in asked["learning_rates"]}


@descents_3a
@pytest.mark.parametrize("rate", RATES_3A)
def test_3a_descends(problem3, answer_3a, rate):
    figure, _ = answer_3a
    assert_descent(problem3, problem3.gradient_3a, slope_3a, -3.0, rate)
    assert_dots(figure, problem3.f_3a, rate, descend(slope_3a, -3.0, rate, 100))
    legends = [*figure.legends, *(axes.get_legend() for axes in figure.axes)]
    labels = [text.get_text() for legend in legends if legend for text in legend.get_texts()]
    assert any(names_rate(label, rate) for label in labels), (
        f"The legend of 3a’s figure does not name ε = {rate:g}: {FIX}"
    )


def assert_dots(figure, f, rate, points):
    """The descent's points and no others are dots on f, where the start is in view."""
    assert any(
        names_rate(name, rate)
        and axes.get_xlim()[0] <= points[0] <= axes.get_xlim()[1]
        and close(y, f(x), 1e-6)
        and close(seen(x, *axes.get_xlim()), seen(points, *axes.get_xlim()), 1e-6)
        for axes, name, (x, y) in dots_in(figure)
    ), f"The figure lacks the dots of the descent with ε = {rate:g}: {FIX}"


@descents_3a
def test_3a_has_both_graphs(problem3, answer_3a):
    assert_graph(answer_3a.figure, problem3.f_3a)
    assert_graph(answer_3a.figure, problem3.gradient_3a)


@ends_3a
@pytest.mark.parametrize("rate", RATES_3A)
def test_3a_prints_where_each_descent_ends(answer_3a, rate):
    points = descend(slope_3a, -3.0, rate, 100)
    end = points[-1] if len(points) == 101 else math.inf
    lines = [line for line in answer_3a.printed.splitlines() if names_rate(line, rate)]
    last = [re.findall(r"-?\d[\d.]*(?:e[-+]?\d+)?|-?inf|nan", line)[-1] for line in lines]
    assert {is_rounded(number, end) for number in last} == {True}, (
        f"problem3a does not print where the descent with ε = {rate:g} ends: {FIX}"
    )


@converging_3a
def test_a_learning_rate_reaches_the_minimum_and_stays(problem3, settings):
    rate = Fraction(settings["problem3a"]["converging_learning_rate"])
    points = descend(slope_3a, -3.0, float(rate), 100)
    lowest = min(f_3a(x) for x in np.linspace(-3, 8, 11001))
    end = points[100] if len(points) == 101 else math.inf
    assert (f_3a(end), slope_3a(end)) == pytest.approx((lowest, 0)), (
        f"With learning rate {rate} descent does not reach the minimum: set "
        "problem3a.converging_learning_rate to 1/3 in config.yaml."
    )
    assert_descent(problem3, problem3.gradient_3a, slope_3a, -3.0, float(rate))


# 3b: of the given sequence, each coordinate's distance from the centre has one factor in each step


@pytest.fixture(scope="module")
def sequence(given):
    """The points, (T + 1, 2)."""
    return np.loadtxt(given)


@pytest.fixture(scope="module")
def ratios_and_centre(sequence):
    """By a straight line through each coordinate's values before and after a step."""
    lines = [np.polyfit(sequence[:-1, j], sequence[1:, j], 1) for j in (0, 1)]
    ratios, offsets = np.transpose(lines)
    return ratios, offsets / (1 - ratios)


def descent_3b(start, ratios, centre, count):
    """That many points of a descent, (count, 2)."""
    return centre + (start - centre) * ratios ** np.arange(count)[:, None]


@small_steps_3b
def test_small_steps_do_not_zigzag(answer_3b, sequence, ratios_and_centre):
    ratios, centre = ratios_and_centre
    drawn = [path for path in lines_in(answer_3b.figure) if path.shape[1] > 100]
    hundredth = 1 - (1 - ratios) / 100
    assert any(
        is_drawn(path, descent_3b(sequence[0], hundredth, centre, path.shape[1])) for path in drawn
    ), f"3b’s figure lacks the descent with steps that are 100 times smaller: {FIX}"


@constants_3b
def test_the_sequence_is_a_descent_on_a_paraboloid(sequence, ratios_and_centre):
    assert close(descent_3b(sequence[0], *ratios_and_centre, len(sequence)), sequence, 1e-4), (
        "The sequence is not gradient descent on a paraboloid: use the one the course gives."
    )


@constants_3b
def test_3b_draws_contours_of_the_paraboloid(answer_3b, ratios_and_centre):
    ratios, centre = ratios_and_centre
    parts = [part for axes in answer_3b.figure.axes for part in axes.collections]
    contours = [part for part in parts if type(part).__name__ == "QuadContourSet"]
    assert [part.filled for part in contours] == [False], f"3b’s figure lacks plt.contour: {FIX}"
    paths = list(zip(contours[0].levels, contours[0].get_paths(), strict=True))
    # Levels of the paraboloid times any factor are as good: only the ratio of its constants shows.
    # Either coordinate may be on the horizontal axis.
    heights = [
        np.concatenate([points(path) @ (1 - ratios) / level for level, path in paths])
        for points in (
            lambda path: (path.vertices - centre) ** 2,
            lambda path: (path.vertices[:, ::-1] - centre) ** 2,
        )
    ]
    assert any(close(height / height.mean(), np.ones(len(height)), 0.01) for height in heights), (
        f"3b’s contours are not the paraboloid’s: {FIX}"
    )


@constants_3b
def test_3b_draws_the_sequence_and_other_descents_on_it(answer_3b, sequence):
    plots = [dots for _, _, dots in dots_in(answer_3b.figure) if dots.shape[1] > 2]
    shared = [min(dots.shape[1], len(sequence)) for dots in plots]
    assert len(sequence) in shared, f"3b’s figure lacks plt.scatter of the sequence: {FIX}"
    assert all(
        is_drawn(dots[:, :n], sequence[:n]) for dots, n in zip(plots, shared, strict=True)
    ), f"A descent in 3b’s figure does not follow the given sequence: {FIX}"


def is_drawn(drawn, points):
    """Whether these are the points, (n, 2), with either coordinate on the horizontal axis."""
    return close(drawn, points.T, 1e-3) or close(drawn[::-1], points.T, 1e-3)


# 3c


@trend_3c
def test_f_3c_and_gradient_3c_are_right(problem3):
    x = np.array([-2.0, -0.5, -0.01, 0, 0.01, 0.3, 1])
    assert close(problem3.f_3c(x), [f_3c(point) for point in x])
    assert_slope(problem3.gradient_3c, f_3c, x[x != 0])
    assert problem3.gradient_3c(0.0) == 0


@trend_3c
@pytest.mark.parametrize("rate", RATES_3C)
def test_3c_descends(problem3, answer_3c, rate):
    assert_descent(problem3, problem3.gradient_3c, slope_3c, 0.5, rate)
    assert any(
        names_rate(name, rate) and close(y, [f_3c(point) for point in x]) and are_descents(x, rate)
        for _, name, (x, y) in dots_in(answer_3c.figure)
    ), f"The figure lacks the dots of several descents with ε = {rate:g}: {FIX}"


def are_descents(x, rate):
    """Whether a step leads from almost each dot to another one, and there are several starts."""
    steps = np.array([point - rate * slope_3c(point) for point in x])
    starts = np.unique(x[~are_among(x, steps)])
    ends = np.unique(x[~are_among(steps, x)])
    return 2 <= len(starts) <= len(np.unique(x)) / 10 and len(ends) <= len(starts)


def are_among(x, others):
    """For each x, whether one of the others is equal to it."""
    others = np.sort(others)
    next_ones = np.searchsorted(others, x).clip(1, len(others) - 1)
    distances = np.abs([x - others[next_ones - 1], x - others[next_ones]])
    return distances.min(axis=0) < 1e-12


@trend_3c
def test_3c_has_the_graph(problem3, answer_3c):
    assert_graph(answer_3c.figure, problem3.f_3c)


@trend_3c
def test_the_settings_of_3c_are_the_handouts(settings):
    asked = settings["problem3c"]
    found = len(asked["starting_points"]) > 1, set(RATES_3C) - rates(asked)
    assert found == (True, set()), (
        "The handout asks for 1e-3, 1e-2, 1e-1 and several starting points: set them under "
        "problem3c in config.yaml."
    )


# 3d


@maximum_3d
def test_3d_shows_a_step_to_a_maximum(problem3, answer_3d):
    f = problem3.f_3d
    assert_slope(problem3.gradient_3d, f, [-1.5, -0.3, 0.4, 2.0])
    assert_graph(answer_3d.figure, f)
    marked = [line.get_data() for axes in answer_3d.figure.axes for line in axes.lines]
    marked += [dots for _, _, dots in dots_in(answer_3d.figure)]
    dots = {float(x[0]) for x, y in marked if len(x) == 1 and y[0] == f(x[0])}
    rate = Fraction(re.search(r"ε = ([\d/]+)", answer_3d.printed)[1])
    assert any(
        start - rate * Fraction(problem3.gradient_3d(start)) == end != start
        and problem3.gradient_3d(end) == 0
        and f(end) > max(f(end - 0.1), f(end + 0.1))
        for start, end in product(map(Fraction, dots), repeat=2)
    ), f"problem3d does not show a step to a local maximum: {FIX}"


# What the handout does not ask for: the module's own promises, and the report's proofs


def descend_3a(problem3, rate, iterations, start=-3.0):
    return problem3.gradient_descent(problem3.gradient_3a, start, rate, iterations)


def test_gradient_descent_leaves_its_start_as_it_is(problem3):
    start = np.array([1.0, -3])
    assert problem3.gradient_descent(lambda x: x, start, 0.5, 3).shape == (4, 2)
    assert start.tolist() == [1, -3]
    assert problem3.gradient_descent(lambda x: x, -3, 0.1, 3).dtype == float


@pytest.mark.parametrize(
    ("rate", "written"), [(1e-3, "1e-3"), (0.01, "1e-2"), (0.1, "0.1"), (10.0, "10")]
)
def test_rates_are_written_as_in_the_handout(problem3, rate, written):
    assert problem3.short(rate) == written


def test_3a_up_to_the_limit_no_rate_passes_3_1(problem3):
    rates = np.append(np.linspace(0.05, 0.2259, 200), np.nextafter(6.1 / 27, 0))
    points = descend_3a(problem3, rates, 3000, np.full(201, -3.0))
    assert (np.diff(points, axis=0) >= 0).all()
    assert ((3.09 < points[-1]) & (points[-1] <= 3.1)).all()
    assert descend_3a(problem3, 0.22593, 1)[1] > 3.1


def test_3a_beyond_the_stability_limit_the_minimum_repels(problem3):
    for rate, repels in (0.18, False), (0.19, True), (1 / 3, True):
        near = descend_3a(problem3, rate, 1, 6 + 1e-6)
        assert (abs(near[1] - 6) > abs(near[0] - 6)) == repels


def test_3a_landing_on_the_minimum_is_luck(problem3):
    assert (descend_3a(problem3, 1 / 3, 100)[1:] == 6).all()
    for rate in 0.333, 0.3333, 0.333333:
        assert 3.09 < descend_3a(problem3, rate, 3000)[-1] < 3.1
    assert descend_3a(problem3, 0.276, 2)[2] < 6 < descend_3a(problem3, 0.277, 2)[2]
    assert descend_3a(problem3, 0.25722316754197283, 3)[3] == 6


def test_the_module_alone_draws_the_rest_where_the_sequence_is_missing(
    problem3, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    runpy.run_path(problem3.__file__, run_name="__main__")
    assert "gradient_descent_sequence.txt not found" in capsys.readouterr().out
    drawn = sorted(path.stem for path in tmp_path.glob("*.png"))
    assert drawn == ["problem3a", "problem3c", "problem3d"]


@pytest.mark.parametrize("rate", [0.05, 0.1])
@pytest.mark.parametrize("start", [-1, -0.3, 1e-3, 0.7])
def test_3c_every_start_ends_in_the_two_cycle_in_time(problem3, start, rate):
    points = problem3.gradient_descent(problem3.gradient_3c, start, rate, 300)
    assert np.abs(points[-2:]) == pytest.approx(rate**2 / 4, rel=1e-9)
    assert points[-2] * points[-1] < 0
    enough = 2 * math.sqrt(abs(start)) / rate
    needed = np.argmax(np.abs(points) <= rate**2)
    assert enough - 3 - math.log(max(enough, 1)) < needed < max(enough, 1)


def test_3c_a_start_at_the_squared_rate_hits_zero_and_stays(problem3):
    points = problem3.gradient_descent(problem3.gradient_3c, -(0.25**2), 0.25, 5)
    assert points[1:].tolist() == [0] * 5  # a power of two: the arithmetic is exact

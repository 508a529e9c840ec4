"""Problem 3: the functions, the descents, what is drawn, and the numbers in the PDF."""

import math
import re
from fractions import Fraction

import numpy as np

from answers import numbers
from submission import close, demand, requirement

MODULE = "homework1_problem3.py"
FIX = f"fix it in {MODULE}."
RATES_3A = [1e-3, 1e-2, 1e-1, 1e0, 1e1]
RATES_3C = [1e-3, 1e-2, 1e-1]


def f_3a(x):
    if x < -0.1:
        return -(x**3)
    if x < 3:
        return -3 * x / 100 - 1 / 500
    if x < 5:
        return -((x - 31 / 10) ** 3) - 23 / 250
    return 1083 / 200 * (x - 6) ** 2 - 6183 / 500


def f_3c(x):
    return 2 / 3 * abs(x) ** 1.5


def f_3d(x):
    return x**4 - 2 * x**2


def difference_quotient(f, x, h=1e-6):
    return (f(x + h) - f(x - h)) / (2 * h)


def slope_3a(x):
    if x < -0.1:
        return -3 * x * x
    if x < 3:
        return -0.03
    if x < 5:
        return -3 * (x - 3.1) ** 2
    return 10.83 * (x - 6)


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


def demand_slope(submission, f, points, borders=()):
    """The module's f is this one, and its gradient the derivative, at the points.

    At the borders between its pieces only f is compared.
    """
    module = submission.module(3)
    name = f.__name__
    x = np.array([*points, *borders])
    demand(
        close(getattr(module, name)(x), [f(point) for point in x]),
        f"{name} is not the handout’s function: {FIX}",
    )
    name = name.replace("f_", "gradient_")
    slopes = [difference_quotient(f, point) for point in points]
    demand(
        close(getattr(module, name)(np.array(points)), slopes, 1e-4),
        f"{name} is not the derivative: {FIX}",
    )


def demand_descent(submission, gradient, slope, start, rates):
    """gradient_descent with the module's gradient gives all points of the descents."""
    for rate in rates:
        right = descend(slope, start, rate, 100)
        points = submission.module(3).gradient_descent(gradient, start, rate, 100)
        demand(
            len(points) == 101 and close(points[: len(right)], right),
            f"gradient_descent goes elsewhere with learning rate {rate:g}: {FIX}",
        )


# What is in a figure


def lines_in(figure):
    """The finite points of each line, as (2, n)."""
    lines = [np.array(line.get_data(), float) for axes in figure.axes for line in axes.lines]
    return [line[:, np.isfinite(line).all(axis=0)] for line in lines]


def dots_in(figure):
    """Each scatter plot's name, which is its label or else its axes' title, axes and dots."""
    for axes in figure.axes:
        for part in axes.collections:
            label = str(part.get_label())
            name = axes.get_title() if label.startswith("_") else label
            yield name, axes, np.array(part.get_offsets()).T


def marked_in(figure):
    """All points that are dots, of scatter plots or of lines with markers."""
    lines = [line for axes in figure.axes for line in axes.lines]
    marked = [np.array(line.get_data()) for line in lines if line.get_marker() not in ("None", "")]
    scattered = [dots for _, _, dots in dots_in(figure)]
    return {(x, y) for points in [*marked, *scattered] for x, y in points.T}


def names_rate(text, rate):
    """Whether a label or title names the learning rate, as 0.001 or 1e-3."""
    found = re.search(r"(?:ε|epsilon)\W*=\W*([\d.e-]+)", text)
    return bool(found) and math.isclose(float(found[1]), rate, rel_tol=1e-6)


def demand_graph(figure, f, name):
    """The graph of f is in the figure."""
    lines = [line for line in lines_in(figure) if line.shape[1] > 100]
    drawn = any(close(y, f(x)) for x, y in lines)
    demand(drawn, f"The figure lacks the graph of {name}: {FIX}")


def demand_dots(figure, f, rate, points):
    """The descent's points and no others are dots on f, where the start is in view."""
    demand(
        any(
            names_rate(name, rate)
            and axes.get_xlim()[0] <= points[0] <= axes.get_xlim()[1]
            and close(y, f(x), 1e-6)
            and close(seen(x, *axes.get_xlim()), seen(points, *axes.get_xlim()), 1e-6)
            for name, axes, (x, y) in dots_in(figure)
        ),
        f"The figure lacks the dots of the descent with ε = {rate:g}: {FIX}",
    )


def seen(x, low, high):
    """The x in view, rounded to what the eye can distinguish: thousandths."""
    x = np.asarray(x, float)
    return np.unique(np.round(x[(low <= x) & (x <= high)], 3))


# 3a


@requirement("3a i", 2.5, f"{MODULE}: gradient_3a", "∇f by quotients; derived")
def gradient_3a(submission):
    points = [-3.0, -1, -0.2, 0, 1.5, 2.9, 3.05, 3.5, 4.9, 5.1, 6, 7.5]
    demand_slope(submission, f_3a, points, borders=[-0.1, 3, 5])
    at_the_borders = submission.module(3).gradient_3a(np.array([-0.1, 3, 5]))
    demand(close(at_the_borders, [-0.03, -0.03, -10.83]), f"gradient_3a is off at a border: {FIX}")
    submission.demand_imports(3, ["numpy", "matplotlib"])
    return {
        "3 (a) i": [
            numbers(-3, after="x"),
            numbers(Fraction(-3, 100)),
            numbers(-3, after="(x"),
            numbers(Fraction(31, 10), before="(x"),
            numbers(Fraction(1083, 100), after="(x"),
            numbers(6, before="(x"),
            numbers(Fraction(-1, 10), before="x <"),
            numbers(3, before="x <"),
            numbers(5, before="x <"),
            numbers(f_3a(math.nextafter(3, 0)), f_3a(3)),
        ]
    }


@requirement("3a ii", 2.5, f"{MODULE}: problem3a", "five rates; graphs; legend")
def descents_3a(submission):
    rates_3a(submission)
    module = submission.module(3)
    demand_descent(submission, module.gradient_3a, slope_3a, -3.0, RATES_3A)
    figure, _ = module.problem3a()
    demand_graph(figure, module.f_3a, "f")
    demand_graph(figure, module.gradient_3a, "∇f")
    legends = [*figure.legends, *(axes.get_legend() for axes in figure.axes)]
    labels = [text.get_text() for legend in legends if legend for text in legend.get_texts()]
    for rate in RATES_3A:
        demand(
            any(names_rate(label, rate) for label in labels),
            f"The legend of 3a’s figure does not name ε = {rate:g}: {FIX}",
        )
        demand_dots(figure, module.f_3a, rate, descend(slope_3a, -3.0, rate, 100))
    return {"3 (a) ii": [numbers(100), numbers(-3, before="x =")]}


def rates_3a(submission):
    """The configuration's learning rates, which are the handout's and perhaps others."""
    settings = submission.config["problem3a"]
    rates = [float(rate) for rate in settings["learning_rates"]]
    demand(
        (settings["start"], settings["iterations"]) == (-3, 100) and set(RATES_3A) <= set(rates),
        "The handout asks for 100 iterations from -3 with 1e-3 to 1e1: set them under problem3a "
        "in config.yaml.",
    )
    return rates


@requirement("3a iii", 2.5, "homework1.pdf", "where each descent ends")
def observed_3a(submission):
    wanted = []
    for rate in rates_3a(submission):
        points = descend(slope_3a, -3.0, rate, 100)
        wanted.append(numbers(rate, before="ε ="))
        if len(points) <= 100:
            wanted.append(numbers(points[1], before="x ="))
            wanted.append(numbers(len(points)))  # the iteration in which it overflows
        elif points[-1] != 6:
            wanted.append(numbers(points[-1], before="x ="))
    return {"3 (a) iii": wanted}


@requirement("3a iv", 2.5, "homework1.pdf", "reaches the minimum, stays")
def converging_3a(submission):
    setting = submission.config["problem3a"]["converging_learning_rate"]
    rate = Fraction(setting).limit_denominator(1000)
    if float(rate) != float(Fraction(setting)):
        rate = Fraction(setting)
    points = descend(slope_3a, -3.0, float(rate), 100)
    lowest = min(f_3a(x) for x in np.linspace(-3, 8, 11001))
    demand(
        len(points) == 101 and close(f_3a(points[-1]), lowest) and slope_3a(points[-1]) == 0,
        f"With learning rate {setting} descent does not reach the minimum: set "
        "problem3a.converging_learning_rate to 1/3 in config.yaml.",
    )
    creeping = descend(slope_3a, -3.0, 0.18, 2000)
    return {
        "3 (a) iv": [
            numbers(rate, before="ε ="),
            numbers(6, before="x ="),
            numbers(lowest, before="f(x) ="),
            numbers(0, before="∇f(x) ="),
            numbers(2 / 10.83, before="="),
            numbers(creeping[-1], before="x =", digits=4),
        ]
    }


# 3b: the constants of the given sequence, and the factor of each coordinate's distance in a step

RATIOS = np.array([-0.875, 0.9578125])
CENTRE = np.array([0.4, 4])
START = np.array([1, -3])


def sequence_3b(ratios, iterations):
    """The descent's points, (iterations + 1, 2)."""
    steps = np.arange(iterations + 1)[:, None]
    return CENTRE + (START - CENTRE) * np.array(ratios) ** steps


def small_ratios(slowdown):
    """The factors with a learning rate that is smaller by the slowdown."""
    return 1 - (1 - RATIOS) / slowdown


@requirement("3b i", 4, "homework1.pdf", "no zig-zag; ratios over 0")
def small_steps_3b(submission):
    settings = submission.config["problem3b"]
    slowdown = settings["slowdown"]
    ratios = small_ratios(slowdown)
    demand(
        all(0 < ratio < 1 for ratio in ratios),
        "The small learning rate still zig-zags: raise problem3b.slowdown in config.yaml.",
    )
    end = sequence_3b(ratios, settings["iterations"])[-1]
    return {
        "3 (b) i": [
            numbers(*map(float, ratios)),
            numbers(*map(float, end)),
            numbers(float(RATIOS[0])),
            numbers(float(RATIOS[1])),
            numbers(float(ratios[1]) ** slowdown),
            numbers(slowdown),
        ]
    }


@requirement("3b ii", 4, f"{MODULE}: problem3b", "constants; contours; dots")
def constants_3b(submission):
    module = submission.module(3)
    given = sequence_3b(RATIOS, 200)
    rate = float(submission.config["problem3b"]["learning_rate"])
    right = (1 - RATIOS) / (2 * rate)
    a, c = module.fit_paraboloid(given, rate)
    demand(
        close(a, right, 1e-4) and close(c, CENTRE, 1e-4),
        f"fit_paraboloid finds other constants than the sequence’s: {FIX}",
    )
    figure, _ = module.problem3b(given)
    demand_contours(figure, right)
    demand_dots_3b(figure, given)
    small = sequence_3b(small_ratios(100), 200)
    demand(
        any(is_drawn(line, small) for line in lines_in(figure)),
        f"3b’s figure lacks the descent with small steps: {FIX}",
    )
    rows = zip(RATIOS.tolist(), right.tolist(), CENTRE.tolist(), strict=True)
    return {
        "3 (b) ii": [
            *(numbers(*row) for row in rows),
            numbers(rate, before="ε ="),
            numbers(float(right[0] / right[1])),
        ]
    }


def is_drawn(drawn, points):
    """Whether these are the points, (n, 2), with either coordinate on the horizontal axis."""
    return close(drawn, points.T, 1e-4) or close(drawn[::-1], points.T, 1e-4)


def demand_dots_3b(figure, given):
    """The given sequence and our own descent, which lie on one another, are dots."""
    dots = [dots for _, _, dots in dots_in(figure) if is_drawn(dots, given)]
    demand(
        len(dots) >= 2,
        f"3b’s figure lacks plt.scatter of the given sequence or of our descent: {FIX}",
    )


def demand_contours(figure, a):
    """Lines along which the paraboloid has one value each."""
    parts = [part for axes in figure.axes for part in axes.collections]
    contours = [part for part in parts if type(part).__name__ == "QuadContourSet"]
    demand(
        contours and not any(part.filled for part in contours),
        f"3b’s figure lacks plt.contour: {FIX}",
    )
    vertices = np.vstack([path.vertices for path in contours[0].get_paths()])
    paths = zip(contours[0].levels, contours[0].get_paths(), strict=True)
    levels = np.concatenate([np.full(len(path.vertices), level) for level, path in paths])
    # Levels of the paraboloid times any factor are as good: only the ratio of its constants shows.
    ratios = [
        np.sum(a * (points - CENTRE) ** 2, axis=1) / levels
        for points in (vertices, vertices[:, ::-1])
    ]
    demand(
        any(close(ratio / ratio.mean(), np.ones(len(ratio)), 0.01) for ratio in ratios),
        f"3b’s contours are not the paraboloid’s: {FIX}",
    )


# 3c


@requirement("3c", 6, f"{MODULE}: problem3c", "∇f; descents; two-cycle")
def trend_3c(submission):
    module = submission.module(3)
    demand_slope(submission, f_3c, [-2.0, -0.5, -0.01, 0.01, 0.3, 1], borders=[0])
    demand_descent(submission, module.gradient_3c, slope_3c, 0.5, RATES_3C)
    settings = submission.config["problem3c"]
    rates = [float(rate) for rate in settings["learning_rates"]]
    starts = [float(start) for start in settings["starting_points"]]
    iterations = settings["iterations"]
    demand(
        set(RATES_3C) <= set(rates) and len(starts) >= 2,
        "The handout asks for 1e-3, 1e-2, 1e-1 and several starting points: set them under "
        "problem3c in config.yaml.",
    )
    figure, _ = module.problem3c(starts, RATES_3C, iterations)
    demand_graph(figure, module.f_3c, "f")
    for rate in RATES_3C:
        points = np.concatenate([descend(slope_3c, start, rate, iterations) for start in starts])
        demand_dots(figure, module.f_3c, rate, points)
    rows = [row_3c(rate, starts, iterations) for rate in rates]
    return {"3 (c)": [numbers(*starts), numbers(iterations), *(numbers(*row) for row in rows)]}


def row_3c(rate, starts, iterations):
    """The learning rate, the furthest last point, and how long each distance from 0 takes.

    For each distance, the iterations until the descent is within rate² of 0, if it ever is, and
    those that are enough, 2 √distance / rate.
    """
    row = [rate, max(abs(descend(slope_3c, start, rate, iterations)[-1]) for start in starts)]
    for distance in sorted({abs(start) for start in starts}):
        points = descend(slope_3c, distance, rate, iterations)
        near = [t for t, x in enumerate(points) if abs(x) <= rate**2]
        row += near[:1]
        row.append(round(2 * math.sqrt(distance) / rate))
    return row


# 3d


@requirement("3d", 6, f"{MODULE}: problem3d", "to a maximum in one step")
def maximum_3d(submission):
    figure, _ = submission.module(3).problem3d()
    demand_graph(figure, f_3d, "f")
    demand(
        {(2, f_3d(2)), (0, f_3d(0))} <= marked_in(figure),
        f"problem3d does not step from 2 to the maximum at 0, as the PDF says: {FIX}",
    )
    return {
        "3 (d)": [
            numbers(Fraction(1, 12), before="ε ="),
            numbers(2, before="x(1) ="),
            numbers(24, before="="),
            numbers(0, before="x ="),
            numbers(0, before="(0) ="),
            numbers(-4, before="(0) ="),
        ]
    }

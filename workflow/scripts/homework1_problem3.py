"""Problem 3: what can go wrong in gradient descent.

`python homework1_problem3.py` draws problem3a.png to problem3d.png into the current folder and
prints what each shows. Problem 3b reads gradient_descent_sequence.txt from there or, where the file
is missing, recomputes the sequence.

Each of problem3a() to problem3d() returns (figure, findings): a matplotlib Figure, and a dict of
plain numbers, strings and lists, with None for a number that overflowed.

plt.contour, plt.scatter and plt.legend draw on the current axes. A figure with several axes calls
the methods of the same names: axes.contour, axes.scatter, and axes.legend or figure.legend.
"""

from fractions import Fraction
from pathlib import Path
from pprint import pprint

import numpy as np
from matplotlib import rcParams
from matplotlib.figure import Figure

MINIMUM_3A = 6
STATIONARY_3A = 31 / 10
CURVATURE_3A = 1083 / 100  # f'' at the minimum
CREEPING_LEARNING_RATE = 0.18  # just below 2 / CURVATURE_3A, above which the minimum repels
CREEPING_ITERATIONS = 2000

SEQUENCE_FILE = "gradient_descent_sequence.txt"
SEQUENCE_LENGTH = 201
MISFIT_TOLERANCE = 1e-4  # of a one-step prediction, relative to the extent of the sequence

SETTLED_TOLERANCE = 1e-6  # of the two-cycle in 3c, relative to its amplitude

# One for each learning rate, so that a print in grey shows which is which.
MARKERS = "os^Dv*P"
LINE_STYLES = ("-", "--", "-.")


def gradient_descent(gradient, start, learning_rate, iterations):
    """All points of x <- x - learning_rate * gradient(x), the start included.

    start has shape () or (d,), the result (iterations + 1,) or (iterations + 1, d), in the
    precision of the start. Points that overflow stay in it as inf or nan.
    """
    start = np.asarray(start)
    points = np.empty((iterations + 1, *start.shape), dtype=np.result_type(start, 0.0))
    points[0] = start
    with np.errstate(all="ignore"):
        for t in range(iterations):
            points[t + 1] = points[t] - learning_rate * gradient(points[t])
    return points


# What the figures share


def new_figure(height):
    """An empty Figure, as wide as matplotlib's settings say and `height` inches high."""
    width = rcParams["figure.figsize"][0]
    return Figure(figsize=(width, height), layout="constrained")


def draw_function(axes, f, limits, title):
    """The graph of f between the limits, in grey, for dots to lie on; broken at 3a's jump."""
    low, high = limits
    jump = np.clip(3, low, high)
    left = np.linspace(low, jump, 500, endpoint=False)
    right = np.linspace(jump, high, 500)
    x = np.concatenate([left, [np.nan], right])
    axes.plot(x, f(x), color="0.6", linewidth=1, zorder=1)
    axes.set(xlim=limits, xlabel="$x$", title=title)


def draw_dots(axes, f, points, index, label=None, size=16):
    """The dots (x, f(x)) of a descent with the index-th learning rate, where they are in view.

    They are rounded to a thousandth and drawn once each: more would only make the file larger.
    """
    low, high = axes.get_xlim()
    in_view = points[(low <= points) & (points <= high)]
    x = np.unique(np.round(in_view, 3))
    axes.scatter(
        x,
        f(x),
        size,
        label=label,
        marker=MARKERS[index % len(MARKERS)],
        facecolors="none",
        edgecolors=f"C{index}",
        linewidths=0.8,
    )


def add_legend(figure, all_axes, ncols):
    """One legend under the figure for the labels of some of its axes."""
    handles = []
    for axes in all_axes:
        labelled, _ = axes.get_legend_handles_labels()
        handles += labelled
    figure.legend(handles=handles, loc="outside lower center", ncols=ncols)
    return figure


# 3a: a plateau


def f_3a(x):
    """The piece-wise function of problem 3a, elementwise."""
    x = np.asarray(x, dtype=float)
    with np.errstate(over="ignore"):  # np.select computes every piece everywhere
        pieces = [
            -(x**3),
            -3 * x / 100 - 1 / 500,
            -((x - 31 / 10) ** 3) - 23 / 250,
        ]
        last_piece = 1083 / 200 * (x - 6) ** 2 - 6183 / 500
    return np.select([x < -0.1, x < 3, x < 5], pieces, last_piece)


def gradient_3a(x):
    """The derivative of f_3a, elementwise, differentiated piece by piece."""
    x = np.asarray(x, dtype=float)
    with np.errstate(over="ignore"):
        pieces = [
            -3 * x**2,
            np.full_like(x, -3 / 100),
            -3 * (x - 31 / 10) ** 2,
        ]
        last_piece = 1083 / 100 * (x - 6)
    return np.select([x < -0.1, x < 3, x < 5], pieces, last_piece)


def problem3a(
    start=-3.0,
    iterations=100,
    learning_rates=(1e-3, 1e-2, 1e-1, 1e0, 1e1),
    converging_learning_rate="1/3",
):
    """Descend f_3a with each learning rate, with one that reaches the minimum, and with one that is
    stable at the minimum but too small to pass the plateau.

    converging_learning_rate is a number, or a fraction such as "1/3".
    """
    converging_rate = as_fraction(converging_learning_rate)
    descents = []
    for rate in map(float, learning_rates):
        descents.append((rate, gradient_descent(gradient_3a, start, rate, iterations)))
    converging = gradient_descent(gradient_3a, start, float(converging_rate), iterations)
    creeping = gradient_descent(gradient_3a, start, CREEPING_LEARNING_RATE, CREEPING_ITERATIONS)
    findings = findings_3a(start, iterations, descents, converging_rate, converging, creeping)
    series = [(f"ε = {rate:g}", points) for rate, points in descents]
    series.append((f"ε = {converging_rate}", converging))
    return figure_3a(series, creeping, findings), findings


def figure_3a(series, creeping, findings):
    """f with all dots, nabla f, and close-ups of the plateau and of the inflection at 3.1."""
    start = findings["start"]
    whole = (min(start, -3) - 0.5, max(start, 7.5) + 0.5)
    figure = new_figure(3.9)
    axes = figure.subplot_mosaic(
        [["f", "gradient"], ["plateau", "inflection"]], width_ratios=[3, 2]
    )
    draw_function(axes["f"], f_3a, whole, "$f$ and the whole descent")
    draw_function(axes["gradient"], gradient_3a, whole, r"$\nabla f$")
    draw_function(axes["plateau"], f_3a, (-0.4, 3.3), "$f$ on the plateau")
    draw_function(axes["inflection"], f_3a, (2.88, 3.24), "$f$ at the plateau's end")
    for index, (label, points) in enumerate(series):
        for name in ("f", "plateau", "inflection"):
            draw_dots(axes[name], f_3a, points, index, label)
        draw_dots(axes["gradient"], gradient_3a, points, index)
    # In the whole picture the creeping descent would hide the others.
    label = f"ε = {CREEPING_LEARNING_RATE}, T = {CREEPING_ITERATIONS}"
    for name in ("plateau", "inflection"):
        draw_dots(axes[name], f_3a, creeping, len(series), label)
    note_overflows(axes["f"], findings["descents"])
    note_stationary_points(axes["gradient"])
    note_jump_and_inflection(axes["inflection"])
    return add_legend(figure, [axes["plateau"]], ncols=4)


def note_overflows(axes, descents):
    """At the right edge, one line for each learning rate whose dots leave the picture."""
    height = 0.95
    for index, descent in enumerate(descents):
        if descent["overflowed_at"] is None:
            continue
        note = "ε = {learning_rate:g}: to x = {first_x:.4g}, overflow at t = {overflowed_at} →"
        axes.text(
            0.95,
            height,
            note.format(**descent),
            transform=axes.transAxes,
            ha="right",
            va="center",
        )
        axes.plot(
            0.98,
            height,
            MARKERS[index % len(MARKERS)],
            color=f"C{index}",
            fillstyle="none",
            transform=axes.transAxes,
        )
        height -= 0.13


def note_stationary_points(axes):
    """Mark the two zeros of the gradient."""
    axes.axhline(0, color="0.8", linewidth=0.6, zorder=0)
    for x in (STATIONARY_3A, MINIMUM_3A):
        axes.plot(x, 0, "k.")
        axes.annotate(f"{x:g}", (x, 0), xytext=(0, 6), textcoords="offset points", ha="center")


def note_jump_and_inflection(axes):
    """Mark which end of the jump belongs to f, and the inflection that no small step passes."""
    axes.plot(3, -0.092, "ko", fillstyle="none", markersize=4)
    axes.plot(3, -0.091, "ko", markersize=4)
    axes.annotate(
        r"$\nabla f(3.1) = 0$",
        (STATIONARY_3A, f_3a(STATIONARY_3A)),
        xytext=(0, 22),
        textcoords="offset points",
        arrowprops={"arrowstyle": "-", "linewidth": 0.6},
    )


# 3b: an elongated paraboloid


def paraboloid(x, a, c):
    """The sum of a_j (x_j - c_j)^2: x is (..., d), a and c are (d,), the result (...)."""
    return np.sum(a * (x - c) ** 2, axis=-1)


def paraboloid_gradient(x, a, c):
    """The gradient of the paraboloid: (..., d)."""
    return 2 * a * (x - c)


def given_sequence():
    """The course's descent, (201, 2), recomputed in float32: within 3e-7 of its file.

    The file determines only the products of learning rate and a; here the learning rate is 1.
    """
    a = np.array([0.9375, 0.02109375], dtype=np.float32)
    c = np.array([0.4, 4], dtype=np.float32)
    start = np.array([1, -3], dtype=np.float32)
    iterations = SEQUENCE_LENGTH - 1
    points = gradient_descent(lambda x: paraboloid_gradient(x, a, c), start, 1.0, iterations)
    return points.astype(float)


def fit_paraboloid(sequence, learning_rate):
    """The a and c, (d,) each, of the paraboloid that the sequence, (T + 1, d), descends.

    Descent contracts each coordinate by a fixed ratio, x' - c = (1 - 2 learning_rate a)(x - c):
    a straight line from x to x', fitted by least squares. ValueError if it does not fit.
    """
    before, after = sequence[:-1], sequence[1:]
    deviation = before - before.mean(axis=0)
    with np.errstate(all="ignore"):  # a coordinate that stands still gives nan, refused below
        slope = np.sum(deviation * after, axis=0) / np.sum(deviation**2, axis=0)
        c = np.mean(after - slope * before, axis=0) / (1 - slope)
        a = (1 - slope) / (2 * learning_rate)
        misfit = one_step_misfit(sequence, a, c, learning_rate)
    if not (misfit <= MISFIT_TOLERANCE * np.ptp(sequence) and np.all(a > 0)):
        raise ValueError(
            "The sequence is not gradient descent on a paraboloid with a minimum: the best fit "
            f"misses a step by {misfit:.2g} and has a = {a}. Use the sequence the course gives."
        )
    if np.any(np.abs(slope) >= 1):
        raise ValueError(
            f"The sequence diverges: its distance from {c} is multiplied by {slope} each step. "
            "Use the sequence the course gives."
        )
    return a, c


def one_step_misfit(sequence, a, c, learning_rate):
    """The largest distance, in any coordinate, from a point to where one step should have led."""
    predicted = sequence[:-1] - learning_rate * paraboloid_gradient(sequence[:-1], a, c)
    return float(np.max(np.abs(sequence[1:] - predicted)))


def problem3b(sequence=None, learning_rate=0.1, slowdown=100, iterations=200):
    """Fit a paraboloid to the sequence, (T + 1, 2), descend it, and again with smaller steps.

    Without a sequence it is the course's, recomputed. It determines learning_rate * a only, so the
    learning rate is a choice. The small learning rate is learning_rate / slowdown.
    """
    recomputed = sequence is None
    sequence = given_sequence() if recomputed else np.asarray(sequence, dtype=float)
    a, c = fit_paraboloid(sequence, learning_rate)
    small_rate = learning_rate / slowdown

    def descend(rate, iterations):
        return gradient_descent(
            lambda x: paraboloid_gradient(x, a, c), sequence[0], rate, iterations
        )

    descent = descend(learning_rate, iterations)
    small = descend(small_rate, iterations)
    long = descend(small_rate, int(iterations * slowdown))
    findings = {
        "recomputed": recomputed,
        "learning_rate": float(learning_rate),
        "iterations": iterations,
        **describe_fit(sequence, descent, a, c, learning_rate),
        "slowdown": float(slowdown),
        "small_step": describe_small_step(small, a, small_rate),
    }
    return figure_3b(sequence, descent, small, long, findings), findings


def figure_3b(sequence, descent, small, long, findings):
    """The descents on f's contours, and each coordinate against the iterations."""
    a = np.array(findings["a"])
    c = np.array(findings["c"])
    figure = new_figure(3)
    axes = figure.subplot_mosaic(
        [["zigzag", "small", "x_1"], ["zigzag", "small", "x_2"]], width_ratios=[1, 1, 4]
    )
    draw_contours(axes["zigzag"], a, c, sequence)
    draw_zigzag(axes["zigzag"], sequence, descent, findings["learning_rate"])
    draw_contours(axes["small"], a, c, sequence)
    draw_small_steps(axes["small"], small, long, findings["small_step"]["learning_rate"])
    draw_coordinate(axes["x_1"], "$x_1$", c[0], descent[:, 0], small[:, 0])
    draw_coordinate(axes["x_2"], "$x_2$", c[1], descent[:, 1], small[:, 1])
    return add_legend(figure, [axes["zigzag"], axes["small"]], ncols=2)


def draw_contours(axes, a, c, sequence):
    """Contours of the paraboloid around the sequence, both axes to one scale."""
    margin = 0.08 * np.ptp(sequence)
    low = sequence.min(axis=0) - margin
    high = sequence.max(axis=0) + margin
    x1, x2 = np.meshgrid(np.linspace(low[0], high[0], 200), np.linspace(low[1], high[1], 200))
    f = paraboloid(np.stack([x1, x2], axis=-1), a, c)
    # Squares, so that the ellipses follow one another at equal distances.
    levels = paraboloid(sequence[0], a, c) * (np.arange(1, 9) / 6) ** 2
    axes.contour(x1, x2, f, levels, colors="0.7", linewidths=0.6)
    axes.plot(c[0], c[1], "k+", markersize=8)
    axes.set(aspect="equal", xlabel="$x_1$", ylabel="$x_2$")


def draw_zigzag(axes, sequence, descent, learning_rate):
    """The given sequence as dots, and our own descent as a circle around each."""
    axes.plot(descent[:, 0], descent[:, 1], color="C3", linewidth=0.5)
    axes.scatter(sequence[:, 0], sequence[:, 1], 3, color="k", label="the given sequence")
    axes.scatter(
        descent[:, 0],
        descent[:, 1],
        16,
        facecolors="none",
        edgecolors="C3",
        linewidths=0.8,
        label=f"our descent, ε = {learning_rate:g}",
    )


def draw_small_steps(axes, small, long, learning_rate):
    """As many small steps as large ones, and a dotted line where they lead in the long run."""
    label = f"ε = {learning_rate:g}, {len(small) - 1:,} iterations"
    axes.plot(small[:, 0], small[:, 1], color="C0", linewidth=2, label=label)
    label = f"the same, {len(long) - 1:,} iterations"
    axes.plot(long[:, 0], long[:, 1], "k:", linewidth=1, label=label)


def draw_coordinate(axes, name, centre, descent, small):
    """One coordinate of both descents against the iterations."""
    axes.axhline(centre, color="0.6", linewidth=0.6)
    axes.plot(descent, ".-", color="C3", markersize=3, linewidth=0.5)
    axes.plot(small, color="C0", linewidth=2)
    axes.set(ylabel=name, xlabel="iteration")


# 3c: a gradient that is not Lipschitz


def f_3c(x):
    """2/3 |x|^(3/2), elementwise."""
    return 2 / 3 * np.abs(x) ** 1.5


def gradient_3c(x):
    """The derivative of f_3c: sign(x) |x|^(1/2), elementwise."""
    return np.sign(x) * np.sqrt(np.abs(x))


def problem3c(
    starting_points=(-1.0, -0.25, 0.5, 1.0), learning_rates=(1e-3, 1e-2, 1e-1), iterations=3000
):
    """Descend f_3c from every starting point with every learning rate.

    From |x| = 1 the minimum is about 2 / learning_rate iterations away.
    """
    starts = np.array(starting_points, dtype=float)
    descents = []
    for rate in map(float, learning_rates):
        descents.append((rate, gradient_descent(gradient_3c, starts, rate, iterations)))
    findings = {
        "iterations": iterations,
        "starting_points": starts.tolist(),
        "cycles": [describe_cycle(rate, points) for rate, points in descents],
    }
    return figure_3c(descents), findings


def figure_3c(descents):
    """The dots on f, the way to the minimum, and what happens there."""
    figure = new_figure(3.9)
    above, below = figure.subfigures(2, 1)
    on_f = above.subplots(1, len(descents), sharey=True, squeeze=False)[0]
    distance, cycle = below.subplots(1, 2, width_ratios=[3, 2])
    for index, (rate, points) in enumerate(descents):
        draw_descents_on_f_3c(on_f[index], points, index, f"ε = {rate:g}")
        draw_distance(distance, points, index, rate)
        draw_cycle(cycle, points, index, rate)
    on_f[0].set_ylabel("$f(x)$")
    distance.set(xscale="log", yscale="log", xlabel="iteration", ylabel="$|x|$")
    distance.legend(loc="lower left")
    cycle.set(xlabel="iterations since |x| < ε²", ylabel="x / (ε² / 4)", ylim=(-4.2, 4.2))
    return figure


def draw_descents_on_f_3c(axes, points, index, title):
    """Every descent's dots on f, and the starting points in black."""
    reach = 1.08 * np.max(np.abs(points[0]))
    draw_function(axes, f_3c, (-reach, reach), title)
    draw_dots(axes, f_3c, points, index, size=6)
    axes.plot(points[0], f_3c(points[0]), "k.", markersize=7)


def draw_distance(axes, points, index, learning_rate):
    """The |x| of every descent, and a dotted line at the |x| of the two-cycle."""
    lines = axes.plot(
        np.arange(1, len(points)),
        np.abs(points[1:]),
        color=f"C{index}",
        linestyle=LINE_STYLES[index % len(LINE_STYLES)],
        linewidth=1,
    )
    lines[0].set_label(f"ε = {learning_rate:g}")  # one entry in the legend for all starting points
    # From the middle on: the legend stands to the left.
    axes.axhline(learning_rate**2 / 4, xmin=0.4, color="k", linestyle=":", linewidth=0.8)


def draw_cycle(axes, points, index, learning_rate):
    """Nine iterations of every descent from where |x| < ε^2 on, in units of ε^2 / 4."""
    for x in points.T:
        entry = np.argmax(np.abs(x) < learning_rate**2)
        axes.plot(
            x[entry : entry + 9] / (learning_rate**2 / 4),
            color=f"C{index}",
            marker=MARKERS[index % len(MARKERS)],
            linewidth=0.6,
            fillstyle="none",
        )


# 3d: descent to a maximum


def f_3d(x):
    """x^4 - 2 x^2, which has a local maximum at 0."""
    return x**4 - 2 * x**2


def gradient_3d(x):
    """The derivative of f_3d."""
    return 4 * x**3 - 4 * x


def second_derivative_3d(x):
    """The second derivative of f_3d."""
    return 12 * x**2 - 4


def problem3d():
    """One step of descent on f_3d, in exact rational numbers, which are strings in the findings."""
    learning_rate = Fraction(1, 12)
    start = Fraction(2)
    end = start - learning_rate * gradient_3d(start)
    trajectory = [start, end]
    findings = {
        "function": "x^4 - 2 x^2",
        "learning_rate": str(learning_rate),
        "trajectory": [str(x) for x in trajectory],
        "values": [str(f_3d(x)) for x in trajectory],
        "gradients": [str(gradient_3d(x)) for x in trajectory],
        "second_derivatives": [str(second_derivative_3d(x)) for x in trajectory],
        "at_maximum": gradient_3d(end) == 0 and second_derivative_3d(end) < 0,
    }
    return figure_3d(float(start), float(end)), findings


def figure_3d(start, end):
    """The function, its gradient, and the one step."""
    figure = new_figure(2.2)
    left, right = figure.subplots(1, 2)
    draw_function(left, f_3d, (-1.8, 2.2), "$f(x) = x^4 - 2x^2$")
    draw_function(right, gradient_3d, (-1.8, 2.2), r"$\nabla f(x) = 4x^3 - 4x$")
    for axes, f in ((left, f_3d), (right, gradient_3d)):
        axes.axhline(0, color="0.8", linewidth=0.6, zorder=0)
        mark_point(axes, start, f(start), "x^{(1)}")
        mark_point(axes, end, f(end), "x^{(2)}")
    left.annotate("", (end, f_3d(end)), (start, f_3d(start)), arrowprops={"arrowstyle": "->"})
    return figure


def mark_point(axes, x, y, name):
    """A dot at (x, y), with the name and the value of x beside it."""
    axes.plot(x, y, "ko")
    axes.annotate(f"${name} = {x:g}$", (x, y), (-45, 6), textcoords="offset points")


# The findings, from which the report has its numbers


def findings_3a(start, iterations, descents, converging_rate, converging, creeping):
    """Where each descent ends, and what in f_3a itself decides how descent fares."""
    return {
        "start": float(start),
        "iterations": iterations,
        "descents": [describe_descent(rate, points) for rate, points in descents],
        "stability_limit": 2 / CURVATURE_3A,
        "curvature_at_minimum": CURVATURE_3A,
        "minimum_x": MINIMUM_3A,
        "minimum_value": float(f_3a(MINIMUM_3A)),
        "stationary_x": STATIONARY_3A,
        "jump_at_3": {"left": float(f_3a(np.nextafter(3, 0))), "right": float(f_3a(3))},
        "converging": {
            "learning_rate": str(converging_rate),
            "first_x": finite(converging[1]),
            "final_x": finite(converging[-1]),
            "final_gradient": finite(gradient_3a(converging[-1])),
            "final_value": finite(f_3a(converging[-1])),
        },
        "creeping": {
            "learning_rate": CREEPING_LEARNING_RATE,
            "iterations": CREEPING_ITERATIONS,
            "final_x": finite(creeping[-1]),
        },
    }


def describe_descent(learning_rate, points):
    """Where the first step leads, where the descent ends, and the first iteration not finite."""
    overflowed = np.flatnonzero(~np.isfinite(points))
    return {
        "learning_rate": learning_rate,
        "first_x": finite(points[1]),
        "final_x": finite(points[-1]),
        "overflowed_at": int(overflowed[0]) if overflowed.size else None,
    }


def describe_fit(sequence, descent, a, c, learning_rate):
    """The fitted constants, and how well our own descent on them follows the sequence."""
    shared = min(len(sequence), len(descent))
    return {
        "a": a.tolist(),
        "c": c.tolist(),
        "contraction": (1 - 2 * learning_rate * a).tolist(),
        "curvature_ratio": float(a[0] / a[1]),
        "misfit": one_step_misfit(sequence, a, c, learning_rate),
        "largest_deviation": float(np.max(np.abs(descent[:shared] - sequence[:shared]))),
        "final_x": descent[-1].tolist(),
    }


def describe_small_step(points, a, learning_rate):
    """How the descent with the small learning rate goes; monotone: no coordinate turns back."""
    steps = np.diff(points, axis=0)
    one_way = np.all(steps >= 0, axis=0) | np.all(steps <= 0, axis=0)
    return {
        "learning_rate": learning_rate,
        "contraction": (1 - 2 * learning_rate * a).tolist(),
        "final_x": points[-1].tolist(),
        "monotone": bool(np.all(one_way)),
    }


def describe_cycle(learning_rate, points):
    """Whether all descents, the columns of points, end in the two-cycle +-learning_rate^2 / 4."""
    amplitude = learning_rate**2 / 4
    signs = np.sign(points[-1])
    two_cycle = amplitude * np.stack([-signs, signs])
    settled = np.allclose(points[-2:], two_cycle, rtol=SETTLED_TOLERANCE, atol=0) and signs.all()
    return {
        "learning_rate": learning_rate,
        "predicted_amplitude": amplitude,
        "amplitudes": [finite(x) for x in np.abs(points[-1])],
        "settled": bool(settled),
    }


def finite(x):
    """A Python float, or None where x is inf or nan, which JSON cannot hold."""
    return float(x) if np.isfinite(x) else None


def as_fraction(number):
    """The number as a Fraction if a simple one is equal to it in float64, else as a float."""
    exact = Fraction(number)
    simple = exact.limit_denominator(1000)
    return simple if float(simple) == float(exact) else float(exact)


def load_sequence(path):
    """The course's gradient_descent_sequence.txt: (201, 2). ValueError if it is anything else."""
    message = (
        f"{path}: expected two numbers on each of {SEQUENCE_LENGTH} lines. "
        "Download the course's file again."
    )
    try:
        sequence = np.loadtxt(path, ndmin=2)
    except ValueError as error:
        raise ValueError(message) from error
    if sequence.shape != (SEQUENCE_LENGTH, 2) or not np.isfinite(sequence).all():
        raise ValueError(message)
    return sequence


def main():
    """Draw and print everything."""
    sequence = load_sequence(SEQUENCE_FILE) if Path(SEQUENCE_FILE).exists() else None
    problems = {
        "problem3a": problem3a(),
        "problem3b": problem3b(sequence),
        "problem3c": problem3c(),
        "problem3d": problem3d(),
    }
    for name, (figure, findings) in problems.items():
        figure.savefig(f"{name}.png", dpi=150)
        print(f"{name}, drawn in {name}.png:")
        pprint(findings, sort_dicts=False, width=100)


if __name__ == "__main__":
    main()

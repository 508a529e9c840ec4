"""Problem 3: what can go wrong in gradient descent.

`python homework1_problem3.py` draws problem3a.png, problem3a_iv.png, and problem3b.png to
problem3d.png into the current folder and prints what each shows. Problem 3b reads the course's
gradient_descent_sequence.txt from there.

Each of problem3a(), problem3a_iv(), and problem3b() to problem3d() returns (figure, findings): a
matplotlib Figure, and a dict of plain numbers, strings and lists, with None for a number that
overflowed.

plt.contour, plt.scatter and plt.legend draw on the current axes. A figure with several axes calls
the methods of the same names: axes.contour, axes.scatter, and axes.legend or figure.legend.
"""

import sys
from fractions import Fraction
from pathlib import Path
from pprint import pprint

import matplotlib.style
import numpy as np
from matplotlib import rcParams
from matplotlib.figure import Figure

START_3A = -3.0
MINIMUM_3A = 6
STATIONARY_3A = 31 / 10
CURVATURE_3A = 1083 / 100  # f'' at the minimum
STABILITY_LIMIT = 2 / CURVATURE_3A  # a larger learning rate is repelled by the minimum
CREEPING_LIMIT = 6.1 / 27  # up to this learning rate, descent from -3 never passes 3.1
CREEPING_RATE = 0.18  # just below the stability limit
CREEPING_ITERATIONS = 2000
LANDING_RATE = 0.25722316754197283  # lands on 6 in three steps, in float64 too
MISSING_RATE = 0.333  # next to 1/3, and yet it misses
RATES_3A_IV = np.linspace(0, 0.45, 1801)[1:]
ITERATIONS_3A_IV = 1000

SEQUENCE_FILE = "gradient_descent_sequence.txt"
MISFIT_TOLERANCE = 1e-4  # of a one-step prediction, relative to the extent of the sequence

RING_DISTANCE_3C = 0.05  # of the ringed points on f, in units of learning rate * iterations
SETTLED_TOLERANCE = 1e-6  # of the two-cycle in 3c, relative to its amplitude

# One for each learning rate, so that a print in grey shows which is which.
MARKERS = "os^Dv*P"
LINE_STYLES = ("-", "--", "-.")
# As wide as the text of a US Letter page. Okabe and Ito's colours are safe for colour-blind eyes.
STYLE = {
    "figure.figsize": (6.5, 3.6),
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.labelsize": 9,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "lines.linewidth": 1.2,
    "lines.markersize": 4,
    "axes.prop_cycle": (
        "cycler('color', ['0072B2', 'E69F00', '009E73', 'D55E00', '56B4E9', 'CC79A7', '000000'])"
    ),
}
# The figures look alike on every machine, whatever its matplotlibrc says.
our_style = matplotlib.style.context(["default", STYLE])


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


def draw_function(axes, f, limits, ylabel):
    """The graph of f between the limits, in grey, for dots to lie on; broken at 3a's jump."""
    low, high = limits
    jump = np.clip(3, low, high)
    left = np.linspace(low, jump, 500, endpoint=False)
    right = np.linspace(jump, high, 500)
    x = np.concatenate([left, [np.nan], right])
    axes.plot(x, f(x), color="0.6", linewidth=1, zorder=1)
    axes.set(xlim=limits, xlabel="$x$", ylabel=ylabel)


def draw_dots(axes, f, points, index, label=None, size=16):
    """The dots (x, f(x)) of a descent with the index-th learning rate, where they are in view.

    They are rounded to a thousandth and drawn once each: more would only make the file larger.
    Returns what was drawn.
    """
    low, high = axes.get_xlim()
    in_view = points[(low <= points) & (points <= high)]
    x = np.unique(np.round(in_view, 3))
    return axes.scatter(
        x,
        f(x),
        size,
        label=label,
        marker=MARKERS[index % len(MARKERS)],
        facecolors="none",
        edgecolors=f"C{index}",
        linewidths=0.8,
        zorder=2 + index / 100,
    )


def short(number):
    """A positive number as the handout writes small ones: 1e-3, but 0.1."""
    if number >= 0.1:
        return f"{number:g}"
    return np.format_float_scientific(number, 5, trim="-", exp_digits=1)


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


@our_style
def problem3a(
    start=START_3A,
    iterations=100,
    learning_rates=(1e-3, 1e-2, 1e-1, 1e0, 1e1),
    converging_learning_rate="1/3",
):
    """Descend f_3a with each learning rate, and with one that reaches the minimum.

    converging_learning_rate is a number, or a fraction such as "1/3".
    """
    converging_rate = as_fraction(converging_learning_rate)
    descents = []
    for rate in map(float, learning_rates):
        descents.append((rate, gradient_descent(gradient_3a, start, rate, iterations)))
    converging = gradient_descent(gradient_3a, start, float(converging_rate), iterations)
    findings = findings_3a(start, iterations, descents, converging_rate, converging)
    series = [(f"ε = {short(rate)}", points) for rate, points in descents]
    series.append((f"ε = {converging_rate}", converging))
    return figure_3a(series, findings), findings


def figure_3a(series, findings):
    """f and nabla f with all dots, and x against the iterations."""
    start = findings["start"]
    whole = (min(start, -3) - 0.5, max(start, 7.5) + 0.5)
    figure = new_figure(3.4)
    axes = figure.subplot_mosaic([["f", "gradient"], ["x", "x"]], width_ratios=[3, 2])
    draw_function(axes["f"], f_3a, whole, "$f(x)$")
    draw_function(axes["gradient"], gradient_3a, whole, r"$\nabla f(x)$")
    axes["x"].set(ylim=whole, xlabel="iteration", ylabel="$x$")
    for index, (label, points) in enumerate(series):
        # The larger a learning rate, the larger its dots: they stand around the others.
        size = 4 + 5 * min(index, 5)
        draw_dots(axes["f"], f_3a, points, index, label, size)
        draw_dots(axes["gradient"], gradient_3a, points, index, size=size)
        draw_against_iterations(axes["x"], points, index)
    note_overflows(axes["f"], findings["descents"])
    note_stationary_points(axes["gradient"])
    note_levels(axes["x"])
    return add_legend(figure, [axes["f"]], ncols=6)


def draw_against_iterations(axes, points, index):
    """The x of a descent, joined by a line, up to the first that is out of view."""
    low, high = axes.get_ylim()
    out_of_view = np.flatnonzero(~((low <= points) & (points <= high)))
    last = out_of_view[0] if out_of_view.size else len(points) - 1
    axes.plot(
        points[: last + 1],
        color=f"C{index}",
        marker=MARKERS[index % len(MARKERS)],
        markersize=2.5,
        markeredgewidth=0.6,
        fillstyle="none",
        linewidth=0.5,
    )


def note_overflows(axes, descents):
    """At the right edge, one line for each learning rate whose dots leave the picture."""
    height = 0.95
    for index, descent in enumerate(descents):
        if descent["overflowed_at"] is None:
            continue
        rate = short(descent["learning_rate"])
        note = f"ε = {rate}: first to x = {descent['first_x']:.4g}, "
        note += f"overflow at iteration {descent['overflowed_at']} →"
        axes.text(0.95, height, note, transform=axes.transAxes, ha="right", va="center", fontsize=8)
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
    """Point to the two zeros of the gradient from above, where no dots are."""
    axes.axhline(0, color="0.8", linewidth=0.6, zorder=0)
    for x in (STATIONARY_3A, MINIMUM_3A):
        axes.annotate(
            f"{x:g}",
            (x, 0),
            xytext=(0, 16),
            textcoords="offset points",
            ha="center",
            arrowprops={"arrowstyle": "->", "linewidth": 0.6, "shrinkB": 4},
        )


def note_levels(axes):
    """Shade the plateau, and draw a line at the minimum."""
    axes.axhspan(-0.1, 3, color="0.93", zorder=0)
    axes.axhline(MINIMUM_3A, color="0.6", linewidth=0.6, zorder=0)
    right = axes.get_yaxis_transform()
    axes.text(0.985, 1.6, "plateau", transform=right, ha="right", va="center")
    axes.text(0.985, MINIMUM_3A - 0.4, "minimum", transform=right, ha="right", va="top")


@our_style
def problem3a_iv(converging_learning_rate="1/3"):
    """Descend f_3a from -3 with very many learning rates at once, and with some that matter."""
    starts = np.full_like(RATES_3A_IV, START_3A)
    points = gradient_descent(gradient_3a, starts, RATES_3A_IV, ITERATIONS_3A_IV)
    creeping = gradient_descent(gradient_3a, START_3A, CREEPING_RATE, CREEPING_ITERATIONS)
    landing = gradient_descent(gradient_3a, START_3A, LANDING_RATE, ITERATIONS_3A_IV)
    missing = gradient_descent(gradient_3a, START_3A, MISSING_RATE, ITERATIONS_3A_IV)
    fates = fates_3a(points)
    findings = {
        "stability_limit": STABILITY_LIMIT,
        "creeping_limit": CREEPING_LIMIT,
        "iterations": ITERATIONS_3A_IV,
        "learning_rates": len(RATES_3A_IV),
        "landed": int(np.sum(points[-1] == MINIMUM_3A)),
        **fate_limits(fates),
        "creeping": {
            "learning_rate": CREEPING_RATE,
            "iterations": CREEPING_ITERATIONS,
            "final_x": finite(creeping[-1]),
        },
        "missing": {
            "learning_rate": MISSING_RATE,
            "first_x": finite(missing[1]),
            "final_x": finite(missing[-1]),
        },
        "landing": {
            "learning_rate": LANDING_RATE,
            "first_points": landing[:4].tolist(),
            "final_x": finite(landing[-1]),
        },
    }
    figure = figure_3a_iv(points, creeping, findings)
    converging_rate = as_fraction(converging_learning_rate)
    converging = gradient_descent(gradient_3a, START_3A, float(converging_rate), ITERATIONS_3A_IV)
    if converging[-1] == MINIMUM_3A:
        mark_landing(figure.axes[0], converging_rate)
    return figure, findings


def fates_3a(points):
    """What becomes of each descent, (rates,), from all its points, (iterations + 1, rates)."""
    overflows = ~np.isfinite(points[-1])
    creeps = ~(points > STATIONARY_3A).any(axis=0)
    falls_back = points[-1] <= STATIONARY_3A
    return np.select(
        [overflows, creeps, falls_back], ["overflows", "creeps", "falls back"], "wanders"
    )


def fate_limits(fates):
    """Between which learning rates each fate is found. From the last fall to the first rate beyond
    which all overflow, the two alternate."""
    wandering = RATES_3A_IV[fates == "wanders"]
    falling = RATES_3A_IV[fates == "falls back"]
    overflowing = RATES_3A_IV[fates == "overflows"]
    return {
        "creeps_up_to": float(RATES_3A_IV[fates == "creeps"][-1]),
        "wanders_up_to": float(wandering[wandering < falling[0]][-1]),
        "falls_back_up_to": float(falling[falling < overflowing[0]][-1]),
        "overflows_from": float(overflowing[overflowing > falling[-1]][0]),
    }


def figure_3a_iv(points, creeping, findings):
    """Where descents end, against their learning rates, and the inflection where they creep."""
    figure = new_figure(2.2)
    ends, inflection = figure.subplots(1, 2, width_ratios=[5, 3])
    draw_ends(ends, points[-5:], findings)
    draw_inflection(inflection, creeping)
    return figure


def draw_ends(axes, last_points, findings):
    """The last points of every descent, (points, rates), and in words what becomes of it."""
    # As many separate dots would make the file large: they are drawn as one image.
    axes.plot(RATES_3A_IV, last_points.T, "k.", markersize=0.5, rasterized=True)
    axes.axvspan(findings["overflows_from"], RATES_3A_IV[-1], color="0.85", linewidth=0)
    axes.set(xlim=(0, RATES_3A_IV[-1]), ylim=(-4, 9), xlabel="learning rate ε", ylabel="last $x$")
    limit = findings["creeping_limit"]
    falling = (findings["wanders_up_to"] + findings["falls_back_up_to"]) / 2
    overflowing = (findings["overflows_from"] + RATES_3A_IV[-1]) / 2
    axes.text(0.055, -1, "still on\nthe plateau", ha="left", va="center")
    axes.text(limit - 0.005, 2.5, "creeps to 3.1", ha="right", va="top")
    axes.text(limit - 0.01, MINIMUM_3A, "wanders around 6", ha="right", va="center")
    axes.text(falling, 2.5, "falls back,\nthen creeps to 3.1", ha="center", va="top")
    axes.text(overflowing, MINIMUM_3A, "overflows", rotation=90, ha="center", va="center")


def mark_landing(axes, converging_rate):
    """A star at 6 above the learning rate with which descent lands there."""
    axes.plot(
        float(converging_rate), MINIMUM_3A, "*", color="C5", markersize=10, markeredgecolor="k"
    )
    axes.annotate(
        f"ε = {converging_rate}\nlands on 6",
        (float(converging_rate), MINIMUM_3A),
        xytext=(0, 7),
        textcoords="offset points",
        ha="center",
    )


def draw_inflection(axes, creeping):
    """f around 3.1 with the dots of a descent that creeps there, and the jump at 3."""
    draw_function(axes, f_3a, (2.93, 3.17), "$f(x)$")
    draw_dots(axes, f_3a, creeping, 0, size=7)
    axes.plot(3, -0.092, "ko", markersize=5, markerfacecolor="w", zorder=3)
    axes.plot(3, -0.091, "ko", markersize=5, zorder=3)
    axes.annotate(
        r"$\nabla f(3.1) = 0$",
        (STATIONARY_3A, f_3a(STATIONARY_3A)),
        xytext=(0, 30),
        textcoords="offset points",
        ha="center",
        arrowprops={"arrowstyle": "->", "linewidth": 0.6, "shrinkB": 4},
    )
    axes.text(0.03, 0.05, f"ε = {CREEPING_RATE}", transform=axes.transAxes)


# 3b: an elongated paraboloid


def paraboloid(x, a, c):
    """The sum of a_j (x_j - c_j)^2: x is (..., d), a and c are (d,), the result (...)."""
    return np.sum(a * (x - c) ** 2, axis=-1)


def paraboloid_gradient(x, a, c):
    """The gradient of the paraboloid: (..., d)."""
    return 2 * a * (x - c)


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


@our_style
def problem3b(sequence=None, learning_rate=0.1, slowdown=100, iterations=200):
    """Fit a paraboloid to the sequence, (T + 1, 2), descend it, and again with smaller steps.

    Without a sequence it is read from the course's file. It determines learning_rate * a only, so
    the learning rate is a choice. The small learning rate is learning_rate / slowdown.
    """
    sequence = load_sequence(SEQUENCE_FILE) if sequence is None else np.asarray(sequence, float)
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
        "points": len(sequence),
        "learning_rate": float(learning_rate),
        "iterations": iterations,
        **describe_fit(sequence, descent, a, c, learning_rate),
        "slowdown": float(slowdown),
        "small_step": describe_small_step(small, a, small_rate),
    }
    return figure_3b(sequence, descent, small, long, findings), findings


def figure_3b(sequence, descent, small, long, findings):
    """The given sequence and the descents on f's contours."""
    figure = new_figure(2.2)
    axes = figure.subplots()
    draw_contours(axes, np.array(findings["a"]), np.array(findings["c"]), sequence)
    draw_large_steps(axes, sequence, descent, findings["learning_rate"])
    draw_small_steps(axes, small, long, findings["small_step"]["learning_rate"])
    return add_legend(figure, [axes], ncols=3)


def draw_contours(axes, a, c, sequence):
    """Contours of the paraboloid around the sequence, both axes to one scale.

    The valley is long in x_2, which therefore runs to the right.
    """
    margin = 0.05 * np.ptp(sequence)
    low = sequence.min(axis=0) - margin
    high = sequence.max(axis=0) + margin
    x1, x2 = np.meshgrid(np.linspace(low[0], high[0], 200), np.linspace(low[1], high[1], 200))
    f = paraboloid(np.stack([x1, x2], axis=-1), a, c)
    # Squares, so that the ellipses follow one another at equal distances.
    levels = paraboloid(sequence[0], a, c) * (np.arange(1, 9) / 6) ** 2
    axes.contour(x2, x1, f, levels, colors="0.7", linewidths=0.6)
    axes.plot(c[1], c[0], "k+", markersize=8, label="minimum", linestyle="none")
    axes.set(aspect="equal", xlabel="$x_2$", ylabel="$x_1$")


def draw_large_steps(axes, sequence, descent, rate):
    """The given sequence as dots, and our own descent as a circle around each."""
    axes.scatter(sequence[:, 1], sequence[:, 0], 3, color="k", label="given sequence", zorder=3)
    axes.plot(descent[:, 1], descent[:, 0], color="C3", linewidth=0.5)
    axes.scatter(
        descent[:, 1],
        descent[:, 0],
        22,
        facecolors="none",
        edgecolors="C3",
        linewidths=0.8,
        label=f"our descent, ε = {short(rate)}",
    )


def draw_small_steps(axes, small, long, rate):
    """As many small steps as large ones, and a dashed line where they lead in the long run."""
    label = f"ε = {short(rate)}, {len(small) - 1:,} iterations"
    axes.plot(small[:, 1], small[:, 0], color="C0", linewidth=2.5, label=label)
    label = f"ε = {short(rate)}, {len(long) - 1:,} iterations"
    axes.plot(long[:, 1], long[:, 0], "--", color="C0", linewidth=1, label=label)


# 3c: a gradient that is not Lipschitz


def f_3c(x):
    """2/3 |x|^(3/2), elementwise."""
    return 2 / 3 * np.abs(x) ** 1.5


def gradient_3c(x):
    """The derivative of f_3c: sign(x) |x|^(1/2), elementwise."""
    return np.sign(x) * np.sqrt(np.abs(x))


@our_style
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
    figure = new_figure(4.0)
    above, below = figure.subfigures(2, 1)
    on_f = above.subplots(1, len(descents), sharey=True, squeeze=False)[0]
    distance, cycle = below.subplots(1, 2, width_ratios=[3, 2])
    for index, (rate, points) in enumerate(descents):
        draw_descents_on_f_3c(on_f[index], points, index, rate)
        draw_distance(distance, points, index, rate)
        draw_cycle(cycle, points, index, rate)
    on_f[0].set_ylabel("$f(x)$")
    distance.set(xscale="log", yscale="log", xlabel="iteration", ylabel="$|x|$")
    for axis in distance.xaxis, distance.yaxis:
        axis.set_major_formatter(lambda value, _: short(value))
    distance.legend(loc="lower left")
    cycle.set(xlabel="iterations since |x| ≤ ε²", ylabel="x / (ε² / 4)", ylim=(-4.2, 4.2))
    return figure


def draw_descents_on_f_3c(axes, points, index, rate):
    """All dots of every descent on f, rings round some that do not overlap, and the starts."""
    reach = 1.08 * np.max(np.abs(points[0]))
    every = max(1, round(RING_DISTANCE_3C / rate))
    label = f"ε = {short(rate)}"
    draw_function(axes, f_3c, (-reach, reach), None)
    dots = draw_dots(axes, f_3c, points, index, label, size=0.5)
    dots.set_rasterized(True)  # there are thousands
    draw_dots(axes, f_3c, points[::every], index, size=10)
    axes.set_title(label if every == 1 else f"{label}, 1 in {every} ringed")
    axes.plot(points[0], f_3c(points[0]), "k.", markersize=7, zorder=3)


def draw_distance(axes, points, index, rate):
    """The |x| of every descent, and a dotted line at the |x| of the two-cycle."""
    lines = axes.plot(
        np.arange(1, len(points)),
        np.abs(points[1:]),
        color=f"C{index}",
        linestyle=LINE_STYLES[index % len(LINE_STYLES)],
        linewidth=1,
    )
    lines[0].set_label(f"ε = {short(rate)}")  # one entry in the legend for all starting points
    # From the middle on: the legend stands to the left.
    axes.axhline(rate**2 / 4, xmin=0.4, color="k", linestyle=":", linewidth=0.8)


def draw_cycle(axes, points, index, rate):
    """Nine iterations of the last descent from where |x| <= rate^2 on, in units of rate^2 / 4.

    Of several at one place the dots stand around one another.
    """
    x = points[:, -1]
    entry = np.argmax(np.abs(x) <= rate**2)
    axes.plot(
        x[entry : entry + 9] / (rate**2 / 4),
        color=f"C{index}",
        marker=MARKERS[index % len(MARKERS)],
        markersize=3 + 3 * index,
        markeredgewidth=0.8,
        linestyle=LINE_STYLES[index % len(LINE_STYLES)],
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


@our_style
def problem3d():
    """One step of descent on f_3d, in exact rational numbers, which are strings in the findings."""
    learning_rate = Fraction(1, 12)
    start = Fraction(2)
    end = start - learning_rate * gradient_3d(start)
    trajectory = [start, end]
    findings = {
        "learning_rate": str(learning_rate),
        "trajectory": [str(x) for x in trajectory],
        "values": [str(f_3d(x)) for x in trajectory],
        "gradients": [str(gradient_3d(x)) for x in trajectory],
        "second_derivatives": [str(second_derivative_3d(x)) for x in trajectory],
        "at_maximum": gradient_3d(end) == 0 and second_derivative_3d(end) < 0,
    }
    return figure_3d(float(start), float(end)), findings


def figure_3d(start, end):
    """The function and the one step."""
    figure = Figure(figsize=(2.9, 1.9), layout="constrained")
    axes = figure.subplots()
    draw_function(axes, f_3d, (-1.8, 2.2), "$f(x)$")
    axes.axhline(0, color="0.8", linewidth=0.6, zorder=0)
    mark_point(axes, start, f_3d(start), "x^{(1)}")
    mark_point(axes, end, f_3d(end), "x^{(2)}")
    axes.annotate("", (end, f_3d(end)), (start, f_3d(start)), arrowprops={"arrowstyle": "->"})
    return figure


def mark_point(axes, x, y, name):
    """A dot at (x, y), with the name and the value of x beside it."""
    axes.plot(x, y, "ko")
    axes.annotate(f"${name} = {x:g}$", (x, y), (-45, 6), textcoords="offset points")


# The findings, from which the report has its numbers


def findings_3a(start, iterations, descents, converging_rate, converging):
    """Where each descent ends, and what in f_3a itself decides how descent fares."""
    return {
        "start": float(start),
        "iterations": iterations,
        "descents": [describe_descent(rate, points) for rate, points in descents],
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
        "largest_deviation": float(np.max(np.abs(descent[:shared] - sequence[:shared]))),
        "final_x": descent[-1].tolist(),
    }


def describe_small_step(points, a, learning_rate):
    """How the descent with the small learning rate goes."""
    return {
        "learning_rate": learning_rate,
        "contraction": (1 - 2 * learning_rate * a).tolist(),
        "final_x": points[-1].tolist(),
    }


def describe_cycle(learning_rate, points):
    """Whether all descents, the columns of points, end in the two-cycle +-learning_rate^2 / 4.

    Also after how many iterations each has |x| <= learning_rate^2, None if never, and the 2
    sqrt(|start|) / learning_rate that are enough.
    """
    amplitude = learning_rate**2 / 4
    signs = np.sign(points[-1])
    two_cycle = amplitude * np.stack([-signs, signs])
    settled = np.allclose(points[-2:], two_cycle, rtol=SETTLED_TOLERANCE, atol=0) and signs.all()
    near = np.abs(points) <= learning_rate**2
    return {
        "learning_rate": learning_rate,
        "predicted_amplitude": amplitude,
        "amplitudes": [finite(x) for x in np.abs(points[-1])],
        "settled": bool(settled),
        "iterations_until_near": [int(np.argmax(x)) if x.any() else None for x in near.T],
        "enough_iterations": (2 * np.sqrt(np.abs(points[0])) / learning_rate).tolist(),
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
    """A descent such as the course's gradient_descent_sequence.txt: (T + 1, 2).

    FileNotFoundError without the file; ValueError if it is not two numbers on each line, or has
    fewer than the three points that a fit takes.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(
            f"{path.name} is not in {path.absolute().parent}. Put the course's file there."
        )
    message = (
        f"{path}: expected two numbers on each line, and at least three lines. "
        "Download the course's file again."
    )
    try:
        sequence = np.loadtxt(path, ndmin=2)
    except ValueError as error:
        raise ValueError(message) from error
    if sequence.shape[0] < 3 or sequence.shape[1] != 2 or not np.isfinite(sequence).all():
        raise ValueError(message)
    return sequence


def show(name, answer):
    """Draw and print one problem's answer."""
    figure, findings = answer
    figure.savefig(f"{name}.png", dpi=150)
    print(f"{name}, drawn in {name}.png:")
    pprint(findings, sort_dicts=False, width=100)


@our_style
def main():
    """Draw and print everything; 3b, which needs the course's file, last."""
    show("problem3a", problem3a())
    show("problem3a_iv", problem3a_iv())
    show("problem3c", problem3c())
    show("problem3d", problem3d())
    try:
        show("problem3b", problem3b())
    except (OSError, ValueError) as error:
        sys.exit(f"problem3b: {error}")


if __name__ == "__main__":
    main()

"""Problem 3: the functions, the descents, what is drawn, and each claim in the PDF."""

import math
from fractions import Fraction
from inspect import signature

import numpy as np

from submission import close, demand, enumerated, requirement, written

MODULE = "homework1_problem3.py"
MEND = f"mend it in {MODULE}."
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


def difference_quotient(f, x, h=1e-6):
    return (f(x + h) - f(x - h)) / (2 * h)


def slope_3a(x):
    if x < -0.1:
        return -3 * x * x
    if x < 3:
        return -0.03
    return -3 * (x - 3.1) ** 2 if x < 5 else 10.83 * (x - 6)


def slope_3c(x):
    return math.copysign(math.sqrt(abs(x)), x) if x else 0.0


def descend(slope, x, rate, iterations):
    """All points of a descent; those that overflow are left out."""
    points = [x]
    for _ in range(iterations):
        points.append(points[-1] - rate * slope(points[-1]))
        if abs(points[-1]) > 1e150:
            return points[:-1]
    return points


def end(slope, x, rate, iterations):
    """Where descent ends, None where it overflows."""
    points = descend(slope, x, rate, iterations)
    return points[-1] if len(points) == iterations + 1 else None


def demand_slope(submission, f, points, borders=()):
    """The module's f is this one, and its gradient the derivative, at the points.

    At the borders between its pieces only f is compared.
    """
    module, name, x = submission.module(3), f.__name__, np.array([*points, *borders])
    demand(
        close(getattr(module, name)(x), [f(point) for point in x]),
        f"{name} is not the handout’s function: {MEND}",
    )
    gradient, x = name.replace("f_", "gradient_"), np.array(points)
    demand(
        close(getattr(module, gradient)(x), [difference_quotient(f, x) for x in points], 1e-4),
        f"{gradient} is not the derivative: {MEND}",
    )


# What is in a figure


def drawn_lines(figure):
    """The finite points of each line, as (2, n)."""
    lines = [np.array(line.get_data(), float) for axes in figure.axes for line in axes.lines]
    return [line[:, np.isfinite(line).all(axis=0)] for line in lines]


def drawn_dots(figure):
    """Of each scatter plot its name, which is its label or else its axes' title, axes and dots."""
    for axes in figure.axes:
        for part in axes.collections:
            label = str(part.get_label())
            name = axes.get_title() if label.startswith("_") else label
            yield name, axes, np.array(part.get_offsets()).T


def demand_graph(figure, f, name):
    """The graph of f is in the figure."""
    lines = [line for line in drawn_lines(figure) if line.shape[1] > 100]
    drawn = any(close(y, [f(point) for point in x]) for x, y in lines)
    demand(drawn, f"The figure lacks the graph of {name}: {MEND}")


def demand_descent(figure, f, name, points):
    """The descent's points, where the start is in view, and no others are dots on f."""
    demand(
        any(
            title == name
            and axes.get_xlim()[0] <= points[0] <= axes.get_xlim()[1]
            and close(y, [f(point) for point in x], 1e-6)
            and close(seen(x, *axes.get_xlim()), seen(points, *axes.get_xlim()), 1e-6)
            for title, axes, (x, y) in drawn_dots(figure)
        ),
        f"The figure lacks the dots of the descent with {name}: {MEND}",
    )


def seen(x, low, high):
    """What can be told apart of the x in view: thousandths."""
    x = np.asarray(x, float)
    return np.unique(np.round(x[(low <= x) & (x <= high)], 3))


# 3a


@requirement("3a i", 2.5, f"{MODULE}: gradient_3a", "∇f against quotients; derived")
def gradient_3a(submission):
    points = [-3.0, -1, -0.2, 0, 1.5, 2.9, 3.05, 3.5, 4.9, 5.1, 6, 7.5]
    demand_slope(submission, f_3a, points, borders=[-0.1, 3, 5])
    submission.demand_imports(3, ["numpy", "matplotlib"])
    submission.demand_stated(
        "3 (a) i",
        "Each piece is differentiated by the power rule",
        "−3𝑥2 for 𝑥 < −0.1",
        "− 3 100 for − 0.1 ≤ 𝑥 < 3",
        "−3(𝑥 − 31 10 ) 2 for 3 ≤ 𝑥 < 5",
        "1083 100 (𝑥 − 6) for 𝑥 ≥ 5",
        "both sides give −0.03 at −0.1 and at 3, and −10.83 at 5",
        "𝑓 is not continuous there and so not differentiable",
    )
    at_the_borders = submission.module(3).gradient_3a(np.array([-0.1, 3, 5]))
    demand(close(at_the_borders, [-0.03, -0.03, -10.83]), f"gradient_3a is off at a border: {MEND}")
    jump = f_3a(math.nextafter(3, 0)), f_3a(3)
    submission.demand_numbers("3 (a) i", "but not at 3, where 𝑓 jumps from # to #", *jump)


@requirement("3a ii", 2.5, f"{MODULE}: problem3a", "five rates, 100 steps; graphs; legend")
def descents_3a(submission):
    settings = submission.config["problem3a"]
    rates, module = rates_3a(settings), submission.module(3)
    figure, findings = module.problem3a(**settings)
    ends = [descent["final_x"] for descent in findings["descents"]]
    right = [end(slope_3a, -3.0, rate, 100) for rate in rates]
    same = [a == b or (a and b and close(a, b)) for a, b in zip(ends, right, strict=True)]
    demand(all(same), f"problem3a’s descents end elsewhere: {MEND}")
    demand_defaults(module.problem3a, start=-3, iterations=100, learning_rates=tuple(RATES_3A))
    demand_graph(figure, module.f_3a, "f")
    demand_graph(figure, module.gradient_3a, "∇f")
    words = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    for rate in rates:
        name = f"ε = {rate:g}"
        demand(name in words, f"The legend of 3a’s figure does not name {name}: mend figure_3a.")
        demand_descent(figure, module.f_3a, name, descend(slope_3a, -3.0, rate, 100))
    submission.demand_stated("3 (a) ii", *STATED_3A)


def demand_defaults(function, **values):
    """Called without arguments, as by a grader, the function does what the handout asks for."""
    defaults = {name: one.default for name, one in signature(function).parameters.items()}
    demand(
        values.items() <= defaults.items(),
        f"{function.__name__}() has other defaults than the handout’s values: {MEND}",
    )


def rates_3a(settings):
    rates = [float(rate) for rate in settings["learning_rates"]]
    demand(
        (settings["start"], settings["iterations"]) == (-3, 100) and set(RATES_3A) <= set(rates),
        "The handout asks for 100 iterations from -3 with 1e-3 to 1e1: put them under problem3a "
        "in config.yaml.",
    )
    return rates


STATED_3A = [
    "shows 𝑓, ∇𝑓 and the sequences of 100 iterations from 𝑥 = −3",
    "(part iv) even 2000 iterations end before 𝑥 = 3.1. Drawn by problem3a.",
]


@requirement("3a iii", 2.5, "homework1.pdf", "where each descent ends, and how")
def observed_3a(submission):
    rates = rates_3a(submission.config["problem3a"])
    reaching = [written(rate) for rate in rates if end(slope_3a, -3.0, rate, 100) == 6]
    which = (
        f"Of these learning rates 𝜀 = {reaching[0]}" if reaching else "None of these learning rates"
    )
    submission.demand_stated(
        "3 (a) iii",
        f"{which} brings the descent to the minimum at 𝑥 = 6",
        "steps shrink with the gradient, and on the plateau each is only 0.03𝜀 long",
        "and in the end ever further away",
    )
    for rate in RATES_3A:
        last, first = end(slope_3a, -3.0, rate, 100), end(slope_3a, -3.0, rate, 1)
        place = written(first) if last is None else f"{last:.3f}"
        submission.demand_stated("3 (a) iii", f"𝑥 = {place} for 𝜀 = {rate:g}")
    gone = [rate for rate in rates if end(slope_3a, -3.0, rate, 100) is None]
    overflows = enumerated(str(overflow(slope_3a, -3.0, rate)) for rate in gone)
    submission.demand_stated("3 (a) iii", f"until they overflow (in iteration {overflows})")


def overflow(slope, x, rate):
    """The first iteration whose point is not finite."""
    t = 0
    while math.isfinite(x):
        t, x = t + 1, x - rate * slope(x)
    return t


@requirement("3a iv", 2.5, "homework1.pdf", "ε reaches the minimum, and stays")
def converging_3a(submission):
    rate = submission.config["problem3a"]["converging_learning_rate"]
    simple = Fraction(rate).limit_denominator(1000)
    words = str(simple if float(simple) == float(rate) else rate)
    last, lowest = end(slope_3a, -3.0, float(rate), 100), min(map(f_3a, np.linspace(-3, 8, 11001)))
    demand(
        last is not None and close(f_3a(last), lowest) and slope_3a(last) == 0,
        f"With learning rate {words} descent does not reach the minimum: put 1/3 under "
        "problem3a.converging_learning_rate in config.yaml.",
    )
    submission.demand_stated(
        "3 (a) iv",
        f"𝜀 = {words}. The first step lands on 𝑥 = {last:g}",
        f"After 100 iterations 𝑥 = {last:g} exactly, with 𝑓(𝑥) = {lowest:.3f}, the minimum, and "
        "∇𝑓(𝑥) = 0",
        *STATED_3A_IV,
    )
    submission.demand_numbers(
        "3 (a) iv",
        "In 2000 iterations with 𝜀 = 0.18 the computation reaches 𝑥 = #",
        end(slope_3a, -3.0, 0.18, 2000),
    )


STATED_3A_IV = [
    "If 𝜀 > 2/10.83 ≈ 0.18467, the minimum repels",
    "multiplied by 1 − 10.83𝜀 < −1 at each step, so that a point beside it, however near, is "
    "driven away",
    "If 𝜀 ≤ 2/10.83, descent never passes 𝑥 = 3.1",
    "From −3 the first step ends at −3 + 27𝜀 < 2",
    "Up to there ∇𝑓 ≤ 0, so that 𝑥 only grows",
    "the next point 𝑥 + 3𝜀𝑥2, a convex function of 𝑥, is at most what it is at −3 or at −0.1",
    "on the plateau each step is 0.03𝜀 < 0.006 long",
    "and its limit can only be 0, where steps end",
    "So 𝑥 enters the third piece at a distance 𝛿 = 3.1 − 𝑥 with 0 < 𝛿 ≤ 0.1",
    "There a step is 3𝜀𝛿2 ≤ 0.3𝜀𝛿 < 𝛿: the distance shrinks but stays positive",
    "It is luck, not robustness",
    "countably many, for a step takes just finitely many points to a given one",
]


# 3b


RATIOS, CENTRE, START = (-0.875, 0.9578125), (0.4, 4.0), (1.0, -3.0)  # of the given sequence


def sequence_3b(ratios, iterations):
    """Each coordinate's distance from the centre shrinks by its ratio each step."""
    shrunk = np.array(ratios) ** np.arange(iterations + 1)[:, None]
    return CENTRE + shrunk * np.subtract(START, CENTRE)


def small_ratios(settings):
    return [1 - (1 - ratio) / settings["slowdown"] for ratio in RATIOS]


@requirement("3b i", 4, "homework1.pdf", "no zig-zag: positive ratios")
def small_steps_3b(submission):
    settings = submission.config["problem3b"]
    ratios, slowdown = small_ratios(settings), written(settings["slowdown"])
    demand(
        all(0 < ratio < 1 for ratio in ratios),
        "The small learning rate still zig-zags: raise problem3b.slowdown in config.yaml.",
    )
    submission.demand_stated(
        "3 (b) i",
        "The zig-zag comes from overshooting: along the steep axis each step multiplies 𝑥1 − 𝑐1 by "
        f"the negative number 𝜌1 = {RATIOS[0]:.5f}",
        f"With a learning rate {slowdown} times smaller the factors along both axes are positive",
        "the trajectory has no zig-zag: it is a smooth curve",
        f"about {slowdown} times as many iterations, for along the floor",
    )
    submission.demand_numbers("3 (b) i", "are positive, # and #, so that", *ratios)
    submission.demand_numbers(
        "3 (b) i",
        f"along the floor {slowdown} small steps multiply 𝑥2 − 𝑐2 by #, which one large step "
        "nearly did: 𝜌2 = #",
        *(ratios[1] ** settings["slowdown"], RATIOS[1]),
    )
    place = sequence_3b(ratios, settings["iterations"])[-1]
    iterations = settings["iterations"]
    submission.demand_numbers("3 (b) i", f"After {iterations} it has only come to (#, #)", *place)


@requirement("3b ii", 4, f"{MODULE}: problem3b", "constants; contours, dots, small steps")
def constants_3b(submission):
    settings = submission.config["problem3b"]
    given, rate = sequence_3b(RATIOS, 200), settings["learning_rate"]
    figure, findings = submission.module(3).problem3b(given, **settings)
    a, c = np.array(findings["a"]), findings["c"]
    demand(
        close(1 - 2 * rate * a, RATIOS, 1e-4) and close(c, CENTRE, 1e-4),
        f"fit_paraboloid finds other constants than the sequence’s: {MEND}",
    )
    demand_contours(figure, a)
    demand_descents_3b(figure, given, small_ratios(settings), settings["iterations"])
    for x, ratio, a_j, c_j in zip("12", 1 - 2 * rate * a, a, c, strict=True):
        submission.demand_numbers("the table of 3 (b) ii", f"𝑥{x} # # #", ratio, a_j, c_j)
    submission.demand_numbers("3 (b) ii", "Their ratio, #, does not depend", a[0] / a[1])
    submission.demand_stated(
        "3 (b) ii",
        "a step of gradient descent is 𝑥′𝑖 − 𝑐𝑖 = (1 − 2𝜀𝑎𝑖)(𝑥𝑖 − 𝑐𝑖)",
        "A strong zig-zag means 𝜌𝑖 near −1, hence a large curvature 𝑎𝑖",
        f"the 𝑎𝑖 are for 𝜀 = {written(rate)}",
        "Our own descent on the fitted function stays within",
        "jumps from side to side, and only with the large step. Drawn by problem3b.",
    )


def demand_descents_3b(figure, given, ratios, iterations):
    """The given sequence and our own descent are dots, the descent with these ratios is a line."""
    sequences = given.T, sequence_3b(RATIOS, iterations).T
    dots = [dots for _, _, dots in drawn_dots(figure)]
    alike = [[close(part, right, 1e-6) for part in dots] for right in sequences]
    demand(
        all(map(any, alike)) and np.any(alike, axis=0).sum() == 2,  # they lie on one another
        f"3b’s figure lacks plt.scatter of the given sequence or of our descent: {MEND}",
    )
    small = sequence_3b(ratios, iterations).T
    demand(
        any(close(points, small, 1e-4) for points in drawn_lines(figure)),
        f"3b’s figure lacks the descent with small steps: {MEND}",
    )


def demand_contours(figure, a):
    """Lines along which the paraboloid has one value each."""
    parts = [part for axes in figure.axes for part in axes.collections]
    contours = [part for part in parts if type(part).__name__ == "QuadContourSet"]
    demand(
        contours and not any(part.filled for part in contours),
        f"3b’s figure lacks plt.contour: {MEND}",
    )
    for level, path in zip(contours[0].levels, contours[0].get_paths(), strict=True):
        heights = np.sum(a * (path.vertices - CENTRE) ** 2, axis=1)
        demand(
            close(heights / level, np.ones(len(heights)), 0.01), f"3b’s contours are off: {MEND}"
        )


# 3c


@requirement("3c", 6, f"{MODULE}: problem3c", "∇f; descents; the trend and its proof")
def trend_3c(submission):
    settings, module = submission.config["problem3c"], submission.module(3)
    demand_slope(submission, f_3c, [-2.0, -0.5, -0.01, 0.01, 0.3, 1], borders=[0])
    rates, starts = ([float(x) for x in settings[k]] for k in ("learning_rates", "starting_points"))
    demand(
        set(RATES_3C) <= set(rates) and len(starts) >= 2,
        "The handout asks for 1e-3, 1e-2, 1e-1 and several starting points: put them under "
        "problem3c in config.yaml.",
    )
    figure, findings = module.problem3c(**settings)
    demand_defaults(module.problem3c, learning_rates=tuple(RATES_3C))
    demand_graph(figure, module.f_3c, "f")
    for rate, cycle in zip(rates, findings["cycles"], strict=True):
        descents = [descend(slope_3c, x, rate, settings["iterations"]) for x in starts]
        amplitudes = [abs(descent[-1]) for descent in descents]
        demand(
            close(cycle["amplitudes"], amplitudes), f"problem3c’s descents end elsewhere: {MEND}"
        )
        demand_descent(figure, module.f_3c, f"ε = {rate:g}", np.concatenate(descents))
        demand_row_3c(submission, rate, [rate**2 / 4, min(amplitudes), max(amplitudes)])
        # From within ε² of 0 it is reached in a few steps, whatever the rate.
        cycle = sorted(descend(slope_3c, rate**2 / 2, rate, 20)[-2:])
        demand(close(cycle, [-(rate**2) / 4, rate**2 / 4]), f"There is no two-cycle with {rate}.")
    places = enumerated(map(signed, settings["starting_points"]))
    submission.demand_stated(
        "3 (c)",
        f"After {settings['iterations']} iterations from the starting points {places}",
        *STATED_3C,
    )


def signed(number):
    return f"{'−' if number < 0 else ''}{written(abs(number))}"


def demand_row_3c(submission, rate, values):
    """The row of the table that tells these values, each 0 or a mantissa and a power of ten."""
    parts = [mantissa_and_exponent(x) if x else [0] for x in values]
    blanks = [" × 10".join("#" * len(part)) for part in parts]
    submission.demand_numbers(
        "the table of 3 (c)",
        f"{written(rate)} {' '.join(blanks)}",
        *(number for part in parts for number in part),
    )


def mantissa_and_exponent(x):
    """As the report's four digits have them: 9.9999 is 1.000 times ten."""
    exponent = int(f"{x:.3e}".split("e")[1])
    return x / 10.0**exponent, exponent


STATED_3C = [
    "For 𝑥 > 0, 𝑓(𝑥) = 2 3 𝑥3/2 and 𝑓 ′(𝑥) = 𝑥1/2",
    "for 𝑥 < 0, 𝑓(𝑥) = 2 3 (−𝑥)3/2 and 𝑓 ′(𝑥) = −(−𝑥)1/2",
    "at 0 the difference quotient is 2 3 |ℎ|3/2/ℎ → 0",
    "∇𝑓(𝑥) = sign(𝑥)√|𝑥|",
    "descent never reaches the minimum at 0: it ends up jumping between +𝜀2/4 and −𝜀2/4",
    "further out the larger the learning rate",
    "From any starting point that does not happen to hit 0 exactly",
    "If 𝑢 = 𝜀2, the next point is 0 and descent stays there: this is the exception",
    "While 𝑢 > 𝜀2 we have 𝜀2 < 𝜀√𝑢 < 𝑢: steps are longer than 𝜀2 and do not cross 0, so that after "
    "finitely many of them 𝑢 ≤ 𝜀2",
    "For 0 < 𝑢 < 𝜀2 the sign of 𝑥 flips and 𝑣 = 𝜀√𝑢 − 𝑢 = 𝜀2/4 − (√𝑢 − 𝜀/2)2 > 0",
    "This is at most 𝜀2/4, and equal to it just for 𝑢 = 𝜀2/4",
    "𝑣 − 𝑢 = 2√𝑢(𝜀/2 − √𝑢) ≥ 0",
    "so 𝑢 grows, is bounded, and converges to the only positive fixed point, 𝜀2/4",
    "Because 𝑣 as a function of 𝑢 has its maximum there, its derivative is 0 and the approach is "
    "quadratic",
    "The reason is that ∇𝑓 is not Lipschitz: its slope 1/(2√|𝑥|) is unbounded near 0",
    "the two-cycle at its own scale. Drawn by problem3c.",
]


# 3d


@requirement("3d", 6, f"{MODULE}: problem3d", "exactly to a maximum in one step")
def maximum_3d(submission):
    figure, findings = submission.module(3).problem3d()
    demand_graph(figure, lambda x: x**4 - 2 * x**2, "f")
    x, last = map(Fraction, findings["trajectory"])
    after = x - Fraction(findings["learning_rate"]) * (4 * x**3 - 4 * x)
    demand(
        (x, Fraction(findings["learning_rate"])) == (2, Fraction(1, 12))
        and after == last
        and 4 * after**3 - 4 * after == 0 > 12 * after**2 - 4,
        f"problem3d does not step from 2 to a local maximum, as the PDF tells: {MEND}",
    )
    submission.demand_stated("3 (d)", *STATED_3D)


STATED_3D = [
    "Let 𝑓(𝑥) = 𝑥4 − 2𝑥2, with 𝑓′(𝑥) = 4𝑥3 − 4𝑥 and 𝑓″(𝑥) = 12𝑥2 − 4",
    "start at 𝑥(1) = 2 with 𝜀 = 1/12",
    "𝑓′(2) = 4 ⋅ 8 − 4 ⋅ 2 = 24, 𝑥(2) = 2 − 24 12 = 0, 𝑓′(0) = 0, 𝑓″(0) = −4 < 0.",
    "after one iteration the descent is at 𝑥 = 0 where the gradient is exactly 0, and it "
    "stays there for ever",
    "0 is a local maximum, since 𝑓(𝑥) = 𝑥2(𝑥2 − 2) < 0 = 𝑓(0) for 0 < |𝑥| < √2",
    "the local maximum at 0, where ∇𝑓 crosses zero. Drawn by problem3d.",
]

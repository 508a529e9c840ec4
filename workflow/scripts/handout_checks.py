"""What the handout asks for, one requirement after the other, checked on what is handed in.

`python -I handout_checks.py FOLDER < EVIDENCE`, by an interpreter that cannot see the project.
FOLDER is the unpacked zip. EVIDENCE is JSON: the folder of the four data files, the configuration,
and what the results say. Prints JSON: a row for each requirement, whose `to_do` is a sentence where
it does not hold.

Right answers are worked out here, in plain loops, and not by the code that is checked.
"""

import ast
import hashlib
import importlib
import inspect
import json
import math
import sys
import unicodedata
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace

import numpy as np

HYPERPARAMETERS = ["batch_size", "learning_rate", "epochs"]
RATES_3A = [1e-3, 1e-2, 1e-1, 1e0, 1e1]
RATES_3C = [1e-3, 1e-2, 1e-1]
PRECISION = 1e-6  # relative, of costs that another kind of processor may round otherwise

requirements = []  # in the handout's order


def requirement(name, points, place, check):
    """Register a function that takes a Submission and raises Broken where it does not hold."""

    def register(function):
        requirements.append((name, points, place, check, function))
        return function

    return register


class Broken(Exception):  # noqa: N818
    """A requirement that does not hold, and what to do, in a sentence."""


def demand(holds, sentence):
    if not holds:
        raise Broken(sentence)


class Submission:
    """The unpacked zip, and the evidence to hold against it."""

    def __init__(self, folder, evidence):
        self.folder, self.evidence = Path(folder), evidence
        self.config, self.found_on = evidence["config"], []

    def module(self, k):
        return importlib.import_module(f"homework1_problem{k}")

    @cached_property
    def pages(self):
        """The text of each page of the PDF, as `plain` makes it."""
        import pypdfium2

        pdf = pypdfium2.PdfDocument(self.folder / "homework1.pdf")
        return [plain(page.get_textpage().get_text_range()) for page in pdf]

    def demand_stated(self, statement, section):
        """The statement stands in the PDF; the page is noted."""
        pages = [k for k, page in enumerate(self.pages, 1) if plain(statement) in page]
        demand(
            pages, f"The PDF does not say “{statement}”: mend {section} of report/homework1.typ."
        )
        self.found_on.append(pages[0])

    @cached_property
    def retrained(self):
        """The selected cell and its test costs, by the handed-in code from the data."""
        values = [[self.evidence["best"][name]] for name in HYPERPARAMETERS]
        share, seed = self.config["validation_fraction"], self.config["seed"]
        return self.module(2).train_age_regressor(self.evidence["data"], *values, share, seed)


def plain(text):
    """Without white space, and with mathematical letters as ordinary ones."""
    return "".join(unicodedata.normalize("NFKC", text).replace("−", "-").split())


def close(a, b, tolerance=1e-9):
    return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=tolerance, atol=tolerance)


# Problem 1: each function returns what was answered and what is right, and how near they must be.

rng = np.random.default_rng(541)


def answers_1b(problem_1b):
    A, B, C = rng.normal(size=(3, 4)), rng.normal(size=(4, 2)), rng.normal(size=(3, 2))
    right = [[sum(A[i] * B[:, j]) - C[i, j] for j in range(2)] for i in range(3)]
    return problem_1b(A, B, C), right, 1e-9


def answers_1c(problem_1c):
    A, B, C = rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), rng.normal(size=(4, 3))
    right = [[A[i, j] * B[i, j] + C[j, i] for j in range(4)] for i in range(3)]
    return problem_1c(A, B, C), right, 1e-9


def answers_1d(problem_1d):
    x, y = rng.normal(size=5), rng.normal(size=5)
    right = sum(a * b for a, b in zip(x, y, strict=True))
    return [problem_1d(x, y), np.squeeze(problem_1d(x[:, None], y[:, None]))], [right] * 2, 1e-9


def answers_1e(problem_1e):
    A = rng.normal(size=(3, 7))
    return problem_1e(A, 1), A[1, 0] + A[1, 2] + A[1, 4] + A[1, 6], 1e-9


def answers_1f(problem_1f):
    A = np.array([[1.0, 2, 3], [4, 5, 60]])
    return problem_1f(A, 2, 5), (2 + 3 + 4 + 5) / 4, 1e-9


def answers_1g(problem_1g):
    basis = rng.normal(size=(4, 4))
    A = basis @ np.diag([1.0, -5, 4, 2]) @ np.linalg.inv(basis)
    V = problem_1g(A, 2)
    V = V / np.linalg.norm(V, axis=0)  # nan where there is no direction
    return A @ V, V * [-5, 4], 1e-6


def answers_1h(problem_1h):
    np.random.seed(541)  # noqa: NPY002
    draws = problem_1h(np.array([1.0, -2]), 200_000, 3, 0.25)
    moments = [draws.mean(axis=1), *np.cov(draws)]
    return moments, [[4, 1], [0.25, 0], [0, 0.25]], 0.01  # eight standard errors


def answers_1i(problem_1i):
    np.random.seed(541)  # noqa: NPY002
    A = np.arange(24.0).reshape(3, 8)
    permuted = [problem_1i(A) for _ in range(3)]
    columns = [sorted(B.T.tolist()) for B in permuted]
    moved = [float(not np.array_equal(B, A)) for B in permuted]
    return [*np.ravel(columns), *moved], [*np.ravel([A.T] * 3), 1, 1, 1], 0


def answers_1j(problem_1j):
    x = np.array([1.0, 2, 3, 4])
    return problem_1j(x), [(a - 2.5) / math.sqrt(1.25) for a in x], 1e-9


def answers_1k(problem_1k):
    return problem_1k(np.array([1.0, 2, 3]), 2), [[1, 1], [2, 2], [3, 3]], 0


def answers_1l(problem_1l):
    X, Y = rng.normal(size=(3, 4)), rng.normal(size=(3, 2))
    right = [[math.dist(X[:, i], Y[:, j]) for j in range(2)] for i in range(4)]
    return problem_1l(X, Y), right, 1e-9


PROBLEM_1 = {
    "b": (1, "AB − C against sums written out"),
    "c": (1, "A ⊙ B + Cᵀ, entry by entry"),
    "d": (1, "the inner product, of vectors and of columns"),
    "e": (2, "the even columns of a row, summed; no loop"),
    "f": (2, "the mean of the entries from c to d"),
    "g": (2, "A v = λ v for the largest |λ| of a known matrix"),
    "h": (2, "mean and covariance of 200,000 draws"),
    "i": (2, "the same columns in another order"),
    "j": (2, "z-scores worked out by hand"),
    "k": (2, "k copies, side by side"),
    "l": (3, "distances pair by pair; no loop"),
}


def problem_1(letter, points, check):
    """The requirement that this function of Problem 1 gives the right answers."""
    name, module = f"problem_1{letter}", "homework1_problem1.py"

    @requirement(f"1{letter}", points, f"{module}: {name}", check)
    def holds(submission):
        function = getattr(submission.module(1), name)
        answered, right, tolerance = globals()[f"answers_1{letter}"](function)
        demand(close(answered, right, tolerance), f"{name} answers wrongly: mend it in {module}.")
        if "no loop" in check:
            tree = ast.walk(ast.parse(inspect.getsource(function)))
            loops = (ast.For, ast.While, ast.comprehension)
            demand(
                not any(isinstance(node, loops) for node in tree),
                f"{name} loops, which the handout forbids: use numpy’s operations in {module}.",
            )


for letter, (points, check) in PROBLEM_1.items():
    problem_1(letter, points, check)


# Problem 2


@requirement(
    "2 cost", 5, "homework1_problem2.py: f_mse", "f_MSE summed by hand; numpy alone imported"
)
def cost_2(submission):
    X, y, w, b = rng.normal(size=(3, 4)), rng.normal(size=3), rng.normal(size=4), 0.5
    right = sum((sum(x * w) + b - age) ** 2 for x, age in zip(X, y, strict=True)) / (2 * 3)
    demand(
        close(submission.module(2).f_mse(X, y, w, b), right),
        "f_mse is not the handout’s cost: mend it in homework1_problem2.py.",
    )
    foreign = imports(submission.folder / "homework1_problem2.py") - {"numpy"}
    foreign = ", ".join(sorted(foreign - set(sys.stdlib_module_names)))
    demand(not foreign, f"homework1_problem2.py imports {foreign}: use numpy alone.")


def imports(path):
    """The top-level names of all that a script imports."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)]
    return {name.split(".")[0] for name in names}


@requirement("2 SGD", 5, "homework1_problem2.py: sgd_epoch", "an epoch against a plain loop")
def sgd_2(submission):
    X, y, order = rng.normal(size=(7, 4)), rng.normal(size=7), rng.permutation(7)
    steps = submission.module(2).sgd_epoch(X, y, np.zeros(4), 0.0, 3, 0.1, order, np.empty(7))
    *_, (w, b) = steps
    demand(
        close([*w, b], epoch_by_hand(X, y, order, 3, 0.1)),
        "sgd_epoch does not take the steps of mini-batch SGD: mend it in homework1_problem2.py.",
    )


def epoch_by_hand(X, y, order, batch_size, learning_rate):
    """w and b, one after the other, after an epoch from zero."""
    w, b = np.zeros(X.shape[1]), 0.0
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        errors = [sum(X[i] * w) + b - y[i] for i in batch]
        slope = sum(error * X[i] for error, i in zip(errors, batch, strict=True))
        w, b = w - learning_rate * slope / len(batch), b - learning_rate * sum(errors) / len(batch)
    return [*w, b]


@requirement("2 grid", 5, "results/grid.csv", "two or more of each hyperparameter, all tried")
def grid_2(submission):
    grid, config = submission.evidence["grid"], submission.config["grid"]
    for name in HYPERPARAMETERS:
        demand(len(set(config[name])) >= 2, f"Only one {name}: add another in config.yaml.")
    for name in ("BATCH_SIZES", "LEARNING_RATES", "EPOCHS"):
        demand(
            len(set(getattr(submission.module(2), name))) >= 2,
            f"Only one of {name}: add another at the head of homework1_problem2.py.",
        )
    tried = {tuple(float(cell[name]) for name in HYPERPARAMETERS) for cell in grid}
    asked = math.prod(len(config[name]) for name in HYPERPARAMETERS)
    demand(len(tried) == asked, "results/grid.csv lacks cells of the grid: run `make` again.")
    submission.demand_stated(f"validation split, {len(grid)} cells in all", "“Hyperparameters”")


CANDIDATES = [
    SimpleNamespace(status=status, train_fmse=train, validation_fmse=validation, learning_rate=1.0)
    for status, train, validation in [("ok", 1, 9), ("ok", 3, 7), ("diverged", 2, 5)]
]


@requirement(
    "2 validation",
    5,
    "homework1_problem2.py: select_best",
    "lowest validation cost selected; recomputed",
)
def validation_2(submission):
    best, metrics = submission.evidence["best"], submission.evidence["metrics"]
    trained = [cell for cell in submission.evidence["grid"] if cell["status"] == "ok"]
    lowest = min(trained, key=lambda cell: float(cell["validation_fmse"]))
    demand(
        all(float(lowest[name]) == best[name] for name in HYPERPARAMETERS),
        "Another cell has a lower validation cost: delete results/best.json and run `make` again.",
    )
    demand(
        submission.module(2).select_best(CANDIDATES) is CANDIDATES[1],
        "select_best does not select the lowest validation cost: mend homework1_problem2.py.",
    )
    split = submission.module(2).split_examples(rng.normal(size=(10, 4)), np.arange(10.0), 0.2, 0)
    demand(
        len(split.y_validation) == 2
        and sorted([*split.y_train, *split.y_validation]) == list(range(10)),
        "split_examples does not set faces aside that are not trained on: mend "
        "homework1_problem2.py.",
    )
    cell, _ = submission.retrained
    demand_same("validation", [cell.validation_fmse], [metrics["validation_fmse"]])
    share = 100 * submission.config["validation_fraction"]
    submission.demand_stated(f"A random {share:.0f} % of the training file", "“Method”")
    submission.demand_stated(
        f"The best is batch size {best['batch_size']}, learning rate", "“Method”"
    )
    submission.demand_stated(f", {best['epochs']} epochs. It lies", "“Hyperparameters”")


def demand_same(name, recomputed, reported):
    demand(
        close(recomputed, reported, PRECISION),
        f"The handed-in code gives {recomputed[-1]:.6g} for the {name} cost, the report "
        f"{reported[-1]:.6g}: run `make clean`, then `make submit`.",
    )


def demand_data(submission):
    """The data are those of the note beside them, and the PDF says whose they and it are."""
    folder = Path(submission.evidence["data"])
    note = json.loads((folder / "source.json").read_text())
    for name, digest in note["sha256"].items():
        demand(
            hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest,
            f"data/raw/{name} was changed: delete data/raw and run `make`.",
        )
    marked = ["SYNTHETICFACES" in page for page in submission.pages]
    demand(
        set(marked) == {note["dataset"] == "synthetic"},
        "The PDF’s pages do not say whose faces they are of: mend report/homework1.typ.",
    )
    submission.demand_stated(", ".join(submission.config["authors"]), "the head")


@requirement(
    "2 report",
    5,
    "homework1_problem2.py: train_age_regressor",
    "training, test and last ten costs recomputed",
)
def report_2(submission):
    metrics, (cell, tested) = submission.evidence["metrics"], submission.retrained
    demand_data(submission)
    demand_same("training", [cell.train_fmse], [metrics["train_fmse"]])
    demand_same("test", [tested["test_fmse"]], [metrics["test_fmse"]])
    costs = metrics["last_training_costs"]
    demand_same("last training", cell.last_training_costs, costs)
    demand(len(costs) == 10, "Fewer than ten iterations: train for more epochs in config.yaml.")
    submission.demand_stated(f"training split {metrics['train_fmse']:.3f}", "“Performance”")
    submission.demand_stated(f"test set {metrics['test_fmse']:.3f}", "“Performance”")
    *costs, last = (f"{cost:.4f}" for cost in costs)
    submission.demand_stated(f"{', '.join(costs)} and {last}", "“The last iterations”")


# Problem 3


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
    """Where descent ends, None where it overflows."""
    for _ in range(iterations):
        x = x - rate * slope(x)
        if abs(x) > 1e150:
            return None
    return x


def demand_slope(submission, f, points):
    """The module's f is this one, and its gradient the derivative, at the points."""
    module, name, x = submission.module(3), f.__name__, np.array(points)
    demand(
        close(getattr(module, name)(x), [f(point) for point in points]),
        f"{name} is not the handout’s function: mend it in homework1_problem3.py.",
    )
    gradient = name.replace("f_", "gradient_")
    demand(
        close(getattr(module, gradient)(x), [difference_quotient(f, x) for x in points], 1e-4),
        f"{gradient} is not the derivative: mend it in homework1_problem3.py.",
    )


def demand_drawn(figure, f, name):
    """The graph of f is in the figure."""
    lines = [np.array(line.get_data(), float) for axes in figure.axes for line in axes.lines]
    lines = [line[:, np.isfinite(line).all(axis=0)] for line in lines if line.shape[1] > 100]
    drawn = any(close(y, [f(point) for point in x]) for x, y in lines)
    demand(drawn, f"The figure lacks the graph of {name}: mend homework1_problem3.py.")


def demand_dots(figure, f, count):
    """So many descents at least are superimposed as dots on f."""
    parts = [part for axes in figure.axes for part in axes.collections if len(part.get_offsets())]
    dots = [part.get_offsets().T for part in parts]
    on_f = sum(close(y, [f(point) for point in x], 1e-6) for x, y in dots)
    demand(on_f >= count, "The figure lacks a descent’s dots: mend homework1_problem3.py.")


@requirement(
    "3a i",
    2.5,
    "homework1_problem3.py: gradient_3a",
    "∇f against difference quotients; derived",
)
def gradient_3a(submission):
    points = [-3.0, -1, -0.2, 0, 1.5, 2.9, 3.05, 3.5, 4.9, 5.1, 6, 7.5]
    demand_slope(submission, f_3a, points)
    section = "3 (a) i"
    submission.demand_stated("Each piece is differentiated by the power rule", section)
    submission.demand_stated("−3𝑥2 for 𝑥 < −0.1", section)


@requirement(
    "3a ii",
    2.5,
    "homework1_problem3.py: problem3a",
    "the five rates’ 100 iterations; a legend",
)
def descents_3a(submission):
    settings = submission.config["problem3a"]
    rates = [float(rate) for rate in settings["learning_rates"]]
    demand(
        (settings["start"], settings["iterations"]) == (-3, 100) and set(RATES_3A) <= set(rates),
        "The handout asks for 100 iterations from -3 with 1e-3 to 1e1: put them under problem3a "
        "in config.yaml.",
    )
    module = submission.module(3)
    figure, findings = module.problem3a(**settings)
    ends = [descent["final_x"] for descent in findings["descents"]]
    right = [descend(slope_3a, -3.0, rate, 100) for rate in rates]
    same = [a == b or (a and b and close(a, b)) for a, b in zip(ends, right, strict=True)]
    demand(all(same), "problem3a’s descents end elsewhere: mend homework1_problem3.py.")
    demand_drawn(figure, module.f_3a, "f")
    demand_drawn(figure, module.gradient_3a, "∇f")
    demand_dots(figure, module.f_3a, len(rates))
    words = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    demand(
        {f"ε = {rate:g}" for rate in rates} <= set(words),
        "The legend of 3a’s figure does not name every learning rate: mend figure_3a.",
    )
    submission.demand_stated("Problem 3 (a), drawn by problem3a", "3 (a) ii")


@requirement("3a iii", 2.5, "homework1.pdf", "where each descent ends, and how")
def observed_3a(submission):
    for rate, end in ((rate, descend(slope_3a, -3.0, rate, 100)) for rate in RATES_3A):
        first = f"{descend(slope_3a, -3.0, rate, 1):.0f}"
        words = f"𝑥 = {first if end is None else f'{end:.3f}'} for 𝜀 = {rate:g}"
        submission.demand_stated(words, "3 (a) iii")


@requirement("3a iv", 2.5, "homework1.pdf", "the learning rate reaches the minimum, and stays")
def converging_3a(submission):
    rate = submission.config["problem3a"]["converging_learning_rate"]
    words = str(Fraction(rate).limit_denominator(1000))
    end, lowest = (
        descend(slope_3a, -3.0, float(rate), 100),
        min(map(f_3a, np.linspace(-3, 8, 11001))),
    )
    demand(
        end is not None and close(f_3a(end), lowest) and slope_3a(end) == 0,
        f"With learning rate {words} descent does not reach the minimum: put 1/3 under "
        "problem3a.converging_learning_rate in config.yaml.",
    )
    submission.demand_stated(f"𝜀 = {words}. The first step lands on", "3 (a) iv")


RATIOS, CENTRE, START = (-0.875, 0.9578125), (0.4, 4.0), (1.0, -3.0)  # of the given sequence


def given_sequence():
    """Each coordinate's distance from the centre shrinks by its ratio each step."""
    shrunk = np.array(RATIOS) ** np.arange(201)[:, None]
    return CENTRE + shrunk * np.subtract(START, CENTRE)


@requirement("3b i", 4, "homework1.pdf", "no zig-zag with small steps: positive ratios")
def small_steps_3b(submission):
    slowdown = submission.config["problem3b"]["slowdown"]
    ratios = [1 - (1 - ratio) / slowdown for ratio in RATIOS]
    demand(
        all(0 < ratio < 1 for ratio in ratios),
        "The small learning rate still zig-zags: raise problem3b.slowdown in config.yaml.",
    )
    section = "3 (b) i"
    submission.demand_stated("the trajectory has no zig-zag: it is a smooth curve", section)
    submission.demand_stated(f"𝜌1 = {ratios[0]:.6f}, 𝜌2 = {ratios[1]:.6f}", section)


@requirement(
    "3b ii",
    4,
    "homework1_problem3.py: problem3b",
    "the sequence’s constants; contours and dots",
)
def constants_3b(submission):
    settings, section = submission.config["problem3b"], "3 (b) ii"
    figure, findings = submission.module(3).problem3b(given_sequence(), **settings)
    a, c = findings["a"], findings["c"]
    ratios = [1 - 2 * settings["learning_rate"] * a_j for a_j in a]
    demand(
        close(ratios, RATIOS, 1e-4) and close(c, CENTRE, 1e-4),
        "fit_paraboloid finds other constants than the sequence’s: mend homework1_problem3.py.",
    )
    parts = [part for axes in figure.axes for part in axes.collections]
    kinds = {type(part).__name__ for part in parts if not getattr(part, "filled", False)}
    demand(
        {"QuadContourSet", "PathCollection"} <= kinds,
        "3b’s figure lacks plt.contour or plt.scatter: mend figure_3b.",
    )
    for x, a_j, c_j in zip("12", a, c, strict=True):
        ratio = 1 - 2 * settings["learning_rate"] * a_j
        submission.demand_stated(f"𝑥{x} {ratio:.6f} {a_j:.6f} {c_j:.6f}", section)
    submission.demand_stated("Problem 3 (b), drawn by problem3b", section)


@requirement(
    "3c",
    6,
    "homework1_problem3.py: problem3c",
    "∇f as in 3a; where each descent ends",
)
def trend_3c(submission):
    settings, module, section = submission.config["problem3c"], submission.module(3), "3 (c)"
    demand_slope(submission, f_3c, [-2.0, -0.5, -0.01, 0.01, 0.3, 1])
    rates, starts = ([float(x) for x in settings[k]] for k in ("learning_rates", "starting_points"))
    demand(
        set(RATES_3C) <= set(rates) and len(starts) >= 2,
        "The handout asks for 1e-3, 1e-2, 1e-1 and several starting points: put them under "
        "problem3c in config.yaml.",
    )
    figure, findings = module.problem3c(**settings)
    demand_dots(figure, module.f_3c, len(rates))
    for rate, cycle in zip(rates, findings["cycles"], strict=True):
        right = [abs(descend(slope_3c, x, rate, settings["iterations"])) for x in starts]
        demand(
            close(cycle["amplitudes"], right),
            "problem3c’s descents end elsewhere: mend homework1_problem3.py.",
        )
    submission.demand_stated("jumping between +𝜀2/4 and −𝜀2/4", section)
    submission.demand_stated("∇𝑓(𝑥) = sign(𝑥)√|𝑥|", section)
    submission.demand_stated("Problem 3 (c), drawn by problem3c", section)


@requirement(
    "3d", 6, "homework1_problem3.py: problem3d", "one step to a maximum, in exact fractions"
)
def maximum_3d(submission):
    _, findings = submission.module(3).problem3d()
    (x, end), section = map(Fraction, findings["trajectory"]), "3 (d)"
    after = x - Fraction(findings["learning_rate"]) * (4 * x**3 - 4 * x)
    demand(
        after == end and 4 * after**3 - 4 * after == 0 > 12 * after**2 - 4,
        "problem3d does not step to a local maximum: mend homework1_problem3.py.",
    )
    submission.demand_stated("Let 𝑓(𝑥) = 𝑥4 − 2𝑥2", section)
    submission.demand_stated("start at 𝑥(1) = 2 with 𝜀 = 1/12", section)
    submission.demand_stated("after one iteration the descent is at 𝑥 = 0", section)


# All of them


def row(submission, name, points, place, check, function):
    """The requirement with whether it holds and, if not, what to do."""
    submission.found_on = []
    try:
        function(submission)
        to_do = None
    except Broken as broken:
        to_do = str(broken)
    except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever handed-in code may raise
        to_do = f"{type(error).__name__}: {error}. Mend {place.split(':')[0]}."
    if submission.found_on:
        pages = ", ".join(map(str, sorted(set(submission.found_on))))
        place = f"{place}, page {pages}" if place.endswith(".pdf") else f"{place}; PDF page {pages}"
    return {
        "id": name,
        "points": points,
        "where": place,
        "check": check,
        "holds": to_do is None,
        "to_do": to_do,
    }


def main(folder):
    sys.path.insert(0, folder)
    submission = Submission(folder, json.load(sys.stdin))
    print(json.dumps([row(submission, *each) for each in requirements]))


if __name__ == "__main__":
    main(*sys.argv[1:])

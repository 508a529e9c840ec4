"""Further mistakes in what is handed in: each makes its requirement fail, and no other."""

import pytest

from mistakes import evidence, failing, module, report

pytestmark = pytest.mark.stress

BREAKS = {
    "1b": [
        module(1, "A.dot(B)", "A @ B"),
    ],
    "1e": [
        module(1, "np.sum(A[i, ::2])", "np.sum(A[1, ::2])"),
        module(1, "np.sum(A[i, ::2])", "np.sum(list(map(float, A[i, ::2])))"),
        module(
            1,
            "    return np.sum(A[i, ::2])",
            "    return even(A[i])\n\n\ndef even(row):\n    return np.sum([a for a in row[::2]])",
        ),
    ],
    "1f": [
        module(1, "(A <= d)", "(A <= int(d))"),
        module(1, "np.mean(A[np.nonzero((c <= A) & (A <= d))])", "A[(c <= A) & (A <= d)].mean()"),
        module(1, "np.nonzero((c <= A) & (A <= d))", "np.nonzero(A * (c <= A) * (A <= d))"),
    ],
    "1g": [
        module(1, "largest_first[:k]", "largest_first[:2]"),
        module(1, "eigenvectors[:, largest_first[:k]]", "eigenvectors[:, largest_first[:k]].real"),
    ],
    "1h": [
        module(1, "np.random.randn(x.size, k)", "(2 * np.random.rand(x.size, k) - 1) * 3**0.5"),
        module(1, "x.reshape(-1, 1) + m", "x + m"),
        module(
            1,
            "    return x.reshape(-1, 1) + m",
            "    np.random.seed(1)\n    return x.reshape(-1, 1) + m",
        ),
    ],
    "1i": [
        module(1, "A[:, np.random.permutation(A.shape[1])]", "A[:, ::-1]"),
        module(
            1,
            "A[:, np.random.permutation(A.shape[1])]",
            "np.roll(A, np.random.randint(A.shape[1]), axis=1)",
        ),
    ],
    "1j": [
        module(1, "(x - np.mean(x)) /", "(x - np.median(x) + 0 * np.mean(x)) /"),
    ],
    "1k": [
        module(1, "np.repeat(x.reshape(-1, 1), k, axis=1)", "np.repeat(x[:, None], k, axis=1)"),
        module(1, "x.reshape(-1, 1), k,", "x.reshape(-1, 1), 2,"),
    ],
    "1l": [
        module(1, "np.sum(differences**2, axis=0)", "1 / np.sum(1 / differences**2, axis=0)"),
    ],
    "2 cost": [
        report("1/(2n) norm", "1/n norm"),
    ],
    "2 SGD": [
        module(
            2, "next_w = next_w - share", "next_w = next_w * (1 if first == start else 0.5) - share"
        ),
    ],
    "2 grid": [
        report("shown(cell.validation_fmse)", "shown(cell.train_fmse)"),
        report("It lies at the edge of the grid", "It lies well inside the grid"),
        report("diverged in #diverged.len() of them", "diverged in some of them"),
        module(2, "LEARNING_RATES = [0.001, 1]", "LEARNING_RATES = [0.001]"),
        module(2, "SEED = 541", "SEED = 5"),
        module(
            2, "for learning_rate in learning_rates:", "for learning_rate in learning_rates[:1]:"
        ),
        report("batch sizes #enumerate", "batch sizes like #enumerate"),
    ],
    "2 validation": [
        module(2, "cell: cell.validation_fmse", "cell: cell.train_fmse"),
        module(2, "best = select_best(grid_search(", "best, *_ = (grid_search("),
        report("#best.epochs epochs.", "or so epochs."),
    ],
    "2 report": [
        module(2, "training_mean):", "training_mean):\n    training_mean += 1"),
        module(2, "{tested['test_fmse']}", "{best.train_fmse}"),
        report("fixed(metrics.test_fmse, 3)", "fixed(metrics.test_fmse, 4)"),
        report(
            "metrics.test_fmse / metrics.train_fmse", "metrics.train_fmse / metrics.test_fmse * 2"
        ),
        report("authors: settings.authors", 'authors: ("Nobody",)'),
        report("notice: if synthetic", "notice: if not synthetic"),
        evidence("course_files", True),
    ],
    "3a i": [
        module(3, "-3 * x / 100 - 1 / 500", "-3 * x / 100"),
        module(3, "import numpy as np", "import numpy as np\nimport pandas"),
        report("3 <= x < 5", "3 <= x < 6"),
        report("fixed(p3a.jump_at_3.left, 3)", "fixed(p3a.jump_at_3.right, 3)"),
    ],
    "3a ii": [
        module(3, 'axes["gradient"], gradient_3a, whole', 'axes["gradient"], f_3a, whole'),
        module(3, "draw_dots(axes[name], f_3a, points,", "draw_dots(axes[name], f_3a, points[:9],"),
        report('"problem3a",', '"problem3b",'),
        module(3, "    iterations=100,", "    iterations=99,"),
    ],
    "3a iii": [
        report("None of these learning rates brings", "Each of these learning rates brings"),
        report("plain(d.overflowed_at)", "plain(d.overflowed_at + 1)"),
    ],
    "3a iv": [
        report("descent never passes", "descent sometimes passes"),
        report("is driven away", "is drawn in"),
        report("shrinks but stays positive", "shrinks"),
        report("fixed(p3a.creeping.final_x, 3)", "fixed(p3a.creeping.final_x + 1, 3)"),
        report("a convex function of $x$", "a function of $x$"),
    ],
    "3b i": [
        report("by the negative number", "by the positive number"),
        report("(#fixed(p3b.small_step.final_x.at(0), 3)", "(#fixed(p3b.final_x.at(1), 3)"),
        report(
            "positive, #fixed(p3b.small_step.contraction.at(0), 5)",
            "positive, #fixed(p3b.contraction.at(0), 5)",
        ),
    ],
    "3b ii": [
        module(3, "axes.contour(", "axes.contourf("),
        module(3, "axis=-1), a, c)", "axis=-1), a[::-1], c)"),
        module(3, "(sequence[:, 0], sequence[:, 1], 3,", "(sequence[::2, 0], sequence[::2, 1], 3,"),
        module(3, "(small[:, 0], small[:, 1],", "(small[:5, 0], small[:5, 1],"),
        report("significant(p3b.a.at(i), 5)", "significant(p3b.a.at(1 - i), 5)"),
        report("fixed(p3b.curvature_ratio, 2)", "fixed(p3b.curvature_ratio / 2, 2)"),
    ],
    "3c": [
        module(3, "draw_dots(axes, f_3c, points, index, size=6)", "pass"),
        module(
            3,
            "draw_dots(axes, f_3c, points, index, size=6)",
            "draw_dots(axes, f_3c, points[:, :1], index)",
        ),
        report(
            "The reason is that $nabla f$ is not Lipschitz", "The reason is that $nabla f$ is steep"
        ),
        report("calc.min(..cycle.amplitudes)", "calc.min(..cycle.amplitudes) / 2"),
        report("#p3c.iterations iterations from", "#p3c.cycles.len() iterations from"),
        report("2/3 abs(h)^(3\\/2) \\/ h", "2/3 abs(h)^(3\\/2)"),
    ],
    "3d": [
        report("f''(0) = -4 < 0", "f''(0) = 4 > 0"),
        module(3, "draw_function(left, f_3d", "draw_function(left, gradient_3d"),
    ],
}


@pytest.mark.parametrize(
    ("name", "change"), [(name, change) for name, changes in BREAKS.items() for change in changes]
)
def test_a_mistake_fails_its_requirement_alone(broken, name, change):
    assert failing(broken(change)) == {name}


UNASKED = [
    ("3a ii", evidence("problem3a", iterations=50), "asks for 100 iterations from -3"),
    ("3b i", evidence("problem3b", slowdown=1.5), "still zig-zags: raise problem3b.slowdown"),
    ("3c", evidence("problem3c", learning_rates=[0.001, 0.01]), "asks for 1e-3, 1e-2, 1e-1"),
    ("2 grid", evidence("grid", epochs="1"), "lacks cells of the grid"),
    (
        "2 validation",
        evidence("best", {"batch_size": 500, "learning_rate": 0.001, "epochs": 3}),
        "Another cell has a lower validation cost",
    ),
]


@pytest.mark.parametrize(("name", "change", "said"), UNASKED)
def test_what_is_not_as_asked_is_told(broken, name, change, said):
    rows = broken(change)
    assert said in next(row["to_do"] for row in rows if row["id"] == name)


WRONG_NUMBERS = [
    ("2 cost", "dtype=np.float64) / 2)", "dtype=np.float64))", "is not the handout’s cost"),
    ("2 SGD", 'named_rng(seed, f"epoch {epoch}")', 'named_rng(seed, "epoch")', "that epoch’s own"),
    (
        "2 SGD",
        "        w, b = iterates[-1]",
        "        w, b = w * 1, iterates[-1][1]",
        "that epoch’s own",
    ),
    (
        "2 validation",
        'order = named_rng(seed, "split").permutation(len(y))',
        "order = np.arange(len(y))",
        "at random",
    ),
    ("2 validation", "order[n_validation:]", "order", "faces aside that are not trained on"),
    ("2 validation", "b - mean @ w", "b - 2 * mean @ w", "for the validation cost"),
    ("2 report", '"test_fmse": f_mse(X_test', '"test_fmse": 2 * f_mse(X_test', "test cost"),
    ("2 report", "costs[-10:]", "costs[-5:]", "last training cost"),
    ("2 SGD", "cell.epochs + 1, epochs + 1", "cell.epochs + 1, epochs", "that epoch’s own"),
]


def test_lines_that_a_wrong_cost_makes_fail_name_it(broken):
    rows = broken(module(2, "dtype=np.float64) / 2)", "dtype=np.float64))"))
    told = {row["id"]: row["to_do"] for row in rows if not row["holds"]}
    assert (
        told.pop("2 cost") == "f_mse is not the handout’s cost: mend it in homework1_problem2.py."
    )
    assert set(told.values()) == {"It may hold once 2 cost does: mend that first."}


@pytest.mark.parametrize(("name", "old", "new", "said"), WRONG_NUMBERS)
def test_other_numbers_than_the_reports_are_noticed(broken, name, old, new, said):
    rows = broken(module(2, old, new))
    assert said in next(row["to_do"] for row in rows if row["id"] == name)

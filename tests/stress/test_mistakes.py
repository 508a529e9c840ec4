"""One mistake of each kind in what is handed in: each fails its requirement, and no other."""

import pytest

from mistakes import evidence, failing, module, rows_after

pytestmark = pytest.mark.stress

ALONE = [
    # Right answers by other means than the handout's.
    ("1b", module(1, "A.dot(B)", "A @ B")),
    ("1e", module(1, "np.sum(A[i, ::2])", "np.sum(list(map(float, A[i, ::2])))")),
    (
        "1e",
        module(
            1,
            "    return np.sum(A[i, ::2])",
            "    return even(A[i])\n\n\ndef even(row):\n    return np.sum([a for a in row[::2]])",
        ),
    ),
    (
        "1f",
        module(1, "np.mean(A[np.nonzero((c <= A) & (A <= d))])", "A[(c <= A) & (A <= d)].mean()"),
    ),
    ("3a i", module(3, "import numpy as np", "import numpy as np\nimport pandas")),
    # Wrong at an edge of the exercise only.
    ("1f", module(1, "np.nonzero((c <= A) & (A <= d))", "np.nonzero(A * (c <= A) * (A <= d))")),
    (
        "1g",
        module(1, "eigenvectors[:, largest_first[:k]]", "eigenvectors[:, largest_first[:k]].real"),
    ),
    ("1k", module(1, "np.repeat(x.reshape(-1, 1), k, axis=1)", "np.repeat(x[:, None], k, axis=1)")),
    ("3a i", module(3, "-3 * (x - 31 / 10) ** 2,", "-3 * (x - 31 / 10) ** 2 * (x < 4),")),
    # The right values for a fixed argument alone.
    ("1e", module(1, "np.sum(A[i, ::2])", "np.sum(A[1, ::2])")),
    ("1k", module(1, "x.reshape(-1, 1), k,", "x.reshape(-1, 1), 2,")),
    # Random, but not as the handout asks.
    ("1h", module(1, "np.random.randn(x.size, k)", "(2 * np.random.rand(x.size, k) - 1) * 3**0.5")),
    (
        "1h",
        module(
            1,
            "    return x.reshape(-1, 1) + m",
            "    np.random.seed(1)\n    return x.reshape(-1, 1) + m",
        ),
    ),
    (
        "1i",
        module(
            1,
            "A[:, np.random.permutation(A.shape[1])]",
            "np.roll(A, np.random.randint(A.shape[1]), axis=1)",
        ),
    ),
    # Another formula.
    ("1j", module(1, "(x - np.mean(x)) /", "(x - np.median(x) + 0 * np.mean(x)) /")),
    ("1l", module(1, "np.sum(differences**2, axis=0)", "1 / np.sum(1 / differences**2, axis=0)")),
    # The grid, the selection, and what is printed.
    ("2 grid", module(2, "LEARNING_RATES = [0.001, 1]", "LEARNING_RATES = [0.001]")),
    ("2 grid", module(2, "SEED = 541", "SEED = 5")),
    (
        "2 grid",
        module(
            2, "for learning_rate in learning_rates:", "for learning_rate in learning_rates[:1]:"
        ),
    ),
    ("2 validation", module(2, "best = select_best(grid_search(", "best, *_ = (grid_search(")),
    ("2 report", module(2, "mean_age):", "mean_age):\n    mean_age += 1")),
    ("2 report", module(2, "{tested['test_fmse']}", "{best.train_fmse}")),
    ("2 report", evidence("known_dataset", "course")),
    # What is drawn.
    ("3a ii", module(3, 'axes["gradient"], gradient_3a, whole', 'axes["gradient"], f_3a, whole')),
    (
        "3a ii",
        module(3, 'draw_dots(axes["f"], f_3a, points,', 'draw_dots(axes["f"], f_3a, points[:9],'),
    ),
    ("3a ii", module(3, "    iterations=100,", "    iterations=99,")),
    ("3b ii", module(3, "axes.contour(", "axes.contourf(")),
    ("3b ii", module(3, "x2], axis=-1), a, c)", "x2], axis=-1), a[::-1], c)")),
    (
        "3b ii",
        module(3, "sequence[:, 1], sequence[:, 0], 3,", "sequence[::2, 1], sequence[::2, 0], 3,"),
    ),
    (
        "3b ii",
        module(3, "axes.plot(small[:, 1], small[:, 0],", "axes.plot(small[:5, 1], small[:5, 0],"),
    ),
    ("3c", module(3, "f_3c, points, index, label", "f_3c, points[:9], index, label")),
    ("3d", module(3, "draw_function(axes, f_3d", "draw_function(axes, gradient_3d")),
]


def test_a_mistake_fails_its_requirement_alone(built, submission, tmp_path):
    changes = [(name[0], change) for name, change in ALONE]
    rows = rows_after(built, submission, changes, tmp_path)
    found = [(failing(each), change) for each, (_, change) in zip(rows, ALONE, strict=True)]
    assert found == [({name}, change) for name, change in ALONE]


# With what the sentence says.
SENTENCES = [
    ("3a ii", evidence("problem3a", iterations=50), "asks for 100 iterations from -3"),
    ("3b i", evidence("problem3b", slowdown=1.5), "still zig-zags: raise problem3b.slowdown"),
    ("3c", evidence("problem3c", learning_rates=[0.001, 0.01]), "asks for 1e-3, 1e-2, 1e-1"),
    ("2 grid", evidence("grid", epochs="1"), "lacks cells of the grid"),
    (
        "2 validation",
        evidence("best", {"batch_size": 500, "learning_rate": 0.001, "epochs": 3}),
        "Another cell has a lower validation cost",
    ),
    ("2 cost", module(2, "dtype=np.float64) / 2)", "dtype=np.float64))"), "the handout’s cost"),
    ("2 validation", module(2, "dtype=np.float64) / 2)", "dtype=np.float64))"), "once 2 cost does"),
    ("2 SGD", module(2, 'f"epoch {epoch}"', '"epoch"'), "that epoch’s own"),
    ("2 SGD", module(2, "w, b = iterates[-1]", "_, b = iterates[-1]"), "that epoch’s own"),
    (
        "2 SGD",
        module(2, ".permutation(len(y))\n        steps", ".permutation(len(y) - 1)\n        steps"),
        "own",
    ),
    ("2 SGD", module(2, "learning_rate / n * (X", "2 * learning_rate / n * (X"), "own"),
    (
        "2 validation",
        module(
            2, 'order = named_rng(seed, "split").permutation(len(y))', "order = np.arange(len(y))"
        ),
        "at random",
    ),
    ("2 validation", module(2, "order[n_validation:]", "order"), "set faces aside"),
    ("2 validation", module(2, "b - mean @ w", "b - 2 * mean @ w"), "for the validation cost"),
    (
        "2 report",
        module(
            2,
            '"test_fmse": half_mean_square(predicted - y)',
            '"test_fmse": 2 * half_mean_square(predicted - y)',
        ),
        "for the test cost",
    ),
]


def test_what_is_wrong_is_named(built, submission, tmp_path):
    changes = [(name[0], change) for name, change, _ in SENTENCES]
    rows = rows_after(built, submission, changes, tmp_path)
    for each, (name, change, words) in zip(rows, SENTENCES, strict=True):
        (to_do,) = (row["to_do"] for row in each if row["id"] == name)
        assert words in str(to_do), (name, change)

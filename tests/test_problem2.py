"""Problem 2: training against independent references, the split, and what is refused."""

import io
import pickle

import numpy as np
import pytest
import sympy

import homework1_problem2 as problem2
import train_cell


def examples(n=60, d=5, seed=0, dtype=np.float64):
    """n random examples of d pixels, with ages that are almost linear in them."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    y = X @ rng.normal(size=d) + 3 + 0.1 * rng.normal(size=n)
    return X.astype(dtype), y.astype(dtype)


def train(split, batch_size, learning_rate, epochs, seed=5):
    cell = problem2.untrained_cell(split, batch_size, learning_rate)
    return problem2.train_cell(split, cell, epochs, seed)


def small_split(n=60, dtype=np.float64):
    X, y = examples(n, dtype=dtype)
    return problem2.split_examples(X, y, 0.25, seed=1)


# Stochastic gradient descent


def test_a_step_follows_the_gradient_that_sympy_finds():
    X, y = examples(n=4, d=3)
    w = np.array([0.5, -1.0, 2.0])
    b = 0.25
    variables = sympy.symbols("w0:3 b")
    predictions = sympy.Matrix(X) * sympy.Matrix(variables[:3])
    residuals = [p + variables[3] - age for p, age in zip(predictions, y, strict=True)]
    cost = sum(r**2 for r in residuals) / (2 * len(y))
    point = dict(zip(variables, [*w, b], strict=True))
    gradient = np.array([sympy.diff(cost, v).subs(point) for v in variables], float)
    kept = np.empty(4)
    # All examples in one mini-batch: one step along the whole gradient.
    ((next_w, next_b),) = problem2.sgd_epoch(X, y, w, b, 4, 0.5, np.arange(4), kept)
    np.testing.assert_allclose([*next_w, next_b], [*w, b] - 0.5 * gradient, rtol=1e-13)
    np.testing.assert_allclose(kept, [float(r.subs(point)) for r in residuals], rtol=1e-13)
    assert problem2.f_mse(X, y, w, b) == pytest.approx(float(cost.subs(point)), rel=1e-13)


@pytest.mark.parametrize("block", [1, 7, 20, 39])
def test_a_step_in_blocks_is_the_plain_step_to_thirteen_digits(block):
    X, y = examples(n=60)
    batch = np.random.default_rng(3).permutation(60)[:40]
    before = X, y, np.arange(5.0), 0.25, batch, 0.5
    w, b, residual = problem2.sgd_step(*before, rows=np.empty((40, 5)))
    blocks_w, blocks_b, blocks_residual = problem2.sgd_step_in_blocks(
        *before, rows=np.empty((block, 5))
    )
    np.testing.assert_allclose([*blocks_w, blocks_b], [*w, b], rtol=1e-13)
    np.testing.assert_allclose(blocks_residual, residual, rtol=1e-13)


def plain_sgd(X, y, batch_size, learning_rate, epochs, seed):
    """Every sum written out, one example and one pixel at a time."""
    n, d = X.shape
    w = [0.0] * d
    b = sum(y) / n
    for epoch in range(1, epochs + 1):
        order = problem2.named_rng(seed, f"epoch {epoch}").permutation(n)
        cost = 0.0
        for start in range(0, n, batch_size):
            batch = order[start : start + batch_size]
            errors = [sum(X[i][j] * w[j] for j in range(d)) + b - y[i] for i in batch]
            cost += sum(e**2 for e in errors) / (2 * n)
            for j in range(d):
                total = sum(e * X[i][j] for e, i in zip(errors, batch, strict=True))
                w[j] -= learning_rate * total / len(batch)
            b -= learning_rate * sum(errors) / len(batch)
    return w, b, cost


@pytest.mark.parametrize("batch_size", [1, 7, 45, 100, 200])
def test_training_equals_a_plain_loop_to_thirteen_digits(batch_size):
    split = small_split(n=200)
    cell = train(split, batch_size, 0.05, epochs=3, seed=5)
    w, b, cost = plain_sgd(split.X_train, split.y_train, batch_size, 0.05, epochs=3, seed=5)
    np.testing.assert_allclose(cell.w, w, rtol=1e-13)
    assert cell.b == pytest.approx(b, rel=1e-13)
    _, minibatch_fmse, _ = cell.history[-1]
    assert minibatch_fmse == pytest.approx(cost, rel=1e-13)


def test_training_approaches_the_closed_form_solution():
    split = small_split()
    cell = train(split, batch_size=45, learning_rate=0.5, epochs=400)
    with_ones = np.column_stack([split.X_train, np.ones(len(split.y_train))])
    closed_form = np.linalg.lstsq(with_ones, split.y_train, rcond=None)[0]
    np.testing.assert_allclose([*cell.w, cell.b], closed_form, rtol=1e-10)


@pytest.mark.parametrize(
    ("batch_size", "learning_rate"), [(7, 0.01), (45, 0.01), (7, 3.0), (7, 0.5)]
)
def test_a_cell_trained_further_has_the_same_bits_as_one_trained_in_one_go(
    batch_size, learning_rate, tmp_path
):
    split = small_split(dtype=np.float32)
    train_cell.save(
        train(split, batch_size, learning_rate, epochs=6),
        tmp_path / "one go.npz",
        tmp_path / "one go.csv",
    )
    cell = problem2.untrained_cell(split, batch_size, learning_rate)
    for epochs in (1, 2, 4, 6):
        cell = problem2.train_cell(split, cell, epochs, seed=5)
        train_cell.save(cell, tmp_path / f"{epochs}.npz", tmp_path / f"{epochs}.csv")
        cell = train_cell.load(tmp_path / f"{epochs}.npz", tmp_path / f"{epochs}.csv")
    for kind in ("npz", "csv"):
        assert (tmp_path / f"6.{kind}").read_bytes() == (tmp_path / f"one go.{kind}").read_bytes()


def test_the_last_training_costs_are_the_whole_splits_after_each_iteration():
    split = small_split()
    X = split.X_train
    y = split.y_train
    costs = []
    w = np.zeros(5)
    b = problem2.training_mean(split)
    for epoch in (1, 2):
        order = problem2.named_rng(5, f"epoch {epoch}").permutation(len(y))
        for step in problem2.sgd_epoch(X, y, w, b, 7, 0.01, order, np.empty_like(y)):
            w, b = step
            costs.append(problem2.f_mse(X, y, w, b))
    cell = train(split, 7, 0.01, epochs=2)
    assert cell.last_training_costs == costs[-10:]
    assert cell.train_fmse == costs[-1]
    assert len(train(split, 45, 0.01, epochs=3).last_training_costs) == 3


def test_the_validation_split_steers_nothing():
    split = small_split()
    blind = split._replace(y_validation=split.y_validation + 1)
    assert train(blind, 7, 0.01, epochs=2).w.tolist() == train(split, 7, 0.01, epochs=2).w.tolist()


@pytest.mark.parametrize("learning_rate", [30.0, 1e20, 1e38])
def test_divergence_in_the_last_step_is_noticed(learning_rate):
    cell = train(small_split(dtype=np.float32), 1000, learning_rate, epochs=1)
    assert cell.status == "diverged"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("learning_rate", [3.0, 1e20])
def test_a_diverging_cell_stops_early_and_quietly(dtype, learning_rate):
    split = small_split(dtype=dtype)
    cell = train(split, 7, learning_rate, epochs=500)
    assert cell.status == "diverged"
    assert len(cell.history) < 10
    assert np.isnan([cell.train_fmse, cell.validation_fmse]).all()
    assert len(cell.last_training_costs) == 0


def test_a_cell_that_diverges_later_loses_the_costs_it_had():
    split = small_split()
    cell = train(split, 7, 0.01, epochs=2)._replace(learning_rate=3.0)
    later = problem2.train_cell(split, cell, 20, seed=5)
    assert later.status == "diverged"
    assert np.isnan([later.train_fmse, later.validation_fmse]).all()
    assert len(later.last_training_costs) == 0


def test_training_starts_from_always_answering_the_mean_age():
    split = small_split(dtype=np.float32)
    cell = problem2.untrained_cell(split, 7, 0.01)
    assert not cell.w.any()
    assert cell.b == pytest.approx(split.y_train.astype(float).mean(), rel=1e-14)


@pytest.mark.parametrize(("times", "status"), [(1.9, "ok"), (2.1, "diverged")])
def test_twice_the_cost_of_always_answering_the_mean_has_diverged(times, status):
    split = small_split()
    mean = problem2.training_mean(split)
    # Half of what b is off by, squared, adds to the cost of answering the mean.
    b = mean + split.y_train.std() * np.sqrt(times - 1)
    split = split._replace(y_validation=np.full_like(split.y_validation, mean))
    cell = problem2.untrained_cell(split, 45, 1e-12)._replace(b=b)
    assert problem2.train_cell(split, cell, 1, seed=5).status == status


def test_a_tiny_learning_rate_has_not_diverged():
    assert train(small_split(), 7, 1e-15, epochs=3).status == "ok"


def test_a_grid_that_all_diverged_names_its_learning_rates():
    cells = problem2.grid_search(small_split(), [7, 15], [3.0, 30.0], [5], seed=0)
    with pytest.raises(ValueError, match=r"3\.0, 30\.0.*smaller"):
        problem2.select_best(cells)


# The data


def test_standardisation_sees_the_training_split_alone():
    X, y = examples(n=40)
    split = problem2.split_examples(X, y, 0.25, seed=1)
    validation = problem2.named_rng(1, "split").permutation(40)[:10]
    X[validation] += 1000
    moved = problem2.split_examples(X, y, 0.25, seed=1)
    np.testing.assert_array_equal(split.X_train, moved.X_train)
    np.testing.assert_array_equal(split.mean, moved.mean)
    np.testing.assert_allclose(split.X_train.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(split.X_train.std(axis=0), 1, rtol=1e-12)


def test_a_constant_pixel_becomes_zero():
    X, y = examples()
    X[:, 2] = 7.0
    split = problem2.split_examples(X, y, 0.25, seed=1)
    assert not split.X_train[:, 2].any()


def test_folded_weights_predict_the_same_from_raw_pixels():
    X, y = examples()
    split = problem2.split_examples(X * 50 + 100, y, 0.25, seed=1)
    w = np.linspace(-1, 1, 5)
    raw = split.X_train * split.scale + split.mean
    folded_w, folded_b = problem2.fold_back(w, 40.0, split.mean, split.scale)
    np.testing.assert_allclose(raw @ folded_w + folded_b, split.X_train @ w + 40.0, rtol=1e-12)


@pytest.mark.parametrize("fraction", [0.0, 0.001, 1.0])
def test_a_split_with_an_empty_side_is_refused(fraction):
    with pytest.raises(ValueError, match="validation fraction"):
        problem2.split_examples(*examples(), fraction, seed=1)


def test_draws_depend_on_the_seed_and_the_name_alone():
    draws = {
        (seed, name): problem2.named_rng(seed, name).integers(2**60)
        for seed in (1, 2)
        for name in ("epoch 1", "epoch 2")
    }
    assert len(set(draws.values())) == 4
    assert problem2.named_rng(1, "epoch 2").integers(2**60) == draws[1, "epoch 2"]


# Loading


def write(folder, X, y):
    np.save(folder / "X.npy", X)
    np.save(folder / "y.npy", y)
    return folder / "X.npy", folder / "y.npy"


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8])
@pytest.mark.parametrize("shape", [(3, 48, 48), (3, 48, 48, 1), (3, 2304)])
def test_faces_are_read_in_every_shape_and_dtype(tmp_path, dtype, shape):
    faces = np.random.default_rng(0).integers(0, 255, shape).astype(dtype)
    X, y = problem2.load_examples(*write(tmp_path, faces, np.arange(3)))
    assert (X.shape, X.dtype, y.dtype) == ((3, 2304), np.float32, np.float64)
    np.testing.assert_array_equal(X, faces.reshape(3, 2304))


def test_ages_may_be_a_column(tmp_path):
    ages = np.arange(3.0)
    _, y = problem2.load_examples(*write(tmp_path, np.zeros((3, 2304)), ages[:, None]))
    np.testing.assert_array_equal(y, ages)


FACES = np.zeros((3, 48, 48), np.float32)
AGES = np.zeros(3)


@pytest.mark.parametrize(
    ("X", "y", "said"),
    [
        (np.zeros((3, 47, 48)), AGES, r"X\.npy: shape \(3, 47, 48\); faces are"),
        (np.zeros((3, 48, 48, 3)), AGES, r"X\.npy: shape \(3, 48, 48, 3\)"),
        (np.zeros((3, 1, 48, 48)), AGES, r"X\.npy: shape \(3, 1, 48, 48\)"),
        (np.zeros((48, 48)), AGES, r"X\.npy: shape \(48, 48\)"),
        (np.zeros((3, 2305)), AGES, r"X\.npy: shape \(3, 2305\)"),
        (np.float32(1), AGES, r"X\.npy: shape \(\)"),
        (np.zeros((0, 48, 48)), np.zeros(0), r"y\.npy: shape \(0,\); one age is needed"),
        (FACES, np.zeros(4), r"y\.npy: shape \(4,\); one age is needed for each of 3"),
        (FACES, np.zeros((1, 3)), r"y\.npy: shape \(1, 3\)"),
        (FACES, np.zeros((3, 2)), r"y\.npy: shape \(3, 2\)"),
        (np.full((3, 48, 48), np.nan), AGES, r"X\.npy holds float64 values that are not all"),
        (FACES, np.array([1, np.inf, 3]), r"y\.npy holds float64 values that are not all finite"),
        (FACES, np.array(["a", "b", "c"]), r"y\.npy holds <U1"),
        (FACES + 1j, AGES, r"X\.npy holds complex"),
        (FACES > 0, AGES, r"X\.npy holds bool"),
        (FACES, np.array([{}, {}, {}]), r"y\.npy is not a whole npy file"),
    ],
)
def test_other_arrays_are_refused_in_a_sentence(tmp_path, X, y, said):
    with pytest.raises(ValueError, match=said):
        problem2.load_examples(*write(tmp_path, X, y))


def an_archive(content):
    file = io.BytesIO()
    np.savez(file, X=FACES)
    return file.getvalue()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[:-1],
        lambda content: content[:50],
        lambda content: b"",
        lambda content: b"<html>",
        an_archive,
        lambda content: pickle.dumps(FACES),
    ],
    ids=["cut short", "header cut short", "empty", "HTML", "npz", "pickle"],
)
def test_a_file_that_is_no_whole_npy_file_is_refused(tmp_path, spoil):
    paths = write(tmp_path, FACES, AGES)
    paths[0].write_bytes(spoil(paths[0].read_bytes()))
    with pytest.raises(ValueError, match=r"X\.npy is not a whole npy file of numbers") as refusal:
        problem2.load_examples(*paths)
    assert "allow_pickle" not in str(refusal.value)


class Trap:
    """Unpickling it makes a file."""

    def __reduce__(self):
        return (open, ("sprung", "w"))


def test_a_pickle_is_never_unpickled(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    paths = write(tmp_path, np.array([Trap()], dtype=object), np.zeros(1))
    with pytest.raises(ValueError, match=r"X\.npy"):
        problem2.load_examples(*paths)
    paths[0].write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ValueError, match=r"X\.npy"):
        problem2.load_examples(*paths)
    assert not (tmp_path / "sprung").exists()

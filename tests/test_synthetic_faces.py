import ast
import copy
import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import homework1_problem2 as problem2
from shared import synthetic_faces

# On every machine.
KNOWN = {
    "age_regression_Xtr.npy": "2d2145458059fe9288cdb805106a03ddea274c38e9f2abc52bb7bca4d255de57",
    "age_regression_ytr.npy": "cddf73511cd24ed9fdf66d12608577f9755d99f94259812e20cd0ee1b0c9cb43",
    "age_regression_Xte.npy": "bfe6426addf2df0e22e534fc38450f902fdf8dea41f3564db4165ffc7c5c1979",
    "age_regression_yte.npy": "45d952c4f60b11fbca2635ca1b96eb858d37aca4a691bce47359731de7cc47f7",
}


@pytest.fixture(scope="module")
def dataset():
    return synthetic_faces.synthetic_dataset(541)


def rendered(ages, seed=0):
    return synthetic_faces.render_faces(np.asarray(ages, float), np.random.default_rng(seed))


def traits_at(age, n=2000):
    return synthetic_faces.draw_traits(np.full(n, float(age)), np.random.default_rng(0))


def design(dataset, part):
    """The standardised pixels with a last column of ones, and the ages."""
    X = dataset[f"age_regression_X{part}"].reshape(-1, 2304).astype(float)
    training = dataset["age_regression_Xtr"].reshape(-1, 2304)
    X = (X - training.mean(0)) / training.std(0)
    return np.column_stack([X, np.ones(len(X))]), dataset[f"age_regression_y{part}"]


def fit(X, y, penalty):
    """Ridge regression by the normal equations; penalty 0 is least squares."""
    n, columns = X.shape
    penalties = np.full(columns, penalty * n)
    penalties[-1] = 0
    return np.linalg.solve(X.T @ X + np.diag(penalties), X.T @ y)


def r_squared(X, y, w):
    return 1 - np.mean((X @ w - y) ** 2) / np.var(y)


def test_the_arrays_have_the_courses_names_shapes_and_types(dataset):
    described = {name: (array.shape, array.dtype.name) for name, array in dataset.items()}
    assert described == {
        "age_regression_Xtr": ((5000, 48, 48), "float32"),
        "age_regression_ytr": ((5000,), "float64"),
        "age_regression_Xte": ((2500, 48, 48), "float32"),
        "age_regression_yte": ((2500,), "float64"),
    }


@pytest.mark.parametrize("part", ["tr", "te"])
def test_grey_values_lie_in_0_to_1_and_few_are_cut_off(dataset, part):
    faces = dataset[f"age_regression_X{part}"]
    assert np.all((faces >= 0) & (faces <= 1))  # false for NaN, too
    assert np.mean((faces == 0) | (faces == 1)) < 0.01


def test_every_pixel_varies_and_the_design_matrix_has_full_rank(dataset):
    X = design(dataset, "tr")[0][:3000]
    # Raises an error unless every eigenvalue is above 1e-4; far faster than finding them all.
    np.linalg.cholesky(X.T @ X / len(X) - 1e-4 * np.eye(2305))


def test_training_and_test_ages_are_different_draws():
    training, test = (
        synthetic_faces.labelled_faces(60, 1, part)[0] for part in ("training", "test")
    )
    assert np.mean(training == test) < 0.2


def test_training_and_test_faces_are_different_draws_even_for_the_same_ages(monkeypatch):
    monkeypatch.setattr(synthetic_faces, "sample_ages", lambda n, rng: np.full(n, 40.0))
    training, test = (
        synthetic_faces.labelled_faces(60, 1, part)[1] for part in ("training", "test")
    )
    assert not np.any(np.all(training == test, axis=(1, 2)))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_other_faces():
    ages, faces = synthetic_faces.labelled_faces(120, 1, "training")
    same_ages, same_faces = synthetic_faces.labelled_faces(120, 1, "training")
    other_ages, other_faces = synthetic_faces.labelled_faces(120, 2, "training")
    assert same_ages.tobytes() == ages.tobytes()
    assert same_faces.tobytes() == faces.tobytes()
    assert not np.array_equal(other_ages, ages)
    assert not np.any(np.all(other_faces == faces, axis=(1, 2)))


def test_the_default_seed_gives_the_bytes_that_the_project_knows(dataset):
    hashes = {}
    for name, array in dataset.items():
        file = io.BytesIO()
        np.save(file, array)
        hashes[f"{name}.npy"] = hashlib.sha256(file.getvalue()).hexdigest()
    assert hashes == KNOWN


PRINT_FACES = """
import hashlib
from shared.synthetic_faces import labelled_faces
ages, faces = labelled_faces(60, 1, "training")
print(hashlib.sha256(ages.tobytes() + faces.tobytes()).hexdigest())
"""


def test_faces_are_the_same_without_the_processors_newer_instructions():
    def digest(disabled):
        return subprocess.run(
            [sys.executable, "-c", PRINT_FACES],
            env=os.environ
            | {
                "PYTHONPATH": str(Path(synthetic_faces.__file__).parents[1]),
                "NPY_DISABLE_CPU_FEATURES": " ".join(disabled),
            },
            stdout=subprocess.PIPE,
            check=True,
        ).stdout

    instructions = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
    assert digest(instructions) == digest([])


# All of these give the same bits everywhere; interp's last bit may differ, and is rounded away.
EXACT = {"abs", "clip", "floor", "interp", "maximum", "minimum", "rint", "sqrt", "square"}
MOVING = {"arange", "asarray", "empty", "float32", "where", "random"}


def test_only_exact_operations_are_used():
    tree = ast.parse(Path(synthetic_faces.__file__).read_text())
    called = {"np": set(), "rng": set()}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in called:
            called[ast.unparse(node.value)].add(node.attr)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            assert isinstance(node.left, ast.Constant), ast.unparse(node)
    assert called["np"] <= EXACT | MOVING
    assert called["rng"] == {"random", "integers"}


def test_normal_draws_have_their_mean_and_deviation():
    draws = synthetic_faces.normal(np.random.default_rng(0), 3, 2, 10**5)
    assert draws.mean() == pytest.approx(3, abs=0.03)
    assert draws.std() == pytest.approx(2, abs=0.03)
    within = [np.mean(np.abs(draws - 3) < 2 * k) for k in (1, 2)]
    np.testing.assert_allclose(within, [0.683, 0.954], atol=0.01)


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_faces_do_not_depend_on_how_many_are_painted_at_a_time(monkeypatch, chunk):
    ages = np.linspace(0, 100, 60)
    expected = rendered(ages)
    monkeypatch.setattr(synthetic_faces, "CHUNK", chunk)
    np.testing.assert_array_equal(rendered(ages), expected)


def test_rendering_leaves_ages_and_traits_alone():
    ages = np.arange(0.0, 100.0, 2.5)
    rendered(ages)
    np.testing.assert_array_equal(ages, np.arange(0.0, 100.0, 2.5))

    traits = synthetic_faces.draw_traits(ages, np.random.default_rng(0))
    t = synthetic_faces.SimpleNamespace(**{k: v[:, None, None] for k, v in traits.items()})
    before = copy.deepcopy(traits)
    synthetic_faces.paint_face(np.empty((40, 48, 48), np.float32), t)
    for name, trait in traits.items():
        np.testing.assert_array_equal(trait, before[name], err_msg=name)


@pytest.mark.parametrize("part", ["tr", "te"])
def test_ages_are_distributed_like_the_courses(dataset, part):
    ages = dataset[f"age_regression_y{part}"]
    assert 0 <= ages.min() <= ages.max() <= 100
    assert ages.mean() == pytest.approx(39.56, abs=0.8)  # the sampling error is up to 0.3
    assert ages.std() == pytest.approx(14.75, abs=0.6)
    quantiles = np.percentile(ages, [5, 25, 50, 75, 95])
    np.testing.assert_allclose(quantiles, [18, 29, 40, 50, 65], atol=1.5)


def test_the_distribution_itself_is_within_half_a_year_of_the_courses():
    ages = synthetic_faces.sample_ages(10**6, np.random.default_rng(0))
    assert ages.mean() == pytest.approx(39.56, abs=0.5)
    assert ages.std() == pytest.approx(14.75, abs=0.5)
    quantiles = np.percentile(ages, [5, 25, 50, 75, 95])
    np.testing.assert_array_equal(quantiles, [18, 29, 40, 50, 65])


def test_ages_are_whole_years():
    ages = synthetic_faces.sample_ages(10**5, np.random.default_rng(0))
    np.testing.assert_array_equal(ages, np.rint(ages))


def test_hair_greys_and_recedes():
    young, old = traits_at(25), traits_at(80)
    assert old["hair_tone"].mean() > young["hair_tone"].mean() + 0.3
    assert old["hairline"].mean() < young["hairline"].mean() - 0.1


def test_eyes_of_babies_are_larger_and_lower_than_those_of_the_grown_up():
    baby, adult = traits_at(0), traits_at(30)
    assert np.mean(baby["eye_height"]) > 1.3 * np.mean(adult["eye_height"])
    assert np.mean(baby["eye_y"]) > np.mean(adult["eye_y"]) + 0.15  # y points down
    assert np.mean(baby["head_width"]) > np.mean(adult["head_width"])


def test_only_grown_ups_have_wrinkles():
    child, old = traits_at(5), traits_at(75)
    assert not child["wrinkles"].any()
    assert old["wrinkles"].mean() > 0.5


def test_the_crown_is_light_on_old_heads_and_dark_on_young_ones():
    crown = np.s_[:, 7:11, 18:30]
    assert rendered([80] * 300)[crown].mean() > rendered([25] * 300)[crown].mean() + 0.15


def test_forehead_lines_make_rows_of_an_old_forehead_alternate():
    """The roughness down the face's middle, away from the noise, which the mean removes."""
    forehead = np.s_[12:19, 21:27]

    def roughness(wrinkles):
        traits = traits_at(80, 1) | {
            "wrinkles": np.array([wrinkles], np.float32),
            "hairline": np.array([-0.9], np.float32),
        }
        t = synthetic_faces.SimpleNamespace(**{k: v[:, None, None] for k, v in traits.items()})
        image = np.empty((1, 48, 48), np.float32)
        synthetic_faces.paint_face(image, t)
        return np.abs(np.diff(image[0][forehead], n=2, axis=0)).mean()

    assert roughness(1) > 5 * roughness(0)


def test_people_of_one_age_differ_more_than_the_ages_do():
    faces = {age: rendered([age] * 400) for age in (20, 40, 60)}
    within = np.mean([f.var(axis=0).mean() for f in faces.values()])
    between = np.var([f.mean(axis=0) for f in faces.values()], axis=0).mean()
    assert within > 5 * between > 0


def test_the_mean_image_is_a_blurred_face(dataset):
    mean = dataset["age_regression_Xtr"].mean(axis=0)
    eyes, cheeks, nose = mean[21:25, 16:20], mean[27:31, 15:19], mean[26:30, 22:26]
    assert eyes.mean() < cheeks.mean() - 0.08
    assert eyes.mean() < nose.mean() - 0.08
    hair, corner = mean[6:10, 20:28], mean[:4, :4]
    assert hair.mean() < cheeks.mean() - 0.08
    assert cheeks.mean() > corner.mean() + 0.05
    # Nobody looks to one side on the whole.
    np.testing.assert_allclose(mean[10:40], mean[10:40, ::-1], atol=0.06)


def test_a_linear_model_explains_some_of_the_age_and_least_squares_overfits(dataset):
    X, y = design(dataset, "tr")
    X_test, y_test = design(dataset, "te")
    chosen = np.random.default_rng(0).permutation(5000)[:4000]
    ridge, least_squares = (fit(X[chosen], y[chosen], penalty) for penalty in (0.3, 0))
    assert 0.2 < r_squared(X_test, y_test, ridge) < 0.6
    assert r_squared(X[chosen], y[chosen], least_squares) > 0.7
    assert r_squared(X_test, y_test, least_squares) < 0


def test_least_squares_overfits_and_loses_to_early_stopped_sgd(dataset):
    X = dataset["age_regression_Xtr"].reshape(-1, 2304)
    split = problem2.split_examples(X, dataset["age_regression_ytr"], 0.2, seed=541)
    untrained = problem2.untrained_cell(split, batch_size=64, learning_rate=1e-3)
    sgd = problem2.train_cell(split, untrained, epochs=75, seed=541)
    ones = np.ones((len(split.y_train), 1))
    *w, b = fit(np.hstack([split.X_train, ones]).astype(float), split.y_train, penalty=0)
    X_test = dataset["age_regression_Xte"].reshape(-1, 2304)
    X_test = problem2.standardise(X_test, split.mean, split.scale)
    costs = [
        problem2.f_mse(X_test, dataset["age_regression_yte"], *model)
        for model in ((sgd.w, sgd.b), (np.array(w), b))
    ]
    assert costs[0] < 0.6 * costs[1]

"""The faces that stand in for the course's: still faces, which show their age."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from shared import synthetic_faces
from shared.course_files import sha256

# The hashes of the default seed's files, the same on every machine.
KNOWN = {
    "age_regression_Xtr": "2d2145458059fe9288cdb805106a03ddea274c38e9f2abc52bb7bca4d255de57",
    "age_regression_ytr": "cddf73511cd24ed9fdf66d12608577f9755d99f94259812e20cd0ee1b0c9cb43",
    "age_regression_Xte": "bfe6426addf2df0e22e534fc38450f902fdf8dea41f3564db4165ffc7c5c1979",
    "age_regression_yte": "45d952c4f60b11fbca2635ca1b96eb858d37aca4a691bce47359731de7cc47f7",
}


@pytest.fixture(scope="module")
def dataset():
    return synthetic_faces.synthetic_dataset(541)


def drawn(age, n=300):
    return synthetic_faces.render_faces(np.full(n, float(age)), np.random.default_rng(0))


def test_the_default_seed_gives_the_bytes_that_the_project_knows(dataset, tmp_path):
    hashes = {}
    for name, array in dataset.items():
        np.save(tmp_path / f"{name}.npy", array)
        hashes[name] = sha256(tmp_path / f"{name}.npy")
    assert hashes == KNOWN


DRAW = """
from shared.synthetic_faces import labelled_faces
ages, faces = labelled_faces(60, 1, "training")
print(hash((ages.tobytes(), faces.tobytes())))
"""


def test_faces_are_the_same_without_the_processors_newer_instructions():
    def printed(disabled):
        environment = {
            "PYTHONPATH": str(Path(synthetic_faces.__file__).parents[1]),
            "PYTHONHASHSEED": "0",
            "NPY_DISABLE_CPU_FEATURES": " ".join(disabled),
        }
        return subprocess.check_output([sys.executable, "-c", DRAW], env=os.environ | environment)

    instructions = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
    assert printed(instructions) == printed([])


def test_no_function_is_called_whose_last_bit_depends_on_the_machine(monkeypatch):
    for name in ["cos", "exp", "hypot", "log", "power", "sin", "tan", "arctan2", "cbrt", "tanh"]:
        monkeypatch.setattr(np, name, None)
    synthetic_faces.labelled_faces(10, 1, "training")


@pytest.mark.parametrize("other", [(1, "test"), (2, "training")])
def test_another_seed_and_the_test_set_have_other_ages_and_faces(other):
    ages, faces = synthetic_faces.labelled_faces(60, 1, "training")
    other_ages, other_faces = synthetic_faces.labelled_faces(60, *other)
    assert np.mean(ages == other_ages) < 0.2
    assert not np.any(np.all(faces == other_faces, axis=(1, 2)))


@pytest.mark.parametrize(("part", "n"), [("tr", 5000), ("te", 2500)])
def test_faces_and_ages_are_like_the_courses(dataset, part, n):
    X, y = dataset[f"age_regression_X{part}"], dataset[f"age_regression_y{part}"]
    assert (X.shape, X.dtype, y.shape, y.dtype) == ((n, 48, 48), "float32", (n,), "float64")
    assert 0 <= X.min() < X.max() <= 1
    assert np.mean((X == 0) | (X == 1)) < 0.01
    assert y.mean() == pytest.approx(39.56, abs=0.8)  # the sampling error is up to 0.3
    assert y.std() == pytest.approx(14.75, abs=0.6)
    quantiles = np.percentile(y, [5, 25, 50, 75, 95])
    np.testing.assert_allclose(quantiles, [18, 29, 40, 50, 65], atol=1.5)


def test_hair_greys_and_recedes_and_the_forehead_gets_lines():
    crown = np.s_[:, 7:11, 18:30]
    assert drawn(80)[crown].mean() > drawn(25)[crown].mean() + 0.15
    forehead = np.s_[:, 14:19, 21:27]
    young, old = (np.abs(np.diff(drawn(age)[forehead], n=2, axis=1)).mean() for age in (12, 80))
    assert old > 1.2 * young

"""Data of the user's own: what the workflow does with other numbers of faces, and when it looks."""

import json
from contextlib import contextmanager

import numpy as np
import pytest
import yaml

import split_data
import train_cell
from conftest import CONFIGURATION
from homework1_run.configuration import check


@pytest.fixture
def configuration(root):
    """The default configuration and its schema, with a batch size that 5000 faces do not allow."""
    schema = yaml.safe_load((root / "workflow/config.schema.yaml").read_text())
    config = yaml.safe_load(CONFIGURATION.read_text())
    config["grid"]["batch_size"] = [64, 6000]
    return config, schema


@pytest.mark.parametrize("dataset", ["auto", "course", "synthetic"])
def test_batches_larger_than_the_courses_training_split_are_refused_at_once(configuration, dataset):
    config, schema = configuration
    with pytest.raises(ValueError, match=r"batch_size\.1: found 6000; allowed: at most 4000"):
        check(config | {"dataset": dataset}, schema)


def test_how_many_own_faces_there_are_is_not_assumed(configuration):
    config, schema = configuration
    assert check(config | {"dataset": "own"}, schema)["grid"]["batch_size"] == [64, 6000]


@pytest.fixture
def split_by(tmp_path):
    """Splits 30 faces with a validation fraction, and returns the folder of the split's arrays."""

    def split(validation_fraction):
        np.save(tmp_path / "X.npy", np.random.default_rng(0).random((30, 48, 48)))
        np.save(tmp_path / "y.npy", np.arange(30.0))
        settings = tmp_path / "settings.json"
        settings.write_text(json.dumps({"validation_fraction": validation_fraction, "seed": 1}))
        split_data.main(tmp_path / "X.npy", tmp_path / "y.npy", settings, split=tmp_path)
        return tmp_path

    return split


@pytest.mark.parametrize("fraction", [0.01, 0.99])
def test_a_validation_fraction_too_small_or_large_for_the_faces_is_refused(split_by, fraction):
    with pytest.raises(ValueError, match=f"validation fraction of {fraction}.* 30 examples"):
        split_by(fraction)


@pytest.mark.parametrize(("batch_size", "fits"), [(24, True), (25, False)])
def test_a_batch_size_over_the_real_number_of_examples_is_refused(split_by, batch_size, fits):
    folder = split_by(0.2)
    (folder / "seed.json").write_text('{"seed": 1}')
    arguments = {
        "cell": f"batch{batch_size}_rate1e-05_epochs1",
        "settings": folder / "seed.json",
        "split": folder,
        "weights": folder / "weights.npz",
        "history": folder / "history.csv",
    }
    if fits:
        train_cell.main(**arguments)
        assert (folder / "weights.npz").exists()
    else:
        with pytest.raises(ValueError, match="batch size of 25 is more than the 24 examples"):
            train_cell.main(**arguments)


@contextmanager
def brought(path):
    """The file is there for a while, empty."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"")
    yield
    path.unlink()


@pytest.mark.parametrize(
    "place",
    [
        "data/age_regression_Xtr (1).npy",
        pytest.param("data/data/age_regression_Xtr.npy", marks=pytest.mark.stress),
        pytest.param("age_regression_Xtr", marks=pytest.mark.stress),
    ],
)
def test_a_misplaced_file_is_looked_at_by_the_next_run(built, place):
    with brought(built / place):
        assert "download_data" in built.build("--dry-run", "--quiet", "rules")
    assert "download_data" not in built.build("--dry-run", "--quiet", "rules")


def test_a_link_to_nothing_is_named(copy_of_built):
    (copy_of_built / "data/age_regression_ytr.npy").symlink_to("/nowhere/ages.npy")
    copy_of_built.configure(dataset="auto")
    run = copy_of_built.snakemake("data/raw/source.json")
    assert run.returncode != 0
    assert "data/age_regression_ytr.npy is a link to /nowhere/ages.npy" in run.stdout
    assert "Traceback" not in run.stdout

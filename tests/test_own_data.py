"""Data of the user's own: what the workflow does with other numbers of faces, and when it looks."""

import json

import numpy as np
import pytest

import make_sequence
import split_data
import train_cell


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
        "batch_size": str(batch_size),
        "learning_rate": "1e-05",
        "epochs": "1",
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


LINES = "1. -3. \n-0.125 -2.7\n8.5e-01 -2.4\n"
SEQUENCE = np.array([[1, -3], [-0.125, -2.7], [0.85, -2.4]])


@pytest.mark.parametrize(
    "content",
    [
        LINES.encode(),
        LINES.replace("\n", "\r\n").encode("utf-8-sig"),
        LINES.encode("utf-16"),
        f"x1 x2\n{LINES}".encode(),
        f"# x1 x2\n{LINES}\n".encode(),
        LINES.replace(" -", ", -").encode(),
    ],
)
def test_a_sequence_is_read_as_it_is_and_never_taken_for_a_recomputed_one(tmp_path, content):
    (tmp_path / "given.txt").write_bytes(content)
    make_sequence.main(tmp_path / "copy.txt", tmp_path / "given.txt")
    np.testing.assert_array_equal(np.loadtxt(tmp_path / "copy.txt"), SEQUENCE)
    assert "#" not in (tmp_path / "copy.txt").read_text()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<!DOCTYPE html>\n<html>\n", "line 2: expected two numbers, found '<html>'"),
        (f"{LINES}1.0", "line 4: expected two numbers, found '1.0'"),
        (f"{LINES}1.0 2.0 3.0", "line 4: expected two numbers, found '1.0 2.0 3.0'"),
        (f"{LINES}1.0 nan", "line 4: expected two numbers, found '1.0 nan'"),
        ("x\n1. -3.\n1. -2.\n", "has 2 lines of two numbers"),
    ],
)
def test_a_line_that_is_not_two_numbers_is_named(tmp_path, text, said):
    (tmp_path / "given.txt").write_text(text)
    with pytest.raises(ValueError, match=f"given.txt.*{said}"):
        make_sequence.main(tmp_path / "copy.txt", tmp_path / "given.txt")
    assert not (tmp_path / "copy.txt").exists()


@pytest.mark.parametrize(
    "place",
    [
        "data/age_regression_Xtr (1).npy",
        "data/.age_regression_xtr.npy.icloud",
        "age_regression_Xtr.npy",
        "data/gradient_descent_sequence.txt.txt",
        "gradient_descent_sequence(1).txt",
    ],
)
def test_a_misplaced_file_is_named_at_once(fresh, place):
    (fresh / "data").mkdir()
    (fresh / place).touch()
    run = fresh.snakemake("--dry-run")
    assert run.returncode != 0
    (line,) = [line for line in run.stdout.splitlines() if "is not used" in line]
    assert line.startswith(f"{place} is not used: the file is looked for as data/")


def test_a_link_to_nothing_is_named(fresh):
    (fresh / "data").mkdir()
    (fresh / "data/age_regression_ytr.npy").symlink_to("/nowhere/ages.npy")
    run = fresh.snakemake("--dry-run")
    assert "data/age_regression_ytr.npy is not used" in run.stdout
    assert "Traceback" not in run.stdout

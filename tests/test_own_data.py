"""Data of the user's own: what is read, and what is named before anything is trained."""

import re
from pathlib import Path

import numpy as np
import pytest

import make_sequence
import train_cell
from homework1_problem2 import split_examples, untrained_cell
from homework1_problem2 import train_cell as train
from homework1_run.data import in_data
from shared.course_files import SHA256
from split_data import check_fraction
from test_download_data import AGES, FACES, contents, error_of, provide, save_four


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("data/raw").mkdir(parents=True)
    return Path("data")


@pytest.mark.parametrize(
    "changes", [{"Xtr": FACES.reshape(7, 48, 48, 1)}, {"Xtr": FACES[:6], "ytr": AGES[:6, None]}]
)
def test_own_files_are_used_whatever_their_hashes_and_number(data, changes):
    save_four(data, **changes)
    assert provide("own") == "own"
    assert contents("data/raw") == contents(data)


GAP = FACES.copy()
GAP[[2, 3], 4, 1] = np.nan


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"Xtr": FACES[:, 1:]}, "Xtr.npy has the shape (7, 47, 48) and"),
        ({"Xtr": FACES[:0]}, "Xtr.npy has no two different numbers"),
        ({"Xtr": GAP}, "numbers, 2 of 16128. The first, at [2, 4, 1], is nan (float32)."),
        ({"yte": np.full(5, np.inf)}, "yte.npy has values that are not finite numbers, 5 of 5."),
        ({"ytr": AGES > 3}, "at [0], is False (bool)."),
        ({"ytr": np.array(["old"] * 7)}, "at [0], is old (str96)."),
        ({"ytr": AGES.astype("M8[Y]")}, "at [0], is 1970 (datetime64[Y])."),
        ({"ytr": np.array([{}] * 7)}, "needs data/age_regression_ytr.npy, an npy file"),
    ],
)
def test_own_files_that_cannot_be_used_are_named(data, changes, said):
    save_four(data, **changes)
    assert said in error_of("own")


def test_an_own_file_that_is_cut_short_or_missing_is_named(data):
    save_four(data)
    path = data / "age_regression_Xte.npy"
    path.write_bytes(path.read_bytes()[:-1])
    assert f"needs {path}, an npy file of numbers" in error_of("own")
    path.unlink()
    assert f"needs {path}, an npy file of numbers" in error_of("own")


def test_a_batch_size_over_the_number_of_examples_is_named():
    train_cell.check_batch_size(24, 24)
    with pytest.raises(ValueError, match="batch size of 25 is more than the 24 examples"):
        train_cell.check_batch_size(25, 24)


@pytest.mark.parametrize("fraction", [0.0, 0.001, 1.0])
def test_a_split_with_an_empty_side_is_named(fraction):
    with pytest.raises(ValueError, match="validation fraction"):
        check_fraction(fraction, 60)


@pytest.mark.parametrize("learning_rate", [0.01, 3.0])
def test_a_cell_trained_further_has_the_same_bits_as_one_trained_in_one_go(data, learning_rate):
    X = np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32)
    split = split_examples(X, X @ [1.0, 2.0, 3.0, 4.0] + 40, 0.25, 5)
    start = untrained_cell(split, 7, learning_rate)
    cell = start
    for epochs in (1, 2, 4, 6):
        cell = train(split, cell, epochs, 5)
        train_cell.save(cell, "further.npz", "further.csv")
        cell = train_cell.load("further.npz", "further.csv")
    train_cell.save(train(split, start, 6, 5), "whole.npz", "whole.csv")
    assert Path("further.npz").read_bytes() == Path("whole.npz").read_bytes()
    assert Path("further.csv").read_bytes() == Path("whole.csv").read_bytes()


LINES = "1. -3. \n-0.125 -2.7\n8.5e-01 -2.4\n"


@pytest.mark.parametrize("head", ["", "x1 x2\n", "# x1, x2\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_sequence_is_copied_without_what_is_round_its_numbers(data, head, encoding):
    Path("given.txt").write_bytes((head + LINES).encode(encoding))
    make_sequence.main("copy.txt", "given.txt")
    assert np.loadtxt("copy.txt").tolist() == [[1, -3], [-0.125, -2.7], [0.85, -2.4]]
    assert "#" not in Path("copy.txt").read_text()  # as in one that is recomputed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<html>", "line 1: expected two numbers, found '<html>'"),
        ("<!DOCTYPE html>\n<html>\n", "line 2: expected two numbers, found '<html>'"),
        (f"{LINES}1.0 2.0 3.0", "line 4: expected two numbers, found '1.0 2.0 3.0'"),
        (f"# {make_sequence.NOTE}\n{LINES}", "is recomputed, not the course's file"),
        (f"{LINES}1.0 nan", "line 4: expected two numbers, found '1.0 nan'"),
        ("1. -3.\n1. -2.\n", " has 2 lines of two numbers"),
    ],
)
def test_a_line_of_a_sequence_that_is_not_two_numbers_is_named(data, text, said):
    Path("given.txt").write_text(text)
    with pytest.raises(ValueError, match=f"^given.txt.*{said}"):
        make_sequence.main("copy.txt", "given.txt")


OTHER_PLACES = ["data/age_regression_Xtr (1).npy", "data/.age_regression_xtr.npy.icloud"]
OTHER_PLACES += ["age_regression_yte.npy", "data/gradient_descent_sequence.txt.txt"]


@pytest.mark.parametrize("place", OTHER_PLACES)
def test_a_file_with_another_name_or_beside_data_is_named(data, place):
    Path(place).touch()
    with pytest.raises(SystemExit, match=re.escape(f"{place} is not used: ")):
        in_data(*SHA256, "gradient_descent_sequence.txt")

"""What moves in the page: its numbers are the modules' own, and its words say what they show."""

import json
import math
import re

import altair
import numpy as np
import pytest

import bundle_vega
import explore_grid
import explore_problem3a
import explore_problem3b
import explore_problem3c
from homework1_problem3 import gradient_3a, gradient_3c, gradient_descent, paraboloid
from homework1_run.configuration import load

KILOBYTE = 1000
# Numbers are written with four significant digits.
CLOSE = {"rtol": 5e-4, "atol": 1e-300}


@pytest.fixture(scope="module")
def explore(root, tmp_path_factory):
    """A function that computes an exploration of Problem 3, with some settings changed."""
    config = load(root / "tests/default_config.yaml")
    folder = tmp_path_factory.mktemp("explorations")

    def compute(module, *inputs, **changes):
        key = module.__name__.removeprefix("explore_")
        settings = folder / "settings.json"
        settings.write_text(json.dumps({key: config[key] | changes}))
        module.main(folder / "exploration.json", settings, *inputs)
        return (folder / "exploration.json").read_text(encoding="utf-8")

    return compute


@pytest.fixture(scope="module")
def sequence(tmp_path_factory):
    """A file with a descent on 4 (x1 - 1)^2 + (x2 + 2)^2 with the learning rate 0.1."""
    path = tmp_path_factory.mktemp("sequence") / "sequence.txt"
    x = np.stack([1 + 0.2 ** np.arange(30), -2 + 3 * 0.8 ** np.arange(30)], axis=1)
    np.savetxt(path, x)
    return path


@pytest.fixture(scope="module")
def explorations(explore, sequence):
    """The explorations of Problem 3 with the default settings, as text."""
    return {
        "problem3a": explore(explore_problem3a),
        "problem3b": explore(explore_problem3b, sequence),
        "problem3c": explore(explore_problem3c),
    }


def at(exploration, *texts):
    """The row, and the words, where the controls stand at these texts."""
    position = 0
    for control, text in zip(exploration["controls"], texts, strict=True):
        position = position * len(control["texts"]) + control["texts"].index(text)
    return exploration["data"]["descents"][position], exploration["words"][position]


@pytest.mark.parametrize("name", ["problem3a", "problem3b", "problem3c"])
def test_every_position_of_the_controls_has_its_row_and_its_own_words(explorations, name):
    exploration = json.loads(explorations[name])
    count = math.prod(len(control["texts"]) for control in exploration["controls"])
    assert [row["row"] for row in exploration["data"]["descents"]] == list(range(count))
    assert len(set(exploration["words"])) == len(exploration["words"]) == count


@pytest.mark.parametrize("name", ["problem3a", "problem3b", "problem3c"])
def test_charts_name_tables_that_are_there(explorations, name):
    exploration = json.loads(explorations[name])
    for chart in exploration["charts"]:
        named = set(re.findall(r'"data": \{"name": "(\w+)"', json.dumps(chart)))
        assert named
        assert named <= set(exploration["data"])


def test_the_same_settings_give_the_same_bytes_and_few_of_them(explore, explorations):
    assert explore(explore_problem3a) == explorations["problem3a"]
    assert sum(len(text.encode()) for text in explorations.values()) < 450 * KILOBYTE


def test_long_descents_do_not_make_the_page_larger(explore, sequence):
    longer = {"iterations": 20_000}
    texts = [
        explore(explore_problem3a, **longer),
        explore(explore_problem3b, sequence, iterations=1_000),
        explore(explore_problem3c, **longer),
    ]
    assert sum(len(text.encode()) for text in texts) < 550 * KILOBYTE


# 3a


def test_3a_rows_are_the_modules_own_descents(explorations):
    row, _ = at(json.loads(explorations["problem3a"]), "0.24")
    points = gradient_descent(gradient_3a, -3.0, 0.24, 100)
    np.testing.assert_allclose(row["x"], points, **CLOSE)


@pytest.mark.parametrize(
    ("rate", "fate", "number"),
    [
        ("0.1", "creeps", "2.834"),
        ("0.24", "wanders", "7.523"),
        ("0.333", "falls back", "0.009 in step 1"),
        ("1/3", "lands on 6", "step 1"),
        ("0.45", "overflows", "step 17"),
    ],
)
def test_3a_words_say_what_the_descent_does(explorations, rate, fate, number):
    _, words = at(json.loads(explorations["problem3a"]), rate)
    assert fate in words
    assert number in words


def test_3a_buttons_lead_to_0_333_and_to_one_third(explorations):
    (control,) = json.loads(explorations["problem3a"])["controls"]
    assert [control["texts"][position] for position in control["buttons"]] == ["0.333", "1/3"]
    assert control["texts"][control["start"]] == "1/3"


@pytest.mark.parametrize(
    ("rate", "fate"),
    [
        ("5e-3", "still on its way to 6"),
        ("0.15", "converges to 6"),
        ("9/100", "converges to 6"),  # and in the end is at it, but only by rounding
        ("0.2", "wanders"),
    ],
)
def test_3a_words_hold_for_another_start_and_rate(explore, rate, fate):
    settings = {"start": 3.11, "converging_learning_rate": 0.09}
    row, words = at(json.loads(explore(explore_problem3a, **settings)), rate)
    assert row["x"][0] == 3.11
    assert fate in words


def test_3a_points_that_cannot_be_drawn_are_left_out(explorations):
    row, _ = at(json.loads(explorations["problem3a"]), "0.45")
    assert 1 < len(row["x"]) < 16
    assert max(map(abs, row["x"])) < 2000


# 3b


def test_3b_contours_are_level_lines_at_equal_distances(explorations):
    rows = json.loads(explorations["problem3b"])["data"]["contours"]
    a, c = np.array([4, 1]), np.array([1, -2])
    heights = [paraboloid(np.stack([row["x1"], row["x2"]], axis=1), a, c) for row in rows]
    for k, height in enumerate(heights, start=1):
        np.testing.assert_allclose(height, (4 + 9) * (k / 6) ** 2, rtol=5e-3)


@pytest.mark.parametrize(
    ("rate", "manner", "factors"),
    [
        ("0.1", "does not zig-zag", ("0.2", "0.8")),
        ("0.147", "zig-zags", ("−0.176", "0.706")),
        ("0.252", "does not converge", ("−1.016", "0.496")),
    ],
)
def test_3b_words_say_what_the_descent_does(explorations, rate, manner, factors):
    _, words = at(json.loads(explorations["problem3b"]), rate)
    assert manner in words
    assert all(f" {factor} along" in words for factor in factors)


def test_3b_a_row_ends_where_its_descent_is_at_the_minimum(explorations):
    row, words = at(json.loads(explorations["problem3b"]), "0.1")
    assert (row["x1"][0], row["x2"][0]) == (2, 1)
    assert (row["x1"][-1], row["x2"][-1]) == (1, -2)
    assert "(1, −2)" in words


# 3c


def test_3c_rows_are_the_modules_own_descents(explorations):
    row, _ = at(json.loads(explorations["problem3c"]), "1e-2", "−0.25")
    points = gradient_descent(gradient_3c, -0.25, 0.01, 3000)
    times = row["t"]
    arrival = np.argmax(np.abs(points) <= 0.01**2)
    assert set(range(arrival - 2, arrival + 7)) <= set(times)
    assert (times[0], times[-1]) == (1, 3000)
    np.testing.assert_allclose(row["distance"], np.abs(points[times]), **CLOSE)
    assert row["amplitude"] == pytest.approx(2.5e-5)


@pytest.mark.parametrize(
    ("start", "rate", "iterations", "words"),
    [
        (1, 0.1, 3000, ["from iteration 17", "= 20", "±0.0025"]),
        (1, 0.001, 100, ["still on its way", "0.9025", "= 2000"]),
        (0.25, 0.5, 10, ["hits 0 exactly in step 1"]),
        (1, 0.1, 18, ["from iteration 17", "goes towards"]),
    ],
)
def test_3c_words_say_what_the_descent_does(start, rate, iterations, words):
    (points,) = explore_problem3c.descend([float(start)], rate, iterations)
    sentence = explore_problem3c.sentence(rate, points)
    assert all(word in sentence for word in words)


def test_3c_the_two_cycle_of_every_learning_rate_is_in_view():
    chart = explore_problem3c.draw(10, [0.01, 10], [1]).to_dict()
    low, high = chart["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert low < 0.01**2 / 4
    assert high > 10**2 / 4


def test_3c_what_hits_0_has_no_place_on_a_logarithmic_axis():
    (points,) = explore_problem3c.descend([0.25], 0.5, 3)
    assert explore_problem3c.row(0, 0.5, points)["distance"] == [None, None, None]


# The grid


@pytest.fixture
def grid(tmp_path, monkeypatch):
    """The exploration of a grid of four cells, one of which diverged and one is not drawn."""
    monkeypatch.setattr(explore_grid, "CURVES", 3)
    cells = [
        "10,1e-3,100,ok,50.0,61.0",
        "10,1e-3,200,ok,49.0,60.0",
        "10,1e-2,100,ok,70.0,95.0",
        "10,1,100,diverged,,",
    ]
    header = "batch_size,learning_rate,epochs,status,train_fmse,validation_fmse"
    (tmp_path / "grid.csv").write_text("\n".join([header, *cells, ""]))
    (tmp_path / "best.json").write_text(
        json.dumps({"batch_size": 10, "learning_rate": 1e-3, "epochs": 200})
    )
    lengths = [100, 200, 100, 1]
    histories = [tmp_path / f"{row}.csv" for row in range(4)]
    for path, length in zip(histories, lengths, strict=True):
        costs = "nan,nan" if length == 1 else "{:.1f},{:.1f}"
        lines = [f"{t},{costs.format(50 + 20 / t, 60 + 20 / t)}" for t in range(1, length + 1)]
        path.write_text("\n".join(["epoch,minibatch_fmse,validation_fmse", *lines, ""]))
    explore_grid.main(
        *histories,
        exploration=tmp_path / "exploration.json",
        grid=tmp_path / "grid.csv",
        best=tmp_path / "best.json",
    )
    return json.loads((tmp_path / "exploration.json").read_text(encoding="utf-8"))


def test_grid_words_have_the_numbers_of_every_cell(grid):
    first, second, third, diverged = grid["words"]
    assert "100 epochs" in first
    assert "61" in first
    assert "rank 2 of 4" in first
    assert "selected" in second
    assert "rank 3 of 4" in third
    assert "diverged in epoch 1" in diverged
    assert grid["start"] == 1


def test_grid_curves_run_from_the_first_epoch_to_the_last(grid):
    curves = grid["data"]["curves"]
    assert [curve["row"] for curve in curves] == [0, 1, 2]
    for curve, epochs in zip(curves, [100, 200, 100], strict=True):
        assert (curve["epoch"][0], curve["epoch"][-1]) == (1, epochs)
        assert curve["end"] == epochs
        assert len(curve["epoch"]) == len(curve["validation"]) <= 40
        assert curve["validation"][0] == 80


def test_grid_validation_costs_are_in_view_however_low_those_of_mini_batches_are():
    cells = np.rec.fromarrays([[60.0, np.nan]], names="validation_fmse")
    costs = np.rec.fromarrays([[50.0, 5.0], [90.0, 60.0]], names="minibatch_fmse,validation_fmse")
    assert explore_grid.cost_limits(cells, [costs]) == [5, 90]


# The library


def test_the_browser_draws_with_the_version_that_altair_writes():
    assert altair.SCHEMA_VERSION.startswith(f"v{bundle_vega.VEGA_LITE}.")


def test_the_bundle_can_stand_in_a_page(tmp_path):
    bundle_vega.main(tmp_path / "vega.js")
    bundle = (tmp_path / "vega.js").read_text(encoding="utf-8")
    assert "vegaEmbed" in bundle
    assert "</script" not in bundle
    assert len(bundle.encode()) < 1_000 * KILOBYTE

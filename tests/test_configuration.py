import copy
import json
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from conftest import CONFIGURATION
from homework1_run.configuration import check, load, number, read_configuration
from homework1_run.grid import grid_cells


@pytest.fixture
def schema(root):
    return yaml.safe_load((root / "workflow/config.schema.yaml").read_text())


@pytest.fixture
def config(root):
    return yaml.safe_load(CONFIGURATION.read_text())


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1e-3", 0.001),
        ("1E-3", 0.001),
        ("1/3", 1 / 3),
        (0.5, 0.5),
        (7, 7),
        ("auto", "auto"),
        ("1/0", "1/0"),
    ],
)
def test_numbers_are_read_as_people_write_them(written, value):
    assert number(written) == value


@pytest.mark.parametrize("written", [1, 1.0, "1", "1.0", "1e0", "2/2"])
def test_a_whole_number_is_the_same_setting_in_every_spelling(written):
    assert json.dumps(number(written)) == "1"


@pytest.mark.parametrize("rate", [0.001, number("1e-3"), number("0.0010"), number("1/1000")])
def test_a_cell_has_one_name_however_its_numbers_were_written(rate):
    cells = grid_cells({"batch_size": [64.0], "learning_rate": [rate], "epochs": [50.0]})
    assert json.dumps(cells) == (
        '{"batch64_rate0.001_epochs50": {"batch_size": 64, "learning_rate": 0.001, "epochs": 50}}'
    )


@given(
    st.integers(1, 10**6),
    st.floats(0, 1000, exclude_min=True),
    st.integers(1, 10**6),
)
def test_a_cells_name_has_its_hyperparameters_to_the_last_bit(batch_size, rate, epochs):
    (name,) = grid_cells({"batch_size": [batch_size], "learning_rate": [rate], "epochs": [epochs]})
    parts = re.fullmatch(r"batch(\d+)_rate(.+)_epochs(\d+)", name)
    assert (int(parts[1]), float(parts[2]), int(parts[3])) == (batch_size, rate, epochs)


def test_the_grid_has_a_cell_for_each_combination():
    cells = grid_cells({"batch_size": [16, 64], "learning_rate": [0.1], "epochs": [1, 2]})
    assert cells["batch64_rate0.1_epochs2"] == {
        "batch_size": 64,
        "learning_rate": 0.1,
        "epochs": 2,
    }
    assert len(cells) == 4


def test_the_default_configuration_is_good(config, schema):
    checked = check(config, schema)
    assert checked["grid"]["learning_rate"][0] == 2e-4
    assert [len(values) >= 3 for values in list(checked["grid"].values())[:2]] == [True, True]


def test_the_configuration_given_is_not_changed(config, schema):
    before = copy.deepcopy(config)
    check(config, schema)
    assert config == before


# Files with a mistake, each with what identifies the message

BATCH, RATE, EPOCHS = "[5, 20, 100]", "[2e-4, 5e-4, 1e-3, 5e-3]", "[10, 30, 60]"
A_COUNT = "a whole number at least 1 and at most 1000000"
A_RATE = "a number over 0 and at most 1000"
A_LIST = "a list of one or more, all different, each "
BAD = [
    # numbers
    ("seed: 541", "seed: -1", "seed: found -1; allowed: a whole number at least 0"),
    ("seed: 541", "seed: 1.5", "seed: found 1.5; allowed: a whole number"),
    ("seed: 541", "seed: many", "seed: found 'many'; allowed: a whole number"),
    ("seed: 541", "seed: 1/3", "seed: found 0.3333333333333333; allowed: a whole number"),
    ("seed: 541", "seed: 4294967296", "at most 4294967295"),
    ("seed: 541", "seed: true", "seed: found True"),
    ("seed: 541", "seed:", "seed: found None"),
    ("seed: 541", "seed: [541]", "seed: found [541]"),
    ("fraction: 0.2", "fraction: 0", "validation_fraction: found 0; allowed: a number over 0"),
    ("fraction: 0.2", "fraction: 1", "found 1; allowed: a number over 0 and under 1"),
    ("fraction: 0.2", "fraction: -0.2", "found -0.2; allowed: a number over 0 and under 1"),
    ("fraction: 0.2", "fraction: 20%", "found '20%'"),
    ("fraction: 0.2", "fraction: .nan", "found 'nan'"),
    ("fraction: 0.2", "fraction: .inf", "found 'inf'"),
    ("start: -3", "start: left", "problem3a.start: found 'left'"),
    ("start: -3", "start: -1e9", "problem3a.start: found -1000000000"),
    ("iterations: 100", "iterations: 0", f"problem3a.iterations: found 0; allowed: {A_COUNT}"),
    ("iterations: 100", "iterations: 1e9", f"found 1000000000; allowed: {A_COUNT}"),
    ("converging_learning_rate: 1/3", "converging_learning_rate: 1/0", "found '1/0'"),
    ("slowdown: 100", "slowdown: 1", "problem3b.slowdown: found 1; allowed: a number at least 2"),
    # the grid
    (BATCH, "[]", f"grid.batch_size: found []; allowed: {A_LIST}{A_COUNT}"),
    (BATCH, "[0]", f"grid.batch_size.0: found 0; allowed: {A_COUNT}"),
    (BATCH, "[16, 2.5]", f"grid.batch_size.1: found 2.5; allowed: {A_COUNT}"),
    (BATCH, "[16, -64]", "grid.batch_size.1: found -64"),
    (BATCH, "64", "grid.batch_size: found 64; allowed: a list"),
    (BATCH, "[16, 16.0]", f"grid.batch_size: found [16, 16]; allowed: {A_LIST}"),
    (RATE, "[0.001, 1e-3]", f"grid.learning_rate: found [0.001, 0.001]; allowed: {A_LIST}"),
    (RATE, "[1/3, 2/6]", "grid.learning_rate: found"),
    (RATE, "[-0.001]", f"grid.learning_rate.0: found -0.001; allowed: {A_RATE}"),
    (RATE, "[0]", f"grid.learning_rate.0: found 0; allowed: {A_RATE}"),
    (RATE, "[.nan]", "grid.learning_rate.0: found 'nan'"),
    (RATE, "[1e400]", "grid.learning_rate.0: found '1e400'"),
    (RATE, "[1e4]", "found 10000; allowed"),
    (RATE, "[fast]", "found 'fast'"),
    (RATE, "{a: 1}", "found {'a': 1}; allowed: a list"),
    (EPOCHS, "[0]", f"grid.epochs.0: found 0; allowed: {A_COUNT}"),
    (EPOCHS, "[1.5]", "grid.epochs.0: found 1.5"),
    (EPOCHS, "[25, 25]", "grid.epochs: found [25, 25]"),
    (EPOCHS, "['']", "grid.epochs.0: found ''"),
    # words
    ("dataset: auto", "dataset: Course", "found 'Course'; allowed: one of auto, course, own"),
    ("dataset: auto", "dataset: no", "dataset: found False"),
    ("[Ada Lovelace]", "[]", "authors: found []; allowed: a list of one or more"),
    ("[Ada Lovelace]", "Ada Lovelace", "authors: found 'Ada Lovelace'; allowed: a list"),
    ("[Ada Lovelace]", "['']", "authors.0: found ''; allowed: a text that is not empty"),
    ("[Ada Lovelace]", "['  ']", "authors.0: found '  '; allowed: a text that is not empty"),
    ("[Ada Lovelace]", "[[Ada]]", "authors.0: found ['Ada']"),
    # keys
    ("seed:", "sead:", "sead: unknown key; did you mean 'seed'?"),
    ("seed:", "sead:", "seed: missing; allowed: a whole number"),
    ("  learning_rate: [2e", "  learning_rates: [2e", "did you mean 'learning_rate'?"),
    ("  slowdown:", "  Slowdown:", "problem3b.Slowdown: unknown key; did you mean 'slowdown'?"),
    ("  start: -3", "  start: -3\n  zzz: 1", "problem3a.zzz: unknown key"),
    ("seed: 541", "seed: 541\n7: 1", "7: unknown key"),
    (
        "grid:",
        "grid.epochs: [1]\ngrid:",
        "grid.epochs: unknown key; write epochs, indented, on a line under grid",
    ),
    (
        "grid:",
        "epochs: [1]\ngrid:",
        "epochs: unknown key; write epochs, indented, on a line under grid",
    ),
    ("seed: 541", "seed: 541\nseed: 542", "seed is given twice"),
    ("  batch_size:", "  epochs: [1]\n  batch_size:", "epochs is given twice"),
    ("problem3c:", "problem3e:", "problem3c: missing; allowed: the keys starting_points"),
    ("grid:", "grid: 3\nother:", "grid: found 3; allowed: the keys batch_size, learning_rate"),
    # no YAML
    (BATCH, "[16, 64", 'in "config.yaml", line'),
    ("seed: 541", "seed: 'x", 'in "config.yaml", line'),
    ("seed: 541", "seed: 541\n\tdataset: auto", 'in "config.yaml", line 11, column 1'),
    ("  epochs:", " epochs:", 'in "config.yaml", line'),
    ("seed: 541", "seed: : 541", 'in "config.yaml", line'),
]


def written(root, tmp_path, old, new):
    text = CONFIGURATION.read_text()
    assert old in text
    path = tmp_path / "config.yaml"
    path.write_text(text.replace(old, new, 1))
    return path


@pytest.mark.parametrize(("old", "new", "message"), BAD)
def test_a_bad_file_gets_one_clear_answer(root, schema, tmp_path, monkeypatch, old, new, message):
    written(root, tmp_path, old, new)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=re.escape(message)):
        check(load("config.yaml"), schema)


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"just words", b"- a\n- list\n"])
def test_a_file_without_settings_is_refused(tmp_path, content):
    path = tmp_path / "config.yaml"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"config\.yaml has no settings"):
        load(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"config\.yaml cannot be read: .*No such file"):
        load(tmp_path / "config.yaml")


def test_a_file_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_bytes("authors: [Søren]".encode("latin-1"))
    with pytest.raises(ValueError, match=r"config\.yaml cannot be read: 'utf-8'"):
        load(path)


@pytest.mark.parametrize(
    ("old", "new", "key", "value"),
    [
        (RATE, "[1/3]", "grid.learning_rate", [1 / 3]),
        (RATE, "[1e-3, 2]", "grid.learning_rate", [0.001, 2]),
        (BATCH, "[4000]", "grid.batch_size", [4000]),
        (BATCH, "[16.0, 1e2]", "grid.batch_size", [16, 100]),
        ("fraction: 0.2", "fraction: 1/5", "validation_fraction", 0.2),
        ("[Ada Lovelace]", "[Søren, 李, O'Neill]", "authors", ["Søren", "李", "O'Neill"]),
    ],
)
def test_a_good_file_is_accepted(root, schema, tmp_path, old, new, key, value):
    config = check(load(written(root, tmp_path, old, new)), schema)
    for step in key.split("."):
        config = config[step]
    assert config == value


def test_all_mistakes_are_named_at_once_a_line_each(config, schema):
    config["seed"] = "many"
    config["grid"]["learning_rates"] = config["grid"].pop("learning_rate")
    config["grid"]["batch_size"] = [0, 16]
    config |= {"zzz": 1, "sed": 2}
    with pytest.raises(ValueError, match=r"config\.yaml") as caught:
        check(config, schema)
    first, *lines = str(caught.value).splitlines()
    assert first == "config.yaml has errors:"
    assert [line.split(":")[0].strip() for line in lines] == [
        "grid.batch_size.0",
        "grid.learning_rate",
        "grid.learning_rates",
        "sed",
        "seed",
        "zzz",
    ]


@pytest.mark.parametrize("rate", [float("inf"), float("nan"), "1e400", "nan", 0, -1])
def test_a_learning_rate_that_is_no_positive_number_is_refused(config, schema, rate):
    config["grid"]["learning_rate"] = [rate]
    with pytest.raises(ValueError, match=r"grid\.learning_rate\.0"):
        check(config, schema)


def test_the_order_of_the_grids_lists_changes_nothing():
    grid = {"batch_size": [16, 64], "learning_rate": [0.1, 1], "epochs": [1, 2]}
    turned = {name: values[::-1] for name, values in grid.items()}
    assert list(grid_cells(grid).items()) == list(grid_cells(turned).items())


def test_equal_values_in_two_spellings_are_refused(config, schema):
    config["grid"]["learning_rate"] = [0.001, "1e-3"]
    with pytest.raises(ValueError, match=r"grid\.learning_rate"):
        check(config, schema)


def test_a_change_on_the_command_line_keeps_the_other_keys(root):
    changes = {"problem3b": {"slowdown": 50}, "seed": "1e3"}
    config = read_configuration(CONFIGURATION, root / "workflow/config.schema.yaml", changes)
    expected = read_configuration(CONFIGURATION, root / "workflow/config.schema.yaml", {})
    expected["problem3b"]["slowdown"] = 50
    expected["seed"] = 1000
    assert config == expected

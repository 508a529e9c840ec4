import json
import re

import pytest
import yaml

from conftest import CONFIGURATION
from homework1_run.configuration import check, load, with_numbers, write_settings
from homework1_run.grid import grid_cells


@pytest.fixture
def schema(root):
    return yaml.safe_load((root / "workflow/config.schema.yaml").read_text())


@pytest.fixture
def config():
    return yaml.safe_load(CONFIGURATION.read_text())


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1e-3", 0.001),
        ("1E-3", 0.001),
        ("1/3", 1 / 3),
        (0.5, 0.5),
        ("auto", "auto"),
        ("1/0", "1/0"),
    ],
)
def test_numbers_are_read_as_people_write_them(written, value):
    assert with_numbers(written) == value


@pytest.mark.parametrize("written", [1, 1.0, "1", "1.0", "1e0", "2/2"])
def test_a_whole_number_is_the_same_setting_in_every_spelling(written):
    assert json.dumps(with_numbers(written)) == "1"


@pytest.mark.parametrize("rate", [0.001, "1e-3", "0.0010", "1/1000"])
def test_a_cell_has_one_name_however_its_numbers_were_written(rate):
    grid = {"batch_size": [64], "learning_rate": [rate], "epochs": [50]}
    cells = grid_cells(with_numbers(grid))
    assert json.dumps(cells) == (
        '{"batch64_rate0.001_epochs50": {"batch_size": 64, "learning_rate": 0.001, "epochs": 50}}'
    )


@pytest.mark.parametrize("rate", [0.1, 1 / 3, 1e-5, 5e-324, 999.9999999999999])
def test_a_cells_name_has_its_learning_rate_to_the_last_bit(rate):
    (name,) = grid_cells({"batch_size": [64], "learning_rate": [rate], "epochs": [50]})
    assert float(re.fullmatch(r"batch64_rate(.+)_epochs50", name)[1]) == rate


# Files with a mistake, each with what identifies the message

BATCH, RATE = "[5, 20, 100]", "[2e-4, 5e-4, 1e-3, 5e-3]"
A_COUNT = "a whole number at least 1 and at most 1000000"
A_RATE = "a number over 0 and at most 1000"
A_LIST = "a list of one or more, all different, each "
BAD = [
    # numbers
    ("seed: 541", "seed: 1.5", "seed: found 1.5; allowed: a whole number"),
    ("seed: 541", "seed:", "seed: found None"),
    ("fraction: 0.2", "fraction: 0", "validation_fraction: found 0; allowed: a number over 0"),
    ("fraction: 0.2", "fraction: 20%", "found '20%'"),
    ("iterations: 100", "iterations: 1e9", f"found 1000000000; allowed: {A_COUNT}"),
    ("slowdown: 100", "slowdown: 1", "problem3b.slowdown: found 1; allowed: a number at least 2"),
    # the grid
    (BATCH, "[]", f"grid.batch_size: found []; allowed: {A_LIST}{A_COUNT}"),
    (BATCH, "[0]", f"grid.batch_size.0: found 0; allowed: {A_COUNT}"),
    (RATE, "[0.001, 1e-3]", f"grid.learning_rate: found [0.001, 0.001]; allowed: {A_LIST}"),
    (RATE, "[-0.001]", f"grid.learning_rate.0: found -0.001; allowed: {A_RATE}"),
    (RATE, "[1e400]", "grid.learning_rate.0: found '1e400'"),
    (RATE, "[.nan]", "grid.learning_rate.0: found 'nan'"),
    # words
    ("dataset: auto", "dataset: Course", "found 'Course'; allowed: one of auto, course, own"),
    ("[Ada Lovelace]", "Ada Lovelace", "authors: found 'Ada Lovelace'; allowed: a list"),
    ("[Ada Lovelace]", "['  ']", "authors.0: found '  '; allowed: a text that is not empty"),
    # keys
    ("seed:", "sead:", "sead: unknown key; did you mean 'seed'?"),
    ("  learning_rate: [2e", "  learning_rates: [2e", "did you mean 'learning_rate'?"),
    ("grid:", "grid.epochs: [1]\ngrid:", "grid.epochs: unknown key; write epochs, indented"),
    ("grid:", "epochs: [1]\ngrid:", "epochs: unknown key; write epochs, indented, on a line under"),
    ("seed: 541", "seed: 541\nseed: 542", "seed is given twice"),
    ("  batch_size:", "  epochs: [1]\n  batch_size:", "epochs is given twice"),
    ("grid:", "grid: 3\nother:", "grid: found 3; allowed: the keys batch_size, learning_rate"),
    # no YAML
    (BATCH, "[16, 64", 'in "config.yaml", line'),
    ("seed: 541", "seed: 541\n\tdataset: auto", 'in "config.yaml", line 11, column 1'),
]


def written(tmp_path, old, new):
    text = CONFIGURATION.read_text()
    assert old in text
    path = tmp_path / "config.yaml"
    path.write_text(text.replace(old, new, 1))
    return path


@pytest.mark.parametrize(("old", "new", "message"), BAD)
def test_a_bad_file_gets_one_clear_answer(schema, tmp_path, monkeypatch, old, new, message):
    written(tmp_path, old, new)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match=re.escape(message)):
        check(load("config.yaml"), schema)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"# nothing\n", "config.yaml has no settings"),
        (b"- a\n- list\n", "config.yaml has no settings"),
        ("authors: [Søren]".encode("latin-1"), "config.yaml cannot be read: 'utf-8'"),
        (None, "No such file"),
    ],
)
def test_a_file_that_is_no_configuration_is_named(tmp_path, content, message):
    path = tmp_path / "config.yaml"
    if content:
        path.write_bytes(content)
    with pytest.raises(ValueError, match=message):
        load(path)


@pytest.mark.parametrize(
    ("old", "new", "key", "value"),
    [
        (RATE, "[1/3]", "grid.learning_rate", [1 / 3]),
        (BATCH, "[16.0, 1e2]", "grid.batch_size", [16, 100]),
        ("[Ada Lovelace]", "[Søren, 李, O'Neill]", "authors", ["Søren", "李", "O'Neill"]),
    ],
)
def test_a_good_file_is_accepted(schema, tmp_path, old, new, key, value):
    config = check(load(written(tmp_path, old, new)), schema)
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
    assert first == "config.yaml or --config has errors:"
    assert [line.split(":")[0].strip() for line in lines] == [
        "grid.batch_size.0",
        "grid.learning_rate",
        "grid.learning_rates",
        "sed",
        "seed",
        "zzz",
    ]


def test_the_order_of_the_grids_lists_changes_nothing():
    grid = {"batch_size": [16, 64], "learning_rate": [0.1, 1], "epochs": [1, 2]}
    turned = {name: values[::-1] for name, values in grid.items()}
    assert list(grid_cells(grid).items()) == list(grid_cells(turned).items())


def test_a_change_on_the_command_line_keeps_the_other_keys(unbuilt):
    unbuilt.build("--dry-run", "--config", "problem3b={slowdown: 5e1}")
    written = [path.read_text() for path in unbuilt.folder.glob("results/settings/problem3b-*")]
    changed = {"learning_rate": 0.1, "iterations": 200, "slowdown": 50}
    assert {"problem3b": changed} in map(json.loads, written)


@pytest.mark.parametrize("content", [b'{"seed": 542}', b"\xff"])
def test_settings_that_were_edited_are_written_again(tmp_path, monkeypatch, content):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / write_settings("seed", {"seed": 541})
    path.write_bytes(content)
    write_settings("seed", {"seed": 541})
    assert json.loads(path.read_text()) == {"seed": 541}

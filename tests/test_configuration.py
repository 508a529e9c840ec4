import copy
import json

import pytest
import yaml
from configuration import check, grid_cells, number


@pytest.fixture
def schema(root):
    return yaml.safe_load((root / "workflow/config.schema.yaml").read_text())


@pytest.fixture
def config(root):
    return yaml.safe_load((root / "config.yaml").read_text())


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
def test_numbers_are_taken_as_people_write_them(written, value):
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
    assert checked["grid"]["learning_rate"][0] == 1e-5
    assert [len(values) >= 3 for values in list(checked["grid"].values())[:2]] == [True, True]


def test_the_configuration_given_is_not_changed(config, schema):
    before = copy.deepcopy(config)
    check(config, schema)
    assert config == before


def test_all_mistakes_are_told_at_once(config, schema):
    config["seed"] = "many"
    config["grid"]["learning_rates"] = config["grid"].pop("learning_rate")
    config["grid"]["batch_size"] = [0, 16]
    with pytest.raises(ValueError, match=r"config\.yaml") as caught:
        check(config, schema)
    message = str(caught.value)
    for part in (
        "seed: 'many'",
        "grid.batch_size.0",
        "'learning_rates'; did you mean 'learning_rate'?",
    ):
        assert part in message


def test_a_key_like_no_known_one_is_told_too(config, schema):
    config |= {"zzz": 1, "sed": 2}
    with pytest.raises(
        ValueError, match=r"unknown key 'zzz', unknown key 'sed'; did you mean 'seed'"
    ):
        check(config, schema)


@pytest.mark.parametrize("rate", [float("inf"), float("nan"), "1e400", "nan", 0, -1])
def test_a_learning_rate_that_is_no_positive_number_is_refused(config, schema, rate):
    config["grid"]["learning_rate"] = [rate]
    with pytest.raises(ValueError, match=r"grid\.learning_rate\.0"):
        check(config, schema)


def test_the_order_of_the_grids_lists_changes_nothing():
    grid = {"batch_size": [16, 64], "learning_rate": [0.1, 1], "epochs": [1, 2]}
    turned = {name: values[::-1] for name, values in grid.items()}
    assert list(grid_cells(grid).items()) == list(grid_cells(turned).items())


def test_close_learning_rates_have_different_cells():
    rates = [0.12345678, 0.12345679]
    assert len(grid_cells({"batch_size": [1], "learning_rate": rates, "epochs": [1]})) == 2


def test_the_environment_has_the_locked_versions(root):
    environment = yaml.safe_load((root / "workflow/environment.yaml").read_text())
    locked = (root / "requirements.txt").read_text()
    for pin in environment["dependencies"][-1]["pip"]:
        assert f"\n{pin} " in locked


def test_equal_values_in_two_spellings_are_refused(config, schema):
    config["grid"]["learning_rate"] = [0.001, "1e-3"]
    with pytest.raises(ValueError, match=r"grid\.learning_rate"):
        check(config, schema)


def test_a_bad_configuration_stops_the_workflow_with_its_sentence(fresh):
    fresh.configure(validation_fraction=1)
    run = fresh.snakemake("--dry-run")
    assert run.returncode != 0
    assert "validation_fraction" in run.stdout
    assert "Traceback" not in run.stdout

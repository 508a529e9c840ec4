"""What a dry run prints: the steps that would run, grouped by why."""

import json
import logging

import pytest

from homework1_run.printing import UP_TO_DATE
from homework1_run.status import OTHER_INPUTS, Status, last_configuration

CHECKED = ["check_submission", "write_manifest"]  # they follow from every setting
AFTER_CELLS = ["select_best_cell", "analyse_search", "evaluate_test_set", "draw_learning_curves"]
AFTER_CELLS += ["explore_grid", "draw_grid", "draw_weights", "draw_predictions"]
READ_TABLES = ["analyse_search", "draw_learning_curves", "explore_grid", "draw_grid"]
SUBMISSION = ["compile_report", "zip_submission", "hand_over", "compile_page"]
FOLLOWS = "and what follows"


def status(project, *arguments):
    """How many steps would run, and the list of them by their cause."""
    printed = project.build("--dry-run", *arguments).replace("\n    ", " ")
    first, *lines = printed.split("command line arguments.\n")[1].splitlines()
    parts = [line.replace(f"{FOLLOWS}: ", f"{FOLLOWS} → ").split(" → ") for line in lines]
    return first, {cause: steps.split(", ") for cause, steps in parts}


def test_steps_are_grouped_by_what_has_changed(copy_of_built):
    copy_of_built.configure(problem3c__iterations=100)
    for name in ("draw_grid", "draw_weights"):
        with (copy_of_built / f"workflow/scripts/{name}.py").open("a") as file:
            file.write("# a comment\n")
    with (copy_of_built / "workflow/scripts/shared/tables.py").open("a") as file:
        file.write("# a comment\n")
    (copy_of_built / "results/figures/problem3a.svg").unlink()
    assert status(copy_of_built, "--forcerun", "draw_problem3d") == (
        "16 steps would run:",
        {
            "workflow/scripts/shared/tables.py changed": READ_TABLES,
            "workflow/scripts/draw_grid.py changed": ["draw_grid"],
            "workflow/scripts/draw_weights.py changed": ["draw_weights"],
            "missing results": ["draw_problem3a"],
            "problem3c changed in config.yaml": [
                "draw_problem3c",
                "explore_problem3c",
                "check_problem3",
                *CHECKED,
            ],
            "asked for on the command line": ["draw_problem3d"],
            FOLLOWS: SUBMISSION,
        },
    )


@pytest.mark.parametrize(
    ("epochs", "steps", "trained", "following"),
    [
        ([1, 3, 5], 20, "4 cells", []),
        ([1, 2, 3], 24, "4 cells", ["4 cells"]),
        ([3], 20, "4 cells", []),  # from the start
    ],
)
def test_cells_of_a_changed_grid_are_counted(copy_of_built, epochs, steps, trained, following):
    copy_of_built.configure(grid__epochs=epochs)
    cause = "grid changed in config.yaml"
    assert status(copy_of_built) == (
        f"{steps} steps would run:",
        {
            cause: [trained, "write_problem2", "check_problem2", *CHECKED],
            FOLLOWS: [*following, *AFTER_CELLS, *SUBMISSION],
        },
    )


def test_without_results_they_are_missing(fresh):
    _, steps = status(fresh)
    assert list(steps) == ["missing results"]
    assert steps["missing results"][:3] == ["download_data", "split_data", "8 cells"]


def test_make_status_runs_nothing(copy_of_built):
    run = copy_of_built.make("status")
    assert run.stdout.splitlines()[-1] == UP_TO_DATE
    figure = copy_of_built / "results/figures/problem3d.svg"
    figure.unlink()
    run = copy_of_built.make("status")
    assert run.returncode == 0
    assert "missing results → draw_problem3d" in run.stdout
    assert not figure.exists()


# Settings

GRID = {"batch_size": [50], "learning_rate": [0.001], "epochs": [1]}


@pytest.fixture
def causes(tmp_path, monkeypatch):
    """A function from the settings that a job uses, and Snakemake's reason, to the causes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results/settings").mkdir(parents=True)
    status = Status([], {"seed": 1, "authors": ["A"], "grid": GRID}, {"seed": 2, "authors": ["A"]})

    def causes(keys, reason):
        path = "results/settings/some.json"
        (tmp_path / path).write_text(json.dumps(dict.fromkeys(keys, 0)))
        job = {"rule_name": "split_data", "input": [path], "reason": reason.format(path)}
        return list(status.causes(logging.makeLogRecord(job)))

    return causes


def test_settings_that_are_set_back_are_changed_ones(causes):
    """Their file was there before, so that Snakemake finds no newer file than the results."""
    assert causes(["seed", "authors"], OTHER_INPUTS) == ["seed changed in config.yaml"]
    assert causes(["authors"], OTHER_INPUTS) == ["other input files than the last time"]


def test_where_the_last_settings_are_not_known_all_that_a_step_uses_are_named(causes):
    reason = "Updated input files: {}"
    assert causes(["seed"], reason) == ["seed changed in config.yaml"]
    assert causes(["authors", "dataset"], reason) == ["authors or dataset changed in config.yaml"]


def test_a_reason_of_another_kind_is_passed_on_in_snakemakes_words(causes):
    reason = "Code has changed since last execution; A reason of its own; Input files updated by"
    assert causes([], f"{reason} another job: a, b") == ["the rule changed", "A reason of its own"]


def test_without_a_good_checklist_the_last_configuration_is_not_known(tmp_path):
    assert last_configuration(tmp_path / "none") == {}
    (tmp_path / "damaged").write_text("{")
    assert last_configuration(tmp_path / "damaged") == {}

"""What a run says: in words, in plain text, and why a step failed."""

import io
import json
import logging
import re

import pytest

from homework1_run.progress import Progress, outcome


@pytest.fixture
def said(built):
    """The lines of a whole run on the small configuration."""
    return (built / "said").read_text().splitlines()


def test_every_step_is_told_once_and_numbered_as_it_is_told(said):
    steps = [re.match(r"\[ *(\d+)/(\d+)\] (\w+)", line) for line in said]
    steps = [step.groups() for step in steps if step]
    total = int(steps[0][1])
    assert [int(number) for number, *_ in steps] == list(range(1, total + 1))
    assert {int(of) for _, of, _ in steps} == {total}
    assert sum(rule == "train_cell" for *_, rule in steps) == 8


def test_each_step_says_in_words_what_it_does(said):
    assert any(
        line.endswith("evaluate_test_set: Evaluate the selected network on the test set")
        for line in said
    )


def test_a_cell_says_what_it_costs_or_that_it_diverged(said):
    cells = [line for line in said if "train_cell" in line]
    assert all(
        re.search(r": (validation f_MSE \d+\.\d{4}|diverged in epoch 1)", line) for line in cells
    )
    assert sum("diverged" in line for line in cells) == 4


def test_the_lowest_cost_is_the_last_that_is_marked(said, built):
    marked = [line for line in said if line.endswith("<- best of this run")]
    best = json.loads((built / "results/best.json").read_text())
    assert f"batch{best['batch_size']}_rate0.001_epochs{best['epochs']}" in marked[-1]


def test_the_last_lines_are_the_outcome(said, built):
    metrics = json.loads((built / "results/metrics.json").read_text())
    assert said[-3].startswith("Best cell: batch size 50, learning rate 0.001, 3 epochs.")
    assert said[-2] == f"f_MSE: train {metrics['train_fmse']:.3f}, test {metrics['test_fmse']:.3f}."
    assert said[-1] == (
        "PDF: results/homework1.pdf, zip: results/homework1.zip "
        "(checked; SYNTHETIC, not to be handed in)."
    )


def test_what_a_step_has_to_say_is_passed_on(said):
    assert "    The faces are SYNTHETIC, not the course's." in said


def test_nothing_is_coloured(said):
    assert not any("\033" in line for line in said)


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("stream", "no_color", "printed"),
    [
        (Terminal, "", "\r\033[Kmind this\n"),  # over what a download's bar has left in the line
        (Terminal, "1", "mind this\n"),
        (io.StringIO, "", "mind this\n"),
    ],
)
def test_a_line_is_cleared_first_on_a_terminal_alone(monkeypatch, stream, no_color, printed):
    monkeypatch.setenv("NO_COLOR", no_color)
    stream = stream()
    Progress({}, set, stream).say("mind this")
    assert stream.getvalue() == printed


def test_the_outcome_of_the_courses_faces_has_no_warning(built, tmp_path):
    metrics = json.loads((built / "results/metrics.json").read_text()) | {"dataset": "course"}
    (tmp_path / "metrics.json").write_text(json.dumps(metrics))
    *_, last = outcome(built / "results/best.json", tmp_path / "metrics.json")
    assert last == "PDF: results/homework1.pdf, zip: results/homework1.zip (checked)."


def record(**extra):
    return logging.makeLogRecord(extra)


@pytest.fixture
def progress(capsys):
    return Progress({"split_data": "Split"}, lambda: {"results/grid.csv"}, stream=None)


def test_a_failed_step_shows_the_end_of_its_log(progress, tmp_path, capsys):
    log = tmp_path / "split_data.log"
    log.write_text("".join(f"line {k}\n" for k in range(100)))
    progress.emit(record(event="job_error", rule_name="split_data", log=[str(log)]))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"FAILED: split_data. The end of {log}:"
    assert lines[1:] == [f"    line {k}" for k in range(70, 100)]


def test_a_step_without_a_word_is_told_what_to_do(progress, tmp_path, capsys):
    progress.emit(record(event="job_error", rule_name="split_data", log=[str(tmp_path / "a.log")]))
    assert capsys.readouterr().out.endswith("perhaps killed. Run the same command again.\n")


def test_the_failed_steps_of_a_clusters_job_are_told_each(progress, capsys):
    steps = [{"rule_name": name, "log": []} for name in ("split_data", "train_cell")]
    progress.emit(record(event="group_error", job_error_info=steps))
    assert capsys.readouterr().out == "FAILED: split_data.\nFAILED: train_cell.\n"


def test_warnings_pass_and_the_engines_small_talk_does_not(progress, capsys):
    progress.emit(record(levelno=logging.WARNING, msg="mind this"))
    progress.emit(record(levelno=logging.INFO, msg="Select jobs to execute..."))
    assert capsys.readouterr().out == "mind this\n"


def test_an_interrupted_run_says_so_once_and_not_where(progress, tmp_path, capsys):
    log = tmp_path / "a.log"
    log.write_text("Traceback (most recent call last):\n  ...\nKeyboardInterrupt\n")
    for name in ("split_data", "train_cell"):
        progress.emit(record(event="job_error", rule_name=name, log=[str(log)]))
    assert capsys.readouterr().out == "Interrupted. The same command goes on from here.\n"


def test_an_interrupted_run_says_so_though_no_job_does(progress, tmp_path, capsys):
    progress.emit(
        record(levelno=logging.INFO, msg="Terminating processes on user request, this might take")
    )
    log = tmp_path / "a.log"
    log.write_text("validation f_MSE 68.9487\n")
    progress.emit(record(event="job_error", rule_name="train_cell", log=[str(log)]))
    assert capsys.readouterr().out == "Interrupted. The same command goes on from here.\n"


def test_a_step_whose_logs_were_removed_is_told_and_ends_nothing(progress, tmp_path, capsys):
    log = tmp_path / "removed/a.log"
    progress.emit(record(event="job_error", rule_name="split_data", log=[str(log)]))
    assert "FAILED: split_data." in capsys.readouterr().out
    progress.emit(record(event="job_info"))  # lacks all that it should have


def test_what_is_up_to_date_is_named(progress, capsys):
    progress.emit(
        record(levelno=logging.INFO, msg="Nothing to be done (all requested files are present).")
    )
    assert capsys.readouterr().out == "Nothing to be done: results/grid.csv is up to date.\n"

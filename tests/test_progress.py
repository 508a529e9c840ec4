"""What a run prints: a line for each step in plain text, why a step failed, and the results."""

import json
import logging
import re

import pytest

from homework1_run.progress import Progress


@pytest.fixture
def printed(built):
    """The lines of a whole run on the small configuration."""
    return (built / "printed").read_text().splitlines()


# [ 3/28]   1.4 s  the step
STEP = re.compile(r"\[ *(\d+)/(\d+)\] +\d+\.\d s  (.*)")


def test_every_step_has_one_line_with_the_next_number_and_its_seconds(printed):
    steps = [STEP.fullmatch(line).groups() for line in printed if line.startswith("[")]
    total = int(steps[0][1])
    assert [int(number) for number, *_ in steps] == list(range(1, total + 1))
    assert {int(of) for _, of, _ in steps} == {total}
    assert sum(step.startswith("batch") for *_, step in steps) == 8


def test_cells_have_their_cost_or_that_they_have_diverged_in_a_column(printed):
    cells = [STEP.fullmatch(line)[3] for line in printed if "  batch" in line]
    outcomes = [re.split("(diverged|validation)", cell)[1:] for cell in cells]
    assert len({cell.index(outcome[0]) for cell, outcome in zip(cells, outcomes, strict=True)}) == 1
    assert sum("too large for this batch size" in rest for _, rest in outcomes) == 4
    assert sum(re.match(r" +\d+\.\d\d", rest) is not None for _, rest in outcomes) == 4


def test_the_last_lines_are_the_results_and_what_is_to_do(printed, built):
    metrics = json.loads((built / "results/metrics.json").read_text())
    to_do = json.loads((built / "results/checklist.json").read_text())["to_do"]
    assert len(to_do) == 2  # the faces and the sequence
    assert printed[-2:] == to_do
    assert any(re.fullmatch(r"Time: \d+ min \d+ s\.", line) for line in printed)
    assert "Best cell: batch50_rate0.001_epochs3" in printed
    assert (
        f"f_MSE: training {metrics['train_fmse']:.3f}, validation "
        f"{metrics['validation_fmse']:.3f}, test {metrics['test_fmse']:.3f}." in printed
    )


def record(**extra):
    return logging.makeLogRecord(extra)


@pytest.fixture
def progress(capsys, monkeypatch):
    # An interruption takes it away; the tests that follow have it again.
    monkeypatch.setattr(logging, "lastResort", logging.lastResort)
    return Progress({"split_data": "Split"}, ["batch50_rate0.001_epochs3"])


def test_a_failed_step_shows_the_end_of_its_log(progress, tmp_path, capsys):
    log = tmp_path / "split_data.log"
    log.write_text("".join(f"line {k}\n" for k in range(100)))
    progress.emit(record(event="job_error", jobid=1, rule_name="split_data", log=[str(log)]))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == f"FAILED: split_data. The end of {log}:"
    assert lines[1:] == [f"    line {k}" for k in range(70, 100)]


def test_each_failed_step_of_a_clusters_job_is_named_once(progress, capsys):
    progress.emit(record(event="group_error", levelno=logging.ERROR, msg="Error in group"))
    for name in ("split_data", "train_cell"):
        progress.emit(record(event="job_error", jobid=1, rule_name=name, log=[]))
    printed = capsys.readouterr().err.splitlines()
    assert [line for line in printed if line.startswith("FAILED")] == [
        "FAILED: split_data. The end of :",
        "FAILED: train_cell. The end of :",
    ]


def test_warnings_are_printed_and_remarks_are_not(progress, capsys):
    progress.emit(record(levelno=logging.WARNING, msg="mind this"))
    progress.emit(record(levelno=logging.INFO, msg="Select jobs to execute..."))
    assert capsys.readouterr().err == "mind this\n"


def test_an_interruption_is_printed_though_no_job_logs_it(progress, tmp_path, capsys):
    progress.emit(
        record(levelno=logging.INFO, msg="Terminating processes on user request, this might take")
    )
    log = tmp_path / "a.log"
    log.write_text("validation  68.949\n")
    progress.emit(record(levelno=logging.ERROR, msg="SLURM sbatch failed"))
    progress.emit(record(event="job_error", jobid=1, rule_name="train_cell", log=[str(log)]))
    assert capsys.readouterr().err == "Interrupted. The same command continues from here.\n"


def test_a_step_whose_logs_were_removed_ends_nothing(progress, tmp_path, capsys):
    log = tmp_path / "removed/a.log"
    progress.emit(record(event="job_error", jobid=1, rule_name="split_data", log=[str(log)]))
    assert "FAILED: split_data." in capsys.readouterr().err
    progress.emit(record(event="job_info"))  # lacks all that it should have

"""What a user can cause ends in a sentence, and nothing good is lost by it."""

import errno
import json
import os
import signal
import time

import pytest

import run_script
from homework1_run.progress import INTERRUPTED
from run_script import FULL, NO_MEMORY


def failed(project, *arguments):
    """What a run that fails prints, which is for a person."""
    run = project.snakemake(*arguments)
    assert run.returncode != 0
    assert "CalledProcessError" not in run.stdout
    return run.stdout


# Steps that fail


def test_damaged_files_are_answered_with_what_to_do(copy_of_built):
    cells = "results/cells/batch50_rate"
    shorter = f"{cells}0.001_epochs1/history.csv"
    (copy_of_built / shorter).write_text("epoch,minibatch_fmse,validation_fmse\n")
    (copy_of_built / f"{cells}1.0_epochs1/weights.npz").write_text("{}")  # a ValueError of numpy's
    (copy_of_built / "results/metrics.json").write_text("{}")  # a KeyError
    targets = [f"{cells}{rate}_epochs3/history.csv" for rate in ("0.001", "1.0")]
    targets.append("results/figures/problem2_predictions.svg")
    rules = ["train_cell", "draw_network"]
    printed = failed(copy_of_built, "--keep-going", "--allowed-rules", *rules, "--", *targets)
    assert f"{shorter} is damaged: delete it and run the same command again." in printed
    advice = "`make verify` names it: delete it and run `make`."
    advised = [step for step in printed.split("FAILED: ")[1:] if advice in step]
    assert sorted(step.split(".")[0] for step in advised) == ["draw_network", "train_cell"]


@pytest.mark.parametrize("content", [b'{"dataset": ', b"\xff"])
def test_a_file_cut_short_is_answered_with_what_to_do_and_no_traceback(tmp_path, content):
    path = tmp_path / "best.json"
    path.write_bytes(content)
    with pytest.raises(SystemExit, match="`make verify` names it: delete it"):
        run_script.run(lambda: json.loads(path.read_text(encoding="utf-8")))


def test_a_name_that_the_fonts_cannot_set_is_named(copy_of_built):
    copy_of_built.configure(authors=["李明"])
    printed = failed(copy_of_built, "results/draft/homework1.pdf")
    assert "The report's fonts lack 李, 明." in printed


def test_a_zip_that_does_not_pass_its_check_leaves_the_last_one(copy_of_built):
    """And is checked again by the next run: perhaps only the machine was in trouble."""
    before = copy_of_built.hashes()
    module = copy_of_built / "workflow/scripts/homework1_problem1.py"
    module.write_text(module.read_text().replace("A.dot(B) - C", "A.dot(B) + C"))
    printed = failed(copy_of_built)
    assert "1b: " in printed
    assert "results/homework1.zip stays as it was." in printed
    handed_over = [f"results/homework1.{kind}" for kind in ("pdf", "html", "zip")]
    after = copy_of_built.hashes()
    assert all(after[path] == before[path] for path in handed_over)
    # A failed step does not count as done.
    assert "hand_over" in copy_of_built.build("--dry-run", "--quiet", "rules")
    (copy_of_built / "results/homework1.zip").unlink()
    printed = failed(copy_of_built)
    assert "check_problems_1_and_3: " in printed
    assert "No results/homework1.zip was made." in printed


# Runs that do not begin


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--config", "validation_fraction=1"], "validation_fraction: found 1"),
        (["--directory=/"], "Start it in the project's folder: cd '"),
    ],
)
def test_a_run_that_cannot_begin_ends_in_a_sentence(built, arguments, message):
    printed = failed(built, *arguments)
    assert message in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), FULL),
        (OSError("46080000 requested and 1024 written"), FULL),  # numpy's words
        (MemoryError(), NO_MEMORY),
    ],
)
def test_what_is_full_is_named_and_nothing_is_called_damaged(error, advice):
    def main():
        raise error

    with pytest.raises(SystemExit) as ended:
        run_script.run(main)
    assert str(ended.value).endswith(advice)
    assert "damaged" not in str(ended.value)


# Runs that end early, and other runs in the same folder

WAITS = """
import time
from pathlib import Path

def main(**paths):
    Path("running").touch()
    while not Path("continue").exists():
        time.sleep(0.01)
"""
FIGURE = "results/figures/problem2_weights.svg"


@pytest.fixture
def waiting(copy_of_built):
    """The project, and a run of it in which a step is at work until a file says so."""
    script = copy_of_built / "workflow/scripts/draw_network.py"
    script.with_suffix(".kept").write_text(script.read_text())
    script.write_text(WAITS)
    run = copy_of_built.start("--latency-wait=0", FIGURE)
    while not (copy_of_built / "running").exists():
        assert run.poll() is None, run.communicate()[0]
        time.sleep(0.01)
    script.with_suffix(".kept").replace(script)
    yield copy_of_built, run
    (copy_of_built / "continue").touch()
    run.communicate(timeout=600)


def test_an_interruption_of_a_step_is_a_sentence(waiting):
    project, run = waiting
    os.killpg(run.pid, signal.SIGINT)  # as by Ctrl-C
    printed, _ = run.communicate(timeout=600)
    assert run.returncode != 0
    assert printed.splitlines()[1:] == [INTERRUPTED]


def test_the_jobs_that_a_killed_run_left_behind_are_waited_for(waiting):
    project, run = waiting
    run.kill()
    run.wait()
    next_run = project.start(FIGURE)
    first_lines = [next_run.stdout.readline() for _ in range(2)]
    assert first_lines[1] == "Waiting for the jobs that an ended run has left behind.\n"
    assert not (project / FIGURE).exists()
    (project / "continue").touch()
    printed, _ = next_run.communicate(timeout=600)
    assert next_run.returncode == 0, printed
    assert (project / FIGURE).exists()


def test_a_second_run_ends_with_a_sentence_until_the_first_has_ended(waiting):
    project, run = waiting
    assert "Another run is at work in this folder." in failed(project, FIGURE)
    assert run.poll() is None

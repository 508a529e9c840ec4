"""Runs that are killed, and disks that are full; `make stress` runs this, `make test` does not.

After each of them the same command finishes, and every result is what an undisturbed run makes.
"""

import os
import signal
import subprocess
import time
from contextlib import contextmanager, suppress

import pandas as pd
import psutil
import pytest

pytestmark = pytest.mark.stress

# Rules of every kind, in an order in which they could run, and a file that each makes.
RULES = {
    "download_data": "data/raw/source.json",
    "train_cell": "results/cells/batch50_rate0.001_epochs3/weights.npz",
    "draw_search": "results/figures/problem2_learning_curves.svg",
    "compile_report": "results/draft/homework1.pdf",
    "compile_page": "results/draft/homework1.html",
    "check_submission": "results/draft/holds",
}


def job(rule, run):
    """The running process of the rule's script; None if the run ends without one seen."""
    while run.poll() is None:
        with suppress(psutil.NoSuchProcess):
            for process in psutil.Process(run.pid).children(recursive=True):
                # Not the shell that has started it.
                if process.name().startswith("python") and f"{rule}.py" in str(process.cmdline()):
                    return process
        time.sleep(0.01)
    return None


def kill_the_job(process, run):
    process.kill()


def kill_the_workflow(process, run):
    run.kill()


def press_ctrl_c(process, run):
    os.killpg(run.pid, signal.SIGINT)


def stop_at(rule, project, stop):
    """Stop a run while the rule's job is running; everything from this rule on is made again.

    Where the job has ended before it could be stopped, the next run is stopped.
    """
    rules = list(RULES)
    for _ in range(10):
        for later in rules[rules.index(rule) :]:
            (project / RULES[later]).unlink(missing_ok=True)
        run = project.start()
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            if process := job(rule, run):
                stop(process, run)
        if run.wait() != 0:
            return
    pytest.fail(f"No run was stopped while {rule} was running.")


@pytest.mark.parametrize("stop", [kill_the_job, kill_the_workflow, press_ctrl_c])
def test_stopped_at_any_rule_the_same_command_finishes_with_the_same_bytes(
    built, copy_of_built, stop
):
    """Each run finishes what the one before has left, and is stopped at the next rule."""
    submission = [f"results/homework1.{kind}" for kind in ("pdf", "html", "zip")]
    good = [(copy_of_built / path).read_bytes() for path in submission]
    for rule in RULES:
        stop_at(rule, copy_of_built, stop)
        assert [(copy_of_built / path).read_bytes() for path in submission] == good
    copy_of_built.build()
    assert copy_of_built.hashes() == built.hashes()


def test_what_is_there_from_before_a_kill_is_not_taken_for_new(copy_of_built, unbuilt):
    copy_of_built.configure(seed=542)
    run = copy_of_built.start()
    assert job("train_cell", run)
    run.kill()
    assert run.wait() != 0
    copy_of_built.build("results/metrics.json")
    unbuilt.configure(seed=542)
    unbuilt.build("results/metrics.json")
    cells = ["results/cells/batch50_rate0.001_epochs3/weights.npz", "results/metrics.json"]
    for path in cells:
        assert (copy_of_built / path).read_bytes() == (unbuilt / path).read_bytes()


@contextmanager
def small_disk(folder):
    """A file system of the test's own over the folder."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20m", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_a_full_disk_is_named_and_leaves_nothing_half_written(built, unbuilt):
    with small_disk(unbuilt / "results"):
        run = unbuilt.snakemake()
        assert run.returncode != 0
        assert "Make room on the disk" in run.stdout
        subprocess.run(["mount", "-o", "remount,size=1g", unbuilt / "results"], check=True)
        unbuilt.build()
        assert unbuilt.hashes() == built.hashes()


# The same bytes wherever and however it runs


def test_another_clone_gives_the_same_bytes(built, unbuilt):
    """With other cores, time zone, language, umask, user and order of hashing."""
    world = {"TZ": "Asia/Tokyo", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "2", "USER": "grace"}
    before = os.umask(0o077)
    try:
        run = unbuilt.snakemake("--cores=4", **world)
    finally:
        os.umask(before)
    assert run.returncode == 0, run.stdout
    assert unbuilt.hashes() == built.hashes()


def test_another_processors_linear_algebra_changes_no_cost_by_a_millionth(built, unbuilt):
    """OpenBLAS uses its code for another kind of processor, where it has it."""
    run = unbuilt.snakemake("results/grid.csv", OPENBLAS_CORETYPE="Nehalem")
    assert run.returncode == 0, run.stdout
    here, there = (pd.read_csv(project / "results/grid.csv") for project in (built, unbuilt))
    pd.testing.assert_frame_equal(here, there, rtol=1e-6)

"""What a user can cause ends in a sentence, and nothing good is lost by it."""

import errno
import fcntl
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from functools import partial

import pytest

import compile_report
from homework1_run import start
from homework1_run.progress import INTERRUPTED
from shared import command_line
from shared.command_line import FULL, NO_MEMORY

NO_NETWORK = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}


def digests(folder):
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.is_file()
    }


def failed(project, *arguments, **environment):
    """What a run that fails prints, which is for a person."""
    run = project.snakemake(*arguments, **environment)
    assert run.returncode != 0
    assert "CalledProcessError" not in run.stdout
    return run.stdout


# Steps that fail


def test_a_download_that_fails_leaves_the_results(copy_of_built):
    before = digests(copy_of_built / "results")
    printed = failed(copy_of_built, "--config", "dataset=course", **NO_NETWORK)
    assert "could not be downloaded" in printed
    assert "Traceback" not in printed
    assert digests(copy_of_built / "results") == before


def test_damaged_files_are_answered_with_what_to_do(copy_of_built):
    shorter, longer = (f"results/cells/batch50_rate0.001_epochs{n}/history.csv" for n in (1, 3))
    (copy_of_built / shorter).write_text("epoch,minibatch_fmse,validation_fmse\n")
    (copy_of_built / "results/best.json").write_text("{}")  # a KeyError
    (copy_of_built / "results/best_weights.npz").write_text("{}")  # a ValueError of numpy's
    targets = [longer, *(f"results/figures/problem2_{name}.svg" for name in ("grid", "weights"))]
    rules = ["train_cell", "draw_grid", "draw_weights"]
    printed = failed(copy_of_built, "--keep-going", "--allowed-rules", *rules, "--", *targets)
    assert f"{shorter} is damaged: delete it and run the same command again." in printed
    after = printed.split("FAILED: draw_grid")[1].split("FAILED")[0]
    assert "`make verify` names it: delete it and run the same command again." in after


def test_a_report_that_cannot_be_set_leaves_the_last_one(copy_of_built):
    before = digests(copy_of_built / "results")
    with (copy_of_built / "report/homework1.typ").open("a") as report:
        report.write("\n#unknown-function()\n")
    for _ in range(2):  # a failed step does not count as done
        printed = failed(copy_of_built)
        assert "report/homework1.typ could not be set" in printed
        assert "unknown variable: unknown-function" in printed
        assert "Traceback" not in printed
    assert digests(copy_of_built / "results") == before


def test_a_name_that_the_fonts_cannot_set_is_named(built, tmp_path, monkeypatch):
    settings = built / "results/settings/unprintable.json"
    settings.write_text(
        json.dumps({"authors": ["李明"], "seed": 541, "validation_fraction": 0.2}), encoding="utf-8"
    )
    monkeypatch.chdir(built.folder)
    try:
        with pytest.raises(ValueError, match=r"The report's fonts lack 李, 明\."):
            compile_report.main(
                "report/homework1.typ", settings.relative_to(built.folder), tmp_path / "a.pdf"
            )
    finally:
        settings.unlink()


def test_a_zip_that_does_not_pass_its_check_leaves_the_last_one(copy_of_built):
    before = digests(copy_of_built / "results")
    module = copy_of_built / "workflow/scripts/homework1_problem1.py"
    module.write_text(module.read_text().replace("A.dot(B) - C", "A.dot(B) + C"))
    printed = failed(copy_of_built)
    assert "1b: " in printed
    assert "results/homework1.zip stays as it was." in printed
    after = digests(copy_of_built / "results")
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"checklist.json", "checklist.txt"}
    rows = json.loads((copy_of_built / "results/checklist.json").read_text())["requirements"]
    assert [row["id"] for row in rows if not row["holds"]] == ["1b"]
    # A failed step does not count as done.
    assert "hand_over" in copy_of_built.build("--dry-run", "--quiet", "rules")


def test_a_failing_run_ends_when_nobody_reads_what_it_prints(copy_of_built):
    (copy_of_built / "data/gradient_descent_sequence.txt").write_text("x")
    command = f"{sys.executable} -m snakemake --cores 2 results/problem3b.json 2>&1 | head -1"
    subprocess.run(command, shell=True, cwd=copy_of_built.folder, check=True, timeout=600)
    assert "expected two numbers" in (copy_of_built / "results/logs/make_sequence.log").read_text()
    assert not (copy_of_built / "results/gradient_descent_sequence.txt").exists()


# Runs that do not begin


def test_a_cell_outside_the_grid_is_refused(built):
    printed = failed(built, "--dry-run", "results/cells/batch50_rate0.002_epochs1/weights.npz")
    assert "batch50_rate0.002_epochs1" in printed


def test_a_bad_configuration_stops_the_run_before_anything_is_touched(copy_of_built):
    def dates():
        paths = [*(copy_of_built / "data").rglob("*"), *(copy_of_built / "results").rglob("*")]
        return {path: path.stat().st_mtime_ns for path in paths}

    before = dates()
    copy_of_built.configure(validation_fraction=1)
    printed = failed(copy_of_built)
    assert "validation_fraction: found 1" in printed
    assert "Traceback" not in printed
    assert dates() == before


# Runs that a person interrupts


def interrupted(project, fifo, *arguments):
    """What a run prints that is interrupted, as by Ctrl-C, when it opens the named pipe."""
    run = subprocess.Popen(
        [sys.executable, "-m", "snakemake", "--cores", "1", *arguments],
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # What was started in the background, like these tests perhaps, ignores it.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    writer = open_when_read(project / fifo, run)
    time.sleep(0.2)  # a signal between its opening and its reading would not end the reading
    os.killpg(run.pid, signal.SIGINT)
    printed, _ = run.communicate(timeout=600)
    os.close(writer)
    assert run.returncode != 0
    return printed.splitlines()


def open_when_read(fifo, run):
    """The named pipe, open for writing as soon as a process of the run reads from it."""
    while run.poll() is None:
        with suppress(OSError):
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        time.sleep(0.01)
    pytest.fail(f"The run has not opened {fifo}: {run.communicate()[0]}")


def test_an_interruption_of_a_step_is_a_sentence(copy_of_built):
    script = copy_of_built / "workflow/scripts/draw_problem3d.py"
    script.write_text("open('waiting').read()\n")
    os.mkfifo(copy_of_built / "waiting")
    profile, *rest = interrupted(copy_of_built, "waiting", "results/figures/problem3d.svg")
    assert rest == [INTERRUPTED]


def test_a_run_from_elsewhere_is_told_where_to_start(built, tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "snakemake", "-n", "-s", built / "Snakefile"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert run.returncode != 0
    assert f"Start it in the project's folder: cd '{built.folder}'" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), FULL),
        (OSError("46080000 requested and 1024 written"), FULL),  # numpy's words
        (MemoryError(), NO_MEMORY),
    ],
)
def test_what_is_full_is_named_and_nothing_is_called_damaged(monkeypatch, error, advice):
    def main():
        raise error

    monkeypatch.setattr(sys, "argv", ["script"])
    with pytest.raises(SystemExit) as ended:
        command_line.run(main)
    assert str(ended.value).endswith(advice)
    assert "damaged" not in str(ended.value)


# Other runs in the same folder


def test_a_second_run_is_refused_until_the_first_has_ended(copy_of_built):
    (copy_of_built / "results/SHA256SUMS").unlink()
    with (copy_of_built / ".snakemake/run.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        printed = failed(copy_of_built)
    assert "Another run is at work in this folder." in printed
    assert "Traceback" not in printed
    # What a killed run leaves behind holds nothing.
    locks = copy_of_built / ".snakemake/locks"
    locks.mkdir(exist_ok=True)
    (locks / "0.output.lock").write_text("results/SHA256SUMS\n")
    copy_of_built.build()


JOB = """
import sys
from shared.command_line import run

def main():
    print("running", flush=True)
    sys.stdin.read()
    print("ended", flush=True)

run(main)
"""


def test_the_jobs_that_a_killed_run_left_behind_are_waited_for(root, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".snakemake").mkdir()
    (tmp_path / start.JOBS).touch()
    with subprocess.Popen(
        [sys.executable, "-c", JOB],
        env={
            "PYTHONPATH": str(root / "workflow/scripts"),
            "HOMEWORK1_JOBS_LOCK": str(tmp_path / start.JOBS),
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as job:
        assert job.stdout.readline() == "running\n"
        events = []

        def end_the_job_then_lock(file, operation):
            if not operation & fcntl.LOCK_NB:
                job.stdin.close()
                events.append(job.stdout.readline())
            flock(file, operation)

        flock = fcntl.flock
        monkeypatch.setattr(start.fcntl, "flock", end_the_job_then_lock)
        start.lock_out_others()
        assert events == ["ended\n"]
    start.held.pop().close()

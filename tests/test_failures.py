"""What a user can cause ends in a sentence, and nothing good is lost by it."""

import fcntl
import hashlib
import json
import subprocess
import sys

import pytest

NO_NETWORK = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}


def digests(folder):
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.glob("*")
        if path.is_file()
    }


def test_a_download_that_fails_leaves_the_data_and_the_zip(copy_of_built):
    project = copy_of_built
    before = digests(project / "data/raw"), digests(project / "results")
    for _ in range(2):  # a failed step is not taken for done
        run = project.snakemake("--config", "dataset=course", **NO_NETWORK)
        assert run.returncode != 0
        assert "could not be downloaded" in run.stdout
        assert "into data/ by hand" in run.stdout
        assert "Traceback" not in run.stdout
        assert "CalledProcessError" not in run.stdout
    assert (digests(project / "data/raw"), digests(project / "results")) == before


def test_a_failing_run_ends_though_nobody_listens(copy_of_built):
    (copy_of_built / "data/gradient_descent_sequence.txt").write_text("x")
    command = f"{sys.executable} -m snakemake --cores 2 2>&1 | head -2"
    subprocess.run(command, shell=True, cwd=copy_of_built.folder, check=True, timeout=60)
    assert "expected two numbers" in (copy_of_built / "results/logs/draw_problem3b.log").read_text()


def test_a_zip_that_does_not_pass_its_check_leaves_the_last_one(copy_of_built):
    before = digests(copy_of_built / "results")
    module = copy_of_built / "workflow/scripts/homework1_problem1.py"
    module.write_text(module.read_text().replace("A.dot(B) - C", "A.dot(B) + C"))
    for target in ("all", "results/homework1.zip"):  # a failed step is not taken for done
        run = copy_of_built.snakemake(target)
        assert run.returncode != 0
        assert "1b: problem_1b answers wrongly: mend it in homework1_problem1.py." in run.stdout
        assert "results/homework1.zip stays as it was." in run.stdout
    after = digests(copy_of_built / "results")
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"checklist.json", "checklist.txt", "homework1.pdf"}  # it has code's hashes
    rows = json.loads((copy_of_built / "results/checklist.json").read_text())["requirements"]
    assert [row["id"] for row in rows if not row["holds"]] == ["1b"]


def test_auto_says_that_it_uses_synthetic_faces(fresh):
    run = fresh.snakemake("--config", "dataset=auto", "--", "data/raw/source.json", **NO_NETWORK)
    assert run.returncode == 0
    assert "cannot be reached" in run.stdout
    assert "SYNTHETIC" in run.stdout


def test_a_report_that_cannot_be_set_leaves_the_last_one(copy_of_built):
    before = digests(copy_of_built / "results")
    report = copy_of_built / "report/homework1.typ"
    report.write_text(report.read_text() + "\n#unknown-function()\n")
    for target in ("all", "results/homework1.pdf"):  # a failed step is not taken for done
        run = copy_of_built.snakemake(target)
        assert run.returncode != 0
        assert "report/homework1.typ could not be set" in run.stdout
        assert "unknown variable: unknown-function" in run.stdout
    assert digests(copy_of_built / "results") == before


def test_a_name_in_letters_that_the_report_cannot_set_is_told_with_what_to_do(copy_of_built):
    copy_of_built.configure(authors=["李明"])
    run = copy_of_built.snakemake("results/homework1.pdf")
    assert run.returncode != 0
    assert "The report's fonts lack 李, 明. Write it in Latin" in run.stdout
    assert "style.typ" not in run.stdout


def test_a_grid_that_diverges_everywhere_says_what_to_do(copy_of_built):
    copy_of_built.configure(grid__learning_rate=[10, 100], grid__epochs=[1])
    run = copy_of_built.snakemake("results/best.json")
    assert run.returncode != 0
    assert "diverged in every cell of the grid, with learning rates 10.0, 100.0" in run.stdout
    assert "ten times smaller" in run.stdout
    assert "Traceback" not in run.stdout


@pytest.mark.parametrize(
    ("damaged", "step"),
    [
        ("results/best.json", "draw_grid"),  # that raises a KeyError
        ("results/best_weights.npz", "draw_weights"),  # and that a ValueError
    ],
)
def test_a_result_that_was_damaged_is_told_with_what_to_do(copy_of_built, damaged, step):
    (copy_of_built / damaged).write_text("{}")
    run = copy_of_built.snakemake(
        "--force", f"results/figures/{step.replace('draw', 'problem2')}.svg"
    )
    assert run.returncode != 0
    assert f"FAILED: {step}" in run.stdout
    assert "`make verify` names it: delete it and run the same command again." in run.stdout


def test_code_that_is_missing_is_told_though_all_is_built(copy_of_built):
    (copy_of_built / "workflow/scripts/homework1_problem2.py").unlink()
    run = copy_of_built.snakemake("--forcerun", "check_submission")
    assert run.returncode != 0
    assert "workflow/scripts/homework1_problem2.py is missing. Restore it" in run.stdout
    assert "Traceback" not in run.stdout


def test_a_cell_is_not_trained_on_from_a_damaged_history(copy_of_built):
    shorter, longer = (f"results/cells/batch50_rate0.001_epochs{n}/history.csv" for n in (1, 3))
    (copy_of_built / shorter).write_text("epoch,minibatch_fmse,validation_fmse\n")
    run = copy_of_built.snakemake("--force", longer)
    assert run.returncode != 0
    assert f"{shorter} is damaged: delete it and run the same command again." in run.stdout


def test_a_run_that_is_going_on_is_told_in_a_sentence(copy_of_built):
    (copy_of_built / "results/homework1.zip").unlink()
    with (copy_of_built / ".snakemake/run.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run = copy_of_built.snakemake()
    assert run.returncode != 0
    assert (
        "Another run is at work in this folder. Wait until it has ended, or end it." in run.stdout
    )
    assert "Traceback" not in run.stdout
    copy_of_built.build()


def test_a_lock_that_a_killed_run_left_behind_is_nobodys_problem(copy_of_built):
    zip_file = copy_of_built / "results/homework1.zip"
    zip_file.unlink()
    (copy_of_built / ".snakemake/run.lock").write_text("left behind")
    locks = copy_of_built / ".snakemake/locks"
    locks.mkdir(exist_ok=True)
    (locks / "0.output.lock").write_text(f"{zip_file.relative_to(copy_of_built.folder)}\n")
    copy_of_built.build()
    assert zip_file.exists()


def test_the_jobs_that_a_killed_run_left_behind_are_waited_for(copy_of_built):
    (copy_of_built / "results/homework1.zip").unlink()
    command = [sys.executable, "-c", WITH_THE_JOBS_LOCK]
    with subprocess.Popen(command, cwd=copy_of_built.folder, stdout=subprocess.PIPE) as job:
        job.stdout.readline()  # it has the lock
        said = copy_of_built.build()
        assert job.poll() is not None
    assert "Waiting for the jobs that an ended run has left behind." in said


WITH_THE_JOBS_LOCK = """
import sys, time
sys.path.insert(0, "workflow/scripts")
from shared import command_line
def job():
    print("started", flush=True)
    time.sleep(4)
command_line.run(job)
"""

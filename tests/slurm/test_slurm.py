"""The workflow on a real SLURM cluster; `make test-slurm` runs this, plain `make test` does not."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys

import cluster as slurm
import psutil
import pytest

import debian
from conftest import ROOT, SMALL, Project
from homework1_run.progress import INTERRUPTED

pytestmark = pytest.mark.slurm

# Without accounting, squeue reports what became of a job.
WITHOUT_ACCOUNTING = [
    "--slurm-status-command=squeue",
    "--slurm-init-seconds-before-status-checks=5",
    "--seconds-between-status-checks=2",
]

# A step of this machine that fails after the interruption, when Snakemake, which waits for its next
# status check, has otherwise ended.
FAILS_LATER = """
import time
from pathlib import Path

while not Path("interrupted").exists():
    time.sleep(0.1)
time.sleep(40)
raise OSError
"""
# What Snakemake prints of an error, and we of a failed step.
ERRORS = ["Traceback", "RuleException", "Error in rule", "FAILED"]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    if reason := slurm.missing():
        pytest.exit(reason, returncode=1)
    debian.install(slurm.PROGRAMS, slurm.PACKAGES)
    with slurm.Cluster(tmp_path_factory.mktemp("slurm")) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def local(tmp_path_factory):
    """The small project built on this machine, with the profile made the cluster's."""
    project = Project.copied_to(tmp_path_factory.mktemp("local"))
    project.configure(**SMALL)
    profile = project / "profiles/slurm/config.yaml"
    text = profile.read_text()
    for key in ("slurm_account", "slurm_partition"):
        assert f"# {key}: yours" in text
        text = text.replace(f"# {key}: yours", f"{key}: ci")
    assert "runtime: 2 * attempt" in text
    text = text.replace("runtime: 2 * attempt", "runtime: 60")  # a slow machine times nothing out
    profile.write_text(text)
    project.build()
    return project


@pytest.fixture
def project(local, tmp_path):
    """The data and its split are there; all that follows is still to be made."""
    copy = Project(shutil.copytree(local.folder, tmp_path / "project"))
    for path in (copy / "results").iterdir():
        if path.name != "split":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return copy


def start(project, *arguments):
    """Snakemake on the cluster, as a person starts it."""
    if not (project / ".venv").exists():
        (project / ".venv").symlink_to(sys.prefix)
    command = [".venv/bin/snakemake", "--profile=profiles/slurm", *WITHOUT_ACCOUNTING, *arguments]
    return subprocess.Popen(
        command,
        cwd=project.folder,
        env=os.environ | {"PYTHONPATH": ".venv/slurm"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(run):
    """What the run printed; AssertionError if it failed or took too long."""
    try:
        text, _ = run.communicate(timeout=slurm.LIMIT)
    except subprocess.TimeoutExpired:
        run.send_signal(signal.SIGINT)
        text, _ = run.communicate(timeout=slurm.LIMIT)
        pytest.fail(f"over {slurm.LIMIT} s\n{text}")
    assert run.returncode == 0, text
    return text


def hashes(project):
    """SHA-256 of every result, the logs apart."""
    results = project / "results"
    return {
        str(path.relative_to(results)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(results.rglob("*"))
        if path.is_file() and "logs" not in path.parts
    }


def running_job(cluster, other_than=None):
    """The id of a job that trains at this moment."""
    if any("train_cell.py" in command_line(process) for process in slurm.processes_of_jobs()):
        for number, state, _ in cluster.jobs():
            if state == "RUNNING" and number != other_than:
                return number
    return None


def command_line(process):
    """The process's command line; empty if it has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def states_of_new_jobs(cluster, before):
    return [state for number, state, _ in cluster.jobs() if number not in before]


def ids(cluster):
    return {number for number, *_ in cluster.jobs()}


def test_the_small_workflow_gives_the_same_bytes_as_a_local_run(cluster, local, project):
    before = ids(cluster)
    finish(start(project))
    assert states_of_new_jobs(cluster, before) == ["COMPLETED"]  # four chains in one group
    assert hashes(project) == hashes(local)


def test_a_job_that_is_cancelled_or_over_its_time_limit_is_submitted_again(cluster, local, project):
    before = ids(cluster)
    run = start(project)
    first = slurm.wait_for(lambda: running_job(cluster), "a job to train")
    slurm.run("scancel", first)
    second = slurm.wait_for(lambda: running_job(cluster, first), "another job to train")
    freeze_training()
    slurm.run("scontrol", "update", f"jobid={second}", "timelimit=1")
    finish(run)
    assert sorted(states_of_new_jobs(cluster, before)) == ["CANCELLED", "COMPLETED", "TIMEOUT"]
    assert hashes(project) == hashes(local)


def freeze_training():
    """Let the job hang: its processes stop and stay."""
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == "slurmstepd":
            for child in process.children(recursive=True):
                child.suspend()


def test_an_interrupted_run_ends_its_jobs_and_prints_a_sentence(cluster, project):
    before = ids(cluster)
    (project / "workflow/scripts/draw_problem3d.py").write_text(FAILS_LATER)
    # While the plugin asks for its jobs' states, it would cancel none of them: let it ask later.
    run = start(project, "--slurm-init-seconds-before-status-checks=20")
    slurm.wait_for(lambda: running_job(cluster), "a job to train")
    run.send_signal(signal.SIGINT)
    (project / "interrupted").touch()
    text, _ = run.communicate(timeout=slurm.LIMIT)
    assert run.returncode != 0
    assert text.splitlines().count(INTERRUPTED) == 1
    assert [word for word in ERRORS if word in text] == []
    slurm.wait_for(lambda: states_of_new_jobs(cluster, before) == ["CANCELLED"], "it to end")


def test_a_node_that_goes_down_and_comes_back_loses_nothing(cluster, local, project):
    run = start(project)
    slurm.wait_for(lambda: running_job(cluster), "a job to train")
    cluster.stop_node()
    assert cluster.node_state() == "down"
    cluster.start_node()
    finish(run)
    assert hashes(project) == hashes(local)


def test_before_make_slurm_a_sentence_says_what_to_do(local):
    run = local.snakemake("--dry-run", "--profile=profiles/slurm")
    assert run.returncode != 0
    assert run.stdout.splitlines()[1:] == [
        "Run `make slurm`, then `PYTHONPATH=.venv/slurm snakemake --profile profiles/slurm`."
    ]


def test_the_page_names_every_key_of_the_profile():
    profile, page = ((ROOT / "profiles/slurm" / name) for name in ("config.yaml", "README.md"))
    keys = [line.split(":")[0] for line in profile.read_text().splitlines() if line[:1].isalpha()]
    assert [key for key in keys if f"`{key}" not in page.read_text()] == []

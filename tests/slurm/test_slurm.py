"""The workflow on a real SLURM cluster; `make test-slurm` runs this, plain `make test` does not."""

import shutil
import signal
import sys

import cluster as slurm
import psutil
import pytest

import debian
from conftest import SMALL, Project
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
    options = ["--profile=profiles/slurm", "--cores=1", *WITHOUT_ACCOUNTING, *arguments]
    return project.start(*options, PYTHONPATH=".venv/slurm")


def new_job(cluster, known):
    """The id of a job that trains at this moment and is not among the known ones."""
    return slurm.wait_for(lambda: training_jobs(cluster) - known, "a job to train").pop()


def training_jobs(cluster):
    """The ids of the jobs that train at this moment."""
    if any("train_cell.py" in command_line(process) for process in slurm.processes_of_jobs()):
        return {number for number, state, _ in cluster.jobs() if state == "RUNNING"}
    return set()


def command_line(process):
    """The process's command line; empty if it has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def states_of_new_jobs(cluster, known):
    return [state for number, state, _ in cluster.jobs() if number not in known]


def ids(cluster):
    return {number for number, *_ in cluster.jobs()}


def test_whatever_happens_to_its_jobs_a_run_ends_with_the_bytes_of_a_local_one(
    cluster, local, project
):
    known = ids(cluster)
    run = start(project)
    cancelled = new_job(cluster, known)
    slurm.run("scancel", cancelled)
    new_job(cluster, known | {cancelled})
    cluster.stop_node()
    assert cluster.node_state() == "down"
    cluster.start_node()
    late = new_job(cluster, known | {cancelled})  # the same again: SLURM starts it again by itself
    freeze_training()
    slurm.run("scontrol", "update", f"jobid={late}", "timelimit=1")
    printed, _ = run.communicate(timeout=slurm.LIMIT)
    assert run.returncode == 0, printed
    assert sorted(states_of_new_jobs(cluster, known)) == ["CANCELLED", "COMPLETED", "TIMEOUT"]
    assert project.hashes() == local.hashes()


def freeze_training():
    """Let the job hang: its processes stop and stay."""
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == "slurmstepd":
            for child in process.children(recursive=True):
                child.suspend()


def test_an_interrupted_run_ends_its_jobs_and_prints_a_sentence(cluster, project):
    known = ids(cluster)
    (project / "workflow/scripts/write_problem2.py").write_text(FAILS_LATER)
    # While the plugin asks for its jobs' states, it would cancel none of them: let it ask later.
    run = start(project, "--slurm-init-seconds-before-status-checks=60")
    new_job(cluster, known)
    run.send_signal(signal.SIGINT)
    (project / "interrupted").touch()
    text, _ = run.communicate(timeout=slurm.LIMIT)
    assert run.returncode != 0
    assert text.splitlines().count(INTERRUPTED) == 1
    assert [word for word in ERRORS if word in text] == []
    slurm.wait_for(lambda: states_of_new_jobs(cluster, known) == ["CANCELLED"], "it to end")


def test_before_make_slurm_a_sentence_says_what_to_do(local):
    run = local.snakemake("--dry-run", "--profile=profiles/slurm")
    assert run.returncode != 0
    assert run.stdout.splitlines()[1:] == [
        "Run `make slurm`, then `PYTHONPATH=.venv/slurm snakemake --profile profiles/slurm`."
    ]

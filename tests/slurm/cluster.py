"""A real SLURM cluster of one node on this machine, for as long as the tests last."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import psutil

CONFIGURATION = Path("/etc/slurm/slurm.conf")  # Snakemake's plugin looks nowhere else
TEMPLATE = Path(__file__).with_name("slurm.conf").read_text()
NAME = "loopback"
PROGRAMS = ["slurmctld", "slurmd", "munged", "srun"]
PACKAGES = ["slurm-wlm", "munge"]
LIMIT = 1200  # seconds, only to end what hangs: a run takes one or two minutes


def missing():
    """What keeps the cluster from being started here, in a sentence; None if nothing does."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return "The SLURM test needs root on Debian or Ubuntu: it installs and starts SLURM."
    # One of our own stays behind if a test is killed.
    if CONFIGURATION.exists() and TEMPLATE.splitlines()[0] not in CONFIGURATION.read_text():
        return f"{CONFIGURATION} exists: this machine's own SLURM must not be disturbed."
    return None


def run(*command):
    """The command's output; AssertionError with all that it said if it fails."""
    finished = subprocess.run(command, capture_output=True, text=True)
    assert finished.returncode == 0, f"{' '.join(command)}\n{finished.stdout}{finished.stderr}"
    return finished.stdout.strip()


def wait_for(condition, what):
    """The first true answer, asked for five times a second; TimeoutError after LIMIT."""
    deadline = time.monotonic() + LIMIT
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {LIMIT} s for {what}")
        time.sleep(0.2)
    return answer


class Cluster:
    """munged, slurmctld and slurmd with all their files in one folder."""

    def __init__(self, folder):
        self.folder = folder
        self.host = socket.gethostname()
        self.pid_files = []

    def __enter__(self):
        for name in ("state", "spool"):
            (self.folder / name).mkdir()
        CONFIGURATION.write_text(TEMPLATE.format(host=self.host, folder=self.folder))
        try:
            self.start_munge()
            self.start("slurmctld")
            self.start_node()
            assert run("srun", "--ntasks=1", "hostname") == self.host
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in processes_of_jobs():
            process.kill()
        for pid_file in reversed(self.pid_files):
            stop(pid_file)
        CONFIGURATION.unlink()

    def start(self, program, *arguments):
        pid_file = self.folder / f"{program}.pid"
        run(program, *arguments)
        self.pid_files.append(pid_file)
        wait_for(pid_file.exists, f"{program} to start")

    def start_munge(self):
        """As its own user, in the one place where SLURM asks for it."""
        socket_folder = Path("/run/munge")
        socket_folder.mkdir(mode=0o755, exist_ok=True)
        shutil.chown(socket_folder, "munge", "munge")
        pid_file = socket_folder / "munged.pid"
        run("runuser", "-u", "munge", "--", "munged")
        self.pid_files.append(pid_file)
        wait_for(pid_file.exists, "munged to start")

    def start_node(self):
        """Start the node's daemon and wait until the node takes jobs."""
        self.start("slurmd")
        wait_for(lambda: self.node_state() == "idle", "the node to be idle")

    def stop_node(self):
        """As if its power had gone: its daemon and its jobs die, and the controller notices."""
        stop(self.folder / "slurmd.pid")
        for process in psutil.process_iter(["name"]):
            if process.info["name"] == "slurmstepd":
                # First of all the one that would still report how the others have ended.
                for each in [process, *process.children(recursive=True)]:
                    each.kill()
        run("scontrol", "update", f"nodename={self.host}", "state=down", "reason=power")

    def node_state(self):
        return run("sinfo", "--noheader", "--format=%T").rstrip("*")

    def jobs(self):
        """(id, state, name) of the cluster's jobs."""
        text = run("squeue", "--noheader", "--states=all", "--format=%i %T %j")
        return [line.split(maxsplit=2) for line in text.splitlines()]


def processes_of_jobs():
    """What still runs of this cluster's jobs: of a cancelled one, a process may stay behind."""
    for process in psutil.process_iter(["environ"]):
        if (process.info["environ"] or {}).get("SLURM_CLUSTER_NAME") == NAME:
            yield process


def stop(pid_file):
    """End the process whose number the file holds, and wait until it is gone."""
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text())
    try:
        os.kill(pid, signal.SIGTERM)
        wait_for(lambda: not Path(f"/proc/{pid}").exists(), f"process {pid} to end")
    except ProcessLookupError:
        pass
    pid_file.unlink(missing_ok=True)

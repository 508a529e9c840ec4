"""How everything is measured: in turn, so that a slow minute of the machine is everybody's."""

import csv
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).parent.parent
PARTS = ["Snakefile", "Makefile", "config.yaml", "requirements.txt"]
PARTS += ["profiles", "report", "tests/handout", "workflow"]
# The times of two days compare only if the grid is the same, whatever the default one is.
GRID = {
    "batch_size": [10, 50, 250],
    "learning_rate": [2e-4, 3e-4, 5e-4, 8e-4, 5e-3],
    "epochs": [30, 57],
}


class Usage(NamedTuple):
    """What a command took."""

    seconds: float
    memory: int  # bytes, the peak of the largest of its processes
    children: float  # core-seconds of the processes that it started, without itself


def interleaved(actions, repeats):
    """Rows (name, repeat, seconds) of every action, after one round that is not counted.

    An action that measures by itself returns its rows' names and seconds, a dict.
    """
    rows = []
    for repeat in range(repeats + 1):
        for name, action in actions.items():
            began = time.perf_counter()
            measured = action() or {name: time.perf_counter() - began}
            if repeat:
                rows += [(what, repeat, seconds) for what, seconds in measured.items()]
    return rows


def run(folder, *command, **environment):
    """Run the command there, with this environment's programs, and return its Usage.

    Raises CalledProcessError if the command fails.
    """
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | {"PATH": path} | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # its times can still be read
    seconds = time.perf_counter() - began
    statistics = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    ticks = int(statistics[13]) + int(statistics[14])  # cutime and cstime in proc(5)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), command)
    return Usage(seconds, usage.ru_maxrss * 1024, ticks / os.sysconf("SC_CLK_TCK"))


def project(folder, **settings):
    """Copy the project's own files there, with nothing built, and with these settings."""
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, Path(folder, part))
    path = Path(folder, "config.yaml")
    config = yaml.safe_load(path.read_text())
    config |= {"dataset": "synthetic", "grid": GRID}
    path.write_text(yaml.safe_dump(config | settings))


def write(path, header, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)

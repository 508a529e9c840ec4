"""How everything is measured: in turn, so that a slow minute of the machine is everybody's."""

import csv
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
PARTS = ["Snakefile", "config.yaml", "profiles", "report", "workflow"]


def interleaved(actions, repeats):
    """Rows (name, repeat, seconds) of every action, after one round that is not counted."""
    rows = []
    for repeat in range(repeats + 1):
        for name, action in actions.items():
            began = time.perf_counter()
            action()
            if repeat:
                rows.append((name, repeat, time.perf_counter() - began))
    return rows


def run(folder, *command):
    """Run the command there, with this environment's programs.

    Returns the peak memory of the largest of its processes, in bytes. Raises CalledProcessError
    if the command fails.
    """
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | {"PATH": path},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), command)
    return usage.ru_maxrss * 1024


def project(folder):
    """A copy of the project's own files, with nothing built."""
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, Path(folder, part))
    replace(Path(folder, "config.yaml"), "dataset: auto", "dataset: synthetic")


def replace(path, old, new):
    """Write new for old in the file, where it must be."""
    text = path.read_text()
    assert old in text, f"{path} lacks {old}"
    path.write_text(text.replace(old, new))


def write(path, header, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)

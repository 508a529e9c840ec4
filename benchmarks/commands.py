"""Whole commands: the workflow cold, with nothing to do, with one figure changed, and installed.

`python commands.py TIMES.csv`
"""

import sys
import tempfile
from pathlib import Path

from measure import interleaved, project, run, write

COLD_REPEATS, WARM_REPEATS, INSTALL_REPEATS = 9, 9, 3
ZIP = "results/homework1.zip"
INTERPRETER = f"{sys.base_prefix}/bin/python3"  # not the one of this environment


def snakemake(folder, *arguments):
    return run(folder, "snakemake", *arguments)


def start():
    """What Snakemake takes to start, whatever it then does."""
    snakemake(".", "--version")


# From nothing


def workflow():
    """From nothing to everything; how long its end takes; what all jobs and training cost."""
    with tempfile.TemporaryDirectory() as folder:
        project(folder)
        cold = snakemake(folder, "--cores", "2")
        cells = sorted(Path(folder).glob("results/cells/*/*.*"), key=modified)
        end = modified(Path(folder, ZIP)) - modified(cells[-1])
        targets = {str(path.relative_to(folder)) for path in cells}
        training = snakemake(folder, "--cores", "2", "--forcerun", "train_cell", "--", *targets)
    return {
        "workflow, cold": cold.seconds,
        "from the last trained cell to the checked zip": end,
        "core-seconds of all jobs": cold.children,
        "core-seconds of training": training.children,
    }


def modified(path):
    return path.stat().st_mtime


def plain_script(**environment):
    with tempfile.TemporaryDirectory() as folder:
        run(".", "python", "benchmarks/plain_script.py", folder, **environment)


def cold():
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {
        "snakemake --version": start,
        "workflow": workflow,
        "plain script, default threads": plain_script,
        "plain script, one thread": lambda: plain_script(**one_thread),
    }


# With everything built


def warm(folder):
    iterations = 200

    def nothing():
        snakemake(folder, "--cores", "4")

    def figure():
        """What follows from a number of iterations that was never asked for before."""
        nonlocal iterations
        iterations += 1
        change = ["--config", f"problem3b={{iterations: {iterations}}}"]
        changed = snakemake(folder, "--cores", "4", *change, "--", ZIP)
        snakemake(folder, "--cores", "4")
        return {"figure 3b changed, to the checked zip": changed.seconds}

    return {
        "snakemake --version": start,
        "nothing to do": nothing,
        "figure 3b changed, to the checked zip": figure,
    }


# On a fresh clone


def make():
    """The packages are in the package manager's cache, because of the round that is not counted."""
    with tempfile.TemporaryDirectory() as folder:
        project(folder)
        run(folder, "make", "CORES=2", f"PYTHON={INTERPRETER}")


def pip_install():
    with tempfile.TemporaryDirectory() as folder:
        project(folder)
        run(folder, INTERPRETER, "-m", "venv", ".venv")
        pip = [".venv/bin/python", "-m", "pip", "install", "--quiet"]
        run(folder, *pip, "--require-hashes", "-r", "requirements.txt")


def fresh():
    return {"make on a fresh clone": make, "pip install of the lock alone": pip_install}


def main(times):
    rows = [("cold", *row) for row in interleaved(cold(), COLD_REPEATS)]
    with tempfile.TemporaryDirectory() as folder:
        project(folder)
        snakemake(folder, "--cores", "2")
        rows += [("warm", *row) for row in interleaved(warm(Path(folder)), WARM_REPEATS)]
    rows += [("fresh", *row) for row in interleaved(fresh(), INSTALL_REPEATS)]
    write(times, ["group", "what", "repeat", "seconds"], rows)


if __name__ == "__main__":
    main(*sys.argv[1:])

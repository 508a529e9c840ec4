"""Whole commands: the workflow cold, with nothing to do, and with one figure to make again.

`python commands.py TIMES.csv MEMORY.csv`
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import interleaved, project, replace, run, write

COLD_REPEATS, WARM_REPEATS = 7, 11
ZIP = "results/unchecked/homework1.zip"


def build(target="all", change=lambda folder: None):
    """From nothing to the target, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        project(folder)
        change(Path(folder))
        run(folder, "snakemake", "--cores", "2", target)


def without_chains(folder):
    """Let every cell be trained from the start."""
    rules = folder / "workflow/rules/problem2.smk"
    replace(rules, "        shorter=shorter_cell,\n", "")
    replace(rules, "            {input.shorter} >", "            >")


def plain_script():
    with tempfile.TemporaryDirectory() as folder:
        run(".", "python", "benchmarks/plain_script.py", folder)


def cold():
    return {
        "workflow, cold": build,
        "workflow, cold, to the zip": lambda: build(ZIP),
        "the same, every cell from the start": lambda: build(ZIP, without_chains),
        "plain script": plain_script,
    }


def warm(folder):
    config, iterations = folder / "config.yaml", {"3b": 200, "3c": 3000}

    def one_figure(problem, target):
        """What follows from a number of iterations that was never asked for before."""
        old = iterations[problem]
        iterations[problem] += 1
        replace(config, f"iterations: {old}\n", f"iterations: {old + 1}\n")
        run(folder, "snakemake", "--cores", "4", target)

    return {
        "snakemake --version": lambda: run(folder, "snakemake", "--version"),
        "nothing to do": lambda: run(folder, "snakemake", "--cores", "4"),
        "figure 3b, PDF and zip": lambda: one_figure("3b", ZIP),
        "figure 3c, PDF and zip": lambda: one_figure("3c", ZIP),
        "figure 3b and all that follows": lambda: one_figure("3b", "all"),
    }


def training_jobs(folder, side_by_side):
    """The memory of so many long training jobs at once, while they train."""
    (settings,) = Path(folder, "results/settings").glob("seed-[0-9a-f]*.json")
    command = [
        sys.executable,
        "workflow/scripts/train_cell.py",
        "cell=batch64_rate1e-05_epochs2000",
        f"settings={settings}",
        "split=results/split",
    ]
    jobs = [
        subprocess.Popen([*command, f"weights={k}.npz", f"history={k}.csv"], cwd=folder)
        for k in range(side_by_side)
    ]
    time.sleep(4)
    try:
        return [memory(job.pid) for job in jobs]
    finally:
        for job in jobs:
            job.kill()
            job.wait()


def memory(pid):
    """Megabytes of a process: the most so far, all of now, and what it shares with no other."""
    peak = kilobytes(pid, "status", "VmHWM")
    own = kilobytes(pid, "smaps_rollup", "Private_Clean", "Private_Dirty")
    return [peak / 1e3, kilobytes(pid, "smaps_rollup", "Rss") / 1e3, own / 1e3]


def kilobytes(pid, file, *keys):
    """The sum of what the kernel reports of a process under these keys."""
    lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.split(":")[0] in keys)


def main(times, memory_table):
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    rows = interleaved(cold(), COLD_REPEATS)
    with tempfile.TemporaryDirectory() as folder:
        project(folder)
        run(folder, "snakemake", "--cores", "2")
        rows += interleaved(warm(Path(folder)), WARM_REPEATS)
        jobs = [(n, *job) for n in (1, 2) for job in training_jobs(folder, n)]
    write(times, ["what", "repeat", "seconds"], rows)
    write(memory_table, ["jobs_side_by_side", "peak_mb", "now_mb", "own_mb"], jobs)


if __name__ == "__main__":
    main(*sys.argv[1:])

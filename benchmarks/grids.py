"""Grids of up to a thousand cells of a small problem: 250 faces, one and two epochs.

`python grids.py GRIDS.csv`
"""

import sys
import tempfile
from pathlib import Path
from statistics import median

from measure import project, replace, run, write

SHAPES = {18: (3, 3), 100: (5, 10), 300: (10, 15), 1000: (20, 25)}  # batch sizes, learning rates
REPEATS = 3


def small_problem(folder, sizes, rates):
    """A copy of the project with a grid of two times so many cells, and its data split."""
    project(folder)
    config = Path(folder, "config.yaml")
    replace(config, "validation_fraction: 0.2", "validation_fraction: 0.95")
    replace(config, "[10, 50, 250]", str([10 + k for k in range(sizes)]))
    replace(config, "[2e-4, 3e-4, 5e-4, 8e-4, 5e-3]", str([(k + 1) / 1e5 for k in range(rates)]))
    replace(config, "[30, 57]", "[1, 2]")
    run(folder, "snakemake", "--cores", "2", "results/split/X_train.npy")


def measured(cells):
    """A row of the table: the DAG's time and Snakemake's memory, all the cells, nothing to do."""
    with tempfile.TemporaryDirectory() as folder:
        small_problem(folder, *SHAPES[cells])
        dry = [run(folder, "snakemake", "--dry-run") for _ in range(REPEATS)]
        training = run(folder, "snakemake", "--cores", "2", "results/grid.csv")
        rest = run(folder, "snakemake", "--cores", "2")
        nothing = [run(folder, "snakemake", "--cores", "2") for _ in range(REPEATS)]
    return (
        cells,
        median(usage.seconds for usage in dry),
        median(usage.memory for usage in dry) / 1e6,
        training.seconds,
        rest.seconds,
        median(usage.seconds for usage in nothing),
    )


def main(table):
    header = ["cells", "dry_run_s", "dry_run_mb", "training_s", "rest_s", "nothing_to_do_s"]
    write(table, header, [measured(cells) for cells in SHAPES])


if __name__ == "__main__":
    main(*sys.argv[1:])

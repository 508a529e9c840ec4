"""Grids of up to a thousand cells of a small problem: 250 faces, one and two epochs.

`python grids.py GRIDS.csv`
"""

import sys
import tempfile
from statistics import median

from measure import project, run, write

SHAPES = {18: (3, 3), 100: (5, 10), 300: (10, 15), 1000: (20, 25)}  # batch sizes, learning rates
REPEATS = 3


def small_problem(folder, batch_sizes, learning_rates):
    """A copy of the project with its data split and 2 * batch_sizes * learning_rates cells."""
    grid = {
        "batch_size": [10 + k for k in range(batch_sizes)],
        "learning_rate": [(k + 1) / 1e5 for k in range(learning_rates)],
        "epochs": [1, 2],
    }
    project(folder, validation_fraction=0.95, grid=grid)
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

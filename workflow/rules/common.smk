"""What all rules share: the configuration, the names of files, and how a run begins."""

import sys
from glob import glob
from pathlib import Path

from snakemake.utils import min_version

min_version("9.11.0")

# Put last, this folder hides no other package; no other package has the name of ours.
sys.path.append(str(Path(workflow.basedir, "workflow")))

from homework1_run.configuration import read_configuration, write_settings
from homework1_run.grid import cell_name, grid_cells
from homework1_run.progress import show_progress
from homework1_run.start import (
    check_room,
    check_sources,
    check_writable,
    prepare,
    set_environment,
)

set_environment()
check_writable("data", "results")
check_room()

try:
    config = read_configuration("config.yaml", "workflow/config.schema.yaml", changes=config)
except ValueError as error:
    sys.exit(str(error))

CELLS = grid_cells(config["grid"])
FACES = expand("data/raw/age_regression_{part}.npy", part=["Xtr", "ytr", "Xte", "yte"])
SPLIT = expand(
    "results/split/{array}.npy",
    array=["X_train", "y_train", "X_validation", "y_validation", "mean", "scale"],
)
FIGURES = [
    "results/figures/problem2_learning_curves.svg",
    "results/figures/problem2_grid.svg",
    "results/figures/problem2_weights.svg",
    "results/figures/problem2_predictions.svg",
    "results/figures/problem3a.svg",
    "results/figures/problem3b.svg",
    "results/figures/problem3c.svg",
    "results/figures/problem3d.svg",
]
FINDINGS = expand("results/problem3{part}.json", part=["a", "b", "c", "d"])
RESULTS = [
    *expand("results/cells/{cell}/weights.npz", cell=CELLS),
    *expand("results/cells/{cell}/history.csv", cell=CELLS),
    "results/grid.csv",
    "results/best.json",
    "results/best_weights.npz",
    "results/metrics.json",
    "results/predictions.csv",
    *FIGURES,
    *FINDINGS,
    "results/homework1.pdf",
    "results/homework1.zip",
]
MODULES = expand("workflow/scripts/homework1_problem{k}.py", k=[1, 2, 3])
DRAWING = [
    "workflow/scripts/shared/command_line.py",
    "workflow/scripts/shared/figures.py",
    "workflow/scripts/shared/figures.mplstyle",
]


def settings(*keys):
    """The path of a file with these parts of the configuration, for a rule's input.

    In `params` a change would be noticed, too, but for a single one Snakemake imports pandas at
    every start, which takes longer than all the rest.
    """
    return write_settings("-".join(keys), {key: config[key] for key in keys})


def in_data(*names):
    """Those of the course's files that the user has put into data/; no rule ever writes there."""
    return [f"data/{name}" for name in names if Path("data", name).exists()]


onstart:
    prepare(workflow)

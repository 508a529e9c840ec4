"""What all rules share: the configuration, the names of files, and how a run begins."""

import sys
from glob import glob
from pathlib import Path

from snakemake.utils import min_version

min_version("9.11.0")

# Put last, this folder hides no other package; no other package has the name of ours.
sys.path.append(str(Path(workflow.basedir, "workflow")))

from homework1_run.configuration import write_settings
from homework1_run.data import in_data
from homework1_run.grid import CELL, grid_cells, shorter_cell
from homework1_run.progress import show_progress
from homework1_run.start import begin, prepare

config = begin(workflow, config)

CELLS = grid_cells(config["grid"])
FACES = expand("data/raw/age_regression_{part}.npy", part=["Xtr", "ytr", "Xte", "yte"])
SPLIT = expand(
    "results/split/{array}.npy",
    array=["X_train", "y_train", "X_validation", "y_validation", "mean", "scale"],
)
SUMS = ["data/raw/arrays.sha256", "results/split/arrays.sha256"]  # of these arrays
DATA = SUMS + ["data/raw/source.json", "results/gradient_descent_sequence.txt"]
PARTS = ["a", "a_iv", "b", "c", "d"]
FIGURES = expand(
    "results/figures/problem2_{of}.svg", of=["learning_curves", "grid", "weights", "predictions"]
)
FIGURES += expand("results/figures/problem3{part}.svg", part=PARTS)
FINDINGS = expand("results/problem3{part}.json", part=PARTS)
RESULTS = expand("results/cells/{cell}/{part}", cell=CELLS, part=["weights.npz", "history.csv"])
RESULTS += expand("results/{k}", k=["grid.csv", "best_weights.npz", "predictions.csv"])
RESULTS += expand("results/{k}.json", k=["best", "search", "curves", "metrics"])
RESULTS += FIGURES + FINDINGS
KINDS = ["pdf", "html", "zip"]
RESULTS += expand("results/homework1.{kind}", kind=KINDS)
DRAFT = expand("results/draft/homework1.{kind}", kind=KINDS)
DRAFT += ["results/draft/holds", "results/draft/homework1_problem2.py"]
CHECKED = expand("results/draft/{k}.json", k=["problems_1_and_3", "problem2"])
DRAFT += CHECKED
HANDED_IN = ["workflow/scripts/homework1_problem1.py", "results/draft/homework1_problem2.py"]
HANDED_IN += ["workflow/scripts/homework1_problem3.py"]
LAUNCHER = "workflow/scripts/run_script.py"
DRAWING = [LAUNCHER]
DRAWING += expand("workflow/scripts/shared/figures.{k}", k=["py", "mplstyle"])
CHECKING = [LAUNCHER]
CHECKING += expand("workflow/scripts/shared/{k}.py", k=["course_files", "checklist"])
CHECKING += expand("tests/handout/{k}.py", k=["__init__", "comparing", "conftest"])


def settings(*keys):
    """The path of a file with these parts of the configuration, for a rule's input.

    A change in `params` would be noticed, too, but Snakemake imports pandas for any rule with them.
    """
    return write_settings("-".join(keys), {key: config[key] for key in keys})


onstart:
    prepare(workflow)

"""From the course's faces to the finished submission. The rules stand in the order of the story."""

import json
import os
import re
import shlex
import shutil
import signal
import sys

from workflow.scripts.configuration import cell_name, check, grid_cells, load
from workflow.scripts.one_run import check_room, check_writable, lock_out_others
from workflow.scripts.progress import show_progress


report: "report/workflow.rst"


try:
    SCHEMA = load("workflow/config.schema.yaml")
    config = check(load("config.yaml") | config, SCHEMA)  # what --config says comes first
except ValueError as error:
    sys.exit(str(error))

CELLS = grid_cells(config["grid"])
DRAWING = [
    "workflow/scripts/command_line.py",
    "workflow/scripts/figure_files.py",
    "workflow/scripts/figures.mplstyle",
]
MODULES = [f"workflow/scripts/homework1_problem{k}.py" for k in (1, 2, 3)]
FIGURES = [
    "problem2_learning_curves",
    "problem2_grid",
    "problem2_weights",
    "problem2_predictions",
    "problem3a",
    "problem3b",
    "problem3c",
    "problem3d",
]
SPLIT = expand(
    "results/split/{array}.npy",
    array=["X_train", "y_train", "X_validation", "y_validation", "mean", "scale"],
)

# What each step knows of the configuration. It depends on just these parts.
SETTINGS = {
    "download_data": ["dataset", "seed"],
    "split_data": ["validation_fraction", "seed"],
    "train_cell": ["seed"],
    "select_best_cell": ["grid"],
    "draw_problem3a": ["problem3a"],
    "draw_problem3b": ["problem3b"],
    "draw_problem3c": ["problem3c"],
    "compile_report": ["authors", "seed", "validation_fraction"],
    "zip_submission": ["seed", "validation_fraction", "grid"],
    "check_submission": [
        "authors",
        "seed",
        "validation_fraction",
        "grid",
        "problem3a",
        "problem3b",
        "problem3c",
    ],
}


def argument(value):
    """The value as JSON, written for a shell command: quoted, and with braces doubled.

    Settings stand in the commands and not in params. A change is noticed in either, but for a
    single param Snakemake imports pandas at every start, which takes longer than all the rest.
    """
    return shlex.quote(json.dumps(value)).replace("{", "{{").replace("}", "}}")


def settings(step):
    """What the step's script is told of the configuration."""
    return argument({key: config[key] for key in SETTINGS[step]})


def grid_cell(wildcards):
    """The hyperparameters of the cell that a file's name tells."""
    if wildcards.cell not in CELLS:
        sys.exit(
            f"{wildcards.cell} is not a cell of the grid in config.yaml. "
            f"Its cells have names like {next(iter(CELLS))}."
        )
    return CELLS[wildcards.cell]


def shorter_cell(wildcards):
    """What the cell is trained on from: the same one with the next smaller number of epochs."""
    cell = grid_cell(wildcards)
    fewer = [int(n) for n in config["grid"]["epochs"] if n < cell["epochs"]]
    if not fewer:
        return []
    name = cell_name(cell["batch_size"], cell["learning_rate"], max(fewer))
    return [f"results/cells/{name}/weights.npz", f"results/cells/{name}/history.csv"]


def put_by_hand(*names):
    """Those of the course's files that the user has put into data/; no rule ever writes there."""
    return [f"data/{name}" for name in names if os.path.exists(f"data/{name}")]


def faces():
    """Whose faces Problem 2 was solved with, in a word."""
    with open("data/raw/source.json") as file:
        return {"course": "the course's", "synthetic": "SYNTHETIC"}[json.load(file)["dataset"]]


def shown(path, problem, label):
    """The file as a part of results/report.html, which says whose faces are behind Problem 2.

    Its caption has its name.
    """
    name, _ = os.path.splitext(os.path.basename(path))
    return report(
        path,
        caption=f"report/captions/{name}.rst",
        category=f"Problem {problem}",
        labels=lambda _: {"result": label} | ({"faces": faces()} if problem == 2 else {}),
    )


onstart:
    try:
        check_writable("data", "results")
        check_room()
        lock_out_others()
        # What a killed run has left there would come back where a step fails.
        shutil.rmtree(".snakemake/backups", ignore_errors=True)
    except OSError as error:
        sys.exit(str(error))
    # Snakemake's own way to end on it may wait for ever.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # The limit of a hundred jobs a second: its clock would keep Snakemake from ending for a second
    # after the last job.
    workflow.scheduler.job_rate_limiter = None


# Snakemake takes a step that failed for done where `update` has put its old files back.
onerror:
    for job in workflow.scheduler.failed:
        for path in filter(os.path.exists, job.output):
            workflow.persistence.cleanup_metadata(path)
            older = min(map(os.path.getmtime, job.input)) - 1
            os.utime(path, (older, older))
    # Let `make` begin with the data again: if they come out the same, nothing is trained anew.
    if os.path.exists(".snakemake/early"):
        os.remove(".snakemake/early")


# On a cluster only training is submitted: every other job takes less time than its submission.
localrules:
    all,
    download_data,
    split_data,
    select_best_cell,
    evaluate_test_set,
    draw_learning_curves,
    draw_grid,
    draw_weights,
    draw_predictions,
    draw_problem3a,
    draw_problem3b,
    draw_problem3c,
    draw_problem3d,
    compile_report,
    zip_submission,
    check_submission,
    write_manifest,
    tabulate_grid,
    draw_pictures,


# The last two would do, but for files that someone has deleted.
rule all:
    input:
        expand("results/cells/{cell}/{part}", cell=CELLS, part=["weights.npz", "history.csv"]),
        expand("results/figures/{figure}.svg", figure=FIGURES),
        expand("results/problem3{part}.json", part=list("abcd")),
        expand("results/{part}", part=["best.json", "best_weights.npz", "grid.csv"]),
        expand("results/{part}", part=["metrics.json", "predictions.csv", "homework1.pdf"]),
        "results/unchecked/homework1.zip",
        "results/homework1.zip",
        "results/manifest.json",


# `update` keeps the files there are until the new ones are good. What leads to the selected cell
# has priority, because the rest has to wait for it; figures fill the gaps.
rule download_data:
    "Get the course's faces, or draw synthetic ones"
    input:
        "workflow/scripts/command_line.py",
        "workflow/scripts/course_files.py",
        "workflow/scripts/synthetic_faces.py",
        put_by_hand(
            "age_regression_Xtr.npy",
            "age_regression_ytr.npy",
            "age_regression_Xte.npy",
            "age_regression_yte.npy",
        ),
        script="workflow/scripts/download_data.py",
    output:
        update("data/raw/age_regression_Xtr.npy"),
        update("data/raw/age_regression_ytr.npy"),
        update("data/raw/age_regression_Xte.npy"),
        update("data/raw/age_regression_yte.npy"),
        update("data/raw/source.json"),
    log:
        "results/logs/download_data.log",
    priority: 1
    conda:
        "workflow/environment.yaml"
    shell:
        # 3 is the terminal, for the bar; everything else is for the log.
        "python {input.script} " f"{settings('download_data')}" " {output} 3>&2 > {log} 2>&1"


rule split_data:
    "Set a part of the training examples aside for validation; standardise"
    input:
        "workflow/scripts/command_line.py",
        "workflow/scripts/homework1_problem2.py",
        script="workflow/scripts/split_data.py",
        X="data/raw/age_regression_Xtr.npy",
        y="data/raw/age_regression_ytr.npy",
    output:
        SPLIT,
    log:
        "results/logs/split_data.log",
    priority: 1
    conda:
        "workflow/environment.yaml"
    shell:
        "python {input.script} {input.X} {input.y} "
        f"{settings('split_data')}"
        " {output} > {log} 2>&1"


rule train_cell:
    "Train the network with one cell's hyperparameters"
    input:
        "workflow/scripts/command_line.py",
        "workflow/scripts/homework1_problem2.py",
        script="workflow/scripts/train_cell.py",
        split=SPLIT,
        shorter=shorter_cell,
    output:
        weights="results/cells/{cell}/weights.npz",
        history="results/cells/{cell}/history.csv",
    log:
        "results/logs/train_cell/{cell}.log",
    priority: 1
    conda:
        "workflow/environment.yaml"
    shell:
        "python {input.script} {wildcards.cell} "
        f"{settings('train_cell')}"
        " {output.weights} {output.history} {input.split} {input.shorter} > {log} 2>&1"


rule select_best_cell:
    "Select the cell with the lowest validation cost"
    input:
        "workflow/scripts/command_line.py",
        "workflow/scripts/homework1_problem2.py",
        script="workflow/scripts/select_best_cell.py",
        weights=expand("results/cells/{cell}/weights.npz", cell=CELLS),
    output:
        grid="results/grid.csv",
        best="results/best.json",
        weights="results/best_weights.npz",
    log:
        "results/logs/select_best_cell.log",
    conda:
        "workflow/environment.yaml"
    shell:
        """
        python {input.script} \
            {output.grid} {output.best} {output.weights} {input.weights} >{log} 2>&1
        """


# The first rule that may see the test set; nothing it makes leads back to training.
rule evaluate_test_set:
    "Evaluate the selected network on the test set"
    input:
        "workflow/scripts/command_line.py",
        "workflow/scripts/homework1_problem2.py",
        script="workflow/scripts/evaluate_test_set.py",
        X="data/raw/age_regression_Xte.npy",
        y="data/raw/age_regression_yte.npy",
        source="data/raw/source.json",
        weights="results/best_weights.npz",
        mean="results/split/mean.npy",
        scale="results/split/scale.npy",
        y_train="results/split/y_train.npy",
    output:
        metrics="results/metrics.json",
        predictions="results/predictions.csv",
    log:
        "results/logs/evaluate_test_set.log",
    conda:
        "workflow/environment.yaml"
    shell:
        """
        python {input.script} {input.X} {input.y} {input.source} \
            {input.weights} {input.mean} {input.scale} {input.y_train} \
            {output.metrics} {output.predictions} >{log} 2>&1
        """


rule draw_learning_curves:
    "Draw the learning curves of all cells"
    input:
        DRAWING,
        script="workflow/scripts/draw_learning_curves.py",
        grid="results/grid.csv",
        best="results/best.json",
        histories=expand("results/cells/{cell}/history.csv", cell=CELLS),
    output:
        shown("results/figures/problem2_learning_curves.svg", 2, "Learning curves"),
    log:
        "results/logs/draw_learning_curves.log",
    conda:
        "workflow/environment.yaml"
    shell:
        """
        python {input.script} {input.grid} {input.best} {output} {input.histories} >{log} 2>&1
        """


rule draw_grid:
    "Draw the grid's validation costs"
    input:
        DRAWING,
        script="workflow/scripts/draw_grid.py",
        grid="results/grid.csv",
        best="results/best.json",
    output:
        shown("results/figures/problem2_grid.svg", 2, "Grid, as a heat map"),
    log:
        "results/logs/draw_grid.log",
    conda:
        "workflow/environment.yaml"
    shell:
        "python {input.script} {input.grid} {input.best} {output} > {log} 2>&1"


rule draw_weights:
    "Draw the selected network's weights as a face"
    input:
        DRAWING,
        script="workflow/scripts/draw_weights.py",
        weights="results/best_weights.npz",
        mean="results/split/mean.npy",
    output:
        shown("results/figures/problem2_weights.svg", 2, "Weights"),
    log:
        "results/logs/draw_weights.log",
    conda:
        "workflow/environment.yaml"
    shell:
        "python {input.script} {input.weights} {input.mean} {output} > {log} 2>&1"


rule draw_predictions:
    "Draw predicted against true ages"
    input:
        DRAWING,
        script="workflow/scripts/draw_predictions.py",
        predictions="results/predictions.csv",
    output:
        shown("results/figures/problem2_predictions.svg", 2, "Predictions"),
    log:
        "results/logs/draw_predictions.log",
    conda:
        "workflow/environment.yaml"
    shell:
        "python {input.script} {input.predictions} {output} > {log} 2>&1"


rule draw_problem3a:
    "Descend a function with a plateau"
    input:
        DRAWING,
        "workflow/scripts/homework1_problem3.py",
        script="workflow/scripts/draw_problem3.py",
    output:
        shown("results/figures/problem3a.svg", 3, "3 (a) A plateau"),
        "results/problem3a.json",
    log:
        "results/logs/draw_problem3a.log",
    conda:
        "workflow/environment.yaml"
    shell:
        "python {input.script} problem3a " f"{settings('draw_problem3a')}" " {output} > {log} 2>&1"


rule draw_problem3b:
    "Fit a paraboloid to the zig-zag, and descend it"
    input:
        DRAWING,
        "workflow/scripts/homework1_problem3.py",
        script="workflow/scripts/draw_problem3.py",
        sequence=put_by_hand("gradient_descent_sequence.txt"),
    output:
        shown("results/figures/problem3b.svg", 3, "3 (b) A zig-zag"),
        "results/problem3b.json",
    log:
        "results/logs/draw_problem3b.log",
    conda:
        "workflow/environment.yaml"
    shell:
        "python {input.script} problem3b "
        f"{settings('draw_problem3b')}"
        " {output} {input.sequence} > {log} 2>&1"


rule draw_problem3c:
    "Descend where the gradient is not Lipschitz"
    input:
        DRAWING,
        "workflow/scripts/homework1_problem3.py",
        script="workflow/scripts/draw_problem3.py",
    output:
        shown("results/figures/problem3c.svg", 3, "3 (c) A gradient that is not Lipschitz"),
        "results/problem3c.json",
    log:
        "results/logs/draw_problem3c.log",
    conda:
        "workflow/environment.yaml"
    shell:
        "python {input.script} problem3c " f"{settings('draw_problem3c')}" " {output} > {log} 2>&1"


rule draw_problem3d:
    "Descend to a local maximum"
    input:
        DRAWING,
        "workflow/scripts/homework1_problem3.py",
        script="workflow/scripts/draw_problem3.py",
    output:
        shown("results/figures/problem3d.svg", 3, "3 (d) Descent to a local maximum"),
        "results/problem3d.json",
    log:
        "results/logs/draw_problem3d.log",
    conda:
        "workflow/environment.yaml"
    shell:
        "python {input.script} problem3d {{}} {output} > {log} 2>&1"


# All code so far, and what is handed in: the report names its hashes.
CODE = {path for step in workflow.rules for path in step.input if isinstance(path, str)}
CODE = sorted({path for path in CODE if path.startswith("workflow/")} | set(MODULES))


rule compile_report:
    "Set the PDF"
    input:
        "workflow/scripts/command_line.py",
        code=["Snakefile", *CODE, "report/equations.typ", "report/style.typ"],
        script="workflow/scripts/compile_report.py",
        report="report/homework1.typ",
        source="data/raw/source.json",
        results=[
            "results/grid.csv",
            "results/best.json",
            "results/metrics.json",
            "results/problem3a.json",
            "results/problem3b.json",
            "results/problem3c.json",
            "results/problem3d.json",
        ],
        figures=expand("results/figures/{figure}.svg", figure=FIGURES),
    output:
        update("results/homework1.pdf"),
    log:
        "results/logs/compile_report.log",
    conda:
        "workflow/environment.yaml"
    shell:
        "python {input.script} {input.report} "
        f"{settings('compile_report')}"
        " {output} {input.code} {input.report} {input.script} > {log} 2>&1"


rule zip_submission:
    "Pack the zip"
    input:
        "workflow/scripts/command_line.py",
        script="workflow/scripts/zip_submission.py",
        metrics="results/metrics.json",
        pdf="results/homework1.pdf",
        modules=MODULES,
    output:
        "results/unchecked/homework1.zip",
    log:
        "results/logs/zip_submission.log",
    conda:
        "workflow/environment.yaml"
    shell:
        "python {input.script} {input.metrics} "
        f"{settings('zip_submission')}"
        " {output} {input.pdf} {input.modules} > {log} 2>&1"


# The checklist is a log, because it stays when the check fails.
rule check_submission:
    "Unpack the zip elsewhere and check all that the handout asks for"
    input:
        "workflow/scripts/command_line.py",
        "workflow/scripts/course_files.py",
        expand(
            "workflow/checks/{part}.py",
            part=["__main__", "submission", "problem1", "problem2", "problem3"],
        ),
        expand("data/raw/age_regression_{part}.npy", part=["Xtr", "ytr", "Xte", "yte"]),
        expand("results/cells/{cell}/weights.npz", cell=CELLS),
        script="workflow/scripts/check_submission.py",
        archive="results/unchecked/homework1.zip",
        results=["results/best.json", "results/metrics.json", "results/grid.csv"],
    output:
        update("results/homework1.zip"),
    log:
        "results/logs/check_submission.log",
        checklist="results/checklist.json",
        table="results/checklist.txt",
    conda:
        "workflow/environment.yaml"
    shell:
        "python {input.script} {input.archive} "
        f"{settings('check_submission')}"
        " workflow/checks data/raw results/cells {input.results} {output} {log.checklist} {log.table}"
        " > {log[0]} 2>&1"


def paths(kind):
    """Each rule's input or output files; those of all cells as one pattern with {cell}."""
    return {
        step.name: sorted(
            {
                re.sub("results/cells/[^/]+", "results/cells/{cell}", path)
                for path in getattr(step, kind)
                if isinstance(path, str)  # the shorter cell is a function of the wildcard
            }
        )
        for step in workflow.rules
        if step.output
    }


INPUTS, OUTPUTS = paths("input"), paths("output")
INPUTS = {name: sorted({"Snakefile", *inputs}) for name, inputs in INPUTS.items()}
BUILT = {path for outputs in OUTPUTS.values() for path in outputs}
SOURCES = {path for inputs in INPUTS.values() for path in inputs} - BUILT
# Where all that follows is there, Snakemake would do without.
for path in sorted(SOURCES):
    if not os.path.exists(path):
        sys.exit(f"{path} is missing. Restore it: what is built follows from it.")
STEPS = {
    name: {"settings": SETTINGS.get(name, []), "inputs": INPUTS[name], "outputs": OUTPUTS[name]}
    for name in INPUTS
}


# The zip follows from all that is built, and the rest is what all follows from.
rule write_manifest:
    "Write down what all was made from"
    input:
        "results/homework1.zip",
        "workflow/scripts/configuration.py",
        "workflow/scripts/manifest.py",
        sorted(SOURCES),
        script="workflow/scripts/write_manifest.py",
    output:
        "results/manifest.json",
    log:
        "results/logs/write_manifest.log",
    conda:
        "workflow/environment.yaml"
    shell:
        "python {input.script} "
        f"{argument({'config': config, 'steps': STEPS})}"
        " {output} > {log} 2>&1"


# Only `make html` asks for it: the submission does without, and the manifest, too.
rule tabulate_grid:
    "Write the grid as a page with a table that sorts and searches"
    input:
        "workflow/scripts/command_line.py",
        "workflow/scripts/configuration.py",
        "workflow/scripts/figure_files.py",
        script="workflow/scripts/tabulate_grid.py",
        template="report/grid.html",
        grid="results/grid.csv",
        best="results/best.json",
        source="data/raw/source.json",
    output:
        shown("results/grid.html", 2, "Grid, as a table"),
    log:
        "results/logs/tabulate_grid.log",
    conda:
        "workflow/environment.yaml"
    shell:
        """
        python {input.script} {input.template} {input.grid} {input.best} {input.source} {output} \
            >{log} 2>&1
        """


# Only `make pictures` asks for it.
rule draw_pictures:
    "Draw the README's pictures"
    input:
        DRAWING,
        "workflow/scripts/synthetic_faces.py",
        script="workflow/scripts/draw_pictures.py",
        pdf="results/homework1.pdf",
    output:
        "report/pictures/report.png",
        "report/pictures/rules.svg",
        "report/pictures/faces.png",
    log:
        "results/logs/draw_pictures.log",
    conda:
        "workflow/environment.yaml"
    shell:
        "python {input.script} {input.pdf} " f"{argument(STEPS)}" " {output} > {log} 2>&1"


def running():
    """Whether this process runs the workflow, and does not just plan it or do a cluster's job."""
    if not workflow.executor_plugin or not workflow.is_main_process:
        return False
    return not workflow.dryrun and not workflow.touch


def asked():
    """The files that this run is asked for, none where it is asked for all."""
    return workflow.dag_settings.targets


show_progress({step.name: step.docstring for step in workflow.rules}, asked, running)

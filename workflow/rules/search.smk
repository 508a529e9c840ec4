rule download_data:
    "Get the course's faces, or draw synthetic ones"
    input:
        LAUNCHER,
        "workflow/scripts/shared/course_files.py",
        "workflow/scripts/shared/synthetic_faces.py",
        in_data(*[Path(path).name for path in FACES]),
        script="workflow/scripts/download_data.py",
        settings=settings("dataset", "seed"),
    output:
        FACES,
        "data/raw/source.json",
        "data/raw/arrays.sha256",
    log:
        "results/logs/download_data.log",
    priority: 1  # everything that takes long waits for it
    localrule: True
    shell:
        "python {LAUNCHER} {input.script} settings={input.settings} raw=data/raw >{log} 2>&1"


# Snakemake hashes each input again for each output, so this rule, train_cell and analyse_search
# have a file of the arrays' hashes among their inputs, instead of the arrays.
rule split_data:
    "Set a part of the training examples aside for validation; standardise"
    input:
        LAUNCHER,
        "workflow/scripts/shared/course_files.py",
        "workflow/scripts/homework1_problem2.py",
        "data/raw/arrays.sha256",
        script="workflow/scripts/split_data.py",
        settings=settings("validation_fraction", "seed"),
    output:
        SPLIT,
        "results/split/arrays.sha256",
    log:
        "results/logs/split_data.log",
    localrule: True
    shell:
        """
        python {LAUNCHER} {input.script} X=data/raw/age_regression_Xtr.npy \
            y=data/raw/age_regression_ytr.npy settings={input.settings} split=results/split \
            >{log} 2>&1
        """


def files_of_shorter_cell(wildcards):
    return shorter_cell(CELLS[CELL.format(**wildcards)], config["grid"]["epochs"])


# The only rule that is submitted on a cluster: every other job takes less time than its submission.
rule train_cell:
    "Train the network with one cell's hyperparameters"
    input:
        LAUNCHER,
        "workflow/scripts/homework1_problem2.py",
        "results/split/arrays.sha256",
        script="workflow/scripts/train_cell.py",
        shorter=files_of_shorter_cell,
        settings=settings("seed"),
    output:
        weights=f"results/cells/{CELL}/weights.npz",
        history=f"results/cells/{CELL}/history.csv",
    log:
        f"results/logs/train_cell/{CELL}.log",
    shell:
        """
        python {LAUNCHER} {input.script} batch_size={wildcards.batch_size} \
            learning_rate={wildcards.learning_rate} epochs={wildcards.epochs} \
            settings={input.settings} split=results/split weights={output.weights} \
            history={output.history} {input.shorter} >{log} 2>&1
        """


rule select_best_cell:
    "Select the cell with the lowest validation cost"
    input:
        LAUNCHER,
        "workflow/scripts/homework1_problem2.py",
        script="workflow/scripts/select_best_cell.py",
        weights=expand("results/cells/{cell}/weights.npz", cell=CELLS),
    output:
        grid="results/grid.csv",
        best="results/best.json",
        weights="results/best_weights.npz",
    log:
        "results/logs/select_best_cell.log",
    localrule: True
    shell:
        """
        python {LAUNCHER} {input.script} grid={output.grid} best={output.best} \
            best_weights={output.weights} {input.weights} >{log} 2>&1
        """


rule analyse_search:
    "Compute which cells are as good as the best one, and which learning rates are stable"
    input:
        LAUNCHER,
        "workflow/scripts/shared/tables.py",
        "results/split/arrays.sha256",
        expand("results/cells/{cell}/weights.npz", cell=CELLS),
        script="workflow/scripts/analyse_search.py",
        grid="results/grid.csv",
        histories=expand("results/cells/{cell}/history.csv", cell=CELLS),
    output:
        findings="results/search.json",
        curves="results/curves.json",
    log:
        "results/logs/analyse_search.log",
    localrule: True
    shell:
        """
        python {LAUNCHER} {input.script} grid={input.grid} split=results/split \
            findings={output.findings} curves={output.curves} {input.histories} >{log} 2>&1
        """


# After download_data the first rule that may see the test set. What it makes never leads back to
# training.
rule evaluate_test_set:
    "Evaluate the selected network on the test set"
    input:
        LAUNCHER,
        "workflow/scripts/shared/tables.py",
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
    localrule: True
    shell:
        """
        python {LAUNCHER} {input.script} X={input.X} y={input.y} source={input.source} \
            weights={input.weights} mean={input.mean} scale={input.scale} \
            y_train={input.y_train} metrics={output.metrics} \
            predictions={output.predictions} >{log} 2>&1
        """


# A job draws two figures: to import matplotlib takes longer than to draw either.
rule draw_search:
    "Draw the learning curves and the validation costs of all cells"
    input:
        DRAWING,
        "workflow/scripts/shared/tables.py",
        script="workflow/scripts/draw_search.py",
        grid="results/grid.csv",
        best="results/best.json",
        y_train="results/split/y_train.npy",
        histories=expand("results/cells/{cell}/history.csv", cell=CELLS),
    output:
        curves="results/figures/problem2_learning_curves.svg",
        grid="results/figures/problem2_grid.svg",
    log:
        "results/logs/draw_search.log",
    localrule: True
    shell:
        """
        python {LAUNCHER} {input.script} grid={input.grid} best={input.best} \
            y_train={input.y_train} curves_svg={output.curves} grid_svg={output.grid} \
            {input.histories} >{log} 2>&1
        """


rule draw_network:
    "Draw the selected network's weights as a face, and its predictions"
    input:
        DRAWING,
        script="workflow/scripts/draw_network.py",
        weights="results/best_weights.npz",
        mean="results/split/mean.npy",
        predictions="results/predictions.csv",
        metrics="results/metrics.json",
    output:
        weights="results/figures/problem2_weights.svg",
        predictions="results/figures/problem2_predictions.svg",
    log:
        "results/logs/draw_network.log",
    localrule: True
    shell:
        """
        python {LAUNCHER} {input.script} weights={input.weights} mean={input.mean} \
            predictions={input.predictions} metrics={input.metrics} \
            weights_svg={output.weights} predictions_svg={output.predictions} >{log} 2>&1
        """

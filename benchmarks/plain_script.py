"""The same homework as one plain script would do it, in one process, to measure the workflow by.

Nested loops, float64, fancy indexing, every cell from the start; the same data, grid and figures.
`python plain_script.py FOLDER_FOR_THE_FIGURES`
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

import draw_network
import draw_problem3a_iv
import draw_search
import homework1_problem3
from evaluate_test_set import errors_of_decades
from homework1_run.configuration import check
from make_sequence import course_sequence
from measure import GRID
from shared.figures import save, style
from shared.synthetic_faces import synthetic_dataset

ROOT = Path(__file__).parent.parent
RNG = np.random.default_rng(541)


def configuration():
    schema = yaml.safe_load((ROOT / "workflow/config.schema.yaml").read_text())
    config = yaml.safe_load((ROOT / "config.yaml").read_text())
    return check(config | {"grid": GRID}, schema)


def standardised(faces, validation_fraction):
    """X and y for training and for validation, then for the test, and the pixels' mean."""
    X = faces["age_regression_Xtr"].reshape(-1, 2304).astype(np.float64)
    y = faces["age_regression_ytr"]
    X_test = faces["age_regression_Xte"].reshape(-1, 2304).astype(np.float64)
    order = RNG.permutation(len(y))
    n = round(validation_fraction * len(y))
    kept = order[n:]
    mean = X[kept].mean(axis=0)
    scale = X[kept].std(axis=0)
    X = (X - mean) / scale
    training = X[kept], y[kept]
    validation = X[order[:n]], y[order[:n]]
    test = (X_test - mean) / scale, faces["age_regression_yte"]
    return training, validation, test, mean


def half_mse(X, y, w, b):
    return np.mean((X.dot(w) + b - y) ** 2) / 2


def train(X, y, validation, batch_size, learning_rate, epochs):
    """w, b, the history, and whether training has diverged: the cost is twice the mean's."""
    w = np.zeros(X.shape[1])
    b = np.mean(y)
    history = []
    limit = np.var(y)
    for epoch in range(1, epochs + 1):
        order = RNG.permutation(len(y))
        cost = 0.0
        for start in range(0, len(y), batch_size):
            chosen = order[start : start + batch_size]
            X_batch = X[chosen]
            error = X_batch.dot(w) + b - y[chosen]
            w -= learning_rate * X_batch.T.dot(error) / len(chosen)
            b -= learning_rate * np.mean(error)
            cost += np.sum(error**2) / (2 * len(y))
        validation_cost = half_mse(*validation, w, b)
        history.append((epoch, cost, validation_cost))
        diverged = not (cost <= limit and validation_cost <= limit)
        if diverged:
            break
    table = pd.DataFrame(history, columns=["epoch", "minibatch_fmse", "validation_fmse"])
    return w, b, table, diverged


def grid_search(training, validation, grid):
    """The table of the cells, their histories and their weights."""
    rows = []
    histories = []
    weights = []
    for batch_size in grid["batch_size"]:
        for learning_rate in grid["learning_rate"]:
            for epochs in grid["epochs"]:
                cell = batch_size, learning_rate, epochs
                w, b, history, diverged = train(*training, validation, *cell)
                if diverged:
                    rows.append((*cell, "diverged", np.nan, np.nan))
                else:
                    costs = half_mse(*training, w, b), half_mse(*validation, w, b)
                    rows.append((*cell, "ok", *costs))
                histories.append(history)
                weights.append((w, b))
    names = ["batch_size", "learning_rate", "epochs", "status", "train_fmse", "validation_fmse"]
    return pd.DataFrame(rows, columns=names), histories, weights


def figure_3a_iv():
    script = draw_problem3a_iv
    points = script.descend(script.RATES)
    narrow = script.descend(script.NARROW_RATES)
    return script.draw(points[-script.LAST :], narrow[-script.NARROW_LAST :], script.find(points))


def main(folder):
    config = configuration()
    training, validation, test, mean = standardised(
        synthetic_dataset(config["seed"]), config["validation_fraction"]
    )
    cells, histories, weights = grid_search(training, validation, config["grid"])
    best = cells.validation_fmse.idxmin()
    chosen, (w, b) = cells.loc[best].to_dict(), weights[best]
    rows = cells.to_records(index=False)
    curves = [history.to_records(index=False) for history in histories]
    predicted = test[0].dot(w) + b
    metrics = {
        "decades": errors_of_decades(test[1], predicted),
        "test_fmse": half_mse(*test, w, b),
    }
    sequence = course_sequence()
    with style():
        figures = {
            "problem2_learning_curves": draw_search.draw_learning_curves(
                rows, curves, chosen, len(training[1])
            ),
            "problem2_grid": draw_search.draw_grid(rows, chosen),
            "problem2_weights": draw_network.draw_weights(w, mean),
            "problem2_predictions": draw_network.draw_predictions(test[1], predicted, metrics),
            "problem3a": homework1_problem3.problem3a(**config["problem3a"]),
            "problem3a_iv": figure_3a_iv(),
            "problem3b": homework1_problem3.problem3b(sequence, **config["problem3b"]),
            "problem3c": homework1_problem3.problem3c(**config["problem3c"]),
            "problem3d": homework1_problem3.problem3d(),
        }
        for name, figure in figures.items():
            save(figure, f"{folder}/{name}.svg")
    print(json.dumps({"validation": chosen["validation_fmse"], "test": metrics["test_fmse"]}))


if __name__ == "__main__":
    main(*sys.argv[1:])

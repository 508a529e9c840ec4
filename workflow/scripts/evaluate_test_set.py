"""Evaluate the best cell on the test set."""

import json

import numpy as np

from homework1_problem2 import evaluate, fold_back, load_examples
from shared.command_line import run


def main(X, y, source, weights, mean, scale, y_train, metrics, predictions):
    """Writes the metrics, and a table of each test face's age and prediction."""
    X, y = load_examples(X, y)
    with open(source) as file:
        dataset = json.load(file)["dataset"]
    with np.load(weights) as cell:
        w, b = fold_back(cell["w"], cell["b"], np.load(mean), np.load(scale))
        trained = {
            "dataset": dataset,
            "train_fmse": cell["train_fmse"].item(),
            "validation_fmse": cell["validation_fmse"].item(),
            "last_training_costs": cell["last_training_costs"].tolist(),
        }
    predicted = X @ w + b
    tested = evaluate(predicted, y, np.load(y_train).mean(dtype=np.float64))
    with open(metrics, "w") as file:
        json.dump(trained | tested, file, indent=2)
    np.savetxt(
        predictions,
        np.column_stack([y, predicted]),
        delimiter=",",
        header="age,predicted",
        comments="",
    )


if __name__ == "__main__":
    run(main)

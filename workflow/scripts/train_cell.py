"""Train one cell of the grid, starting from the same cell with fewer epochs if there is one."""

import json
import re
from pathlib import Path

import numpy as np

from homework1_problem2 import Cell, Split, train_cell, untrained_cell
from shared.command_line import run


def main(*shorter, cell, settings, split, weights, history):
    """cell: its name; shorter: the weights and history of the cell with fewer epochs, if any."""
    batch_size, learning_rate, epochs = hyperparameters(cell)
    seed = json.loads(Path(settings).read_text())["seed"]
    examples = load_split(split)
    check_batch_size(batch_size, len(examples.y_train))
    start = load(*shorter) if shorter else untrained_cell(examples, batch_size, learning_rate)
    trained = train_cell(examples, start, epochs, seed)
    save(trained, weights, history)
    if trained.status == "diverged":
        print(f"diverged in epoch {len(trained.history)}: expected for a rate over 2/λ₁")
    else:
        print(f"validation f_MSE {trained.validation_fmse:.4f}")


def load_split(folder):
    """The Split whose arrays are in the folder; FileNotFoundError if one is missing."""
    try:
        arrays = {name: np.load(f"{folder}/{name}.npy", mmap_mode="r") for name in Split._fields}
    except FileNotFoundError as error:
        # Snakemake does not notice it, since this step depends on the arrays' hashes alone.
        raise FileNotFoundError(
            f"{error.filename} is missing. Run `snakemake --cores 4 --forcerun split_data`."
        ) from error
    return Split(**arrays)


def check_batch_size(batch_size, n):
    """ValueError if a mini-batch is larger than the n examples to train on."""
    if batch_size > n:
        raise ValueError(
            f"A batch size of {batch_size} is more than the {n} examples to train on. "
            "Make grid.batch_size or validation_fraction in config.yaml smaller."
        )


def hyperparameters(name):
    """Batch size, learning rate and epochs of the cell with a name like batch64_rate0.1_epochs3."""
    parts = re.fullmatch(r"batch(.+)_rate(.+)_epochs(.+)", name)
    return int(parts[1]), float(parts[2]), int(parts[3])


def save(cell, weights, history):
    """Write the history as a table and everything else as arrays."""
    arrays = cell._asdict()
    rows = arrays.pop("history")
    np.savez(weights, **arrays)
    np.savetxt(
        history,
        rows,
        fmt=["%d", "%.17g", "%.17g"],
        delimiter=",",
        header="epoch,minibatch_fmse,validation_fmse",
        comments="",
    )


def load(weights, history):
    """The cell that was saved, bit for bit."""
    rows = np.loadtxt(history, delimiter=",", skiprows=1, ndmin=2)
    with np.load(weights) as saved:
        # Python's numbers: with numpy's float64, float32 arrays would become float64 in training.
        fields = {name: saved[name].tolist() for name in saved.files}
        fields["w"] = saved["w"]
    if fields["status"] == "ok" and len(rows) != fields["epochs"]:
        raise ValueError(f"{history} is damaged: delete it and run the same command again.")
    return Cell(**fields, history=rows.tolist())


if __name__ == "__main__":
    run(main)

"""Write README.md and epochs.svg from what was measured.

`python page.py` after the three measuring scripts; all its numbers come from their tables.
"""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from shared.figures import style

HERE = Path(__file__).parent
MEASURED = HERE / "measured"
BATCH_SIZES = [16, 64, 256]
PEERS = ["PyTorch", "PyTorch, default threads", "scikit-learn", "handout's loop"]


def table(name):
    return pd.read_csv(MEASURED / f"{name}.csv")


def ratios(times, over, under):
    """The ratios of two actions' times, repeat by repeat, as `median (lowest to highest)`."""
    pairs = times.pivot(index="repeat", columns="what", values="seconds")
    ratio = pairs[over] / pairs[under]
    return f"{ratio.median():.2f} ({ratio.min():.2f} to {ratio.max():.2f})"


def seconds(times, what, scale=1, digits=1):
    """`median (lowest to highest)` of an action's times, in units of 1/scale seconds."""
    values = times.seconds[times.what == what] * scale
    return f"{values.median():.{digits}f} ({values.min():.{digits}f} to {values.max():.{digits}f})"


def at(kernel, size):
    """The times at one batch size, with the one pass, which has none."""
    return kernel[kernel.batch_size.isin([size, 0])]


def markdown(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def kernel_targets(kernel):
    """Rows: what, against what, target, measured at each batch size."""
    for peer in ("PyTorch", "PyTorch, default threads"):
        for size, target in zip(BATCH_SIZES, (13.9, 8.2, 5.0), strict=True):
            measured = ratios(at(kernel, size), peer, "this workflow")
            yield f"an epoch of {peer}, batch {size}", "ours", f"at least {target}", measured


COMMAND_TARGETS = [
    ("cold", "workflow, cold", "plain script, default threads", 0.55),
    ("cold", "workflow, cold", "plain script, one thread", 0.55),
    ("cold", "core-seconds of all jobs", "core-seconds of training", 2.2),
    ("cold", "from the last trained cell to the checked zip", "snakemake --version", 2),
    ("warm", "nothing to do", "snakemake --version", 1.2),
    ("warm", "figure 3b changed, to the checked zip", "snakemake --version", 4),
    ("fresh", "make on a fresh clone", "pip install of the lock alone", 1.6),
]


def command_targets(commands):
    """The same of whole commands."""
    for group, what, peer, target in COMMAND_TARGETS:
        measured = ratios(commands[commands.group == group], what, peer)
        yield what, peer, f"at most {target}", measured


def kernel_table(kernel):
    """Milliseconds an epoch of everybody and of the parts."""
    names = ["this workflow", "with recording", *PEERS, "gather alone", "products alone"]
    rows = [
        [name, *(seconds(at(kernel, size), name, 1e3) for size in BATCH_SIZES)] for name in names
    ]
    return markdown(["milliseconds an epoch", *(f"batch {size}" for size in BATCH_SIZES)], rows)


def cost_table(costs):
    rows = costs.pivot(index="what", columns="batch_size", values="training_fmse")
    assert (rows.max() / rows.min() < 1.01).all(), "a peer trains something else"
    rows = [[name, *(f"{cost:.2f}" for cost in row)] for name, *row in rows.itertuples()]
    header = f"training f_MSE after {costs.epochs[0]} epochs"
    return markdown([header, *(f"batch {size}" for size in BATCH_SIZES)], rows)


def command_table(commands):
    rows = [
        [what, seconds(times, what)]
        for (_, what), times in commands.groupby(["group", "what"], sort=False)
    ]
    return markdown(["seconds", ""], rows)


def grid_table(grids):
    header = ["cells", "dry run", "Snakemake's memory", "training", "a cell", "all the rest"]
    rows = [
        [
            row.cells,
            f"{row.dry_run_s:.1f} s",
            f"{row.dry_run_mb:.0f} MB",
            f"{row.training_s:.0f} s",
            f"{row.training_s / row.cells:.2f} s",
            f"{row.rest_s:.0f} s",
            f"{row.nothing_to_do_s:.1f} s",
        ]
        for row in grids.itertuples()
    ]
    return markdown([*header, "nothing to do"], rows)


def plot(kernel):
    """Milliseconds an epoch against the batch size: medians, and bars from lowest to highest."""
    figure = Figure(figsize=(6.5, 3.2))
    axes = figure.subplots()
    names = [*PEERS, "this workflow", "gather alone", "products alone"]
    for k, (name, marker) in enumerate(zip(names, "os^Dv<>", strict=True)):
        times = (
            kernel[kernel.what == name].groupby("batch_size").seconds.agg(["median", "min", "max"])
        )
        low, high = times["median"] - times["min"], times["max"] - times["median"]
        places = np.arange(len(times)) + (k - 3) / 30
        bars = 1e3 * np.array([low, high])
        axes.errorbar(places, 1e3 * times["median"], bars, marker=marker, label=name, capsize=2)
    one_pass = 1e3 * kernel.seconds[kernel.what == "one pass"].median()
    axes.axhline(one_pass, color="black", linestyle=":", label="one pass over the matrix")
    axes.set(yscale="log", xlabel="batch size", ylabel="milliseconds an epoch")
    axes.set_xticks(range(3), BATCH_SIZES)
    axes.set_yticks([1, 2, 5, 10, 20, 50], [1, 2, 5, 10, 20, 50])
    figure.legend(loc="outside right center")
    return figure


def machine():
    """The processor and the versions."""
    cpu = next(
        line.split(":")[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    )
    packages = ("numpy", "torch", "scikit-learn", "snakemake")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    return f"{cpu}, {os.cpu_count()} cores; Python {platform.python_version()}, {versions}"


def main():
    kernel, costs = table("kernel"), table("costs")
    commands, grids = table("commands"), table("grids")
    targets = [*command_targets(commands), *kernel_targets(kernel)]
    text = (HERE / "page.md").read_text()
    page = text.format(
        machine=machine(),
        kernel_repeats=kernel.repeat.max(),
        targets=markdown(["what", "against", "target", "measured"], targets),
        kernel=kernel_table(kernel),
        costs=cost_table(costs),
        commands=command_table(commands),
        grids=grid_table(grids),
    )
    (HERE / "README.md").write_text(page)
    with style():
        plot(kernel).savefig(HERE / "epochs.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()

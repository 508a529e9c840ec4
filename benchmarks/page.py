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
PEERS = ["PyTorch", "scikit-learn", "handout's loop"]


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


def together(times, one, other):
    """The times with those of two actions added up as "both"."""
    both = times[times.what.isin([one, other])].groupby("repeat", as_index=False).seconds.sum()
    return pd.concat([times, both.assign(what="both")])


def markdown(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def kernel_targets(kernel):
    """Rows: what, against what, target, measured at each batch size."""
    ours = "this workflow"
    wanted = dict(zip(BATCH_SIZES, (8, 5, 3), strict=True))
    for peer in PEERS:
        for size in BATCH_SIZES:
            target = f"at least {wanted[size]}" if peer == "PyTorch" else "above 1"
            yield f"an epoch, batch {size}", peer, target, ratios(at(kernel, size), peer, ours)
    for size in (64, 256):
        measured = ratios(at(kernel, size), ours, "one pass")
        yield f"an epoch, batch {size}", "one pass over the matrix", "at most 2.5", measured
        parts = together(at(kernel, size), "gather alone", "products alone")
        measured = ratios(parts, "both", "one pass")
        yield f"its gather and products alone, batch {size}", "the same", "the bound", measured
    for size in BATCH_SIZES:
        measured = ratios(at(kernel, size), "with recording", ours)
        yield f"an epoch with its costs, batch {size}", "without them", "at most 1.15", measured


def command_targets(commands, memory):
    """The same of whole commands."""
    for cold in ("workflow, cold", "workflow, cold, to the zip"):
        yield cold, "one plain script", "at most 0.6", ratios(commands, cold, "plain script")
    version = "snakemake --version"
    warm = {"nothing to do": 1.3, "figure 3b, PDF and zip": 3, "figure 3c, PDF and zip": 3}
    for what, target in warm.items():
        yield what, version, f"at most {target}", ratios(commands, what, version)
    checked = "figure 3b and all that follows"
    yield checked, version, "not set", ratios(commands, checked, version)
    matrix = 4000 * 2304 * 4 / 1e6
    peak = f"{memory.peak_mb.max() / matrix:.2f}"
    yield "peak memory of a training job", f"the matrix, {matrix:.0f} MB", "at most 3", peak
    pair = memory[memory.jobs_side_by_side == 2].mean()
    own = f"{pair.own_mb:.0f} MB of {pair.now_mb:.0f}"
    yield "own memory of one of two jobs side by side", "all its memory", "shares the matrix", own


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
    names = list(dict.fromkeys(commands.what))
    return markdown(["seconds", ""], [[name, seconds(commands, name)] for name in names])


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
    for k, (name, marker) in enumerate(zip(names, "os^Dv<", strict=True)):
        times = (
            kernel[kernel.what == name].groupby("batch_size").seconds.agg(["median", "min", "max"])
        )
        low, high = times["median"] - times["min"], times["max"] - times["median"]
        places = np.arange(len(times)) + (k - 2.5) / 30
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
    """The processor and the versions; one thread for every linear algebra library."""
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
    commands, memory, grids = table("commands"), table("memory"), table("grids")
    targets = [*kernel_targets(kernel), *command_targets(commands, memory)]
    text = (HERE / "page.md").read_text()
    page = text.format(
        machine=machine(),
        kernel_repeats=kernel.repeat.max(),
        targets=markdown(["what", "against", "target", "measured"], targets),
        kernel=kernel_table(kernel),
        costs=cost_table(costs),
        commands=command_table(commands),
        chains=ratios(
            commands, "workflow, cold, to the zip", "the same, every cell from the start"
        ),
        grids=grid_table(grids),
    )
    (HERE / "README.md").write_text(page)
    with style():
        plot(kernel).savefig(HERE / "epochs.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()

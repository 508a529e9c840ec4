"""Write README.md from what was measured.

`python write_readme.py` after the three measuring scripts, from whose tables the times come.
"""

import os
import platform
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from measure import GRID

HERE = Path(__file__).parent
MEASURED = HERE / "measured"
BATCHES = [f"batch {size}" for size in GRID["batch_size"]]
PLAIN_SCRIPTS = ["plain script, default threads", "plain script, one thread"]
# group, what, against which (the fastest, where there are several), at most
TARGETS = [
    ("cold", "workflow, cold", PLAIN_SCRIPTS, 0.62),
    ("cold", "core-seconds of all jobs", ["core-seconds of training"], 2.4),
    ("cold", "from the last trained cell to the checked zip", ["snakemake --version"], 4.2),
    ("warm", "nothing to do", ["snakemake --version"], 1.4),
    ("warm", "figure 3b changed, to the checked zip", ["snakemake --version"], 3.6),
    ("fresh", "make on a fresh clone", ["pip install of the lock alone"], 1.6),
]


def table(name):
    return pd.read_csv(MEASURED / f"{name}.csv")


def spread(values, digits):
    """`median (lowest to highest)` of a column."""
    low, middle, high = (f"{value:.{digits}f}" for value in values.quantile([0, 0.5, 1]))
    return f"{middle} ({low} to {high})"


def target_table(commands):
    """The ratios of two commands' times, repeat by repeat, beside what they were to reach."""
    rows = []
    for group, what, peers, most in TARGETS:
        times = commands[commands.group == group]
        repeats = times.pivot(index="repeat", columns="what", values="seconds")
        ratio = repeats[what] / repeats[peers].min(axis="columns")
        measured = spread(ratio, 2)
        if ratio.median() > most:
            measured = f"**{measured}**"
        rows.append([what, " or ".join(peers), f"at most {most}", measured])
    return markdown(["what", "against", "target", "measured"], rows)


def kernel_table(kernel):
    """Milliseconds an epoch."""
    kernel = kernel.assign(milliseconds=1000 * kernel.seconds)
    cells = kernel.groupby(["what", "batch_size"], sort=False).milliseconds.agg(spread, digits=1)
    return markdown(["milliseconds an epoch", *BATCHES], named_rows(cells.unstack()))


def cost_table(costs):
    rows = costs.pivot(index="what", columns="batch_size", values="training_fmse")
    assert (rows.max() / rows.min() < 1.01).all(), "a peer trains something else"
    header = f"training f_MSE after {costs.epochs[0]} epochs"
    return markdown([header, *BATCHES], named_rows(rows.map("{:.2f}".format)))


def named_rows(frame):
    """The rows of a table, each with its name first."""
    return [[name, *row] for name, row in zip(frame.index, frame.to_numpy(), strict=True)]


def command_table(commands):
    times = commands.groupby("what", sort=False).seconds.agg(spread, digits=1)
    return markdown(["seconds", ""], times.items())


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


def markdown(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


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
    kernel = table("kernel")
    commands = table("commands")
    page = (HERE / "README.template.md").read_text()
    page = page.format(
        machine=machine(),
        kernel_repeats=kernel.repeat.max(),
        targets=target_table(commands),
        kernel=kernel_table(kernel),
        costs=cost_table(table("costs")),
        commands=command_table(commands),
        grids=grid_table(table("grids")),
    )
    (HERE / "README.md").write_text(page)


if __name__ == "__main__":
    main()

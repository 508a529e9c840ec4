"""Write the grid as a page with a table that sorts and searches."""

import csv
import json
from pathlib import Path
from string import Template

from command_line import run
from configuration import cell_name
from figure_files import short

NOTICE = (
    '<p class="notice">SYNTHETIC FACES — not the course’s data; '
    "these results are not to be handed in</p>"
)


def main(template, grid, best, source, page):
    """template: the page with places for $notice and $rows."""
    chosen = json.loads(Path(best).read_text())
    synthetic = json.loads(Path(source).read_text())["dataset"] == "synthetic"
    with open(grid, newline="") as file:
        rows = [row(cell, chosen) for cell in csv.DictReader(file)]
    text = Template(Path(template).read_text(encoding="utf-8")).substitute(
        notice=NOTICE if synthetic else "", rows="\n".join(rows)
    )
    Path(page).write_text(text, encoding="utf-8")


def row(cell, chosen):
    """A cell's row of the table, in HTML.

    cell: its line of the grid's table; chosen: the selected hyperparameters.
    """
    size, rate, epochs = (
        int(cell["batch_size"]),
        float(cell["learning_rate"]),
        int(cell["epochs"]),
    )
    selected = chosen == {"batch_size": size, "learning_rate": rate, "epochs": epochs}
    name, status = cell_name(size, rate, epochs), "selected" if selected else cell["status"]
    fields = [
        field(name, name),
        field(size, size),
        field(rate, short(rate)),
        field(epochs, epochs),
        cost(cell["train_fmse"]),
        cost(cell["validation_fmse"]),
        field(status, status),
    ]
    return f"<tr{' class=selected' if selected else ''}>{''.join(fields)}</tr>"


def field(value, text):
    """value: what the table sorts by."""
    return f'<td data-value="{value}">{text}</td>'


def cost(digits):
    """A diverged cell has none."""
    text = f"{float(digits):.3f}" if digits else ""
    return f'<td class="cost" data-value="{digits}">{text}</td>'


if __name__ == "__main__":
    run(main)

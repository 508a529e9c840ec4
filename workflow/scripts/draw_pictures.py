"""Draw the README's pictures: two pages of the report, the rules, a row of synthetic faces."""

import json

import numpy as np
import pypdfium2
from command_line import run
from figure_files import save, style
from matplotlib.figure import Figure
from matplotlib.image import imsave
from synthetic_faces import named_generator, render_faces

PAGES = (0, 3)
AGES = (2, 9, 17, 26, 38, 49, 61, 74, 88)  # of the faces, years


def main(pdf, steps, pages, rules, faces):
    """steps: JSON with each rule's inputs and outputs; pages, rules, faces: the pictures."""
    document = pypdfium2.PdfDocument(pdf)
    rendered = [document[k].render(rev_byteorder=True).to_numpy() for k in PAGES]
    imsave(pages, np.hstack(rendered))
    with style():
        save(draw_rules(follows(json.loads(steps))), rules)
    row = render_faces(np.array(AGES, float), named_generator(541, "picture"))
    imsave(faces, np.hstack(row).repeat(2, axis=0).repeat(2, axis=1), cmap="gray")


def follows(steps):
    """For each rule, the rules whose outputs it reads."""
    maker = {path: name for name, step in steps.items() for path in step["outputs"]}
    return {
        name: {maker[path] for path in step["inputs"] if path in maker} - {name}
        for name, step in steps.items()
    }


def ancestors(name, before):
    """All that a rule follows from, however far back."""
    return before[name].union(*(ancestors(earlier, before) for earlier in before[name]))


def heights(before):
    """The row of each rule, counted from the last: just above the first that follows from it."""
    rows = {}
    for name in reversed(before):  # in the order of the story
        after = [rows[later] for later in rows if name in before[later]]
        rows[name] = 1 + max(after, default=-1)
    return rows


def draw_rules(before):
    """A box for each rule, a line to each that follows directly."""
    rows = heights(before)
    places = {}
    for row in set(rows.values()):
        names = [name for name in before if rows[name] == row]
        places |= {name: (k - (len(names) - 1) / 2, row) for k, name in enumerate(names)}
    figure = Figure(figsize=(8, 5))
    axes = figure.subplots()
    for name, place in places.items():
        text = name.replace("_", "_\n", 1)
        box = {"boxstyle": "round", "facecolor": "white", "edgecolor": "C0"}
        axes.text(*place, text, ha="center", va="center", fontsize=7, bbox=box, zorder=2)
        implied = set().union(*(ancestors(earlier, before) for earlier in before[name]))
        for earlier in sorted(before[name] - implied):
            x, y = zip(place, places[earlier], strict=True)
            axes.plot(x, y, color="0.6", linewidth=0.8, zorder=1)
    axes.set(xlim=(-4, 4), ylim=(-0.5, max(rows.values()) + 0.5))
    axes.axis("off")
    return figure


if __name__ == "__main__":
    run(main)

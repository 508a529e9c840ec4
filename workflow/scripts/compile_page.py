"""Set the report with Typst as a web page: one file with its style, its scripts and their data."""

import json
import os
import re
from pathlib import Path

from shared.checklist import not_yet
from shared.command_line import run
from shared.typesetting import typeset

# A browser would begin a line with the comma after an equation.
EQUATION_AND_COMMA = re.compile(r"(<math>(?:(?!</math>).)*</math>[.,;:)]+)")


def main(*explorations, report, settings, metrics, problem3b, style, script, page):
    """explorations: the files with the data of what can be tried out on the page."""
    to_do = not_yet(
        json.loads(Path(metrics).read_text())["dataset"],
        json.loads(Path(problem3b).read_text())["recomputed"],
        json.loads(Path(settings).read_text())["authors"],
    )
    os.environ["TYPST_FEATURES"] = "html"  # Typst calls it experimental
    more = {"to_do": json.dumps(list(to_do))}
    html = typeset(report, settings, "page.typ", more, format="html").decode()
    html = EQUATION_AND_COMMA.sub(r'<span class="unbroken">\1</span>', html)
    html = html.replace("</head>", f"<style>{Path(style).read_text()}</style></head>")
    scripts = [data(path) for path in map(Path, explorations)]
    scripts.append(f"<script>{Path(script).read_text()}</script>")
    html = html.replace("</body>", "".join(scripts) + "</body>")
    Path(page).write_text(html, encoding="utf-8")


def data(path):
    """The element in which a script finds what a JSON file holds."""
    content = path.read_text().replace("</", r"<\/")  # nothing in it ends the element
    return f'<script type="application/json" id="data-{path.stem}">{content}</script>'


if __name__ == "__main__":
    run(main)

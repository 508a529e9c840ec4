"""Set the report with Typst as a web page: one file with its style, its scripts and their data."""

import json
import os
import re
from base64 import b64encode
from pathlib import Path

from shared.checklist import not_yet
from shared.command_line import run
from shared.typesetting import typeset


def main(*explorations, report, settings, metrics, problem3b, style, font, script, page):
    """font: what equations are set in; explorations: the data of what can be tried out."""
    to_do = not_yet(
        json.loads(Path(metrics).read_text())["dataset"],
        json.loads(Path(problem3b).read_text())["recomputed"],
        json.loads(Path(settings).read_text())["authors"],
    )
    os.environ["TYPST_FEATURES"] = "html"  # Typst calls it experimental
    more = {"to_do": json.dumps(list(to_do))}
    html = typeset(report, settings, "page.typ", more, format="html").decode()
    html = with_punctuation_unbroken(html)
    styles = f"<style>{font_face(font)}\n{Path(style).read_text()}</style>"
    html = html.replace("</head>", f"{styles}</head>")
    scripts = [data(path) for path in map(Path, explorations)]
    scripts.append(f"<script>{Path(script).read_text()}</script>")
    html = html.replace("</body>", "".join(scripts) + "</body>")
    Path(page).write_text(html, encoding="utf-8")


def with_punctuation_unbroken(html):
    """Brackets and commas beside an equation in its span; else a line could begin with a comma."""
    html = re.sub(r'\((<span class="unbroken">)', r"\1(", html)
    return re.sub(r"</span>([.,;:)]+)", r"\1</span>", html)


def font_face(font):
    """The rule of CSS that brings the font of equations; few systems have one for mathematics."""
    encoded = b64encode(Path(font).read_bytes()).decode()
    return f'@font-face {{ font-family: "Equations"; src: url(data:font/woff;base64,{encoded}) }}'


def data(path):
    """The element in which a script finds what a JSON file holds."""
    content = path.read_text().replace("</", r"<\/")  # nothing in it ends the element
    return f'<script type="application/json" id="data-{path.stem}">{content}</script>'


if __name__ == "__main__":
    run(main)

"""Set the report with Typst as a web page: one file with its style, its scripts and their data."""

import json
import os
from base64 import b64encode
from pathlib import Path

from shared.checklist import not_yet
from shared.command_line import run
from shared.typesetting import typeset


def main(*parts, report, settings, metrics, problem3b, font, page):
    """parts: style sheets, scripts, and the files with the data of what can be tried out."""
    to_do = not_yet(
        json.loads(Path(metrics).read_text())["dataset"],
        json.loads(Path(problem3b).read_text())["recomputed"],
        json.loads(Path(settings).read_text())["authors"],
    )
    os.environ["TYPST_FEATURES"] = "html"  # Typst calls it experimental
    more = {"to_do": json.dumps(list(to_do))}
    html = typeset(report, settings, "page.typ", more, format="html").decode()
    html = with_punctuation_unbroken(html)
    styles = [font_face(font), *contents(parts, ".css")]
    scripts = [f"<script>{text}</script>" for text in contents(parts, ".js")]
    explorations = [data(Path(part)) for part in parts if part.endswith(".json")]
    html = html.replace("</head>", "<style>" + "\n".join(styles) + "</style></head>")
    html = html.replace("</body>", "".join([*explorations, *scripts]) + "</body>")
    Path(page).write_text(html, encoding="utf-8")


def with_punctuation_unbroken(html):
    """Brackets and commas beside an equation in its span; else a line could begin with a comma."""
    html = html.replace('(<span class="unbroken">', '<span class="unbroken">(')
    for mark in ").,;:":
        html = html.replace(f"</span>{mark}", f"{mark}</span>")
    return html


def font_face(font):
    """The rule of CSS that brings the font of equations; few systems have one for mathematics."""
    encoded = b64encode(Path(font).read_bytes()).decode()
    return f'@font-face {{ font-family: "Equations"; src: url(data:font/woff;base64,{encoded}) }}'


def contents(paths, suffix):
    """What is in the files with that suffix."""
    return [Path(path).read_text(encoding="utf-8") for path in paths if path.endswith(suffix)]


def data(path):
    """The element in which a script finds what a JSON file holds."""
    content = path.read_text(encoding="utf-8")
    content = content.replace("</", r"<\/")  # nothing in it ends the element
    return f'<script type="application/json" id="data-{path.stem}">{content}</script>'


if __name__ == "__main__":
    run(main)

"""Write the JavaScript that draws the page's charts: Vega, Vega-Lite and vegaEmbed, in one file."""

from pathlib import Path

from vl_convert import javascript_bundle

from shared.command_line import run

VEGA_LITE = "6.4"  # the version that Altair writes


def main(script):
    Path(script).write_text(javascript_bundle(vl_version=VEGA_LITE), encoding="utf-8")


if __name__ == "__main__":
    run(main)

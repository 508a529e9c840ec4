"""The JavaScript that draws the page's charts in the browser."""

from vl_convert import javascript_bundle

VEGA_LITE = "6.4"  # the version that Altair writes


def vega_bundle():
    """Vega, Vega-Lite and vegaEmbed in one text, for a page that needs no network."""
    return javascript_bundle(vl_version=VEGA_LITE)

"""Draw the README's picture of the page: its top on a laptop, and on a phone.

`python draw_picture.py results/homework1.html PICTURE.png`; `make pictures` calls it.
"""

import io
import sys
from pathlib import Path

import numpy as np
from matplotlib.image import imread, imsave
from playwright.sync_api import sync_playwright

import debian
from page.conftest import OPTIONS

HEIGHT = 760


def main(html, picture):
    if reason := debian.missing(["chromium"]):
        sys.exit(reason)
    debian.install(["chromium"], ["chromium"])
    address = Path(html).resolve().as_uri()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=OPTIONS)
        views = [view(opened(browser, address, width)) for width in (1040, 390)]
        browser.close()
    gap = np.full((HEIGHT, 12, 3), 0.5)
    imsave(picture, np.hstack([views[0], gap, views[1]]))


def opened(browser, address, width):
    page = browser.new_page(viewport={"width": width, "height": HEIGHT}, color_scheme="light")
    page.goto(address)
    return page


def view(page):
    """What is in view, (height, width, 3)."""
    return imread(io.BytesIO(page.screenshot()))[:, :, :3]


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Draw the README's pictures: of the page, of two pages of the PDF, and of synthetic faces.

`python draw_pictures.py RESULTS PICTURES`, with the two folders; `make pictures` calls it.
"""

import io
import sys
from pathlib import Path

import numpy as np
import pypdfium2
from matplotlib.image import imread, imsave
from playwright.sync_api import sync_playwright

import debian
from page.conftest import OPTIONS
from shared.synthetic_faces import named_generator, render_faces

HEIGHT = 760
PAGES = (0, 2)
AGES = (2, 9, 17, 26, 38, 49, 61, 74, 88)  # of the faces, years


def main(results, pictures):
    if reason := debian.missing(["chromium"]):
        sys.exit(reason)
    debian.install(["chromium"], ["chromium"])
    imsave(f"{pictures}/page.png", draw_page(f"{results}/homework1.html"))
    imsave(f"{pictures}/report.png", draw_report(f"{results}/homework1.pdf"))
    imsave(f"{pictures}/faces.png", draw_faces(), cmap="gray")


def draw_page(html):
    """Its top on a laptop, and on a phone."""
    address = Path(html).resolve().as_uri()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=OPTIONS)
        views = [view(opened(browser, address, width)) for width in (1040, 390)]
        browser.close()
    gap = np.full((HEIGHT, 12, 3), 0.5)
    return np.hstack([views[0], gap, views[1]])


def opened(browser, address, width):
    page = browser.new_page(viewport={"width": width, "height": HEIGHT}, color_scheme="light")
    page.goto(address)
    return page


def view(page):
    """What is in view, (height, width, 3)."""
    return imread(io.BytesIO(page.screenshot()))[:, :, :3]


def draw_report(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return np.hstack([document[k].render(rev_byteorder=True).to_numpy() for k in PAGES])


def draw_faces():
    row = render_faces(np.array(AGES, float), named_generator(541, "portraits"))
    return np.hstack(row).repeat(2, axis=0).repeat(2, axis=1)


if __name__ == "__main__":
    main(*sys.argv[1:])

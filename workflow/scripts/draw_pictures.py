"""Draw the README's pictures: two pages of the report, and a row of synthetic faces."""

import numpy as np
import pypdfium2
from matplotlib.image import imsave

from shared.command_line import run
from shared.synthetic_faces import named_generator, render_faces

PAGES = (0, 2)
AGES = (2, 9, 17, 26, 38, 49, 61, 74, 88)  # of the faces, years


def main(pdf, pages, faces):
    document = pypdfium2.PdfDocument(pdf)
    rendered = [document[k].render(rev_byteorder=True).to_numpy() for k in PAGES]
    imsave(pages, np.hstack(rendered))
    row = render_faces(np.array(AGES, float), named_generator(541, "portraits"))
    imsave(faces, np.hstack(row).repeat(2, axis=0).repeat(2, axis=1), cmap="gray")


if __name__ == "__main__":
    run(main)

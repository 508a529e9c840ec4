"""Cut STIX Two Math (SIL Open Font License) down to what a homework's equations need.

    $ python report/page/cut_math_font.py STIXTwoMath-Regular.ttf report/page/math.woff

fontTools, which does it, comes with matplotlib.
"""

import sys

from fontTools import subset

ACCENTS = "\u0302\u0303\u0304\u0307"
LETTERS = [
    *range(0x20, 0x7F),
    *range(0x1D434, 0x1D49C),  # italic and bold italic
    *range(0x1D6A8, 0x1D71C),  # Greek, bold and italic
    *range(0x1D7CE, 0x1D7D8),  # bold digits
    *map(ord, "°±×÷…‖′″ℂℎℕℚℝℤ←→⇒∀∂∃∅∇∈∏∑−√∞∥∫≅≈≠≡≤≥⊂⊆⊤⊥⋅⋮⋯⟨⟩"),
    *map(ord, ACCENTS),
]
# A browser leaves room for the widest of a sign's sizes: only a brace is as tall as four lines.
SIZES = {"(": 3, ")": 3, "[": 3, "]": 3, "√": 1}


def main(source, target):
    options = subset.Options(flavor="woff", layout_features=[], name_IDs=[0, 1, 2, 5, 13, 14])
    font = subset.load_font(source, options)
    for table in font["cmap"].tables:
        # These are drawn for the place of a prime, high and small.
        table.cmap |= {0x2032: "minute.ssty", 0x2033: "second.ssty"}
    names = font.getBestCmap()
    keep_small({names[ord(sign)]: n for sign, n in SIZES.items()}, font["MATH"].table.MathVariants)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=LETTERS)
    cut.subset(font)
    fit_chromium(font, [names[ord(accent)] for accent in ACCENTS])
    subset.save_font(font, target, options)


def keep_small(kept, variants):
    """Keep only that many sizes, the smallest, of each sign in kept."""
    signs = zip(variants.VertGlyphCoverage.glyphs, variants.VertGlyphConstruction, strict=True)
    for name, sizes in signs:
        if name in kept:
            sizes.MathGlyphVariantRecord = sizes.MathGlyphVariantRecord[: kept[name]]
            sizes.VariantCount = len(sizes.MathGlyphVariantRecord)
            sizes.GlyphAssembly = None


def fit_chromium(font, accents):
    """Centre accents, a little higher, and give the indices of all letters one height.

    Chromium takes an accent's width for that of its ink, but combining accents have no width, and
    are drawn to the left of it. It lowers the index of a letter that goes below the line, as TeX
    does with whole expressions only.
    """
    math = font["MATH"].table
    attachment = math.MathGlyphInfo.MathTopAccentAttachment
    glyphs = attachment.TopAccentCoverage.glyphs
    middles = dict(zip(glyphs, attachment.TopAccentAttachment, strict=True))
    for name in accents:
        glyph = font["glyf"][name]
        shift = -(glyph.xMin + glyph.xMax) // 2
        glyph.coordinates.translate((shift, 40))
        glyph.recalcBounds(font["glyf"])
        font["hmtx"][name] = (0, glyph.xMin)
        middles[name].Value += shift
    math.MathConstants.SubscriptBaselineDropMin.Value = -300


if __name__ == "__main__":
    main(*sys.argv[1:])

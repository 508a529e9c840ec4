"""Seeded grey faces that show their age: a stand-in for the course's data without a network.

A face is painted back to front, from background to glasses, with soft-edged shapes in head
coordinates: x to the right and y down, the crown at y = -1, the chin at y = +1, so one unit is
half the height of the head. What ages is the apparent age, which differs from the age in years
by a person's own pace; everything else about a face is chance.

The same seed gives the same bytes on every machine: every draw is a uniform integer or fraction,
and everything else is +, -, *, /, square roots, comparisons and rounding to whole numbers, element
by element, which are rounded alike everywhere. The last bit of cos, exp, log and powers depends on
the C library, and that of a sum over an axis on the processor: only whole numbers are summed.
"""

import zlib
from types import SimpleNamespace

import numpy as np

SIDE = 48
# Faces painted at a time; the result does not depend on it. Arrays of ten faces (92 kB) stay in
# cache, and in memory the process keeps: larger ones are returned to the system and fetched again
# at each operation, which takes half as long again.
CHUNK = 10

# The inverse of the ages' distribution function. Ages are rounded to whole years, so a quantile
# of 40 years may be any value from 39.5; the tails put the mean and spread where they belong.
QUANTILE_LEVELS = [0, 0.02, 0.05, 0.15, 0.25, 0.5, 0.75, 0.85, 0.95, 0.99, 0.999, 1]
QUANTILES = [0, 9, 17.8, 24.8, 28.8, 39.6, 49.6, 55, 64.6, 73, 82, 100]
HALF_YEARS = 0.005


def synthetic_dataset(seed):
    """Return the course's four arrays, by name, with rendered faces: 5000 training, 2500 test."""
    ytr, Xtr = labelled_faces(5000, seed, "training")
    yte, Xte = labelled_faces(2500, seed, "test")
    return {
        "age_regression_Xtr": Xtr,
        "age_regression_ytr": ytr,
        "age_regression_Xte": Xte,
        "age_regression_yte": yte,
    }


def labelled_faces(n, seed, part):
    """Return n ages in years and their (n, 48, 48) faces, from generators named after the part."""
    ages = sample_ages(n, named_generator(seed, f"{part} ages"))
    return ages, render_faces(ages, named_generator(seed, f"{part} faces"))


def named_generator(seed, name):
    """Return a generator of its own for each name, so that no draw shifts another."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def sample_ages(n, rng):
    """Return n ages, float64 years from 0 to 100, distributed like the course's."""
    years = np.interp(rng.random(n), QUANTILE_LEVELS, QUANTILES)  # its last bit is rounded away
    is_half_year = rng.random(n) < HALF_YEARS
    return np.where(is_half_year, np.floor(years) + 0.5, np.rint(years))


def render_faces(ages, rng):
    """Return (n, 48, 48) float32 grey faces, values in [0, 1], for n ages in years."""
    traits = draw_traits(ages, rng)
    faces = np.empty((len(ages), SIDE, SIDE), np.float32)
    for start in range(0, len(ages), CHUNK):
        chunk = faces[start : start + CHUNK]
        # Trailing axes of length one let every trait meet the pixels of its own face.
        t = {name: trait[start : start + CHUNK, None, None] for name, trait in traits.items()}
        paint_face(chunk, SimpleNamespace(**t))
        chunk += t["graininess"] * film_grain(len(chunk), rng)
        np.clip(chunk, 0, 1, out=chunk)
    return faces


# --- Chance -------------------------------------------------------------------------------


def uniform(rng, low, high, n):
    """Return n draws, uniform between low and high."""
    return low + (high - low) * rng.random(n)


def normal(rng, mean, deviation, n):
    """Return n nearly normal draws: sums of twelve uniform ones, which never leave 6 deviations.

    Twelve integers below 2^16 have a variance of 2^32 - 1 together, so the sum needs no scale but
    a power of two.
    """
    total = rng.integers(0, 2**16, (12, n)).sum(axis=0)
    return mean + deviation * ((total - 6 * (2**16 - 1)) / 2**16)


def film_grain(n, rng):
    """Return (n, 48, 48) float32 noise with mean 0 and a standard deviation of nearly 1.

    Each value is the sum of three bytes, drawn face after face, so that it does not depend on how
    many faces are painted at a time.
    """
    total = rng.integers(0, 2**8, (n, 3, SIDE, SIDE), dtype=np.uint8).sum(axis=1, dtype=np.float32)
    return (total - 3 * 127.5) / 128


# --- Who it is ----------------------------------------------------------------------------


def draw_traits(ages, rng):
    """Return all that makes the faces for n ages: a dict of (n,) float32 arrays, by trait."""
    looks = apparent_age(ages, rng)
    traits = draw_pose(looks, rng)
    traits |= draw_features(looks, rng)
    traits |= draw_hair(looks, rng)
    traits |= draw_skin(looks, rng)
    traits |= draw_light(len(ages), rng)
    return {name: np.asarray(trait, np.float32) for name, trait in traits.items()}


def apparent_age(ages, rng):
    """Return the ages the faces show: grown-ups look up to decades off their years, babies not."""
    ages = np.asarray(ages, float)
    spread = 1 + 10 * ramp(ages, 3, 30)
    return np.clip(ages + normal(rng, 0, spread, len(ages)), 0, 105)


def draw_pose(looks, rng):
    """Draw where the head is, in pixels, and how it is held; and its outline."""
    n = len(looks)
    grown = growth(looks)
    old = ramp(looks, 35, 90)
    return {
        "centre_x": normal(rng, 23.5, 1.0, n),
        "centre_y": normal(rng, 23.0, 1.0, n),
        "scale": normal(rng, 18.5, 0.9, n),
        "tilt": normal(rng, 0, 0.06, n),
        "turn": normal(rng, 0, 0.05, n),
        # From a baby's ball to a grown-up's egg, and with the years to a pear.
        "head_width": 0.86 - 0.12 * grown + normal(rng, 0, 0.03, n),
        "taper": 0.06 + 0.14 * grown - 0.16 * old + normal(rng, 0, 0.04, n),
        "neck_width": 0.30 + 0.12 * grown + normal(rng, 0, 0.03, n),
    }


def draw_features(looks, rng):
    """Draw eyes, brows, nose and mouth: a baby's are low and close, with large eyes."""
    n = len(looks)
    grown = growth(looks)
    old = ramp(looks, 35, 90)
    return {
        "eye_y": 0.22 - 0.24 * grown + normal(rng, 0, 0.025, n),
        "eye_x": 0.36 - 0.03 * grown + normal(rng, 0, 0.015, n),
        "eye_width": 0.19 - 0.02 * grown + normal(rng, 0, 0.01, n),
        "eye_height": 0.135 - 0.04 * grown - 0.03 * old + normal(rng, 0, 0.01, n),
        "iris_tone": uniform(rng, 0.05, 0.3, n),
        "brow_gap": 0.19 - 0.02 * old + normal(rng, 0, 0.02, n),
        "brow_weight": 0.25 + 0.45 * grown + normal(rng, 0, 0.12, n),
        "nose_y": 0.47 - 0.07 * grown + 0.04 * old + normal(rng, 0, 0.02, n),
        "nose_width": 0.12 + 0.03 * grown + 0.03 * old + normal(rng, 0, 0.015, n),
        "mouth_y": 0.70 - 0.04 * grown + 0.02 * old + normal(rng, 0, 0.02, n),
        "mouth_width": 0.22 + 0.08 * grown + normal(rng, 0, 0.03, n),
        "lip_height": 0.085 - 0.035 * old + normal(rng, 0, 0.01, n),
        "smile": np.clip(normal(rng, 0.55, 0.35, n), 0, 1.2),
        "glasses": rng.random(n) < 0.25 * ramp(looks, 2, 60),
    }


def draw_hair(looks, rng):
    """Draw hair, its greying and its loss, and beards, which long hair rules out."""
    n = len(looks)
    grown = growth(looks)
    long_haired = rng.random(n) < 0.45
    natural = 0.06 + 0.5 * np.minimum(rng.random(n), rng.random(n))  # mostly dark
    grey = ramp(looks + normal(rng, 0, 7, n), 38, 72)
    balding = ramp(looks + normal(rng, 0, 12, n), 28, 75) * np.where(long_haired, 0.25, 1)
    return {
        "hair_tone": natural + (uniform(rng, 0.7, 0.88, n) - natural) * grey,
        "hair_cover": ramp(looks + normal(rng, 0, 0.5, n), -0.5, 3) * (1 - 0.5 * balding * balding),
        "hairline": -0.50 - 0.12 * (1 - grown) - 0.38 * balding + normal(rng, 0, 0.06, n),
        "fringe": uniform(rng, -0.35, 0.35, n),
        "hair_volume": 0.05 + 0.05 * grown * rng.random(n) + 0.04 * long_haired,
        "hair_length": long_haired * ramp(looks, 1.5, 6) * uniform(rng, 0.4, 1, n),
        "beard": (rng.random(n) < 0.3) * ~long_haired * ramp(looks, 17, 22) * rng.random(n),
    }


def draw_skin(looks, rng):
    """Draw the tone of the skin and the depth of its lines and folds, from 0 to about 1."""
    n = len(looks)
    weathering = normal(rng, 1, 0.2, n)
    return {
        "skin_tone": 0.34 + 0.4 * np.maximum(rng.random(n), rng.random(n)),
        "wrinkles": ramp(looks, 30, 80) * weathering,
        "folds": ramp(looks, 22, 80) * weathering,
        "sag": ramp(looks, 40, 90) * weathering,
    }


def draw_light(n, rng):
    """Draw light, background, clothes and the grain of the picture."""
    # The tangent of half the angle at which the light falls, 0 where it falls straight down.
    half = normal(rng, 0, 0.5, n)
    strength = uniform(rng, 0.02, 0.2, n) / (1 + half * half)
    return {
        "light_x": strength * 2 * half,
        "light_y": strength * (half * half - 1),
        "exposure": normal(rng, 1, 0.08, n),
        "backdrop": uniform(rng, 0.1, 0.75, n),
        "backdrop_slope": normal(rng, 0, 0.07, n),
        "clothes_tone": uniform(rng, 0.08, 0.8, n),
        "graininess": uniform(rng, 0.01, 0.03, n),
    }


def growth(looks):
    """Return 0 for the newborn rising to 1 for the grown-up, fastest in the first years."""
    young = 1 - ramp(looks, 0, 30)
    return 1 - young * young * young


def ramp(value, start, end):
    """Return 0 up to start, 1 from end, and the straight line between."""
    return np.clip((value - start) / (end - start), 0, 1)


# --- How it is painted --------------------------------------------------------------------


def paint_face(image, t):
    """Paint faces with the traits t, arrays (k, 1, 1), over the (k, 48, 48) images."""
    x, y = head_coordinates(t)
    # The head turns under its outline: features move sideways, and are mirrored about the nose.
    s = np.abs(x - t.turn)
    head = head_distance(x, y, t)
    paint_backdrop(image, x, t)
    paint_ears(image, x, y, t)
    paint_long_hair(image, x, y, t)
    paint_bust(image, x, y, t)
    paint_head(image, x, y, head, t)
    paint_beard(image, s, y, head, t)
    paint_folds(image, s, y, t)
    paint_wrinkles(image, s, y, t)
    paint_nose(image, s, y, t)
    paint_mouth(image, s, y, t)
    paint_eyes(image, s, y, t)
    paint_hair(image, x, y, head, t)
    paint_brows(image, s, y, t)
    paint_glasses(image, s, y, t)
    image *= t.exposure + t.light_x * x + t.light_y * y


def head_coordinates(t):
    """Return x and y of every pixel in the tilted head's own units, each (k, 48, 48)."""
    pixel = np.arange(SIDE, dtype=np.float32)
    across = (pixel[None, None, :] - t.centre_x) / t.scale
    down = (pixel[None, :, None] - t.centre_y) / t.scale
    return across + t.tilt * down, down - t.tilt * across


def head_distance(x, y, t):
    """Return the distance from the head's middle, 1 on its outline: an ellipse, tapered."""
    return norm(x / (t.head_width * (1 - t.taper * y)), y)


def paint_backdrop(image, x, t):
    image[:] = t.backdrop + t.backdrop_slope * x


def paint_ears(image, x, y, t):
    ears = soft_ellipse(np.abs(x), y, t.head_width + 0.02, t.eye_y + 0.15, 0.11, 0.2, 0.4)
    paint(image, 0.9 * t.skin_tone, ears)


def paint_long_hair(image, x, y, t):
    # Round above the middle of the head, straight down from there to its ends.
    across, up = x / (t.head_width + 0.14), np.minimum(y, 0) / (1 + t.hair_volume)
    falling = soft_edge(norm(across, up), 1, 0.12) * soft_edge(y, 0.4 + 0.8 * t.hair_length, 0.2)
    paint(image, 0.85 * t.hair_tone, falling * np.sign(t.hair_length))


def paint_bust(image, x, y, t):
    neck = soft_edge(np.abs(x), t.neck_width, 0.1) * soft_edge(-y, -0.5, 0.1)
    paint(image, 0.72 * t.skin_tone, neck)
    shoulders = soft_ellipse(x, y, 0, 1.75, 1.3, 0.62, 0.12)
    paint(image, t.clothes_tone, shoulders)


def paint_head(image, x, y, head, t):
    paint(image, t.skin_tone * (1.08 - 0.22 * head * head), soft_edge(head, 1, 0.1))


def paint_beard(image, s, y, head, t):
    # Below a line from the upper lip up to the ears.
    hairy = soft_edge(-y - 0.6 * s, -0.62, 0.2) * soft_edge(head, 1.02, 0.1)
    paint(image, 0.9 * t.hair_tone, 0.85 * t.beard * hairy)


def paint_folds(image, s, y, t):
    along = (y - t.nose_y) / (t.mouth_y - t.nose_y)
    off_fold = s - t.nose_width - 0.04 - 0.16 * along
    cheek_fold = soft_line(off_fold, 0.06) * soft_edge(np.abs(along - 0.6), 0.8, 0.5)
    shade(image, 0.28 * t.folds + 0.08 * t.smile, cheek_fold)
    bags = soft_ellipse(s, y, t.eye_x - 0.02, t.eye_y + 0.17, 0.19, 0.06, 0.8)
    shade(image, 0.04 + 0.26 * t.folds, bags)
    jowl = soft_ellipse(s, y, 0.4, 0.82, 0.09, 0.2, 1)
    shade(image, 0.35 * t.sag, jowl)
    hollow = soft_ellipse(s, y, 0.5, 0.45, 0.14, 0.25, 1)
    shade(image, 0.22 * t.sag, hollow)


def paint_wrinkles(image, s, y, t):
    lines = soft_stripes((y - t.eye_y + 0.15 * s * s) * (1 / 0.17))
    forehead = soft_ellipse(s, y, 0, t.eye_y - 0.48, 0.5, 0.26, 0.6)
    shade(image, 0.33 * t.wrinkles, lines * forehead)
    rays = soft_stripes(1.4 * (y - t.eye_y) / np.maximum(s - t.eye_x + 0.1, 0.1))
    temple = soft_ellipse(s, y, t.eye_x + 0.28, t.eye_y + 0.02, 0.13, 0.16, 0.8)
    shade(image, 0.4 * t.wrinkles, rays * temple)


def paint_nose(image, s, y, t):
    middle = (t.eye_y + t.nose_y) / 2
    length = (t.nose_y - t.eye_y) / 2
    shade(image, 0.14, soft_ellipse(s, y, 0.11, middle, 0.05, length, 1))
    shade(image, -0.1, soft_ellipse(s, y, 0, middle + 0.05, 0.06, length, 1))
    shade(image, 0.2, soft_ellipse(s, y, 0, t.nose_y + 0.04, t.nose_width, 0.06, 0.8))
    shade(image, 0.4, soft_ellipse(s, y, 0.6 * t.nose_width, t.nose_y, 0.055, 0.035, 0.8))


def paint_mouth(image, s, y, t):
    bowed = y + t.smile * (1.9 * s * s - 0.06)
    lips = soft_ellipse(s, bowed, 0, t.mouth_y, t.mouth_width, t.lip_height, 0.6)
    shade(image, 0.25, lips)
    teeth = soft_ellipse(s, bowed, 0, t.mouth_y, 0.75 * t.mouth_width, 0.04, 0.6)
    shows_teeth = ramp(t.smile, 0.6, 0.8)
    paint(image, 0.85, 0.8 * shows_teeth * teeth)
    opening = soft_ellipse(s, bowed, 0, t.mouth_y, t.mouth_width, 0.03, 0.8)
    shade(image, 0.5 * (1 - shows_teeth), opening)
    shade(image, 0.1, soft_ellipse(s, y, 0, t.mouth_y + 0.13, 0.15, 0.04, 0.8))


def paint_eyes(image, s, y, t):
    shade(image, 0.15, soft_ellipse(s, y, t.eye_x, t.eye_y - 0.04, 0.24, 0.16, 1))
    lashes = soft_ellipse(s, y, t.eye_x, t.eye_y - 0.03, t.eye_width + 0.02, t.eye_height, 0.4)
    paint(image, 0.25 * t.skin_tone, 0.8 * lashes)
    ball = soft_ellipse(s, y, t.eye_x, t.eye_y, t.eye_width, t.eye_height, 0.4)
    paint(image, 0.3 + 0.65 * t.skin_tone, ball)
    iris = soft_ellipse(s, y, t.eye_x, t.eye_y - 0.01, 0.09, 0.09, 0.4)
    paint(image, t.iris_tone, iris * ball)


def paint_hair(image, x, y, head, t):
    line = t.hairline + t.fringe * x + 3 * np.square(x * x)
    cap = soft_edge(head, 1 + t.hair_volume, 0.1) * soft_edge(y - line, 0, 0.12)
    shine = 1.1 - 0.3 * head * (1 + y)
    paint(image, t.hair_tone * shine, t.hair_cover * cap)


def paint_brows(image, s, y, t):
    arch = y - 0.8 * np.square(s - t.eye_x)
    brow = soft_ellipse(s, arch, t.eye_x, t.eye_y - t.brow_gap, 0.2, 0.045, 0.6)
    paint(image, 0.7 * t.hair_tone, t.brow_weight * brow)


def paint_glasses(image, s, y, t):
    lens = norm((s - t.eye_x) / 0.26, (y - t.eye_y - 0.02) / 0.2)
    bridge = soft_line(y - t.eye_y + 0.02, 0.04) * soft_edge(s, 0.1, 0.05)
    paint(image, 0.15, 0.85 * t.glasses * np.maximum(soft_line(lens - 1, 0.2), bridge))


def soft_ellipse(x, y, cx, cy, rx, ry, softness):
    """Return 1 inside the ellipse, 0 outside; the edge takes up softness parts of the radius."""
    return soft_edge(norm((x - cx) * (1 / rx), (y - cy) * (1 / ry)), 1, softness)


def norm(x, y):
    """Return the length of (x, y); np.hypot would guard against overflow at thrice the cost."""
    return np.sqrt(x * x + y * y)


def soft_edge(distance, limit, softness):
    """Return 1 where distance is below limit, 0 above, with a ramp of width softness between."""
    covered = (limit - distance) * (1 / softness) + 0.5
    return np.minimum(np.maximum(covered, 0, out=covered), 1, out=covered)


def soft_line(distance, width):
    """Return 1 where distance is 0, falling to 0 at width on either side."""
    return np.maximum(1 - np.square(distance * (1 / width)), 0)


def soft_stripes(distance):
    """Return soft lines half a unit wide, one at each whole number."""
    return soft_line(distance - np.rint(distance), 0.25)


def paint(image, tone, coverage):
    """Lay the tone over the image where coverage is 1, and let it shine through below 1."""
    image += coverage * (tone - image)


def shade(image, depth, coverage):
    """Darken the image by the fraction depth where coverage is 1; a depth below 0 lightens."""
    image *= 1 - depth * coverage

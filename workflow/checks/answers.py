"""What an answer in the PDF has to state: only numbers, so that the words are everyone's own."""

import math
import re
from fractions import Fraction
from typing import NamedTuple

FEWEST_WORDS = 25
WORD = re.compile(r"[^\W\d_]{2,}")  # one letter alone is a symbol

# 0.125, -3, 1e-5, 2.5 × 10^-7 or 1/3, but no part of a name or of a longer number.
NUMBER = re.compile(
    r"""
    (?<![\w.])
    (?P<minus>-\s*)?
    (?P<digits>\d{1,99}(?:\.\d{1,99})?)
    (?:
        \s*[×⋅·]\s*10\s*\^?\s*(?P<power>-?\d{1,2})
        | e(?P<exponent>[-+]?\d{1,2})
        | \s*/\s*(?P<divisor>\d{1,99}(?:\.\d{1,99})?)
    )?
    (?!\d|\.\d)
    """,
    re.VERBOSE,
)


class Wanted(NamedTuple):
    """Numbers that stand one after the other, whatever words are between them.

    An int and a Fraction are stated exactly, a float as rounded to `digits` digits or more.
    before and after: the symbols directly before the first number and after the last one; = may
    be ≈ in print.
    """

    values: tuple
    before: str
    after: str
    digits: int


def numbers(*values, before="", after="", digits=3):
    """What an answer has to state, as a Wanted."""
    return Wanted(values, before, after, digits)


def as_json(wanted):
    """The Wanted as JSON can hold it: a dict, with a Fraction as a string."""
    values = [str(x) if isinstance(x, Fraction) else x for x in wanted.values]
    return wanted._asdict() | {"values": values}


def from_json(wanted):
    """The Wanted that was made into this dict."""
    values = tuple(Fraction(x) if isinstance(x, str) else x for x in wanted["values"])
    return Wanted(**wanted | {"values": values})


def fault(text, wanted):
    """What an answer lacks, in words; None where it lacks nothing. wanted: a list of Wanted."""
    if text is None:
        return "is not in the PDF, or not under a heading of that name"
    if len(WORD.findall(text)) < FEWEST_WORDS:
        return f"has fewer than {FEWEST_WORDS} words"
    missing = [described(each) for each, places in find_all(text, wanted) if not places]
    if missing:
        return f"does not state {', '.join(missing)}"
    return None


def described(wanted):
    """The numbers in a sentence."""
    values = [f"{x:.5g}" if isinstance(x, float) else str(x) for x in wanted.values]
    words = [wanted.before, " ".join(values), wanted.after]
    return "“" + " ".join(word for word in words if word) + "”"


def find_all(text, wanted):
    """Each Wanted with its places in the text, a place being the list of its tokens.

    A single number is not looked for in a place where several stand that are wanted together.
    """
    tokens = list(NUMBER.finditer(text))
    several = {each: find(tokens, each) for each in wanted if len(each.values) > 1}
    taken = [token for places in several.values() for place in places for token in place]
    free = [token for token in tokens if token not in taken]
    for each in wanted:
        yield each, several[each] if each in several else find(free, each)


def find(tokens, wanted):
    """Each place where the numbers stand, as the list of their tokens."""
    places = [matching(tokens[start:], wanted) for start in range(len(tokens))]
    return [place for place in places if place and between_symbols(place, wanted)]


def matching(tokens, wanted):
    """Those first ones of the tokens that state the numbers, None where they do not."""
    used = 0
    for value in wanted.values:
        if is_stated(tokens[used : used + 1], value, wanted.digits):
            used += 1
        elif is_stated(tokens[used : used + 2], value, wanted.digits):
            used += 2
        else:
            return None
    return tokens[:used]


def is_stated(tokens, value, digits):
    """Whether one token is the value, or two are a fraction whose line is not in the text."""
    if len(tokens) == 2:
        above, below = tokens
        gap = above.string[above.end() : below.start()]
        whole = above["digits"].isdigit() and below["digits"].isdigit() and not gap.strip()
        return (
            isinstance(value, Fraction)
            and whole
            and has_sign(above, value)
            and Fraction(int(above["digits"]), int(below["digits"]) or 1) == abs(value)
        )
    return len(tokens) == 1 and has_sign(tokens[0], value) and has_size(tokens[0], value, digits)


def has_sign(token, value):
    """A minus that stands apart may be the sign or a subtraction."""
    minus = token["minus"]
    return value == 0 or (minus is not None if value < 0 else minus != "-")


def has_size(token, value, digits):
    """Whether the token, without its sign, is the value exactly, or rounded to enough digits."""
    stated = Fraction(token["digits"])
    if token["divisor"]:
        divisor = Fraction(token["divisor"])
        return divisor != 0 and math.isclose(stated / divisor, abs(value), rel_tol=1e-12)
    power = int(token["power"] or token["exponent"] or 0)
    stated *= Fraction(10) ** power
    if not isinstance(value, float):
        return stated == abs(value) or float(stated) == float(abs(value))
    if math.isclose(stated, abs(value), rel_tol=1e-6):
        return True
    decimals = len(token["digits"].partition(".")[2])
    last_digit = 10.0 ** (power - decimals)
    significant = len(token["digits"].replace(".", "").lstrip("0"))
    # A little more than half, because the value may have been computed in another order.
    return significant >= digits and abs(float(stated) - abs(value)) < 0.501 * last_digit


def between_symbols(place, wanted):
    """Whether the symbols stand directly before and after the numbers."""
    text = place[0].string
    before = text[: place[0].start()]
    after = text[place[-1].end() :]
    return bool(
        re.search(symbols(wanted.before) + r"\s*-?\s*\Z", before[-100:])
        and re.match(r"\s*" + symbols(wanted.after), after)
    )


def symbols(text):
    """A pattern that finds the symbols however they are spaced."""
    letters = [re.escape(letter) for letter in text.replace(" ", "")]
    no_name_before = r"(?<!\w)" if text[:1].isalpha() else ""
    return no_name_before + r"\s*".join(letters).replace("=", "[=≈]")

"""Lines of mixed Chinese and Latin text: what a typeface can draw, and where a line may break."""

import re
import unicodedata
from collections.abc import Callable, Container, Iterator
from itertools import pairwise
from typing import Final

Measure = Callable[[str], float]

WORD: Final = re.compile(r"\s+|[^\s]+")
NOT_FIRST: Final = frozenset("，。、；：！？）》」』】〉〕…—·％%),.;:!?’”")
NOT_LAST: Final = frozenset("（《「『【〈〔(‘“")
AFTER_WHICH: Final = frozenset("/?&=")
INVISIBLE: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})


def drawable(text: str, known: Container[int]) -> str:
    """Return the text on one line, with `[U+1F600]` for each character that is not known or would not be seen."""
    return "".join(
        c if ord(c) in known and unicodedata.category(c) not in INVISIBLE else f"[U+{ord(c):04X}]"
        for c in " ".join(text.split())
    )


def wrapped(text: str, width: float, measure: Measure) -> list[str]:
    """Return the text's lines, none wider than `width`: between Chinese characters and words, inside them at need."""
    lines, line, taken = [], "", 0.0
    for piece in _pieces(text, width, measure):
        wide = measure(piece)
        if line and taken + wide > width and not piece.isspace():
            lines.append(line.rstrip())
            line, taken = "", 0.0
        if line or not piece.isspace():
            line, taken = line + piece, taken + wide
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str, width: float, measure: Measure) -> Iterator[str]:
    for word in WORD.findall(text):
        for piece in _unbroken(word):
            if measure(piece) <= width or piece.isspace():
                yield piece
            else:
                yield from piece


def _unbroken(word: str) -> Iterator[str]:
    """Yield the parts of a word between which a line may break."""
    begin = 0
    for at, (left, right) in enumerate(pairwise(word), start=1):
        if _may_break(left, right):
            yield word[begin:at]
            begin = at
    yield word[begin:]


def _may_break(left: str, right: str) -> bool:
    if left in AFTER_WHICH and right.isalnum():  # in an address
        return True
    if left + right == "][":  # between two numbers of characters
        return True
    return (_is_wide(left) or _is_wide(right)) and right not in NOT_FIRST and left not in NOT_LAST


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"

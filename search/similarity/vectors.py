"""A document as it is compared: how much each of its terms says, by a measure that no other document changes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from search.similarity.class_table import SUBCLASS
from search.similarity.language import language_of
from search.similarity.terms import is_concept, occurrences

SATURATION: Final = 2.0  # BM25's k1: how much a term says more when it stands there again
LENGTH_SHARE: Final = 0.75  # BM25's b: how much a long document's terms say less
EXACT: Final = 65_536  # parts of one that are told apart
USUAL_LENGTH: Final = 150.0  # terms of an abstract; fixed, so that a document is worth the same in every collection


@dataclass(frozen=True, slots=True)
class Field:
    """One text of a document, and what each of its terms counts there."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Vector:
    """What a document's terms say, between 0 and SATURATION + 1 each; its classes (IPC symbols) and its language."""

    terms: dict[str, float]
    classes: tuple[str, ...]
    language: str


def vector_of(fields: Iterable[Field], classes: Sequence[str]) -> Vector:
    """Return what a document of these texts and classes is compared by."""
    counts: dict[str, float] = {}
    length = 0.0
    texts = []
    for field in fields:
        if not field.text:
            continue
        texts.append(field.text)
        for term, _, _ in occurrences(field.text):
            counts[term] = counts.get(term, 0.0) + field.weight
            if not is_concept(term):
                length += field.weight
    norm = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length / USUAL_LENGTH)
    terms = {term: _exact(count * (SATURATION + 1) / (count + norm)) for term, count in counts.items()}
    return Vector(terms, class_levels(classes), language_of(" ".join(texts)))


def _exact(value: float) -> float:
    """Return the value as arrays of 32-bit numbers keep it, so that it is the same wherever it was kept."""
    return round(value * EXACT) / EXACT


def class_levels(symbols: Iterable[str]) -> tuple[str, ...]:
    """Return the subclass, main group and full symbol of each IPC symbol: `H01M`, `H01M10`, `H01M10/0525`."""
    levels: dict[str, None] = {}
    for symbol in symbols:
        folded = "".join(symbol.split())
        subclass, group = folded[:4], folded.partition("/")[0]
        levels.update(dict.fromkeys(level for level in (subclass, group, folded) if len(level) >= SUBCLASS))
    return tuple(levels)

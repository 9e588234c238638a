"""What an answer tells of how its query was read, and what could be left out of a query that found nothing."""

from collections.abc import Iterator
from dataclasses import replace

from search.engine import Strictest, Understood
from search.query_parser import Reading


def without_each(reading: Reading) -> Iterator[tuple[str, str, Reading]]:
    """What a document had to hold, each in turn, and the rest of what was asked; of plain words one was enough."""
    for phrase in reading.phrases:
        yield "phrase", phrase.text, replace(reading, phrases=tuple(set(reading.phrases) - {phrase}))
    if not (reading.phrases or reading.is_empty):
        said = [*reading.numbers, *reading.classes, *(word.term.text for word in reading.words)]
        yield "number" if reading.numbers else "class" if reading.classes else "word", " ".join(said), Reading()


def understood(reading: Reading, strictest: Strictest | None) -> Understood:
    """How the query's text was read, and what was too strict."""
    return Understood(
        words=tuple(word.term.text for word in reading.words),
        phrases=tuple(phrase.text for phrase in reading.phrases),
        numbers=reading.numbers,
        classes=reading.classes,
        synonyms={word.term.text: [other.text for other in word.others] for word in reading.words if word.others},
        dropped=reading.dropped,
        strictest=strictest,
    )

"""Texts with the words marked that met: HTML of the source is escaped, only `<mark>` is ours."""

import html
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from search.similarity.terms import occurrences

LONGEST: Final = 1_200  # characters of a text that are shown
MARK_OPEN, MARK_CLOSE = "<mark>", "</mark>"

Span = tuple[int, int]


def marked_texts(texts: Mapping[str, str | None], terms: Collection[str]) -> dict[str, str]:
    """Return those of the texts that hold some of the terms, by name, with the terms marked."""
    found = {}
    for name, text in texts.items():
        if text and (spans := list(_joined(_spans(text[:LONGEST], terms)))):
            found[name] = _marked(text, spans)
    return found


def _spans(text: str, terms: Collection[str]) -> Iterable[Span]:
    return sorted((start, end) for term, start, end in occurrences(text) if term in terms)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Yield the spans with those that meet made one."""
    current: Span | None = None
    for start, end in spans:
        if current is None:
            current = (start, end)
        elif start <= current[1]:
            current = (current[0], max(current[1], end))
        else:
            yield current
            current = (start, end)
    if current is not None:
        yield current


def _marked(text: str, spans: Iterable[Span]) -> str:
    shown, place = "", 0
    for start, end in spans:
        shown += html.escape(text[place:start]) + MARK_OPEN + html.escape(text[start:end]) + MARK_CLOSE
        place = end
    rest = text[place:LONGEST]
    return shown + html.escape(rest) + ("…" if len(text) > LONGEST else "")

"""Pages of an answer: where each begins, and the order that all of them keep."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from search.engine import Answer, Query, SearchEngine

FIRST: Final = 200  # of what the engine finds, in its order, that are put into ours


class Order(StrEnum):
    """What orders the pages of an answer, from the first to the last."""

    ENGINE = "engine"
    WORDS = "words"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins: after so many documents, of which the engine gave so many in its own order.

    The first page has no order yet; it is chosen by what is at hand, and kept by those that follow.
    """

    offset: int = 0
    behind: int = FIRST
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of an answer, and where the next one begins, if there is one."""

    answer: Answer
    next: Place | None


async def engine_page(engine: SearchEngine, query: Query, place: Place) -> Page:
    """Return the page that begins at a place in the engine's own order."""
    answer = await engine.search(replace(query, offset=place.offset))
    end = place.offset + len(answer.hits)
    return Page(answer, Place(end, order=Order.ENGINE) if answer.hits and end < answer.total else None)

"""How an address of a domain asks its index: pages, the place in the stream, and the wait for a write."""

import asyncio
import contextlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from fastapi import Request

from backend.core.database.sessions import Database
from backend.core.errors import InvalidCursor
from backend.core.events import stream
from backend.core.events.log import read_event_token
from backend.core.search_indexing.consumer import wait_until_fed
from backend.core.search_indexing.errors import EventUnknown, SearchAway, SearchTooLong
from backend.core.security.tokens import seal, sign, unsign
from backend.core.settings import Settings
from search.engine import SearchEngine, SearchError, SearchTimeout
from search.index_spec import IndexSpec
from search.ranking.pages import Order, Place

PATIENCE: Final = 2.0  # seconds that a search waits for `after_event`
LOOK_AGAIN: Final = 0.02
CURSOR_PARTS: Final = 4
PAGE_PARTS: Final = frozenset({"limit", "cursor", "facets", "after_event", "explain"})


def engine_of(request: Request, spec: IndexSpec) -> SearchEngine:
    """Return the engine of the index; raise SearchAway where another process has it."""
    engine: SearchEngine | None = request.app.state.search.get(spec.name)
    if engine is None:
        raise SearchAway
    return engine


@contextlib.contextmanager
def refusing() -> Iterator[None]:
    """Refuse in the platform's form where the engine cannot answer: raise SearchTooLong or SearchAway."""
    try:
        yield
    except SearchTimeout as late:
        raise SearchTooLong from late
    except SearchError as away:
        raise SearchAway from away


@lru_cache(maxsize=16)
def position_token(key: bytes, position: int) -> str:
    """Return the place in the stream as the opaque token that clients see."""
    return seal(key, "position", position)


def question(query_string: bytes, index: str) -> str:
    """Return what a cursor of a search belongs to: the words, filters and order, whatever the page."""
    parts = sorted(p for p in query_string.decode("latin-1").split("&") if p.partition("=")[0] not in PAGE_PARTS)
    return f"{index}?" + "&".join(parts)


def write_cursor(key: bytes, purpose: str, place: Place, generation: str) -> str:
    """Return the cursor of the page that begins at a place, for the question that it belongs to."""
    return sign(key, purpose, [place.offset, generation, place.behind, place.order])


def read_cursor(key: bytes, purpose: str, cursor: str | None) -> tuple[Place, str | None]:
    """Return where the page begins and the state of the index that gave the cursor; raise InvalidCursor."""
    if cursor is None:
        return Place(), None
    said = unsign(key, purpose, cursor)
    if not isinstance(said, list) or len(said) != CURSOR_PARTS:
        raise InvalidCursor
    offset, generation, behind, order = said
    return Place(offset, behind, Order(order)), generation


async def reached(request: Request, spec: IndexSpec, token: str) -> bool:
    """Whether the index holds what the write with this Event-Id changed, within two seconds.

    Raises EventUnknown, SearchTooLong and SearchAway.
    """
    settings: Settings = request.app.state.settings
    database: Database = request.app.state.database
    engine = engine_of(request, spec)
    number = read_event_token(settings.key("event"), token)
    if number is None:
        raise EventUnknown
    until = asyncio.get_running_loop().time() + PATIENCE
    place = await stream.sequence_of(database, number)
    while place is None and (left := until - asyncio.get_running_loop().time()) > 0:
        await asyncio.sleep(min(LOOK_AGAIN, left))
        place = await stream.sequence_of(database, number)
    if place is None:
        return False
    index = request.app.state.registry.index_by_name[spec.name]
    with refusing():
        left = until - asyncio.get_running_loop().time()
        return await wait_until_fed(index, database, engine, place, left)

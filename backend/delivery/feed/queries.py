"""Which events somebody may be told of: the public ones, and those of his own organisation."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.events.domain_event import PUBLIC
from backend.core.events.log import EVENT

WINDOW: Final = 20_000  # places of the stream that one question looks at
TEXTS: Final = sa.ARRAY(sa.Text)
LONGEST: Final = 1.0  # seconds that an answer may look on, where nothing is to be told


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Events in their order, the place behind the last one that was looked at, and whether that is the stream's end."""

    events: Sequence[sa.Row[Any]]
    reached: int
    is_end: bool


def audiences(organisation_id: str | None) -> list[str]:
    """Return which audiences a member of the organisation belongs to, or a stranger."""
    return [PUBLIC] if organisation_id is None else [PUBLIC, organisation_id]


def _is_for(audience: Sequence[str], *, is_sqlite: bool) -> sa.ColumnElement[bool]:
    if not is_sqlite:
        anyone: sa.ColumnElement[bool] = sa.type_coerce(EVENT.c.audience, JSONB).has_any(sa.cast(list(audience), TEXTS))
        return anyone
    each = sa.func.json_each(EVENT.c.audience).table_valued("value")
    return sa.exists().select_from(each).where(each.c.value.in_(audience))


def _is_of(types: Sequence[str]) -> sa.ColumnElement[bool]:
    whole = [kind for kind in types if "." in kind]
    things = [EVENT.c.type.startswith(f"{kind}.", autoescape=True) for kind in types if "." not in kind]
    return sa.or_(EVENT.c.type.in_(whole), *things)


def _between(
    after: int, until: int, audience: Sequence[str], types: Sequence[str], most: int, *, is_sqlite: bool
) -> sa.Select[Any]:
    wanted = [EVENT.c.seq > after, EVENT.c.seq <= until, _is_for(audience, is_sqlite=is_sqlite)]
    if types:
        wanted.append(_is_of(types))
    return sa.select(EVENT).where(*wanted).order_by(EVENT.c.seq).limit(most)


async def events_for(
    database: Database, after: int, audience: Sequence[str], types: Sequence[str], most: int
) -> FeedPage:
    """Return what an audience is told behind a place: at most so many events.

    What is not for it is passed over a window at a time, for a second at most, so that no answer takes long.
    """
    began = time.monotonic()
    events: list[sa.Row[Any]] = []
    async with database.read() as session:
        end = int((await session.execute(stream.HEAD)).scalar_one())
        reached = min(after, end)
        while reached < end and len(events) < most:
            until = min(reached + WINDOW, end)
            asked = _between(reached, until, audience, types, most - len(events), is_sqlite=database.is_sqlite)
            events += (await session.execute(asked)).all()
            reached = events[-1].seq if len(events) == most else until
            if events or time.monotonic() - began > LONGEST:
                break
    return FeedPage(events, reached, reached >= end)

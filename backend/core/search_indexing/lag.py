"""How far an index, or whoever else follows the event stream, is behind its end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.events.log import EVENT
from backend.core.observability import IndexGauges
from backend.core.search_indexing.consumer import pass_over
from backend.core.search_indexing.index import SearchIndex
from search.engine import SearchEngine

AT_OF: Final = sa.select(EVENT.c.at).where(EVENT.c.seq > sa.bindparam("p")).order_by(EVENT.c.seq).limit(1)


@dataclass(frozen=True, slots=True)
class Follower:
    """Whoever follows the stream: how many events behind its end, and for how many seconds the first of them waits."""

    name: str
    events_behind: int
    seconds_behind: float


async def follower_at(session: AsyncSession, name: str, position: int, head: int, now: datetime) -> Follower:
    """Return how far behind the end of the stream whoever has come to the position is."""
    since = (await session.execute(AT_OF, {"p": position})).scalar_one_or_none()
    seconds = 0.0 if since is None else max((now - since).total_seconds(), 0.0)
    return Follower(name, max(head - position, 0), round(seconds, 1))


async def index_line(index: SearchIndex, database: Database, engine: SearchEngine) -> str:
    """Return a line on the index's size and how far it is behind; raise SearchError where it is not known."""
    await pass_over(index, database, engine, await stream.head(database))
    position, found = await engine.position(), await engine.count()
    async with database.read() as session:
        head = int((await session.execute(stream.HEAD)).scalar_one())
        at = await follower_at(session, index.title, position, head, database.clock.now())
        due = await index.due(session)
    aside = f", {len(engine.set_aside)} set aside" if engine.set_aside else ""
    lag = f"{at.events_behind} events and {at.seconds_behind:.0f} s behind"
    return f"{found} documents, {due} listed{aside}, {lag}"


async def note_figures(figures: IndexGauges, engine: SearchEngine) -> None:
    """Set the figures that are measured of an index; raise SearchError where they are not known."""
    figures.position.set(await engine.position())
    figures.documents.set(await engine.count())
    figures.aside.set(len(engine.set_aside))

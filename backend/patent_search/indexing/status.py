"""What the platform is at: how far the stream has come and who follows it, what work waits, what the index holds."""

import contextlib
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core import demo_clock
from backend.core.clock import Clock
from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.events.log import EVENT
from backend.core.jobs.records import Job
from backend.core.settings import Settings
from backend.delivery.models import Delivery
from backend.imports.models import Import
from backend.patent_search.indexing.engines import FedElsewhere, feeding, on_server
from backend.patent_search.indexing.reindex import count_listed
from search.engine import SearchEngine, SearchError

SHOWN: Final = 10  # patents set aside; --json tells all
INDEX: Final = "search index"
LATE: Final = 10.0  # seconds: who is less behind than that only takes its turn
AT_OF: Final = sa.select(EVENT.c.at).where(EVENT.c.seq > sa.bindparam("p")).order_by(EVENT.c.seq).limit(1)
UNNUMBERED: Final = sa.select(sa.func.count()).select_from(EVENT).where(EVENT.c.seq.is_(None))
OVER: Final = ("done", "checked", "cancelled", "failed", "delivered", "given_up")


@dataclass(frozen=True, slots=True)
class Follower:
    """Whoever follows the stream: how many events behind its end, and for how many seconds the first of them waits."""

    name: str
    events_behind: int
    seconds_behind: float


@dataclass(frozen=True, slots=True)
class Status:
    """What the platform is at. `found` is None where the index cannot be asked from here, and `note` says why.

    `aside` are patents that the index refuses to take, by id, with the reason.
    """

    database: str
    events: int
    unnumbered: int
    followers: list[Follower]
    jobs: dict[str, int]
    imports: dict[str, int]
    deliveries: dict[str, int]
    listed: int
    found: int | None
    aside: dict[str, str]
    note: str

    @property
    def is_well(self) -> bool:
        """Whether nothing lags and the index holds what is listed, as far as can be told from here."""
        lag = any(follower.events_behind and follower.seconds_behind > LATE for follower in self.followers)
        return not lag and self.found in (None, self.listed - len(self.aside)) and not self.aside


async def status_of(database: Database, engine: SearchEngine | None, note: str = "") -> Status:
    """Return the status; without an engine that of the database alone."""
    found: int | None = None
    positions: dict[str, int] = {}
    aside: dict[str, str] = {}
    if engine is not None:
        try:
            positions[INDEX], found = await engine.position(), await engine.count()
            aside = dict(engine.set_aside)
        except SearchError as away:
            note = str(away)
    async with database.read() as session:
        head = int((await session.execute(stream.HEAD)).scalar_one())
        unnumbered = int((await session.execute(UNNUMBERED)).scalar_one())
        cursors = await session.execute(sa.select(stream.CURSOR.c.name, stream.CURSOR.c.position))
        positions |= {row.name: row.position for row in cursors}
        now = database.clock.now()
        return Status(
            database="sqlite" if database.is_sqlite else "postgresql",
            events=head,
            unnumbered=unnumbered,
            followers=[await _follower(session, name, at, head, now) for name, at in positions.items()],
            jobs=await _open(session, Job),
            imports=await _open(session, Import),
            deliveries=await _open(session, Delivery),
            listed=await count_listed(session),
            found=found,
            aside=aside,
            note=note,
        )


async def index_line(database: Database, engine: SearchEngine) -> str:
    """Return a line on the index's size and how far it is behind; raise SearchError where it is not known."""
    position, found = await engine.position(), await engine.count()
    async with database.read() as session:
        head = int((await session.execute(stream.HEAD)).scalar_one())
        at = await _follower(session, INDEX, position, head, database.clock.now())
        listed = await count_listed(session)
    aside = f", {len(engine.set_aside)} set aside" if engine.set_aside else ""
    lag = f"{at.events_behind} events and {at.seconds_behind:.0f} s behind"
    return f"{found} documents, {listed} listed{aside}, {lag}"


async def _follower(session: AsyncSession, name: str, position: int, head: int, now: datetime) -> Follower:
    since = (await session.execute(AT_OF, {"p": position})).scalar_one_or_none()
    seconds = 0.0 if since is None else max((now - since).total_seconds(), 0.0)
    return Follower(name, max(head - position, 0), round(seconds, 1))


async def _open(session: AsyncSession, table: Any) -> dict[str, int]:
    """Return how many rows there are of each status that is not an end."""
    counted = sa.select(table.status, sa.func.count()).where(table.status.not_in(OVER)).group_by(table.status)
    return {str(status): count for status, count in (await session.execute(counted)).all()}


async def status(settings: Settings) -> Status:
    """Return the status from the command line, beside a running server or without one."""
    database = Database(settings, Clock())
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await demo_clock.load_offset(database)
        if settings.meili_url:
            server = on_server(settings)
            stack.push_async_callback(server.close)
            return await status_of(database, server)
        try:
            engine = await stack.enter_async_context(feeding(settings, database))
        except FedElsewhere:
            return await status_of(database, None, "a running server has it: its /readyz tells")
        return await status_of(database, engine)


def told(status: Status) -> dict[str, Any]:
    """Return the status as it is written as JSON."""
    return asdict(status) | {"is_well": status.is_well}


def show(status: Status, console: Console) -> None:
    """Print the status as a person reads it."""
    table = Table("part", "state", box=None, header_style="bold")
    fresh = f", {status.unnumbered:,} not numbered yet" if status.unnumbered else ""
    table.add_row("database", f"{status.database}, {status.events:,} events{fresh}")
    found = "not asked" if status.found is None else f"{status.found:,} patents"
    note = f" ({status.note})" if status.note else ""
    table.add_row("index", f"{found}, {status.listed:,} are listed{note}")
    for follower in status.followers:
        late = f", the first of them {follower.seconds_behind:,.0f} s ago" if follower.events_behind else ""
        table.add_row(follower.name, f"{follower.events_behind:,} events behind{late}")
    for patent_id, reason in list(status.aside.items())[:SHOWN]:
        table.add_row("set aside", f"{patent_id}: {reason}")
    if len(status.aside) > SHOWN:
        table.add_row("set aside", f"and {len(status.aside) - SHOWN:,} more (--json tells all)")
    waiting = (("jobs", status.jobs), ("imports", status.imports), ("deliveries", status.deliveries))
    for name, counted in waiting:
        open_ = ", ".join(f"{count:,} {state}" for state, count in sorted(counted.items()))
        table.add_row(name, open_ or "none waits")
    console.print(table)

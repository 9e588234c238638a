"""What the platform is at: how far the stream has come and who follows it, what work waits, what the indexes hold."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
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
from backend.core.search_indexing.consumer import pass_over
from backend.core.search_indexing.engines import FedElsewhere, feeding, on_server
from backend.core.search_indexing.index import SearchIndex
from backend.core.search_indexing.lag import Follower, follower_at
from backend.core.settings import Settings
from backend.delivery.email.models import Email
from backend.delivery.models import Delivery
from backend.imports.models import Import
from backend.text_vectors import queries as text_vectors
from search.engine import SearchEngine, SearchError

SHOWN: Final = 10  # documents set aside; --json tells all
LATE: Final = 10.0  # seconds: who is less behind than that only takes its turn
UNNUMBERED: Final = sa.select(sa.func.count()).select_from(EVENT).where(EVENT.c.seq.is_(None))
OVER: Final = (
    "done", "checked", "cancelled", "failed", "delivered", "given_up", "sent", "unknown", "suppressed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What an index should hold and what can be found; `found` is None where it cannot be asked, and `note` says why.

    `aside` are documents that the index refuses to take, by id, with the reason.
    """

    listed: int
    found: int | None
    aside: dict[str, str]
    note: str

    @property
    def is_well(self) -> bool:
        """Whether the index holds what it should, as far as can be told from here."""
        return self.found in (None, self.listed - len(self.aside)) and not self.aside


@dataclass(frozen=True, slots=True)
class Status:
    """What the platform is at, with its indexes by their names."""

    database: str
    events: int
    unnumbered: int
    followers: list[Follower]
    jobs: dict[str, int]
    imports: dict[str, int]
    deliveries: dict[str, int]
    emails: dict[str, int]
    vectors: dict[str, int]
    indexes: dict[str, IndexStatus]

    @property
    def is_well(self) -> bool:
        """Whether nothing lags and every index holds what it should, as far as can be told from here."""
        lag = any(follower.events_behind and follower.seconds_behind > LATE for follower in self.followers)
        return not lag and all(index.is_well for index in self.indexes.values())


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an index answered: how far it has come, what it holds, and what it refuses; or why it did not."""

    position: int | None = None
    found: int | None = None
    aside: Mapping[str, str] | None = None
    note: str = ""


async def _ask(index: SearchIndex, database: Database, engine: SearchEngine) -> _Asked:
    try:
        await pass_over(index, database, engine, await stream.head(database))
        return _Asked(await engine.position(), await engine.count(), engine.set_aside)
    except SearchError as away:
        return _Asked(note=str(away))


async def _status_of(database: Database, asked: Mapping[SearchIndex, _Asked]) -> Status:
    """Return the status of the database, with what the indexes answered."""
    positions = {index.title: one.position for index, one in asked.items() if one.position is not None}
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
            followers=[await follower_at(session, name, at, head, now) for name, at in positions.items()],
            jobs=await _open(session, Job),
            imports=await _open(session, Import),
            deliveries=await _open(session, Delivery),
            emails=await _open(session, Email),
            vectors=await text_vectors.counts(session),
            indexes={
                index.name: IndexStatus(await index.due(session), one.found, dict(one.aside or {}), one.note)
                for index, one in asked.items()
            },
        )


async def _open(session: AsyncSession, table: Any) -> dict[str, int]:
    """Return how many rows there are of each status that is not an end."""
    counted = sa.select(table.status, sa.func.count()).where(table.status.not_in(OVER)).group_by(table.status)
    return {str(status): count for status, count in (await session.execute(counted)).all()}


async def status(settings: Settings, indexes: Sequence[SearchIndex]) -> Status:
    """Return the status from the command line, beside a running server or without one."""
    database = Database(settings, Clock())
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await demo_clock.load_offset(database)
        return await _status_of(database, {index: await _opened(settings, database, index) for index in indexes})


async def _opened(settings: Settings, database: Database, index: SearchIndex) -> _Asked:
    """Return what the index answers, opened for this question."""
    if settings.meili_url:
        server = on_server(settings, index)
        try:
            return await _ask(index, database, server)
        finally:
            await server.close()
    try:
        async with feeding(settings, database, index) as engine:
            return await _ask(index, database, engine)
    except FedElsewhere:
        return _Asked(note="a running server has it: its /readyz tells")


def figures(status: Status) -> dict[str, Any]:
    """Return the status as it is written as JSON; the first index's stands at the top too, where it always stood."""
    first = next(iter(status.indexes.values()))
    return asdict(first) | asdict(status) | {"is_well": status.is_well}


def show(status: Status, console: Console) -> None:
    """Print the status as a person reads it."""
    table = Table("part", "state", box=None, header_style="bold")
    fresh = f", {status.unnumbered:,} not numbered yet" if status.unnumbered else ""
    table.add_row("database", f"{status.database}, {status.events:,} events{fresh}")
    for name, index in status.indexes.items():
        found = "not asked" if index.found is None else f"{index.found:,} {name}"
        note = f" ({index.note})" if index.note else ""
        table.add_row("index", f"{found}, {index.listed:,} are listed{note}")
    table.add_row("vectors", ", ".join(f"{count:,} of stage {stage}" for stage, count in status.vectors.items()))
    for follower in status.followers:
        late = f", the first of them {follower.seconds_behind:,.0f} s ago" if follower.events_behind else ""
        table.add_row(follower.name, f"{follower.events_behind:,} events behind{late}")
    aside = [(one, reason) for index in status.indexes.values() for one, reason in index.aside.items()]
    for one, reason in aside[:SHOWN]:
        table.add_row("set aside", f"{one}: {reason}")
    if len(aside) > SHOWN:
        table.add_row("set aside", f"and {len(aside) - SHOWN:,} more (--json tells all)")
    waiting = (
        ("jobs", status.jobs),
        ("imports", status.imports),
        ("deliveries", status.deliveries),
        ("e-mails", status.emails),
    )
    for name, counted in waiting:
        open_ = ", ".join(f"{count:,} {state}" for state, count in sorted(counted.items()))
        table.add_row(name, open_ or "none waits")
    console.print(table)

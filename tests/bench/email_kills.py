"""`scripts/bench emails`: servers killed at random moments of sending tell each event by one message, none in vain."""

import asyncio
import os
import random
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import httpx
import sqlalchemy as sa

from backend.core.clock import Clock
from backend.core.database.columns import table_of
from backend.core.database.sessions import Database
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append_many
from backend.core.settings import read_settings
from backend.delivery.email.models import Email, EmailItem
from tests.machine import postgres_url
from tests.one_server import running
from tests.scenarios.emails import EFFECTIVE, JOINED, Catcher, caught_up, choose, confirm_address, run_catcher
from tests.scenarios.members import Member, register_organisation

KILLS: Final = 100
MEMBERS: Final = 5
LIVES: Final = (0.1, 2.0)  # seconds that a server works before it is killed
SLOWLY: Final = 0.02  # seconds that the mail server takes for a message
SETTLED: Final = 120  # seconds without any e-mail ending, after which what is open is stuck
EMAIL, ITEM = table_of(Email), table_of(EmailItem)


async def _write(database: Database, members: list[Member], stop: asyncio.Event) -> int:
    """Have things happen to all organisations until the end, of each kind one in a transaction; return how many."""
    many = 0
    while not stop.is_set():
        member = random.choice(members)
        events = [DomainEvent(kind, "x", [member.organisation_id]) for kind in (EFFECTIVE, JOINED)]
        async with database.write() as session:
            await append_many(session, events, database.clock.now())
        many += 1
        await asyncio.sleep(0.05)
    return many


async def _first(base: str, app: Any) -> list[Member]:
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        members = [await register_organisation(client, verified=False) for _ in range(MEMBERS)]
        for member in members:
            await confirm_address(app, member)
            await choose(client, member, email={"members": "at_once"})
    return members


async def _open(database: Database) -> int:
    still = sa.select(sa.func.count()).where(EMAIL.c.status.in_(("waiting", "sending")), EMAIL.c.kind != "digest")
    async with database.read() as session:
        return int((await session.execute(still)).scalar_one())


async def _kill(folder: Path, database_url: str, mail: dict[str, str], kills: int) -> None:
    """Start servers one after the other, and kill each."""
    for _ in range(kills):
        with ExitStack() as stack:
            await asyncio.to_thread(stack.enter_context, running(folder, database_url, **mail))
            await asyncio.sleep(random.uniform(*LIVES))


async def _settle(folder: Path, app: Any, database_url: str, mail: dict[str, str]) -> None:
    """Have a server finish what the others left."""
    with ExitStack() as stack:
        await asyncio.to_thread(stack.enter_context, running(folder, database_url, **mail))
        await caught_up(app)
        async with app.state.database.write() as session:  # what was put off, for half an hour perhaps, is tried now
            waits = EMAIL.c.status == "waiting", EMAIL.c.kind != "digest"
            await session.execute(sa.update(EMAIL).where(*waits).values(next_at=app.state.clock.real()))
        still, since = await _open(app.state.database), 0
        while still and since < SETTLED:
            await asyncio.sleep(1)
            now_open = await _open(app.state.database)
            since, still = (0 if now_open < still else since + 1), now_open
    assert still == 0, f"{still} e-mails stay open"


async def _judge(database: Database, catcher: Catcher, happened: int) -> dict[str, float]:
    """Return the figures; raise AssertionError where a promise was broken."""
    async with database.read() as session:
        kept = (await session.execute(sa.select(EMAIL))).all()
        twice = sa.select(ITEM.c.event_id).group_by(ITEM.c.event_id, ITEM.c.recipient).having(sa.func.count() > 1)
        told_twice = (await session.execute(twice)).all()
        told = await session.execute(
            sa.select(EMAIL.c.kind, sa.func.count())
            .join(ITEM, ITEM.c.email_id == EMAIL.c.id)
            .where(EMAIL.c.kind.in_(("legal", "notification")))  # the members' accounts had e-mails before
            .group_by(EMAIL.c.kind)
        )
        events = {str(kind): count for kind, count in told.all()}
    came = Counter(catcher.begun)
    legal = [one for one in kept if one.kind == "legal"]
    other = [one for one in kept if one.kind == "notification"]
    assert told_twice == []
    assert events == {"legal": happened, "notification": happened}, (events, happened)
    assert set(came) <= {one.message_id for one in kept}, "a message of no e-mail"
    assert [one.id for one in legal if one.status != "sent" or not came[one.message_id]] == [], "legal, in vain"
    assert [one.id for one in other if came[one.message_id] > 1] == [], "an ordinary one twice"
    assert {one.status for one in other} <= {"sent", "unknown"}
    return {
        "events of each kind": happened,
        "legal notices": len(legal),
        "legal notices that came twice": sum(came[one.message_id] > 1 for one in legal),
        "other e-mails": len(other),
        "other e-mails left unknown": sum(one.status == "unknown" for one in other),
        "broken promises": 0,
    }


async def measure(folder: Path, database_url: str, kills: int) -> dict[str, float]:
    """Return the figures of one database; raise AssertionError where a promise was broken."""
    many = {"EMAILS_AT_ONCE_PER_DAY": "1000000", "EMAILS_AT_ONCE_PER_DAY_OF_ORGANISATION": "1000000"}
    async with run_catcher() as catcher:
        catcher.takes = SLOWLY
        mail = {
            "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(catcher.port), "SMTP_TLS": "none", "SMTP_TIMEOUT_SECONDS": "3",
            "EMAIL_FROM": "no-reply@patentmart.example", **many,
        }  # fmt: skip
        settings = read_settings(
            patentmart_demo=True, patentmart_data_dir=folder, database_url=database_url, meili_url=""
        )
        database = Database(settings, Clock())
        app = SimpleNamespace(state=SimpleNamespace(database=database, clock=database.clock))
        with ExitStack() as stack:
            server = await asyncio.to_thread(stack.enter_context, running(folder, database_url, **mail))
            members = await _first(server.base, app)
        stop = asyncio.Event()
        writing = asyncio.create_task(_write(database, members, stop))
        await _kill(folder, database_url, mail, kills)
        stop.set()
        happened = await writing
        await _settle(folder, app, database_url, mail)
        found = await _judge(database, catcher, happened)
        await database.close()
    return found


def run() -> dict[str, float]:
    """Return the figures of both databases."""
    kills = int(os.environ.get("BENCH_KILLS", KILLS))
    found: dict[str, float] = {"kills on each database": kills}
    for name, url in (("SQLite", ""), ("PostgreSQL", postgres_url("email_kills"))):
        with tempfile.TemporaryDirectory(prefix="patentmart-emails-") as folder:
            figures = asyncio.run(measure(Path(folder), url, kills))
        found |= {f"{name}: {figure}": value for figure, value in figures.items()}
    return found

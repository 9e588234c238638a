"""Events have one order without gaps, and a consumer takes each of them once."""

import asyncio
import secrets
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from fastapi import FastAPI

from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.events.log import EVENT, read_event_token
from backend.core.events.stream import CURSOR
from tests.scenarios.members import register_organisation

pytestmark = pytest.mark.both_databases

WRITERS, EACH = 8, 8
FRESH = sa.select(sa.func.count()).where(EVENT.c.seq.is_(None))
ADD = sa.insert(CURSOR)


@pytest_asyncio.fixture
async def database(app: FastAPI) -> Database:
    found: Database = app.state.database
    return found


async def settled(database: Database) -> int:
    """Return the head of the stream once every event has its place."""
    for _ in range(200):
        async with database.read() as session:
            if not (await session.execute(FRESH)).scalar_one():
                return await stream.head(database)
        await asyncio.sleep(0.02)
    raise AssertionError("some events have no place after four seconds")


async def write(client: httpx.AsyncClient, prefix: str) -> None:
    async def writer(who: int) -> None:
        for n in range(EACH):
            answer = await client.post("/v1/spare/things", json={"name": f"{prefix} {who} {n}"})
            assert answer.status_code == 200, answer.text

    await asyncio.gather(*(writer(who) for who in range(WRITERS)))


async def test_who_follows_while_eight_write_sees_every_event_once_in_order(spared, database):
    start, prefix = await settled(database), secrets.token_hex(4)
    seen: list[Any] = []
    position = start
    writing = asyncio.create_task(write(spared, prefix))
    while not writing.done() or position < await settled(database):
        await asyncio.gather(*(stream.sequence(database) for _ in range(2)))  # two sequencers at once, beside the app's
        found, position = await stream.events_after(database, position)
        seen += found
        await asyncio.sleep(0)
    await writing
    assert [e.seq for e in seen] == list(range(start + 1, start + 1 + len(seen)))
    ours = [e.subject for e in seen if e.subject.startswith(prefix)]
    assert len(ours) == len(set(ours)) == WRITERS * EACH
    for who in range(WRITERS):
        assert [s for s in ours if s.startswith(f"{prefix} {who} ")] == [f"{prefix} {who} {n}" for n in range(EACH)]


async def test_the_stream_has_no_gap_from_its_beginning(spared, database):
    await write(spared, secrets.token_hex(4))
    await settled(database)
    async with database.read() as session:
        bounds = sa.select(sa.func.count(), sa.func.min(EVENT.c.seq), sa.func.max(EVENT.c.seq))
        number, first, last = (await session.execute(bounds)).one()
    assert (first, last) == (1, number)


async def test_a_consumer_takes_each_event_once_though_it_stumbles_and_two_try(spared, database):
    name, prefix = f"consumer {secrets.token_hex(4)}", secrets.token_hex(4)
    start = await settled(database)
    async with database.write() as session:
        await session.execute(ADD, {"name": name, "position": start})
    await write(spared, prefix)
    end, stumbles = await settled(database), iter((True, False, True))

    async def effect(session: Any, rows: Any) -> None:
        await session.execute(ADD, [{"name": f"{name} took {r.seq}", "position": r.seq} for r in rows])
        if next(stumbles, False):
            raise RuntimeError("stumbled")

    taken = 0
    while taken < end - start:
        done = await asyncio.gather(*(stream.consume(database, name, effect) for _ in range(2)), return_exceptions=True)
        taken += sum(d for d in done if isinstance(d, int))
    assert await stream.consume(database, name, effect) == 0
    async with database.read() as session:
        counted = sa.select(sa.func.count(), sa.func.min(CURSOR.c.position), sa.func.max(CURSOR.c.position))
        found = (await session.execute(counted.where(CURSOR.c.name.startswith(f"{name} took")))).one()
    assert tuple(found) == (end - start, start + 1, end)


async def test_every_change_says_its_event(client, app, database):
    member = await register_organisation(client, verified=False)
    made = await client.post("/v1/parties", json={"person": "legal", "name": "甲"}, headers=member.headers)
    address, tag = made.headers["location"], made.headers["etag"]
    changed = await client.patch(address, json={"name": "乙"}, headers=member.headers | {"If-Match": tag})
    key = app.state.settings.key("event")
    await settled(database)
    async with database.read() as session:
        for answer, kind in ((made, "party.entered"), (changed, "party.updated")):
            number = read_event_token(key, answer.headers["event-id"])
            event = (await session.execute(sa.select(EVENT).where(EVENT.c.id == number))).one()
            assert (event.type, event.subject) == (kind, made.json()["id"])
            assert await stream.sequence_of(database, event.id) == event.seq
    assert read_event_token(key, made.headers["event-id"][:-1] + "!") is None
    assert read_event_token(key, made.headers["event-id"][4:]) is None

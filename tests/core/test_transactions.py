"""What is refused leaves no trace but those it must leave; what is committed is kept."""

import asyncio
import re
import secrets

import httpx
import pytest
import sqlalchemy as sa

from backend.core.events.log import EVENT
from backend.core.events.stream import CURSOR

pytestmark = pytest.mark.both_databases


async def left(client: httpx.AsyncClient, name: str) -> tuple[int, int, int]:
    """Return how many rows, events and traces of that name there are."""
    database = client._transport.app.state.database
    rows = sa.select(sa.func.count()).select_from(CURSOR).where(CURSOR.c.name == name)
    traces = sa.select(sa.func.count()).select_from(CURSOR).where(CURSOR.c.name.startswith(f"trace of {name}"))
    events = sa.select(sa.func.count()).select_from(EVENT).where(EVENT.c.subject == name)
    async with database.read() as session:
        found = [(await session.execute(counted)).scalar_one() for counted in (rows, events, traces)]
    return found[0], found[1], found[2]


async def post(client: httpx.AsyncClient, what: str, name: str, **headers: str) -> httpx.Response:
    return await client.post(f"/v1/spare/{what}", json={"name": name}, headers=headers)


async def test_what_is_done_is_kept_with_its_event(spared):
    name = secrets.token_hex(8)
    answer = await post(spared, "things", name)
    assert answer.status_code == 200
    assert re.fullmatch("evt_[0-9a-z]{26}", answer.headers["event-id"])
    assert await left(spared, name) == (1, 1, 0)


async def test_a_refusal_leaves_what_it_must_leave_and_nothing_else(spared):
    name, key = secrets.token_hex(8), secrets.token_hex(8)
    refused = await post(spared, "refusals", name, **{"Idempotency-Key": key})
    assert (refused.status_code, "event-id" in refused.headers) == (409, False)
    assert await left(spared, name) == (0, 0, 1)
    again = await post(spared, "refusals", name, **{"Idempotency-Key": key})
    assert (again.status_code, "idempotency-replayed" in again.headers) == (409, False)
    assert await left(spared, name) == (0, 0, 2)
    assert (await post(spared, "things", name)).status_code == 200


async def test_a_crash_leaves_nothing_and_tells_nothing(spared):
    name, keyed = secrets.token_hex(8), {"Idempotency-Key": secrets.token_hex(8)}
    first, again = [await post(spared, "crashes", name, **keyed) for _ in range(2)]
    assert (first.status_code, first.json()["code"]) == (500, "internal")
    assert re.fullmatch("urn:patentmart:error:[0-9a-f]{16}", first.json()["instance"])
    assert "of ours" not in first.text
    assert first.json()["instance"] != again.json()["instance"]
    assert await left(spared, name) == (0, 0, 0)


async def test_of_many_who_make_the_same_thing_at_once_one_does_and_the_others_hear_why(spared):
    name = secrets.token_hex(8)
    answers = await asyncio.gather(*(post(spared, "things", name) for _ in range(15)))
    assert sorted(a.status_code for a in answers) == [200] + [409] * 14
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"changed_meanwhile"}
    assert await left(spared, name) == (1, 1, 0)


async def test_a_wrong_statement_is_our_error_and_no_busy_database(spared):
    answer = await post(spared, "statements", "x")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "nowhere" not in answer.text


async def test_a_database_that_comes_back_is_used_again(spared):
    database = spared._transport.app.state.database
    if database.is_sqlite:
        pytest.skip("SQLite is a file")
    async with database.read() as session, database.read() as other:
        pids = [(await s.execute(sa.text("SELECT pg_backend_pid()"))).scalar_one() for s in (session, other)]
    async with database.read() as session:
        mine = (await session.execute(sa.text("SELECT pg_backend_pid()"))).scalar_one()
        for pid in set(pids) - {mine}:
            await session.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    answers = [await post(spared, "things", secrets.token_hex(8)) for _ in range(3)]
    answers += [await spared.get("/v1/spare/results") for _ in range(3)]
    assert {a.status_code for a in answers[:2]} <= {200, 503}
    assert {a.status_code for a in answers[2:]} == {200}


async def test_a_caller_who_leaves_takes_no_lock_along(spared):
    for _ in range(10):
        gone = asyncio.create_task(post(spared, "things", secrets.token_hex(8)))
        await asyncio.sleep(secrets.randbelow(4) / 1000)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
    assert (await asyncio.wait_for(post(spared, "things", secrets.token_hex(8)), 5)).status_code == 200


async def test_a_session_for_reading_sees_one_state_of_the_database_to_its_end(spared):
    name, database = secrets.token_hex(8), spared._transport.app.state.database
    asked = sa.select(sa.func.count()).select_from(CURSOR).where(CURSOR.c.name == name)
    assert (await post(spared, "things", f"before {name}")).status_code == 200  # SQLite begins its journal alone
    async with database.read() as session:
        seen = [(await session.execute(asked)).scalar_one()]
        assert (await post(spared, "things", name)).status_code == 200
        seen.append((await session.execute(asked)).scalar_one())
    assert seen == [0, 0]
    assert (await left(spared, name))[0] == 1

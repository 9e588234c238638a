"""Days for tests: today, days to come, the demonstration's clock moved to one of them and back; what is told then."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
from fastapi import FastAPI

from backend.licences import jobs as licence_jobs
from backend.open_licences import jobs
from tests.scenarios.members import Member

CLOCK = "/v1/demo/clock"


def day(app: FastAPI, after: int = 0) -> str:
    """Return the day so many days from today."""
    return (app.state.clock.today() + timedelta(days=after)).isoformat()


async def _move(client: httpx.AsyncClient, office: Member, now: datetime) -> None:
    answer = await client.put(CLOCK, json={"now": now.isoformat()}, headers=office.headers)
    assert answer.status_code == 200, answer.text


@contextlib.asynccontextmanager
async def later(app: FastAPI, client: httpx.AsyncClient, office: Member, days: int) -> AsyncIterator[None]:
    """Have it be so many days later, with all done that falls due by then."""
    try:
        await _move(client, office, datetime.now(UTC) + timedelta(days=days))
        for sweep in (licence_jobs.sweep, jobs.sweep):
            await sweep(app.state.database, app.state.clock.now())
        yield
    finally:
        await _move(client, office, datetime.now(UTC))


async def inbox(client: httpx.AsyncClient, who: Member, kind: str, subject: str) -> str:
    """Return the sentence in which a member is told of an event."""
    for _ in range(200):
        answer = await client.get("/v1/inbox", params={"limit": 100}, headers=who.headers)
        told = [one["text"] for one in answer.json()["items"] if (one["type"], one["subject"]) == (kind, subject)]
        if told:
            return str(told[0])
        await asyncio.sleep(0.05)
    raise AssertionError(f"nobody told of {kind}")

"""Whoever moves the demonstration's clock finds it moved, while processes follow each other's moves."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
from fastapi import FastAPI

from backend.core import demo_clock
from tests.scenarios.members import sign_in_platform

CLOCK = "/v1/demo/clock"
TRIES = 50


async def test_a_move_is_not_undone_by_what_was_read_before_it(client: httpx.AsyncClient, app: FastAPI) -> None:
    staff = (await sign_in_platform(client)).headers

    async def follow(after: float) -> None:
        await asyncio.sleep(after)
        await demo_clock.load_offset(app.state.database)

    try:
        for minutes in range(TRIES):
            now = datetime.now(UTC) + timedelta(minutes=minutes)
            following = asyncio.gather(*(follow(part / 1000) for part in range(20)))
            moved = await client.put(CLOCK, json={"now": now.isoformat()}, headers=staff)
            await following
            shown = (await client.get(CLOCK, headers=staff)).json()
            assert shown["offset_seconds"] == moved.json()["offset_seconds"], f"move {minutes}"
    finally:
        await client.put(CLOCK, json={"now": datetime.now(UTC).isoformat()}, headers=staff)

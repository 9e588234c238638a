"""Waiting for what follows by itself."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

PATIENCE = 400  # looks, a twentieth of a second apart
INDEXED = 120.0  # seconds until an index holds what was written, however slow the search server's disk


async def wait_until(check: Callable[[], Awaitable[Any]], what: str = "it") -> Any:
    """Return what a question comes to once it comes to something."""
    for _ in range(PATIENCE):
        if found := await check():
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"{what} never came")


async def search_once_fed(client: httpx.AsyncClient, path: str, **asked: Any) -> dict[str, Any]:
    """Return the answer of a search once the index holds the write that `after_event` names.

    The address itself waits for two seconds at most, and is away while a search server makes the index.
    """
    headers, ends = asked.pop("headers", None), time.monotonic() + INDEXED
    while True:
        answer = await client.get(path, params=asked, headers=headers)
        assert answer.status_code in (200, 503), answer.text
        if answer.status_code == 200 and not answer.json()["behind"]:
            return dict(answer.json())
        assert time.monotonic() < ends, "the index does not come to where the database is"
        if answer.status_code == 503:
            await asyncio.sleep(0.2)

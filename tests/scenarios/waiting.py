"""Waiting for what follows by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

PATIENCE = 400  # looks, a twentieth of a second apart


async def wait_until(check: Callable[[], Awaitable[Any]], what: str = "it") -> Any:
    """Return what a question comes to once it comes to something."""
    for _ in range(PATIENCE):
        if found := await check():
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"{what} never came")

"""Tasks that run in the background of a block, from its beginning to its end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine
from typing import Any, Final

import structlog

LONGEST: Final = 5.0  # seconds that cleaning up may take; another cancellation would cut it off

log = structlog.get_logger()


@contextlib.asynccontextmanager
async def beside(*work: Coroutine[Any, Any, Any]) -> AsyncIterator[None]:
    """Have the work go on until the block ends, and cancel it then; work that ends by an error is logged."""
    tasks = [asyncio.create_task(one) for one in work]
    for task in tasks:
        task.add_done_callback(_note)
    try:
        yield
    finally:
        await stopped(*tasks)


async def stopped(*tasks: asyncio.Task[Any]) -> None:
    """Cancel the tasks until they have ended: an error while one cleans up may take a cancellation's place."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=LONGEST)


def _note(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("work_beside_failed", exc_info=error)

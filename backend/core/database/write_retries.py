"""A transaction that is tried again where another got in between."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.sessions import Database

TRIES: Final = 8
REST: Final = 0.05
T = TypeVar("T")


async def write_or_retry(database: Database, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Return what the work comes to in a transaction of its own, tried eight times with longer and longer rests.

    Raises IntegrityError or OperationalError where the last try met it too. The work begins anew each time, so it must
    keep nothing outside the session before it returns.
    """
    for tries_left in reversed(range(TRIES)):
        try:
            async with database.write() as session:
                return await work(session)
        except (IntegrityError, OperationalError):
            if not tries_left:
                raise
            await asyncio.sleep(REST * (TRIES - tries_left))
    raise AssertionError

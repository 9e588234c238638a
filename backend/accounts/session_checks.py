"""Whether the caller of a long-running response may still receive what follows."""

import time
from collections.abc import AsyncIterator
from typing import Final, TypeVar

from fastapi import Request

from backend.accounts.access import find_caller
from backend.accounts.caller import Caller
from backend.core.database.sessions import Database

T = TypeVar("T")
AGAIN: Final = 2.0  # seconds for which one look is good


class Standing:
    """The sign-in, key and membership of a caller, looked at again while an answer to it lasts."""

    def __init__(self, request: Request, caller: Caller | None) -> None:
        self._request, self._caller = request, caller
        self._looked = time.monotonic()

    async def check(self) -> None:
        """Raise NotSignedIn where one of them has ended since; a stranger has nothing that could."""
        if self._caller is None or time.monotonic() - self._looked < AGAIN:
            return
        database: Database = self._request.app.state.database
        async with database.read() as session:
            await find_caller(self._request, session)
        self._looked = time.monotonic()


async def while_standing(request: Request, caller: Caller, pieces: AsyncIterator[T]) -> AsyncIterator[T]:
    """Yield the pieces of a long answer; raise NotSignedIn, which breaks it off, where its caller may no longer ask."""
    standing = Standing(request, caller)
    async for piece in pieces:
        await standing.check()
        yield piece

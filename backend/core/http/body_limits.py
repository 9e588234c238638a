"""Limits on the size and speed of a request's body while it arrives."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

from backend.core.errors import Problem, TooLarge, TooSlow, Unavailable


class BodyRefused(HTTPException):
    """Raised while a body is read, with the problem; FastAPI lets this kind of exception through."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.status)
        self.problem = problem


class Room:
    """The bytes that the bodies of all requests may hold in this process; what is spooled to files takes none."""

    def __init__(self, most: int) -> None:
        self.left = most

    def take(self, size: int) -> None:
        """Hold so many bytes more; raise BodyRefused where there is no room for them."""
        if size > self.left:
            raise BodyRefused(Unavailable())
        self.left -= size


class ArrivingBody:
    """The receiving side of a request with a body; raises BodyRefused where too much comes, or too slowly.

    `limit` is in bytes; `declared` is what the request says of its length, None where it says nothing. A body may take
    `seconds`, and one more for every `slowest` bytes that have come; the time runs from the first time that it is asked
    for. Its bytes are held in `room`, where one is given.
    """

    def __init__(
        self, scope: Scope, receive: Receive, *, limit: int, seconds: float, slowest: float, room: Room | None
    ) -> None:
        self._receive = receive
        self.limit, self._seconds, self._slowest = limit, seconds, slowest
        self.seen, self._began = 0, 0.0
        self._too_much: Problem = TooLarge(limit=limit)
        self._room, self._holds = room, 0
        declared = [value for name, value in scope["headers"] if name in (b"content-length", b"transfer-encoding")]
        self.is_missing = bool(declared) and declared != [b"0"]
        self.declared = int(declared[0]) if len(declared) == 1 and declared[0].isdigit() else None

    @property
    def refusal(self) -> Problem | None:
        """The problem where the request itself says that its body is too large; nothing of it is read then."""
        return self._too_much if (self.declared or 0) > self.limit else None

    def tighten(self, limit: int, too_much: Problem) -> None:
        """Take no more than so many bytes, where that is less than before; the problem says why."""
        if limit < self.limit:
            self.limit, self._too_much = limit, too_much

    async def __call__(self) -> Message:
        """Return the next message of the request."""
        if not self.is_missing:
            return await self._receive()
        clock = asyncio.get_running_loop().time
        self._began = self._began or clock()
        try:
            async with asyncio.timeout_at(self._began + self._seconds + self.seen / self._slowest):
                message = await self._receive()
        except TimeoutError:
            raise BodyRefused(TooSlow(seconds=self._seconds, slowest=self._slowest)) from None
        if message["type"] == "http.request":
            size = len(message.get("body", b""))
            if self._room is not None:
                self._room.take(size)
                self._holds += size
            self.seen += size
            self.is_missing = bool(message.get("more_body"))
            if self.seen > self.limit:
                raise BodyRefused(self._too_much)
        return message

    def let_go(self) -> None:
        """Release the room that it held: its request is over."""
        if self._room is not None:
            self._room.left += self._holds
            self._holds = 0

"""The server under attack: its port, a token for what strangers may not do, and plain sockets from many addresses."""

import asyncio
import contextlib
import itertools
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

ADDRESSES: Final = 8  # of this machine's own network, so that no bound for one address alone holds the attack
PATIENCE: Final = 180.0  # a body of a megabyte may take 128 seconds


@dataclass
class Target:
    """Where to send; counts the bytes sent and the answers by status (0: closed without one)."""

    port: int
    token: str
    sent: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    _places: "itertools.cycle[str]" = field(
        default_factory=lambda: itertools.cycle([f"127.0.1.{n}" for n in range(1, 1 + ADDRESSES)])
    )

    @contextlib.asynccontextmanager
    async def connected(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """Connect from the next address."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(next(self._places), 0))
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    async def send(self, writer: asyncio.StreamWriter, data: bytes) -> None:
        """Send the bytes, as fast as they are taken."""
        for at in range(0, len(data), 1 << 18):
            piece = data[at : at + (1 << 18)]
            writer.write(piece)
            await writer.drain()
            self.sent += len(piece)

    async def answer(self, reader: asyncio.StreamReader) -> int:
        """Return the status of the next answer, 0 where the connection ends without one."""
        status = 0
        with contextlib.suppress(OSError, EOFError, TimeoutError):
            async with asyncio.timeout(PATIENCE):
                status = int((await reader.readline()).split(b" ")[1])
        return status

    async def post(self, path: str, media: str, body: bytes, *, signed: bool = False) -> int:
        """Post a body on a connection of its own; give the status."""
        head = [f"POST {path} HTTP/1.1", "host: 127.0.0.1", f"content-type: {media}", f"content-length: {len(body)}"]
        head += [f"authorization: Bearer {self.token}"] if signed else []
        async with self.connected() as (reader, writer):
            with contextlib.suppress(OSError):
                await self.send(writer, "\r\n".join([*head, "connection: close", "", ""]).encode() + body)
            status = await self.answer(reader)
        self.answers[status] += 1
        return status


async def in_turn(target: Target, budget: int, at_once: int, one: Callable[[int], Awaitable[object]]) -> None:
    """Do `one`, so many at once, until so many bytes were sent."""
    numbers = itertools.count()

    async def going_on() -> None:
        while target.sent < budget:
            with contextlib.suppress(OSError, EOFError, IndexError):
                await one(next(numbers))

    await asyncio.gather(*(going_on() for _ in range(at_once)))

"""A load on loopback that costs little itself: kept-alive HTTP/1.1 connections, requests built beforehand."""

import asyncio
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle


@dataclass
class Load:
    """What came of a load: seconds of each answer, statuses, and the whole time."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    elapsed: float = 0.0

    @property
    def throughput(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.elapsed

    def quantile(self, share: float) -> float:
        """The milliseconds within which this share of the answers came."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000

    @property
    def p50(self) -> float:
        """The median in milliseconds."""
        return statistics.median(self.seconds) * 1000


def request(method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """Return the bytes of one request."""
    lines = [f"{method} {target} HTTP/1.1", "host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += [f"content-length: {len(body)}", "content-type: application/json"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def ask(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes
) -> tuple[int, dict[str, str], bytes]:
    """Send one request; give status, headers and body."""
    writer.write(sent)
    head = await reader.readuntil(b"\r\n\r\n")
    first, *rest = head[:-4].split(b"\r\n")
    headers = {k.decode().lower(): v.strip().decode() for k, _, v in (line.partition(b":") for line in rest)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return int(first.split(b" ")[1]), headers, body


Next = Callable[[int, dict[str, str]], bytes]


async def run(port: int, clients: int, seconds: float, next_request: Callable[[int], Next]) -> Load:
    """Ask as fast as answers come, from so many connections; each one's requests follow its own last answer."""
    load = Load()
    until = time.perf_counter() + seconds

    async def client(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        following, turn, headers = next_request(number), 0, {}
        while time.perf_counter() < until:
            sent = following(turn, headers)
            began = time.perf_counter()
            status, headers, _ = await ask(reader, writer, sent)
            load.seconds.append(time.perf_counter() - began)
            load.statuses[status] = load.statuses.get(status, 0) + 1
            turn += 1
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(client(n) for n in range(clients)))
    load.elapsed = time.perf_counter() - began
    return load


def repeating(requests: list[bytes]) -> Callable[[int], Next]:
    """Have every connection ask the same list over and over, each from another place in it."""

    def following(number: int) -> Next:
        turn: Iterator[bytes] = cycle(requests[number % len(requests) :] + requests[: number % len(requests)])
        return lambda _turn, _headers: next(turn)

    return following

"""Stands between a transport and the server's own protocol, and hands on what keeps within the bounds.

A connection is busy from a request's last header to its answer; else it owes the next headers, and has so many
seconds for them.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final, cast

import httptools
import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.core.errors import Problem
from backend.core.network.client_address import network_of
from backend.core.network.connection_errors import HeadersTooLarge, HeadersTooSlow, TooManyConnections
from backend.core.network.connection_limits import Connections

STALLED: Final = 60.0  # seconds in which a reader takes nothing of an answer
LINGERS: Final = 2.0  # seconds that a refused sender gets to read why
HEADERS_END: Final = b"\r\n\r\n"
STATE: Final = "connection"
MEDIA_TYPE: Final = "application/problem+json"
REASONS: Final = {408: "Request Timeout", 431: "Request Header Fields Too Large", 503: "Service Unavailable"}

Served = Callable[..., asyncio.Protocol]


def answer_of(problem: Problem, base: str) -> bytes:
    """Return the bytes of an answer to a request that nobody heard: in the platform's first language."""
    document = orjson.dumps(problem.document("zh", base, "/"))
    lines = [
        f"HTTP/1.1 {problem.status} {REASONS[problem.status]}",
        f"content-type: {MEDIA_TYPE}",
        "content-language: zh",
        f"content-length: {len(document)}",
        *(f"{name.lower()}: {value}" for name, value in problem.headers.items()),
        "connection: close",
    ]
    return "\r\n".join(lines).encode() + HEADERS_END + document


class Connection(asyncio.Protocol):
    """The protocol of one connection, around the server's own."""

    def __init__(self, inner: asyncio.Protocol, connections: Connections) -> None:
        self._inner, self._connections, self._bounds = inner, connections, connections.bounds
        self._parser: Any = httptools.HttpRequestParser(self)
        self._parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as the server's own reads
        self._transport: asyncio.Transport = cast(asyncio.Transport, None)
        self._network = ""
        self._is_taken = self._is_over = self._in_headers = False
        self._held, self._tail = 0, b""  # of headers that are still coming
        self._heard = self._answered = 0
        self._owes_since = 0.0
        self._unsent, self._unsent_since = 0, 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, or refuse it with an answer that needs no request."""
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self._network = network_of(str(peer[0])) if isinstance(peer, tuple) else ""
        self._owes_since = asyncio.get_running_loop().time()
        self._is_taken = self._connections.take(self, self._network)
        if self._is_taken:
            self._inner.connection_made(transport)
        else:
            refusal = TooManyConnections(most=self._bounds.connections, most_of_one=self._bounds.of_one)
            self._end(refusal, refusal.code)
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Hand on what came, as far as it keeps within the bounds."""
        most = self._bounds.header_bytes
        if len(data) <= most:
            self._take(data)
        elif not self._is_over:
            for at in range(0, len(data), most):  # more would hide how long the headers are
                self._take(data[at : at + most])

    def _take(self, piece: bytes) -> None:
        if self._is_over:
            return
        was_in_headers, heard = self._in_headers, self._heard
        try:
            self._parser.feed_data(piece)
        except (httptools.HttpParserUpgrade, httptools.HttpParserError):
            self._in_headers = False  # the server's own parser finds the same, and answers
        if was_in_headers or self._in_headers:
            self._measure(piece, heard, is_going_on=was_in_headers)
        if not self._is_over:
            self._inner.data_received(piece)

    def _measure(self, piece: bytes, heard: int, *, is_going_on: bool) -> None:
        is_complete = self._heard > heard
        if is_going_on and is_complete:
            length = self._held + max(0, (self._tail + piece).find(HEADERS_END) + len(HEADERS_END) - len(self._tail))
        else:
            length = (self._held if is_going_on else 0) + len(piece)
        if length > self._bounds.header_bytes:
            self._in_headers, self._heard = True, heard  # the server's own protocol never hears it
            self._refuse(HeadersTooLarge(limit=self._bounds.header_bytes))
        elif not is_complete:
            self._held, self._tail = length, (self._tail + piece)[-3:]

    def on_message_begin(self) -> None:
        """Note that a request begins."""
        self._in_headers = True
        self._held, self._tail = 0, b""
        if self._heard:  # the time of a first one runs from the connection's beginning
            self._owes_since = asyncio.get_running_loop().time()

    def on_headers_complete(self) -> None:
        """Note that the server's own protocol hears the request now."""
        self._in_headers = False
        self._heard += 1

    def answered(self) -> None:
        """Note that the app is done with one request; the next headers are owed from now on."""
        self._answered += 1
        self._owes_since = asyncio.get_running_loop().time()

    def late(self, now: float) -> None:
        """End the connection where it is late: with headers, with the rest of an answered request, or with reading."""
        unsent = self._transport.get_write_buffer_size()
        if unsent != self._unsent or not unsent:
            self._unsent, self._unsent_since = unsent, now
        if unsent and not self._is_over:
            self._owes_since = now
        is_stalled = unsent and now - self._unsent_since > STALLED
        if is_stalled or (self._is_over and now - self._owes_since > LINGERS):
            self._transport.abort()
        elif self._owes(now):
            self._refuse(HeadersTooSlow(seconds=self._bounds.header_seconds))

    def _owes(self, now: float) -> bool:
        is_idle = not self._is_over and self._heard == self._answered
        return is_idle and now - self._owes_since > self._bounds.header_seconds

    def _refuse(self, problem: Problem) -> None:
        """End the connection; with an answer where a request has begun and no other answer is under way.

        What still comes is thrown away for a moment: closed at once, the answer might not be read.
        """
        is_heard = self._in_headers and self._heard == self._answered
        self._end(problem if is_heard else None, problem.code)
        if is_heard and self._transport.can_write_eof():
            self._transport.write_eof()
        else:
            self._transport.close()

    def _end(self, problem: Problem | None, code: str) -> None:
        self._is_over = True
        self._owes_since = asyncio.get_running_loop().time()
        self._connections.refused(code)
        if problem is not None:
            self._transport.write(answer_of(problem, self._bounds.base))

    def eof_received(self) -> bool | None:
        """Hand on that nothing more comes."""
        return None if self._is_over else self._inner.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of everything."""
        self._is_over = True
        if self._is_taken:
            self._connections.give_back(self, self._network)
            self._inner.connection_lost(exc)
        self._parser = None  # it holds this object, which holds it

    def pause_writing(self) -> None:
        """Hand on that the reader is slow."""
        if self._is_taken:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Hand on that the reader has caught up."""
        if self._is_taken:
            self._inner.resume_writing()


def bounded(served: Served, connections: Connections) -> Served:
    """Return what makes the protocol of each connection, in the form in which uvicorn asks for one."""

    def made(*, app_state: dict[str, Any], **given: Any) -> asyncio.Protocol:
        state = dict(app_state)  # of this connection, and so of its requests
        one = Connection(served(app_state=state, **given), connections)
        state[STATE] = one
        return one

    return made


def telling(app: ASGIApp) -> ASGIApp:
    """Return the app, telling each connection when a request of it is answered."""

    async def serving(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        finally:
            connection = scope["state"].get(STATE) if scope["type"] == "http" and "state" in scope else None
            if connection is not None:
                connection.answered()

    return serving

"""The way to a Meilisearch server while a search waits: kept connections, a time limit, and a breaker.

The breaker is a library's: after several failures in a row nothing is asked for a while, so that those who search
learn at once that the server is away, and a server that struggles is left in peace.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import aiohttp
import orjson
from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.model import OpenedState

from search.engine import SearchError, SearchTimeout, SearchUnavailable

FAILURES: Final = 5  # in a row, until the server is left in peace …
PEACE: Final = 2.0  # … for so many seconds
CONNECTIONS: Final = 32
CONNECTED: Final = 0.8  # of the time limit: a server that is not reached by then is away
TELLS_LATER: Final = frozenset({408, 425, 429})
OWN_FAULT, SERVER_FAULT = 400, 500


class MeiliRefused(SearchError):
    """The server understood the question and refused it; `code` is Meilisearch's own."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.code = code


@contextmanager
def reading() -> Iterator[None]:
    """Say that the server is away where what it answered lacks what every answer has."""
    try:
        yield
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as nonsense:
        raise SearchUnavailable(f"the search server answered what is no answer: {nonsense!r}") from nonsense


class Caller:
    """Asks one server with one key."""

    def __init__(self, url: str, key: str, time_limit: float) -> None:
        self._url = url.rstrip("/")
        self._time_limit = time_limit
        self._timeout = aiohttp.ClientTimeout(total=time_limit, sock_connect=time_limit * CONNECTED)
        self._headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"
        self._http: aiohttp.ClientSession | None = None
        self._breakers = AsyncCircuitBreakerFactory(FAILURES, PEACE, exclude=[MeiliRefused, asyncio.CancelledError])

    async def post(self, path: str, body: Any) -> dict[str, Any]:
        """The answer to a question.

        Raises SearchTimeout past the time limit, SearchUnavailable where the server is away, overloaded or answers
        what is no answer, MeiliRefused where it refuses.
        """
        try:
            async with await self._breakers.get_breaker("server"):
                return await self._asked(path, orjson.dumps(body))
        except OpenedState as open_:
            raise SearchUnavailable("the search server failed several times in a row and is left in peace") from open_

    async def _asked(self, path: str, body: bytes) -> dict[str, Any]:
        if self._http is None:  # not before: it belongs to the event loop that asks
            # the system's resolver: the server's name may be one that only this machine knows
            connector = aiohttp.TCPConnector(limit=CONNECTIONS, resolver=aiohttp.ThreadedResolver())
            self._http = aiohttp.ClientSession(
                connector=connector, headers=self._headers, timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar()
            )
        try:
            async with self._http.post(self._url + path, data=body, allow_redirects=False) as answer:
                content = await answer.read()
        except (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError) as away:
            raise SearchUnavailable(f"the search server is away: {away}") from away
        except TimeoutError as late:
            raise SearchTimeout(f"the search server took longer than {self._time_limit} s") from late
        except (aiohttp.ClientError, OSError, ValueError) as away:
            raise SearchUnavailable(f"the search server is away: {away}") from away
        return understood(answer.status, content)

    async def close(self) -> None:
        """Let go of the connections."""
        if self._http is not None:
            await self._http.close()


def understood(status: int, content: bytes) -> dict[str, Any]:
    """The answer that these bytes are; raises SearchUnavailable or MeiliRefused where they are none."""
    try:
        answer = orjson.loads(content)
    except orjson.JSONDecodeError as garbage:
        raise SearchUnavailable(f"the search server answered {status} and what is no JSON") from garbage
    if not isinstance(answer, dict):
        raise SearchUnavailable(f"the search server answered {status} and no object")
    if status >= SERVER_FAULT or status in TELLS_LATER:
        raise SearchUnavailable(f"the search server answered {status}: {answer.get('message', '')}")
    if status >= OWN_FAULT:
        raise MeiliRefused(status, str(answer.get("code", "")), str(answer.get("message", "")))
    return answer

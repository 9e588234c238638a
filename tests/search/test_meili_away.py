"""A search server that is stopped, slow, overloaded or talks nonsense: a clear refusal, within the time limit."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from backend.patent_search.index_fields import PATENTS
from search.engine import Query, SearchError, SearchTimeout, SearchUnavailable
from search.meilisearch.client import FAILURES
from search.meilisearch.engine import MeilisearchEngine
from tests.one_server import free_port
from tests.search.conftest import patent

LIMIT = 0.5
FULL = b'{"message":"Too many search requests running at the same time","code":"too_many_search_requests"}'


@asynccontextmanager
async def engine_at(url: str, write_key: str = "") -> AsyncIterator[MeilisearchEngine]:
    engine = MeilisearchEngine(PATENTS, url, "key", write_key, time_limit=LIMIT)
    try:
        yield engine
    finally:
        await engine.close()


@asynccontextmanager
async def answering(answer: bytes | None, seconds: float = 0.0) -> AsyncIterator[tuple[str, list[int]]]:
    """Yield the address of a server that answers so after so many seconds, and the count of what it was asked."""
    asked = [0]

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next((int(h[15:]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length:")), 0)
                await reader.readexactly(length)
                asked[0] += 1
                await asyncio.sleep(seconds)
                if answer is None:
                    return
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", port := free_port())
    try:
        yield f"http://127.0.0.1:{port}", asked
    finally:
        server.close()


def http(status: int, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@pytest.mark.parametrize(
    ("answer", "seconds", "refusal"),
    [
        (http(200, b"{}"), 10.0, SearchTimeout),
        (http(503, FULL), 0.0, SearchUnavailable),
        (http(200, b"<html>nonsense</html>"), 0.0, SearchUnavailable),
        (http(200, b"{}"), 0.0, SearchUnavailable),
        (http(200, b'{"results":[{},{}]}'), 0.0, SearchUnavailable),
        (http(200, b'{"results":[{"hits":7},{"estimatedTotalHits":"many"}]}'), 0.0, SearchUnavailable),
        (http(403, b'{"message":"The provided API key is invalid.","code":"invalid_api_key"}'), 0.0, SearchUnavailable),
        (b"\x00\xff nonsense\r\n\r\n", 0.0, SearchUnavailable),
        (None, 0.0, SearchUnavailable),
    ],
    ids=["slow", "full queue", "no json", "empty", "half", "wrong types", "wrong key", "no http", "hangs up"],
)  # fmt: skip
async def test_a_server_in_trouble_is_a_refusal_within_the_time_limit(
    answer: bytes | None, seconds: float, refusal: type[SearchError]
) -> None:
    async with answering(answer, seconds) as (url, _), engine_at(url) as engine:
        began = time.monotonic()
        with pytest.raises(refusal):
            await engine.search(Query(text="电池"))
        assert time.monotonic() - began < LIMIT + 0.4


async def test_a_stopped_server_is_left_in_peace_after_some_failures_and_asked_again_later() -> None:
    async with answering(http(503, FULL)) as (url, asked), engine_at(url) as engine:
        for _ in range(FAILURES * 4):
            with pytest.raises(SearchUnavailable):
                await engine.search(Query(text="电池"))
        assert asked[0] == FAILURES
        await asyncio.sleep(2.1)
        with pytest.raises(SearchUnavailable):
            await engine.search(Query(text="电池"))
        assert asked[0] == FAILURES + 1


async def test_nobody_at_the_address_is_told_at_once_to_readers_and_to_writers() -> None:
    async with engine_at(f"http://127.0.0.1:{free_port()}", "key") as engine:
        for ask in (engine.open, engine.count, lambda: engine.search(Query()), lambda: engine.apply([patent("p1")], 1)):
            began = time.monotonic()
            with pytest.raises(SearchUnavailable):
                await ask()
            assert time.monotonic() - began < LIMIT + 0.4


async def test_a_process_without_the_key_to_write_does_not_write() -> None:
    async with engine_at("http://127.0.0.1:1") as engine:
        with pytest.raises(SearchUnavailable, match="no key"):
            await engine.apply([patent("p1")], 1)

"""How long a need and a pasted paragraph wait for explained matches, through the API, over 27,500 listings."""

import statistics
import time
from pathlib import Path
from typing import Any, Final

import httpx

from backend.demo.organisations import SHOWN_TO_ALL, organisations
from tests.bench import server
from tests.bench.followed_stream import until_evaluated
from tests.bench.judged import judged_queries, rows_of
from tests.one_server import free_port
from tests.scenarios.members import sign_in
from tests.scenarios.waiting import wait_until

TURNS: Final = 3  # each question asked so often; the first round warms up
PARAGRAPHS: Final = 60


async def measure(folder: Path) -> dict[str, float]:
    """Return the median times in milliseconds, and how long the process took until it could compare."""
    port = free_port()
    environment = server.settings_of(
        folder,
        PATENTMART_DEMO="1",
        PATENTMART_SECRET="",
        PREVIEWS_PER_ADDRESS_PER_MINUTE="0",
        COMPARISONS_PER_CALLER_PER_MINUTE="0",
        SQLITE_SYNCHRONOUS="NORMAL",
    )
    with server.running(server.patentmart(port), environment, port, folder):
        began = time.monotonic()
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            await wait_until(lambda: _compares(client), "the memory of listings")
            ready = time.monotonic() - began
            await until_evaluated(folder / "patentmart.sqlite")
            needs = await _times_of_needs(client)
            previews = await _times_of_previews(client)
    return {
        "ready_seconds": ready,
        "need_p50_ms": statistics.median(needs),
        "need_p95_ms": statistics.quantiles(needs, n=20)[-1],
        "preview_p50_ms": statistics.median(previews),
        "preview_p95_ms": statistics.quantiles(previews, n=20)[-1],
    }


async def _compares(client: httpx.AsyncClient) -> bool:
    answer = await client.post("/v1/matches/preview", json={"text": "电池"})
    return answer.status_code == 200 and bool(answer.json()["items"])


async def _times_of_needs(client: httpx.AsyncClient) -> list[float]:
    owner = next(one for one in organisations() if one.kind == "enterprise").sign_ins[0]
    asker = await sign_in(client, owner.email, SHOWN_TO_ALL)
    paths = []
    for query in judged_queries()[0]:
        body = {"title": query["q"][:60], "problem": query["q"], "deal_types": ["ordinary_licence"], "stage_min": 4}
        drafted = await client.post("/v1/needs", json=body, headers=asker.headers)
        drafted.raise_for_status()
        paths.append(f"/v1/needs/{drafted.json()['id']}/matches")
    return await _timed([lambda path=path: client.get(path, headers=asker.headers) for path in paths])


async def _times_of_previews(client: httpx.AsyncClient) -> list[float]:
    texts = [row["text"] for row, _ in zip(rows_of("queries_dev.jsonl.gz"), range(PARAGRAPHS), strict=False)]
    return await _timed([lambda text=text: client.post("/v1/matches/preview", json={"text": text}) for text in texts])


async def _timed(asks: list[Any]) -> list[float]:
    times = []
    for turn in range(TURNS + 1):
        for ask in asks:
            began = time.perf_counter()
            answer = await ask()
            taken = (time.perf_counter() - began) * 1000
            answer.raise_for_status()
            if turn:
                times.append(taken)
    return times

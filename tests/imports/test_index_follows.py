"""A big import never keeps searches waiting, and the index has all of it seconds after its end."""

import asyncio
import time
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests.scenarios.imports import Person, csv_table, insert_member, new_number, outcomes, run_import

pytestmark = [pytest.mark.slow, pytest.mark.both_databases]

LISTED, ROWS = 2_000, 20_000
BEFORE, AFTER = "钪铱合金坩埚", "碲镉汞探测阵列"


async def total(client: AsyncClient, words: str, who: Person) -> int:
    answer = await client.get("/v1/patents/search", params={"q": words, "holder": who.organisation_id, "limit": 1})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["total"])


async def publish_all(client: AsyncClient, who: Person) -> None:
    body = {"action": "publish", "filter": {}, "terms": {"deal_types": ["assignment"], "price_note": "面议"}}
    answer = await client.post("/v1/listings/bulk", json=body, headers=who.headers)
    assert answer.status_code == 202, answer.text
    for _ in range(2_000):
        job = (await client.get(answer.headers["location"], headers=who.headers)).json()
        if job["status"] == "done":
            assert job["summary"] == {"outcomes": {"published": LISTED}}
            return
        await asyncio.sleep(0.05)
    raise AssertionError(job)


async def seconds_until(client: AsyncClient, who: Person, words: str, wanted: int) -> float:
    began = time.monotonic()
    while await total(client, words, who) != wanted:
        assert time.monotonic() - began < 30
        await asyncio.sleep(0.1)
    return time.monotonic() - began


async def searched(client: AsyncClient, over: asyncio.Event) -> list[float]:
    """Search until it is over; give the seconds that each answer took."""
    found = []
    while not over.is_set():
        asked = time.monotonic()
        answer = await client.get("/v1/patents/search", params={"q": BEFORE})
        assert answer.status_code == 200, answer.text
        found.append(time.monotonic() - asked)
        await asyncio.sleep(0.05)
    return found


@pytest.mark.timeout(300)
async def test_searches_are_answered_during_a_big_import_and_the_index_follows_it(
    app: FastAPI, client: AsyncClient
) -> None:
    who = await insert_member(app, "索引大学")
    rest: dict[str, Any] = {"申请日": "2019-03-04", "授权公告日": "2021-05-06", "专利权人": who.name}
    first = [{"申请号": new_number(), "专利名称": f"{BEFORE} {n}", **rest} for n in range(LISTED)]
    assert outcomes(await run_import(client, who, csv_table(*first))) == {"created": LISTED}
    await publish_all(client, who)
    await seconds_until(client, who, BEFORE, LISTED)
    changed = [row | {"专利名称": row["专利名称"].replace(BEFORE, AFTER)} for row in first]
    fresh = [{"申请号": new_number(), "专利名称": f"新件 {n}", **rest} for n in range(ROWS - LISTED)]
    over = asyncio.Event()
    searching = asyncio.create_task(searched(client, over))
    found = await run_import(client, who, csv_table(*changed, *fresh))
    assert outcomes(found) == {"created": ROWS - LISTED, "updated": LISTED}, found
    assert await seconds_until(client, who, AFTER, LISTED) < 10
    over.set()
    took = sorted(await searching)
    assert await total(client, BEFORE, who) == 0
    assert took[len(took) // 2] < 0.5, took
    assert took[-1] < 5, took

"""The order of what a search finds, over HTTP on titles of the real register: what new users met."""

import csv
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from tests.patent_search.test_suggestions import REGISTER, ask, indexed, publish_all
from tests.scenarios.imports import csv_table, insert_member, new_number, run_import

pytestmark = [pytest.mark.both_databases]

HOLDER: Final = "示例电池研究院"
MOST: Final = 700


@pytest_asyncio.fixture(scope="module")
async def batteries(app: FastAPI, shared: Path) -> list[str]:
    """The titles about batteries of a day's register, all of them listed."""
    with (shared / REGISTER).open(encoding="utf-8", newline="") as file:
        titles = [row["title"] for row in csv.DictReader(file) if "电池" in row["title"]]
    titles = [title for title in titles if "回收" in title] + [title for title in titles if "回收" not in title][:MOST]
    who = await insert_member(app, HOLDER, "enterprise")
    table = [{"申请号": new_number(), "名称": title, "专利权人": HOLDER} for title in titles]
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        await run_import(client, who, csv_table(*table))
        await publish_all(client, who)
        await indexed(client, HOLDER, len(titles))
    return titles


async def pages(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    answers = [await ask(client, **query)]
    while answers[-1]["next_cursor"]:
        answers.append(await ask(client, **query, cursor=answers[-1]["next_cursor"]))
    return answers


async def test_recycling_of_spent_lithium_batteries_comes_before_cathode_materials(
    client: httpx.AsyncClient, batteries: list[str]
) -> None:
    recycling = {title for title in batteries if "回收" in title and "锂" in title}
    assert len(recycling) >= 4
    found = await ask(client, q="废旧锂电池回收", limit=10)
    titles = [item["title"] for item in found["items"]]
    assert set(titles[: len(recycling)]) <= {title for title in batteries if "回收" in title or "废旧" in title}, titles
    assert recycling <= set(titles)


@pytest.mark.usefixtures("batteries")
async def test_pages_lead_through_all_that_is_found_once(client: httpx.AsyncClient) -> None:
    answers = await pages(client, q="电池", limit=100)
    ids = [item["id"] for answer in answers for item in answer["items"]]
    assert len(ids) == len(set(ids)) == answers[0]["total"] > 400
    assert {answer["total"] for answer in answers} == {len(ids)}
    assert {answer["shifted"] for answer in answers} == {False}


@pytest.mark.usefixtures("batteries")
async def test_an_item_says_what_its_score_is_the_sum_of(client: httpx.AsyncClient) -> None:
    plain = await ask(client, q="锂电池 回收", limit=5)
    assert all("score" not in item for item in plain["items"])
    found = await ask(client, q="锂电池 回收", limit=5, explain=True)
    assert [item["id"] for item in found["items"]] == [item["id"] for item in plain["items"]]
    scores = [item["score"] for item in found["items"]]
    assert [score["points"] for score in scores] == sorted((score["points"] for score in scores), reverse=True)
    for score in scores:
        assert score["points"] == pytest.approx(sum(part["points"] for part in score["parts"]))
        assert {"锂电池", "回收"} >= {part["what"] for part in score["parts"] if part["name"] == "word"}
        assert all(part["words"] for part in score["parts"])
    by_date = await ask(client, q="锂电池", sort="-listed_at", limit=2, explain=True)
    assert all("score" not in item for item in by_date["items"])


@pytest.mark.usefixtures("batteries")
async def test_a_changed_cursor_is_refused(client: httpx.AsyncClient) -> None:
    cursor = (await ask(client, q="电池", limit=5))["next_cursor"]
    for wrong in (cursor[:-2], cursor + "AA", "x", ""):
        answer = await client.get("/v1/patents/search", params={"q": "电池", "limit": 5, "cursor": wrong})
        assert answer.status_code == 422
    other = await client.get("/v1/patents/search", params={"q": "电机", "limit": 5, "cursor": cursor})
    assert other.status_code == 422

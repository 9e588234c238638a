"""What a search suggests: names with their filters, other spellings and parts, each with what it finds."""

import asyncio
import csv
from collections import Counter
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from fastapi import FastAPI

from backend.patent_search import listed_texts
from backend.patent_search.schemas import SearchOut
from tests.scenarios.imports import Person, csv_table, insert_member, new_number, run_import
from tests.scenarios.listings import draft_listing, list_patent
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.patents import enter_patent
from tests.scenarios.requests import post

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("chongqing")]

SEARCH: Final = "/v1/patents/search"
REGISTER: Final = "data/registers/cn_organisation_patents_20190712.csv"
GREE: Final = "珠海格力电器股份有限公司"


async def ask(client: httpx.AsyncClient, **query: Any) -> dict[str, Any]:
    answer = await client.get(SEARCH, params=query)
    assert answer.status_code == 200, answer.text
    SearchOut.model_validate(answer.json())
    return dict(answer.json())


async def suggested(client: httpx.AsyncClient, *, until: int = 0, **query: Any) -> list[dict[str, Any]]:
    """Return what is suggested; once the first finds so many, as the memory follows the stream."""
    found: list[dict[str, Any]] = []
    for _ in range(100):
        found = list((await ask(client, **query))["query"]["suggestions"])
        if not until or (found and found[0]["total"] >= until):
            break
        await asyncio.sleep(0.1)
    return found


async def indexed(client: httpx.AsyncClient, holder: str, total: int) -> None:
    """Wait until the index has so many of a holder's patents."""
    for _ in range(200):
        if (await ask(client, holder=holder))["total"] == total:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the index does not follow")


async def publish_all(client: httpx.AsyncClient, who: Person) -> None:
    """List every patent that is the organisation's."""
    body = {"action": "publish", "filter": {}, "terms": {"deal_types": ["assignment"], "price_note": "面议"}}
    answer = await client.post("/v1/listings/bulk", json=body, headers=who.headers)
    assert answer.status_code == 202, answer.text
    for _ in range(600):
        job = (await client.get(answer.headers["location"], headers=who.headers)).json()
        if job["status"] == "done":
            assert set(job["summary"]["outcomes"]) == {"published"}
            return
        await asyncio.sleep(0.05)
    raise AssertionError(job)


def told(found: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(one["kind"], one["text"], one["total"]) for one in found]


async def show(client: httpx.AsyncClient, member: Member, title: str, **facts: Any) -> dict[str, Any]:
    """Return a patent that is listed."""
    patent = await enter_patent(client, member, title=title, abstract=f"{title}，结构简单。", **facts)
    await list_patent(client, member, patent["id"])
    return patent


@pytest.fixture(scope="module")
async def chongqing(app: FastAPI) -> Member:
    """A university whose listed patents are about batteries, sensors and pumps, and one that is not listed."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client:
        member = await register_organisation(client, name="重庆大学", name_en="Chongqing University")
        await show(client, member, "一种锂电池隔膜", title_en="Lithium battery separator", inventors=["汪其伟", "张力"])
        await show(client, member, "锂电池电极", title_en="Lithium battery electrode", inventors=["汪其伟"])
        await show(client, member, "一种张力传感器", title_en="Tension sensor", applicants=["清华大学"])
        await show(client, member, "石墨烯散热膜", inventors=["刘一鸣"])
        hidden = await enter_patent(
            client, member, title="一种钛酸钡陶瓷", inventors=["隐名氏"], applicants=["复旦大学"]
        )
        await draft_listing(client, member, hidden["id"])
        assert await suggested(client, until=4, q="重庆大学")
        await indexed(client, "重庆大学", 4)
    return member


@pytest.mark.parametrize(
    "query", ["重庆大学", "重慶大學", "zhongqingdaxue", "chongqing university", "CQU", "重大", "cqu 电池"]
)
async def test_a_university_is_offered_as_a_filter_with_its_count(client: httpx.AsyncClient, query: str) -> None:
    first = (await suggested(client, q=query))[0]
    assert first == {"kind": "holder", "text": "重庆大学", "total": 4, "filter": "holder", "value": "重庆大学"}
    assert (await ask(client, **{first["filter"]: first["value"]}))["total"] == 4


async def test_inventors_and_applicants_are_offered_and_their_filters_find_as_many(client: httpx.AsyncClient) -> None:
    for query, kind, name, total in (
        ("汪其伟", "inventor", "汪其伟", 2),
        ("wang qiwei", "inventor", "汪其伟", 2),
        ("Qiwei Wang", "inventor", "汪其伟", 2),
        ("张力", "inventor", "张力", 1),
        ("清华", "applicant", "清华大学", 1),
        ("THU", "applicant", "清华大学", 1),
    ):
        found = await suggested(client, q=query)
        assert (kind, name, total) in told(found), query
        assert (await ask(client, **{kind: name}))["total"] == total
    assert (await ask(client, inventor=["汪其伟", "刘一鸣"]))["total"] == 3
    assert (await ask(client, inventor="汪其"))["total"] == 0, "a name is meant whole"


async def test_a_misspelt_word_a_sound_and_pinyin_lead_to_what_was_meant(client: httpx.AsyncClient) -> None:
    assert ("pinyin", "锂电池", 2) in told(await suggested(client, q="lidianchi"))
    assert ("pinyin", "锂电池", 2) in told(await suggested(client, q="li dian chi"))
    assert ("spelling", "锂电池", 2) in told(await suggested(client, q="理电池"))
    found = await suggested(client, q="battrey seperator")
    assert found == [] or all(one["total"] for one in found)


async def test_the_parts_that_find_something_are_told_with_their_counts(client: httpx.AsyncClient) -> None:
    found = await suggested(client, q='"石墨烯锂电池"')
    assert ("part", "石墨烯", 1) in told(found)
    assert ("part", "锂电池", 2) in told(found)
    narrowed = await suggested(client, q='"石墨烯锂电池"', inventor="刘一鸣")
    assert ("part", "石墨烯", 1) in told(narrowed)
    assert not [one for one in narrowed if one["text"] == "锂电池"]


@pytest.mark.parametrize("query", ["zzqqxxyy", "鬱鬱鼙鼙", "!!!", "1234567890", "x" * 500, "礼" * 500, "qing " * 100])
async def test_nothing_is_suggested_for_nonsense(client: httpx.AsyncClient, query: str) -> None:
    assert await suggested(client, q=query) == []


@pytest.mark.parametrize(
    "query",
    [
        "lidianchi zzqqxx",
        "battrey",
        "理电池 钛酸钡",
        "tanlisheji",
        "锂电池管理系统 钛酸钡",
        '"alpha battery"',
        "seperater",
    ],
)
async def test_no_suggestion_finds_nothing(client: httpx.AsyncClient, query: str) -> None:
    for one in await suggested(client, q=query):
        again = {one["filter"]: one["value"]} if one["filter"] else {"q": one["text"]}
        assert one["total"] == (await ask(client, **again))["total"] > 0


@pytest.mark.parametrize(
    "query", ["隐名氏", "yinmingshi", "复旦大学", "FDU", "钛酸钡", "taisuanbei", "钛酸贝", "钛酸钡陶瓷"]
)
async def test_what_is_not_listed_is_not_suggested(client: httpx.AsyncClient, query: str) -> None:
    assert await suggested(client, q=query) == []


async def test_an_enough_answered_search_suggests_no_other_words(client: httpx.AsyncClient) -> None:
    assert await suggested(client, q="锂电池", holder="重庆大学") != [("part", "锂电池", 2)]
    assert await suggested(client) == []
    facets = (await client.get(f"{SEARCH}/facets/holder", params={"words": "锂电池"})).json()
    assert facets["items"][0]["count"] == 2


async def test_a_name_is_gone_with_its_last_listing(client: httpx.AsyncClient) -> None:
    member = await register_organisation(client, name="昙花一现有限公司")
    patent = await enter_patent(client, member, title="一种花盆", inventors=["花无缺"])
    listing = await list_patent(client, member, patent["id"])
    assert told(await suggested(client, until=1, q="花无缺")) == [("inventor", "花无缺", 1)]
    await post(client, member, f"/v1/listings/{listing['id']}/delisting", {"reason": "sold"})
    for _ in range(100):
        if not await suggested(client, q="花无缺"):
            break
        await asyncio.sleep(0.1)
    assert await suggested(client, q="花无缺") == await suggested(client, q="昙花一现") == []


async def test_a_companys_name_found_2660_patents_instead_of_its_166(
    app: FastAPI, client: httpx.AsyncClient, shared: Path
) -> None:
    with (shared / REGISTER).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["applicants"] == GREE or "有限公司" in row["applicants"]]
    mine = [row for row in rows if row["applicants"] == GREE]
    others = [row for row in rows if "电器" in row["applicants"] and row["applicants"] != GREE][:40]
    assert (len(mine) > 100, len(others)) == (True, 40)
    names = Counter(row["applicants"] for row in mine + others)
    for name in names:
        who = await insert_member(app, name, "enterprise")
        table = [
            {"申请号": new_number(), "名称": row["title"], "专利权人": name}
            for row in mine + others
            if row["applicants"] == name
        ]
        await run_import(client, who, csv_table(*table))
        await publish_all(client, who)
    for query in (GREE, "格力", "zhuhai geli dianqi"):
        first = (await suggested(client, until=names[GREE], q=query))[0]
        assert (first["kind"], first["value"], first["total"]) == ("holder", GREE, names[GREE])
    await indexed(client, GREE, names[GREE])
    found = await ask(client, q=GREE, limit=100)
    assert found["total"] > names[GREE], "the total stays that of the words"
    assert {holder["name"] for item in found["items"] for holder in item["holders"]} == {GREE}


async def test_a_search_answers_without_suggestions_until_all_listings_are_in_memory(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    assert await suggested(client, q="CQU")
    go_on = asyncio.Event()

    async def observer(*_: object) -> None:
        await go_on.wait()

    app.state.services[listed_texts.NAME].observe(observer)  # one that comes late has the memory read all again
    assert await suggested(client, q="CQU") == []
    go_on.set()
    assert await suggested(client, until=4, q="CQU")

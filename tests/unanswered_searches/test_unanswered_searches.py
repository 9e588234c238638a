"""What is sought and not found: told to the platform from five callers on, and of nobody."""

import asyncio
import csv
import io
import secrets
from datetime import date
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.core.domain import ServiceSite
from backend.unanswered_searches.consistency_checks import CONSISTENCY_CHECKS
from backend.unanswered_searches.recorder import NAME, recording
from backend.unanswered_searches.rules import counted_text
from backend.unanswered_searches.service import DAY, SEARCH, forget
from backend.unanswered_searches.tally import MOST_TEXTS_OF_CALLER, MOST_WAITING, Noted, Tally
from tests.scenarios.consistency import find_differences
from tests.scenarios.introductions import moved_clock, sweep_at
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.needs import publish_need
from tests.scenarios.patents import enter_patent

pytestmark = pytest.mark.both_databases
SEARCH_PATH, LIST = "/v1/patents/search", "/v1/statistics/unanswered-searches"


def words() -> str:
    """Return words that stand in no patent."""
    return "无人问津" + "".join(secrets.choice("甲乙丙丁戊己庚辛壬癸子丑寅卯辰") for _ in range(12))


async def seek(app: FastAPI, text: str, *addresses: str, **query: Any) -> None:
    """Search once from each address, and have it written down as it is every few seconds."""
    for address in addresses:
        transport = httpx.ASGITransport(app=app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as caller:
            answer = await caller.get(SEARCH_PATH, params={"q": text, **query})
            assert answer.status_code == 200, answer.text
    await app.state.services[NAME].write()


def networks(count: int, first: int = 1) -> list[str]:
    return [f"198.51.100.{number}" for number in range(first, first + count)]


async def listed(client: httpx.AsyncClient, **query: Any) -> dict[str, dict[str, Any]]:
    """Return by its words what the platform sees."""
    staff = await sign_in_platform(client)
    answer = await client.get(LIST, params={"limit": 100, **query}, headers=staff.headers)
    assert answer.status_code == 200, answer.text
    return {item["text"]: item for item in answer.json()["items"]}


async def kept(app: FastAPI, text: str) -> list[Any]:
    async with app.state.database.read() as session:
        return list(await session.execute(sa.select(SEARCH).where(SEARCH.c.text == text)))


async def test_words_are_shown_from_the_fifth_caller_on_and_then_nothing_tells_callers_apart(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    text = words()
    await seek(app, text, *networks(4))
    assert text not in await listed(client)
    (row,) = await kept(app, text)
    assert row.callers in (3, 4), "a byte of each: two of four callers are taken for one in some of fifty cases"
    assert (len(row.marks), len(row.salt)) == (row.callers, 16)
    await seek(app, text, *networks(30, first=5))
    found = (await listed(client))[text]
    assert found == {"text": text, "cause": "words", "language": "zh", "searches": 34,
                     "last_on": app.state.clock.today().isoformat()}  # fmt: skip
    (row,) = await kept(app, text)
    assert (row.callers, row.marks, row.salt) == (5, None, None)


async def test_one_caller_counts_once_however_he_spells_repeats_or_pages(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    text = words()
    await seek(app, text, *["2001:db8:1:2::1", "2001:db8:1:2:ffff::7"] * 5)  # one line, that chooses its address
    await seek(app, f"  {text}\u200b ", "2001:db8:1:2::9", limit=5)
    await seek(app, text, *["203.0.113.1", "::ffff:203.0.113.1"] * 3)
    (row,) = await kept(app, text)
    assert row.callers in (1, 2)
    await seek(app, text, *networks(9))
    assert (await listed(client))[text]["searches"] == 11


async def test_a_caller_is_known_again_on_another_day_and_after_a_restart(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    text = words()
    async with moved_clock(client, app):
        for _ in range(7):
            await seek(app, text, "198.51.100.1", "198.51.100.2")
            async with recording(ServiceSite(database=app.state.database, works=True)) as restarted:
                restarted.note(Noted(text, is_narrowed=False, address="198.51.100.1"))
            await sweep_at(client, app, days=1)
        (row,) = await kept(app, text)
        assert row.callers <= 2
        assert text not in await listed(client)


async def test_what_filters_left_nothing_of_is_counted_apart(client: httpx.AsyncClient, app: FastAPI) -> None:
    text = words()
    await seek(app, text, *networks(9))
    await seek(app, text, *networks(8), kind="design")
    counts = {cause: (await listed(client, cause=cause))[text]["searches"] for cause in ("words", "filters")}
    assert counts == {"words": 9, "filters": 8}
    assert text not in await listed(client, language="en")


async def test_what_was_found_is_counted_by_nobody(client: httpx.AsyncClient, app: FastAPI) -> None:
    owner, text = await register_organisation(client), f"found{secrets.token_hex(5)}"
    patent = await enter_patent(client, owner, title=f"一种{text}装置")
    made = await list_patent(client, owner, patent["id"])
    changed = await client.patch(
        f"/v1/listings/{made['id']}", json={"price_note": "可议"}, headers=owner.headers | {"If-Match": "*"}
    )
    for page in ({}, {"cursor": "x"}):
        answer = await client.get(SEARCH_PATH, params={"q": text, "after_event": changed.headers["event-id"], **page})
        assert answer.status_code in (200, 422)
    await app.state.services[NAME].write()
    assert await kept(app, text) == []


async def test_neither_needs_nor_previews_nor_searches_of_needs_are_counted(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    asker, text = await register_organisation(client, "enterprise"), f"need{secrets.token_hex(5)}"
    await publish_need(client, asker, title=text, problem=f"{text}，求解决。")
    assert (await client.post("/v1/matches/preview", json={"text": text})).status_code == 200
    assert (await client.get("/v1/needs/search", params={"q": text + "无"})).status_code == 200
    await app.state.services[NAME].write()
    async with app.state.database.read() as session:
        assert not list(await session.execute(sa.select(SEARCH.c.id).where(SEARCH.c.text.contains(text))))


@pytest.mark.parametrize(
    "text",
    [
        "王示例 13800138000 水泵", "联系 138 0013 8000", "１３８００１３８０００", "一三八零零一三八零零零",
        "mail a.b@example.com",
        "身份证 50010119900101123X", "91500000mabc12345x", "微信号：li_abc1", "QQ:12345 电池", "www.example.com 泵",
        "护照 G1234567", "水 100 200 300", "水" * 61, "…… 12",
    ],
)  # fmt: skip
async def test_what_may_tell_of_a_person_is_not_kept_whoever_sends_it(app: FastAPI, text: str) -> None:
    async with app.state.database.read() as session:
        before = (await session.execute(sa.select(sa.func.count()).select_from(SEARCH))).scalar_one()
    await seek(app, text, *networks(20))
    async with app.state.database.read() as session:
        after = (await session.execute(sa.select(sa.func.count()).select_from(SEARCH))).scalar_one()
    assert after == before


@pytest.mark.parametrize(
    "text",
    [
        "5g基站",
        "2,4-二氯苯酚",
        "铝合金6061",
        "high-temperature 1200°c alloy",
        "c++",
        "手机壳",
        "微信小程序",
        "身份证识别",
    ],
)
def test_words_of_the_trade_are_kept(text: str) -> None:
    assert counted_text(text) == text


async def test_everything_is_gone_after_thirty_days(client: httpx.AsyncClient, app: FastAPI) -> None:
    text, rare = words(), words()
    async with moved_clock(client, app):
        await seek(app, text, *networks(9))
        await seek(app, rare, *networks(2))
        await sweep_at(client, app, days=29)
        assert (await listed(client))[text]["searches"] == 9
        await sweep_at(client, app, days=1)
        assert (await kept(app, text), await kept(app, rare)) == ([], [])
        assert text not in await listed(client)


async def test_callers_are_told_apart_for_thirty_days_and_not_longer(client: httpx.AsyncClient, app: FastAPI) -> None:
    text = words()
    async with moved_clock(client, app):
        await seek(app, text, *networks(3))
        await sweep_at(client, app, days=20)
        await seek(app, text, "198.51.100.1")
        await sweep_at(client, app, days=10)
        (row,) = await kept(app, text)
        assert (row.callers, row.marks, row.salt) == (0, None, None)
        await seek(app, text, *networks(3, first=5))
        assert text not in await listed(client), "three callers are known of by now"
        assert await find_differences(app, *CONSISTENCY_CHECKS) == []


async def test_counts_are_of_the_days_asked_for_and_page_by_count(client: httpx.AsyncClient, app: FastAPI) -> None:
    often, seldom = words(), words()
    async with moved_clock(client, app):
        began: date = app.state.clock.today()
        await seek(app, often, *networks(40))
        await seek(app, seldom, *networks(35))
        await sweep_at(client, app, days=2)
        await seek(app, seldom, *networks(3))
        later = app.state.clock.today().isoformat()
        assert (await listed(client, to=began.isoformat()))[often]["searches"] == 40
        assert {n: i["searches"] for n, i in (await listed(client, **{"from": later})).items()} == {seldom: 3}
        staff = await sign_in_platform(client)
        seen, query = [], {"limit": 1}
        while True:
            page = (await client.get(LIST, params=query, headers=staff.headers)).json()
            seen += [item["text"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            query = {"limit": 1, "cursor": page["next_cursor"]}
        assert seen[:2] == [often, seldom]
        assert len(seen) == len(set(seen))


@pytest.mark.parametrize("query", ["from=2026-02-01&to=2026-01-01", "limit=101", "language=fr", "cause=x", "q=x"])
async def test_what_makes_no_sense_is_refused(client: httpx.AsyncClient, query: str) -> None:
    staff = await sign_in_platform(client)
    assert (await client.get(f"{LIST}?{query}", headers=staff.headers)).status_code == 422


async def test_the_file_holds_no_formula(client: httpx.AsyncClient, app: FastAPI) -> None:
    text = f"=cmd|' /c {words()}'!a"
    await seek(app, text, *networks(9))
    staff: Member = await sign_in_platform(client)
    answer = await client.get(f"{LIST}.csv", headers=staff.headers)
    assert answer.headers["content-type"].startswith("text/csv")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert lines[0] == ["text", "cause", "language", "searches", "last_on"]
    assert f"'{text}" in {line[0] for line in lines}


async def test_a_flood_of_different_words_is_bounded_in_memory_and_in_the_table(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    text = words()
    await seek(app, text, *networks(20, first=100))
    recorder = app.state.services[NAME]
    for number in range(3 * MOST_WAITING):
        recorder.note(Noted(f"洪水{words()}", is_narrowed=False, address=f"192.0.2.{number % 200}"))
    await recorder.write()
    async with app.state.database.read() as session:
        flood = sa.select(sa.func.count()).select_from(SEARCH).where(SEARCH.c.text.contains("洪水"))
        assert (await session.execute(flood)).scalar_one() == MOST_WAITING
    async with app.state.database.write() as session:
        await forget(session, app.state.clock.today(), most=100)
    async with app.state.database.read() as session:
        counted = sa.select(sa.func.count())
        assert (await session.execute(counted.select_from(SEARCH))).scalar_one() == 100
        lost = sa.select(DAY.c.search_id).where(DAY.c.search_id.not_in(sa.select(SEARCH.c.id)))
        assert not list(await session.execute(lost))
    assert text in await listed(client), "what several callers sought outlives what one made up"


def test_one_caller_fills_the_day_with_fifty_texts() -> None:
    tally = Tally()
    flood = [Noted(words(), is_narrowed=False, address="192.0.2.1") for _ in range(200)]
    assert len(tally.count(flood, date(2026, 12, 1))) == MOST_TEXTS_OF_CALLER
    assert tally.count(flood, date(2026, 12, 1)) == []
    assert len(tally.count(flood, date(2026, 12, 2))) == MOST_TEXTS_OF_CALLER


async def test_two_processes_that_write_at_once_lose_nothing(client: httpx.AsyncClient, app: FastAPI) -> None:
    text = words()
    async with recording(ServiceSite(database=app.state.database, works=True)) as other:
        for number, recorder in enumerate([app.state.services[NAME], other] * 4):
            recorder.note(Noted(text, is_narrowed=False, address=f"203.0.113.{number}"))
        await asyncio.gather(app.state.services[NAME].write(), other.write())
    assert (await listed(client))[text]["searches"] == 8
    (row,) = await kept(app, text)
    assert row.callers == 5


async def test_a_row_that_may_not_be_kept_is_found_by_the_comparison(app: FastAPI) -> None:
    text = words()
    await seek(app, text, "198.51.100.1")
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []
    async with app.state.database.write() as session:
        await session.execute(sa.update(SEARCH).where(SEARCH.c.text == text).values(text="写信给李@示例"))
    (found,) = await find_differences(app, *CONSISTENCY_CHECKS)
    assert "its text is none that may be kept" in found
    async with app.state.database.write() as session:
        await session.execute(sa.update(SEARCH).where(SEARCH.c.text == "写信给李@示例").values(text=text))

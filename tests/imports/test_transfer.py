"""A change of holders told by a file ends in the right holder on the right day, whoever sends it."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests.scenarios.imports import (
    Person,
    csv_table,
    get_patent_by_number,
    get_rows,
    insert_member,
    new_number,
    run_import,
)

pytestmark = pytest.mark.slow

RECORD = "registers/cn_patent_record_with_legal_events.json"
UNIVERSITY = "南京工业大学"
COMPANY = "南京轩凯生物科技有限公司"
RENAMED = "南京轩凯生物科技股份有限公司"


def record(*, seller: str, buyer: str, renamed: str, text: str) -> dict[str, str]:
    """Return the row of a patent that two held, of whom one left, and of whom the other took a new name."""
    events = [
        {"event": "name_changed", "effective_on": "2020-12-22", "holders_before": [buyer], "holders_after": [renamed]},
        {
            "event": "holder_changed", "effective_on": "2020-07-31", "announced_on": "2020-08-21",
            "holders_before": [buyer, seller], "holders_after": [buyer], "source": "CNIPA TR01",
        },
        {"event": "granted", "effective_on": "2015-03-25"},
        {"event": "published", "effective_on": "2013-03-13"},
    ]  # fmt: skip
    return {
        "申请号": text, "名称": "一种枯草芽孢杆菌", "申请日": "2012-11-16", "授权公告日": "2015-03-25",
        "申请人": f"{buyer};{seller}", "专利权人": renamed, "legal_events": json.dumps(events, ensure_ascii=False),
    }  # fmt: skip


def moved(text: str, on: str, before: str, after: str) -> dict[str, str]:
    """Return the row of a change of holders."""
    names = {"变更前权利人": before, "变更后权利人": after}
    return {"专利号": text, "法律事件": "专利权的转移", "生效日": on, **names}


async def holders(client: AsyncClient, who: Person, text: str, **asked: str) -> list[str]:
    """Return the holders' names, by what is asked of the past."""
    found = await get_patent_by_number(client, who, text)
    answer = await client.get(f"/v1/patents/{found['id']}", headers=who.headers, params=asked)
    assert answer.status_code == 200, answer.text
    return sorted(holder["name"] for holder in answer.json()["holders"])


async def told(client: AsyncClient, who: Person, content: bytes, **more: Any) -> list[Any]:
    """Return what applying came to, after a check that said the same."""
    found = []
    for mode in ("check", "apply"):
        ended = await run_import(client, who, content, mode=mode, **more)
        found.append(
            [
                (row["outcome"], [(error["column"], error["code"]) for error in row["errors"]])
                for row in await get_rows(client, who, ended)
            ]
        )
    assert found[0] == found[1]
    return found[1]


async def assert_holders_by_day(
    client: AsyncClient, staff: Person, text: str, *, seller: str, buyer: str, renamed: str
) -> None:
    """Assert who held it when."""
    both = sorted([seller, buyer])
    assert await holders(client, staff, text, valid_on="2015-03-25") == both
    assert await holders(client, staff, text, valid_on="2020-07-30") == both
    assert await holders(client, staff, text, valid_on="2020-07-31") == [buyer]
    assert await holders(client, staff, text, valid_on="2020-12-21") == [buyer]
    assert await holders(client, staff, text, valid_on="2020-12-22") == [renamed]
    assert await holders(client, staff, text) == [renamed]


async def test_the_record_of_a_transfer_ends_in_the_right_holder_on_the_right_day(
    app: FastAPI, client: AsyncClient, shared: Path
) -> None:
    staff, university = await insert_member(app, "平台", "platform"), await insert_member(app, UNIVERSITY)
    fresh = new_number(2012)  # other tests import the record under its own numbers
    serial, text = fresh[5:12].encode(), f"CN{fresh}"
    content = (shared / "data" / RECORD).read_bytes()
    for known, other in (
        (b"0464170.6", serial + fresh[12:].encode()), (b"0464170", serial), (b"102965311", b"18" + serial)
    ):  # fmt: skip
        content = content.replace(known, other)
    began = datetime.now(UTC).isoformat()
    assert await told(client, university, content) == [("created", [])]
    await assert_holders_by_day(client, staff, text, seller=UNIVERSITY, buyer=COMPANY, renamed=RENAMED)
    assert await holders(client, staff, text, known_at=began) == []
    assert await told(client, university, content) == [("unchanged", [])]
    assert (await get_patent_by_number(client, staff, text))["legal_status"] == "in_force"
    assert await told(client, staff, content) == [("updated", [])]
    assert await told(client, staff, content) == [("unchanged", [])]
    await assert_holders_by_day(client, staff, text, seller=UNIVERSITY, buyer=COMPANY, renamed=RENAMED)


async def test_an_offices_record_of_a_transfer_ends_a_universitys_holding_and_suspends_its_listing(
    app: FastAPI, client: AsyncClient
) -> None:
    staff, seller = await insert_member(app, "平台", "platform"), await insert_member(app, "让与大学")
    text, names = new_number(2012), {"seller": "让与大学", "buyer": "受让有限公司", "renamed": "受让股份有限公司"}
    row = record(text=text, **names)
    await run_import(
        client, seller, csv_table({**row, "专利权人": "让与大学;受让有限公司", "法律状态": "有效", "legal_events": ""})
    )
    found = await get_patent_by_number(client, seller, text)
    terms = {"patent_id": found["id"], "deal_types": ["assignment"], "price_note": "面议"}
    listing = (await client.post("/v1/listings", headers=seller.headers, json=terms)).json()
    for step in ("submission", "publication"):
        answer = await client.post(f"/v1/listings/{listing['id']}/{step}", headers=seller.headers)
        assert answer.status_code == 200, answer.text
    before = datetime.now(UTC).isoformat()
    assert await told(client, staff, csv_table(row)) == [("updated", [])]
    now = await client.get(f"/v1/listings/{listing['id']}", headers=seller.headers)
    assert now.json()["status"] == "suspended"
    await assert_holders_by_day(client, staff, text, **names)
    assert await holders(client, staff, text, valid_on="2021-01-01", known_at=before) == ["受让有限公司", "让与大学"]
    assert await told(client, staff, csv_table(row)) == [("unchanged", [])]


async def test_a_file_of_events_changes_holders_as_a_record_does(app: FastAPI, client: AsyncClient) -> None:
    staff, seller = await insert_member(app, "平台", "platform"), await insert_member(app, "卖方大学")
    text = new_number(2012)
    row = {"申请号": text, "名称": "卖", "申请日": "2012-11-16", "专利权人": "卖方大学;买方公司"}
    await run_import(client, seller, csv_table(row))
    content = csv_table(
        moved(text, "2020-07-31", "买方公司;卖方大学", "买方公司"),
        moved(text, "2021-07-31", "", "第三公司"),
        moved(text, "2022-07-31", "第三公司", ""),
        moved(text, "2199-07-31", "", "第三公司"),
    )
    wrong = [("rejected", [("变更后权利人", "new_holders_needed")]), ("rejected", [("生效日", "in_the_future")])]
    expected = [("updated", []), ("updated", []), *wrong]
    assert await told(client, staff, content, kind="legal_events") == expected
    assert await told(client, staff, content, kind="legal_events") == [("unchanged", []), ("unchanged", []), *wrong]
    assert await holders(client, staff, text, valid_on="2020-07-30") == ["买方公司", "卖方大学"]
    assert await holders(client, staff, text, valid_on="2020-07-31") == ["买方公司"]
    assert await holders(client, staff, text, valid_on="2021-07-31") == ["第三公司"]


async def test_a_change_of_holders_recorded_by_hand_and_told_by_a_file_counts_once(
    app: FastAPI, client: AsyncClient
) -> None:
    staff, seller = await insert_member(app, "平台", "platform"), await insert_member(app, "手记大学")
    text = new_number(2012)
    await run_import(client, seller, csv_table({"申请号": text, "名称": "记", "专利权人": "手记大学"}))
    found = await get_patent_by_number(client, seller, text)
    address = f"/v1/patents/{found['id']}/legal-events"
    event = {"kind": "holder_changed", "effective_on": "2021-05-05", "to_holders": ["买记公司"], "source": "公报"}
    assert (await client.post(address, headers=staff.headers, json=event)).status_code == 201
    content = csv_table(moved(text, "2021-05-05", "手记大学", "买记公司"))
    assert await told(client, staff, content, kind="legal_events") == [("unchanged", [])]
    assert await told(client, seller, content, kind="legal_events") == [("unchanged", [])]
    assert (await client.post(address, headers=staff.headers, json=event)).status_code == 200
    kinds = [one["kind"] for one in (await client.get(address, headers=staff.headers)).json()["items"]]
    assert kinds == ["holder_changed"]
    assert await holders(client, staff, text) == ["买记公司"]


async def test_changes_of_holders_told_in_any_order_lead_to_the_same(app: FastAPI, client: AsyncClient) -> None:
    staff = await insert_member(app, "平台", "platform")
    days, companies = ("2010-02-02", "2015-02-02", "2018-02-02"), ("甲序公司", "乙序公司", "丙序公司", "甲序公司")
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        text = new_number(2008)
        await run_import(client, staff, csv_table({"申请号": text, "名称": "序", "专利权人": "甲序公司"}))
        lines = [moved(text, days[n], companies[n], companies[n + 1]) for n in order]
        assert await told(client, staff, csv_table(*lines), kind="legal_events") == [("updated", [])] * 3
        asked = ("2009-01-01", "2010-02-02", "2016-01-01")
        then = [await holders(client, staff, text, valid_on=day) for day in asked]
        assert then == [["甲序公司"], ["乙序公司"], ["丙序公司"]], order
        assert await holders(client, staff, text) == ["甲序公司"]


async def test_one_company_takes_its_new_name_in_all_its_patents_once(app: FastAPI, client: AsyncClient) -> None:
    staff, who = await insert_member(app, "平台", "platform"), await insert_member(app, "更名大学")
    names = {"seller": "更名大学", "buyer": "旧名公司", "renamed": "新名公司"}
    texts = [new_number(2012) for _ in range(3)]
    content = csv_table(*(record(text=text, **names) for text in texts))
    assert await told(client, who, content) == [("created", [])] * 3
    for text in texts:
        await assert_holders_by_day(client, staff, text, **names)
    parties = await client.get("/v1/parties", headers=who.headers, params={"q": "名公司"})
    found = list(parties.json()["items"])
    assert [(party["name"], [former["name"] for former in party["former_names"]]) for party in found] == [
        ("新名公司", ["旧名公司"])
    ]
    later = {"申请号": new_number(2013), "名称": "后来", "专利权人": "更名大学;旧名公司"}
    assert await told(client, who, csv_table(later)) == [("created", [])]
    assert await holders(client, staff, later["申请号"]) == ["新名公司", "更名大学"]


async def test_an_organisation_on_the_platform_is_not_renamed_by_others(app: FastAPI, client: AsyncClient) -> None:
    who, company = await insert_member(app, "守名大学"), await insert_member(app, "守名公司", "enterprise")
    text = new_number(2012)
    row = record(text=text, seller="守名大学", buyer="守名公司", renamed="别名公司")
    expected = [("legal_events", "name_not_yours")]
    staff = await insert_member(app, "平台", "platform")
    assert await told(client, who, csv_table({**row, "专利权人": ""})) == [("created", expected)]
    assert await told(client, staff, csv_table({**row, "专利权人": ""})) == [("conflict", expected)]
    assert await holders(client, staff, text) == ["守名公司"]
    assert (await get_patent_by_number(client, company, text))["legal_status"] == "in_force"


async def test_a_party_that_is_there_under_its_new_name_takes_the_holding(app: FastAPI, client: AsyncClient) -> None:
    staff, who = await insert_member(app, "平台", "platform"), await insert_member(app, "传名大学")
    await insert_member(app, "传新公司", "enterprise")
    names = {"seller": "传名大学", "buyer": "传旧公司", "renamed": "传新公司"}
    text = new_number(2012)
    assert await told(client, who, csv_table(record(text=text, **names))) == [("created", [])]
    await assert_holders_by_day(client, staff, text, **names)


async def test_a_holder_is_the_same_for_a_second_sender_who_entered_it_elsewhere(
    app: FastAPI, client: AsyncClient
) -> None:
    staff, who = await insert_member(app, "平台", "platform"), await insert_member(app, "二报大学")
    names = {"seller": "二报大学", "buyer": "二报旧公司", "renamed": "二报新公司"}
    elsewhere, text = new_number(2012), new_number(2012)
    for sender, own in ((staff, elsewhere), (who, text)):
        assert await told(client, sender, csv_table(record(text=own, **names))) == [("created", [])]
        await assert_holders_by_day(client, staff, own, **names)
    assert await told(client, staff, csv_table(record(text=text, **names))) == [("updated", [])]
    await assert_holders_by_day(client, staff, text, **names)


async def test_only_an_established_holder_tells_of_a_change_and_ends_its_own_holding(
    app: FastAPI, client: AsyncClient
) -> None:
    first, second = await insert_member(app, "先有大学"), await insert_member(app, "后有大学")
    staff, stranger = (
        await insert_member(app, "平台", "platform"),
        await insert_member(app, "他人大学", status="pending"),
    )
    text = new_number(2012)
    row = {"申请号": text, "名称": "有", "专利权人": "先有大学;后有大学"}
    await run_import(client, first, csv_table(row))
    await run_import(client, second, csv_table(row))
    await run_import(client, stranger, csv_table({**row, "专利权人": "他人大学"}))
    move = moved(text, "2020-01-01", "先有大学;后有大学", "买有公司")
    of_own_row = moved(text, "2020-01-01", "他人大学", "买有公司")
    assert await told(client, stranger, csv_table(of_own_row), kind="legal_events") == [("updated", [])]
    assert await holders(client, staff, text) == ["先有大学", "后有大学"]
    expected = [("conflict", [("变更前权利人", "holder_not_yours")])]
    assert await told(client, first, csv_table(move), kind="legal_events") == expected
    assert await holders(client, staff, text) == ["买有公司", "后有大学"]


async def test_events_that_cannot_be_read_are_told_and_the_row_lands(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "残缺大学")
    events = [
        {"event": "没有的事", "effective_on": "2020-01-01"},
        {"event": "granted"},
        {"event": "granted", "effective_on": "x"},
    ]
    bad = json.dumps(events, ensure_ascii=False)
    lines = [
        {"申请号": new_number(), "名称": "缺", "专利权人": "残缺大学", "legal_events": cell}
        for cell in (bad, "不是 JSON", "{}", "[1]", "[" * 9_000)
    ]
    codes = ["word_unknown", "effective_day_needed", "date_unreadable"]
    expected = [("created", [("legal_events", code) for code in codes])]
    expected += [("created", [("legal_events", "events_unreadable")])] * 4
    assert await told(client, who, csv_table(*lines)) == expected


async def test_the_same_record_from_two_senders_at_once_is_one(app: FastAPI, client: AsyncClient) -> None:
    staff, who = await insert_member(app, "平台", "platform"), await insert_member(app, "齐发大学")
    names = {"seller": "齐发大学", "buyer": "齐收公司", "renamed": "齐收股份公司"}
    lines = [record(text=new_number(2012), **names) for _ in range(40)]
    found = await asyncio.gather(
        run_import(client, staff, csv_table(*lines)), run_import(client, who, csv_table(*lines))
    )
    assert [one["status"] for one in found] == ["done", "done"]
    assert sum(one["counts"]["created"] for one in found) == 40
    await assert_holders_by_day(client, staff, lines[7]["申请号"], **names)

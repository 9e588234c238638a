"""Files bring texts as people copied them: what nobody sees is left out; a record that says a thing twice is told."""

import json

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests.scenarios.imports import (
    csv_table,
    get_patent_by_number,
    get_rows,
    insert_member,
    new_number,
    outcomes,
    run_import,
)

pytestmark = pytest.mark.both_databases

TITLE = "一种\u202e用于\u200b锂电池\ufeff的\u2066材料"
ABSTRACT = "عبارت می\u200cخواهم \u202eمتن"


async def test_what_nobody_sees_is_left_out_of_cells_and_no_row_is_lost_by_it(
    app: FastAPI, client: AsyncClient
) -> None:
    who = await insert_member(app, "清洗大学")
    row = {
        "申请号": new_number(),
        "专利名称": TITLE,
        "摘要": ABSTRACT,
        "发明人": "张\u200b三",
        "专利权人": who.name + "\u200e",
    }
    row["专利权人"] = f"{who.name}\u200e"
    found = await run_import(client, who, csv_table(row))
    assert outcomes(found) == {"created": 1}
    (result,) = await get_rows(client, who, found)
    assert result["errors"] == []
    kept = await get_patent_by_number(client, who, row["申请号"])
    assert kept["title"] == "一种用于锂电池的材料"
    assert kept["abstract"] == "عبارت می\u200cخواهم متن"
    assert kept["inventors"] == ["张三"]
    assert [holder["name"] for holder in kept["holders"]] == [who.name]
    assert outcomes(await run_import(client, who, csv_table({**row, "专利名称": "一种用于锂电池的材料"}))) == {
        "unchanged": 1
    }


async def test_a_heading_that_hides_something_means_what_it_shows(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "表头大学")
    row = {"申请\u200b号": new_number(), "\u202a专利名称": "一种材料", "备\u2066注": "x"}
    found = await run_import(client, who, csv_table(row))
    assert outcomes(found) == {"created": 1}
    assert found["mapping"] == {"申请号": "application_number", "专利名称": "title"}


async def test_a_record_that_says_a_thing_twice_is_told_and_the_others_land(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "记录大学")
    good = {"申请号": new_number(), "专利名称": "一种材料", "专利权人": who.name}
    twice = json.dumps({"申请号": new_number(), "专利名称": "甲"}, ensure_ascii=False)[:-1] + ', "专利名称": "乙"}'
    nested = '{"申请号": "' + new_number() + '", "专利名称": "丙", "legal_events": [{"event": "a", "event": "b"}]}'
    for joint, frame in (("\n", "%s"), (",", "[%s]")):
        good["申请号"] = new_number()
        content = frame % joint.join([json.dumps(good, ensure_ascii=False), twice, nested])
        found = await run_import(client, who, content.encode())
        assert outcomes(found) == {"created": 1, "rejected": 2}
        told = [
            e["code"]
            for row in await get_rows(client, who, found)
            for e in row["errors"]
            if row["outcome"] == "rejected"
        ]
        assert told == ["name_twice"] * 2

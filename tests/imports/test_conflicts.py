"""What somebody changed by hand, and what the authority states, stands against a file."""

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

pytestmark = pytest.mark.both_databases


async def change(client: AsyncClient, who: Person, text: str, **facts: Any) -> Any:
    """Return the answer to a change by hand of the patent with the number."""
    found = await get_patent_by_number(client, who, text)
    address = f"/v1/patents/{found['id']}"
    tag = {"If-Match": (await client.get(address, headers=who.headers)).headers["ETag"]}
    return await client.patch(address, headers=who.headers | tag, json=facts)


async def codes(client: AsyncClient, who: Person, found: dict[str, Any]) -> list[tuple[str, list[Any]]]:
    """Return what came of each row: outcome, and column and code of each error."""
    return [
        (row["outcome"], [(error["column"], error["code"]) for error in row["errors"]])
        for row in await get_rows(client, who, found)
    ]


async def both(client: AsyncClient, who: Person, content: bytes, **more: Any) -> list[Any]:
    """Return what applying came to, after a check that said the same."""
    checked = await codes(client, who, await run_import(client, who, content, mode="check", **more))
    applied = await codes(client, who, await run_import(client, who, content, **more))
    assert checked == applied
    return applied


async def test_what_was_changed_by_hand_is_told_and_kept_unless_the_file_is_preferred(
    app: FastAPI, client: AsyncClient
) -> None:
    who = await insert_member(app, "手改大学")
    row = {"申请号": new_number(), "名称": "文件名称", "发明人": "张三", "专利权人": "手改大学"}
    await run_import(client, who, csv_table(row))
    assert (await change(client, who, row["申请号"], title="手工名称")).status_code == 200
    content = csv_table({**row, "发明人": "李四"})
    assert await both(client, who, content) == [("conflict", [("名称", "changed_by_hand")])]
    found = await get_patent_by_number(client, who, row["申请号"])
    assert (found["title"], found["inventors"]) == ("手工名称", ["李四"])
    assert await both(client, who, content, prefer="file") == [("updated", [])]
    assert (await get_patent_by_number(client, who, row["申请号"]))["title"] == "文件名称"
    assert await both(client, who, csv_table({**row, "名称": "后来的名称"})) == [("updated", [])]


async def test_an_import_tells_which_side_it_prefers(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "偏好大学")
    content = csv_table({"申请号": new_number(), "名称": "甲"})
    assert (await run_import(client, who, content))["prefer"] == "register"
    assert (await run_import(client, who, content, prefer="file"))["prefer"] == "file"
    refused = await client.post(
        "/v1/imports", headers=who.headers, files={"file": content}, data={"kind": "patents", "prefer": "me"}
    )
    assert refused.status_code == 422


async def test_what_was_cleared_by_hand_stays_cleared(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "清空大学")
    row = {"申请号": new_number(), "名称": "清空", "摘要": "不应公开的内容", "专利权人": "清空大学"}
    await run_import(client, who, csv_table(row))
    assert (await change(client, who, row["申请号"], abstract=None)).status_code == 200
    assert await both(client, who, csv_table(row)) == [("conflict", [("摘要", "changed_by_hand")])]
    assert (await get_patent_by_number(client, who, row["申请号"]))["abstract"] is None


async def test_what_was_entered_by_hand_is_completed_by_a_file_and_not_changed(
    app: FastAPI, client: AsyncClient
) -> None:
    who = await insert_member(app, "手录大学")
    text = new_number(2018)
    entry = {"application_number": text, "title": "手录", "filing_date": "2018-03-01"}
    assert (await client.post("/v1/patents", headers=who.headers, json=entry)).status_code == 201
    row = {"申请号": text, "名称": "手录", "申请日": "2018-03-02", "发明人": "张三", "专利权人": "手录大学"}
    assert await both(client, who, csv_table(row)) == [("conflict", [("申请日", "changed_by_hand")])]
    found = await get_patent_by_number(client, who, text)
    assert (found["filing_date"], found["inventors"]) == ("2018-03-01", ["张三"])


async def test_a_fact_of_the_authority_is_never_overwritten_by_a_holders_file_or_hand(
    app: FastAPI, client: AsyncClient
) -> None:
    who, staff = await insert_member(app, "让位大学"), await insert_member(app, "平台", "platform")
    authority = await insert_member(app, "知识产权局", "authority")
    row = {"申请号": new_number(), "名称": "大学所写", "发明人": "张三", "专利权人": "让位大学"}
    await run_import(client, who, csv_table(row))
    assert await both(client, authority, csv_table({**row, "名称": "局所写"})) == [("updated", [])]
    for prefer in ("register", "file"):
        told = await both(client, who, csv_table({**row, "发明人": "李四"}), prefer=prefer)
        assert told == [("conflict", [("名称", "stated_by_authority"), ("发明人", "stated_by_authority")])]
    by_hand = await change(client, who, row["申请号"], title="手写", title_en="By hand")
    assert (by_hand.status_code, by_hand.json()["code"]) == (403, "stated_by_authority")
    assert [error["pointer"] for error in by_hand.json()["errors"]] == ["/title"]
    again = {"application_number": row["申请号"], "title": "再录"}
    entered = await client.post("/v1/patents", headers=who.headers, json=again)
    assert entered.json()["not_taken"] == ["title"]
    assert (await get_patent_by_number(client, who, row["申请号"]))["title"] == "局所写"
    assert (await change(client, staff, row["申请号"], title="平台所写")).status_code == 200
    assert await both(client, authority, csv_table(row)) == [("conflict", [("名称", "changed_by_hand")])]
    assert await both(client, authority, csv_table(row), prefer="file") == [("updated", [])]
    assert await both(client, who, csv_table({**row, "名称": "又是大学"})) == [
        ("conflict", [("名称", "stated_by_authority")])
    ]


async def test_an_authoritys_file_overrides_what_a_holder_changed_by_hand(app: FastAPI, client: AsyncClient) -> None:
    who, authority = await insert_member(app, "被改大学"), await insert_member(app, "省知识产权局", "authority")
    row = {"申请号": new_number(), "名称": "原名", "专利权人": "被改大学"}
    await run_import(client, who, csv_table(row))
    await change(client, who, row["申请号"], title="手改之名")
    assert await both(client, authority, csv_table({**row, "名称": "公报之名"})) == [("updated", [])]
    assert await both(client, who, csv_table(row), prefer="file") == [("conflict", [("名称", "stated_by_authority")])]
    assert (await get_patent_by_number(client, who, row["申请号"]))["title"] == "公报之名"


async def test_what_the_authority_states_survives_a_merge_with_an_older_row(app: FastAPI, client: AsyncClient) -> None:
    who, staff = await insert_member(app, "并入大学"), await insert_member(app, "平台", "platform")
    application, grant = new_number(), "CN190000077B"
    common = {"名称": "一种并入装置", "申请日": "2019-06-06", "专利权人": "并入大学"}
    await run_import(client, who, csv_table({"申请号": application, "摘要": "大学的摘要", **common}))
    await run_import(client, staff, csv_table({"授权公告号": grant, "摘要": "公报的摘要", **common}))
    linked = {"申请号": application, "授权公告号": grant, "摘要": "大学的摘要", **common}
    told = await both(client, who, csv_table(linked, {**linked, "摘要": "第三种"}))
    assert told == [("conflict", [("摘要", "stated_by_authority")])] * 2
    assert (await get_patent_by_number(client, who, application))["abstract"] == "公报的摘要"


async def test_a_status_recorded_by_hand_stands_against_an_undated_one_of_a_file(
    app: FastAPI, client: AsyncClient
) -> None:
    who = await insert_member(app, "状态大学")
    row = {
        "申请号": new_number(2018),
        "名称": "状态",
        "申请日": "2018-03-01",
        "授权公告日": "2020-01-07",
        "法律状态": "有效",
    }
    await run_import(client, who, csv_table(row))
    found = await get_patent_by_number(client, who, row["申请号"])
    event = {"kind": "surrendered", "effective_on": "2023-03-01", "source": "专利公报"}
    answer = await client.post(f"/v1/patents/{found['id']}/legal-events", headers=who.headers, json=event)
    assert answer.status_code == 201
    assert await both(client, who, csv_table(row)) == [("conflict", [("法律状态", "changed_by_hand")])]
    assert await both(client, who, csv_table({**row, "法律状态日期": "2024-01-01"})) == [("updated", [])]
    assert (await get_patent_by_number(client, who, row["申请号"]))["legal_status"] == "in_force"


async def test_who_sold_a_patent_changes_it_by_file_no_more(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "卖出大学")
    row = {"申请号": new_number(), "名称": "卖出", "专利权人": "卖出大学"}
    await run_import(client, who, csv_table(row))
    found = await get_patent_by_number(client, who, row["申请号"])
    address = f"/v1/patents/{found['id']}/holdings/{found['holders'][0]['holding_id']}/end"
    ending = {"ended_on": "2024-01-01", "reason": "已转让"}
    assert (await client.post(address, headers=who.headers, json=ending)).status_code == 200
    told = await both(client, who, csv_table({**row, "名称": "另一名称"}))
    assert told == [("conflict", [("专利权人", "holding_ended")])], "what changed since is not its business"

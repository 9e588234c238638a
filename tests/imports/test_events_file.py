"""Files of what the register announced: they are recorded once, and the status follows."""

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


async def test_announcements_in_a_file_are_recorded_once_and_the_status_follows(
    app: FastAPI, client: AsyncClient
) -> None:
    who = await insert_member(app, "事件大学")
    text = new_number(2018)
    row = {"申请号": text, "名称": "事件", "申请日": "2018-03-01", "授权公告日": "2020-01-07", "专利权人": "事件大学"}
    await run_import(client, who, csv_table(row))
    content = csv_table(
        {"专利号": text, "法律事件": "缴纳年费", "生效日": "2022-02-20", "公告日": "", "年度": "5"},
        {"专利号": text, "法律事件": "未缴年费专利权终止", "生效日": "2023-03-01", "公告日": "2023-12-05", "年度": ""},
        {"专利号": text, "法律事件": "缴纳年费", "生效日": "2022-02-20", "公告日": "", "年度": ""},
        {"专利号": text, "法律事件": "专利权的转移", "生效日": "2022-02-20", "公告日": "", "年度": ""},
        {"专利号": new_number(), "法律事件": "授权", "生效日": "2022-02-20", "公告日": "", "年度": ""},
    )
    checked = await run_import(client, who, content, kind="legal_events", mode="check")
    found = await run_import(client, who, content, kind="legal_events")
    assert outcomes(checked) == outcomes(found) == {"updated": 2, "rejected": 3}
    codes = [[e["code"] for e in row["errors"]] for row in await get_rows(client, who, found)]
    assert codes == [[], [], ["patent_year_needed"], ["new_holders_needed"], ["patent_not_held"]]
    whole = await get_patent_by_number(client, who, text)
    assert whole["legal_status"] == "lapsed"
    assert outcomes(await run_import(client, who, content, kind="legal_events")) == {"unchanged": 2, "rejected": 3}


async def test_a_later_holder_cannot_record_events_by_file(app: FastAPI, client: AsyncClient) -> None:
    first, later = await insert_member(app, "先到大学"), await insert_member(app, "后到大学")
    text = new_number(2018)
    await run_import(client, first, csv_table({"申请号": text, "名称": "先后", "专利权人": "先到大学"}))
    await run_import(client, later, csv_table({"申请号": text, "名称": "先后", "专利权人": "后到大学"}))
    content = csv_table({"申请号": text, "法律事件": "主动放弃", "生效日": "2023-03-01"})
    found = await run_import(client, later, content, kind="legal_events")
    assert outcomes(found) == {"updated": 1}, "its own row"
    assert (await get_patent_by_number(client, later, text))["legal_status"] == "surrendered"
    assert (await get_patent_by_number(client, first, text))["legal_status"] == "unknown"

"""Files of what the register announced: they are recorded once, and the status follows."""

from fastapi import FastAPI
from httpx import AsyncClient

from tests.scenarios.imports import counts, done, number, patent, person, rows, table


async def test_announcements_in_a_file_are_recorded_once_and_the_status_follows(
    app: FastAPI, client: AsyncClient
) -> None:
    who = await person(app, "事件大学")
    text = number(2018)
    row = {"申请号": text, "名称": "事件", "申请日": "2018-03-01", "授权公告日": "2020-01-07", "专利权人": "事件大学"}
    await done(client, who, table(row))
    content = table(
        {"专利号": text, "法律事件": "缴纳年费", "生效日": "2022-02-20", "公告日": "", "年度": "5"},
        {"专利号": text, "法律事件": "未缴年费专利权终止", "生效日": "2023-03-01", "公告日": "2023-12-05", "年度": ""},
        {"专利号": text, "法律事件": "缴纳年费", "生效日": "2022-02-20", "公告日": "", "年度": ""},
        {"专利号": text, "法律事件": "专利权的转移", "生效日": "2022-02-20", "公告日": "", "年度": ""},
        {"专利号": number(), "法律事件": "授权", "生效日": "2022-02-20", "公告日": "", "年度": ""},
    )
    checked = await done(client, who, content, kind="legal_events", mode="check")
    found = await done(client, who, content, kind="legal_events")
    assert counts(checked) == counts(found) == {"updated": 2, "rejected": 3}
    codes = [[e["code"] for e in row["errors"]] for row in await rows(client, who, found)]
    assert codes == [[], [], ["patent_year_needed"], ["new_holders_needed"], ["patent_not_held"]]
    whole = await patent(client, who, text)
    assert whole["legal_status"] == "lapsed"
    assert counts(await done(client, who, content, kind="legal_events")) == {"unchanged": 2, "rejected": 3}


async def test_a_later_holder_cannot_record_events_by_file(app: FastAPI, client: AsyncClient) -> None:
    first, later = await person(app, "先到大学"), await person(app, "后到大学")
    text = number(2018)
    await done(client, first, table({"申请号": text, "名称": "先后", "专利权人": "先到大学"}))
    await done(client, later, table({"申请号": text, "名称": "先后", "专利权人": "后到大学"}))
    content = table({"申请号": text, "法律事件": "主动放弃", "生效日": "2023-03-01"})
    found = await done(client, later, content, kind="legal_events")
    assert counts(found) == {"updated": 1}, "its own row"
    assert (await patent(client, later, text))["legal_status"] == "surrendered"
    assert (await patent(client, first, text))["legal_status"] == "unknown"

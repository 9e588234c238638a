"""A register goes in: every row is accounted for."""

import asyncio
import csv
import io
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
    outcomes,
    post_import,
    run_import,
)

pytestmark = [pytest.mark.slow, pytest.mark.both_databases]

GAZETTE = "registers/cn_university_gazette_20190712_gb18030.csv"


async def rejected(client: AsyncClient, who: Person, found: dict[str, Any]) -> tuple[str, list[dict[str, str]]]:
    """Return rejected.csv as text, and its rows."""
    answer = await client.get(f"/v1/imports/{found['id']}/rejected.csv", headers=who.headers)
    assert answer.status_code == 200, answer.text
    text = answer.content.decode("utf-8-sig")
    return text, list(csv.DictReader(io.StringIO(text)))


async def test_the_gazette_is_accounted_for_to_the_last_row(app: FastAPI, client: AsyncClient, shared: Path) -> None:
    staff = await insert_member(app, "平台", "platform")
    content = (shared / "data" / GAZETTE).read_bytes()
    checked = await run_import(client, staff, content, mode="check")
    found = await run_import(client, staff, content)
    assert found["status"] == "done", found
    assert (found["progress"]["done"], found["progress"]["total"], found["progress"]["seconds_left"]) == (5178, 5178, 0)
    assert found["summary"].startswith("5,178 rows: ")
    assert sum(found["counts"].values()) == 5178
    assert checked["counts"] == found["counts"]
    assert {e["code"]: e["count"] for e in found["errors"]}["number_ruined_by_spreadsheet"] == 3853
    assert found["with_errors"] == 3853
    again = await run_import(client, staff, content)
    assert outcomes(again) == {"unchanged": 5178}


async def test_good_rows_land_and_each_bad_row_is_reported(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "报告大学")
    good, wrong = new_number(), new_number()
    wrong = wrong[:-1] + ("1" if wrong[-1] != "1" else "2")
    content = csv_table(
        {"申请号": good, "专利名称": "好行", "申请日": "2019-03-04", "申请人": "报告大学"},
        {"申请号": wrong, "专利名称": "坏行", "申请日": "2019-03-04", "申请人": "报告大学"},
        {"申请号": new_number(), "专利名称": "别人的", "申请日": "2019-03-04", "申请人": "另一大学"},
        {"申请号": new_number(), "专利名称": "坏日期", "申请日": "三月四日", "申请人": "报告大学"},
    )
    found = await run_import(client, who, content)
    assert outcomes(found) == {"created": 2, "rejected": 2}
    told = {
        row["row"]: [(e["column"], e["code"], e["value"]) for e in row["errors"]]
        for row in await get_rows(client, who, found)
    }
    assert told == {
        2: [],
        3: [("申请号", "check_digit_wrong", wrong), (None, "number_missing", "")],
        4: [("申请人", "not_your_patent", "另一大学")],
        5: [("申请日", "date_unreadable", "三月四日")],
    }
    assert (await get_patent_by_number(client, who, good))["title"] == "好行"


async def test_a_ruined_number_is_told_and_the_corrected_row_completes_the_patent(
    app: FastAPI, client: AsyncClient
) -> None:
    who = await insert_member(app, "改正大学")
    right = new_number()
    first = {"公开（公告）号": "CN190000001B", "申请号": "2.02E+12", "名称": "=被毁的号码", "专利权人": "改正大学"}
    found = await run_import(client, who, csv_table(first))
    assert outcomes(found) == {"created": 1}
    text, said = await rejected(client, who, found)
    assert said[0]["Error codes"] == "number_ruined_by_spreadsheet"
    assert said[0]["名称"] == "'=被毁的号码"
    corrected = await run_import(client, who, text.replace("2.02E+12", right).encode())
    assert outcomes(corrected) == {"updated": 1}, corrected
    whole = await get_patent_by_number(client, who, right)
    assert (whole["application_number"], whole["grant_number"]) == (right, "CN190000001B")
    assert whole["title"] == "=被毁的号码"
    assert outcomes(await run_import(client, who, text.replace("2.02E+12", right).encode())) == {"unchanged": 1}


async def test_who_is_named_meets_the_row_and_who_is_not_has_its_own(app: FastAPI, client: AsyncClient) -> None:
    one, other = await insert_member(app, "第一大学"), await insert_member(app, "第二大学")
    row = {"申请号": new_number(), "名称": "共有专利", "申请日": "2019-05-05", "专利权人": "第一大学；第二大学"}
    assert outcomes(await run_import(client, one, csv_table(row))) == {"created": 1}
    assert outcomes(await run_import(client, other, csv_table(row))) == {"unchanged": 1}
    third = await insert_member(app, "第三大学")
    differs = {**row, "名称": "别的名称", "专利权人": "第三大学"}
    for mode in ("check", "apply"):
        found = await run_import(client, third, csv_table(differs), mode=mode)
        assert (outcomes(found), (await get_rows(client, third, found))[0]["errors"]) == ({"created": 1}, [])
    own, whole = (
        await get_patent_by_number(client, third, row["申请号"]),
        await get_patent_by_number(client, one, row["申请号"]),
    )
    assert (own["title"], whole["title"], own["id"] == whole["id"]) == ("别的名称", "共有专利", False)
    assert {holder["name"] for holder in whole["holders"]} == {"第一大学", "第二大学"}


async def test_checking_changes_nothing(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "检查大学")
    row = {"申请号": new_number(), "名称": "只检查", "专利权人": "检查大学"}
    found = await run_import(client, who, csv_table(row, row), mode="check")
    assert outcomes(found) == {"created": 1, "unchanged": 1}
    answer = await client.get(f"/v1/patents/by-number/{row['申请号']}", headers=who.headers)
    assert answer.status_code == 404


async def test_status_dates_and_grades_land_as_the_register_says(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "盘点大学")
    row = {
        "专利号": new_number(2020), "名称": "盘点", "申请日": "2020.01.02", "授权公告日": "2021年3月4日",
        "法律状态": "未缴年费", "法律状态日期": "2023-02-01",
        "等级": "A级", "盘点日期": "2024-01-05", "专利权人": "盘点大学",
    }  # fmt: skip
    assert outcomes(await run_import(client, who, csv_table(row))) == {"created": 1}
    whole = await get_patent_by_number(client, who, row["专利号"])
    assert (whole["legal_status"], whole["grant_date"]) == ("lapsed", "2021-03-04")
    assert whole["grade"] == "A"
    assert outcomes(await run_import(client, who, csv_table(row))) == {"unchanged": 1}


async def test_a_viewer_may_not_import_and_a_stranger_is_asked_to_sign_in(app: FastAPI, client: AsyncClient) -> None:
    viewer = await insert_member(app, "旁观大学", role="viewer")
    content = csv_table({"申请号": new_number(), "名称": "x"})
    assert (await post_import(client, viewer, content)).status_code == 403
    stranger = Person("", "", {})
    assert (await post_import(client, stranger, content)).status_code == 401


async def test_others_cannot_see_an_import(app: FastAPI, client: AsyncClient) -> None:
    owner, other = await insert_member(app, "甲大学"), await insert_member(app, "乙大学")
    found = await run_import(client, owner, csv_table({"申请号": new_number(), "名称": "私事"}))
    for address in ("", "/rows", "/rejected.csv"):
        answer = await client.get(f"/v1/imports/{found['id']}{address}", headers=other.headers)
        assert answer.status_code == 404
    listed = (await client.get("/v1/imports", headers=other.headers)).json()
    assert listed["items"] == []
    answer = await client.post(f"/v1/imports/{found['id']}/cancellation", headers=other.headers)
    assert answer.status_code == 404


async def test_an_import_that_has_ended_cannot_be_cancelled(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "结束大学")
    found = await run_import(client, who, csv_table({"申请号": new_number(), "名称": "完"}))
    answer = await client.post(f"/v1/imports/{found['id']}/cancellation", headers=who.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "import_ended")


async def test_a_running_import_is_cancelled_between_batches(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "取消大学")
    content = csv_table(*({"申请号": new_number(), "名称": f"第 {n} 件"} for n in range(5_000)))
    started = await post_import(client, who, content)
    cancelled = await client.post(started.headers["Location"] + "/cancellation", headers=who.headers)
    assert cancelled.status_code == 200, cancelled.text
    found = (await client.get(started.headers["Location"], headers=who.headers)).json()
    assert found["status"] == "cancelled"
    assert found["progress"]["done"] < 5_000
    assert sum(found["counts"].values()) == found["progress"]["done"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"%PDF-1.7 ...", "file_not_readable"),
        (b"PK\x03\x04 not a zip", "file_damaged"),
        (b"\xff\x00\x01\xff" * 10, "encoding_unknown"),
        ("题目,作者\n甲,乙\n".encode(), "columns_missing"),
        ("申请号,专利申请号,名称\n1,2,x\n".encode(), "columns_ambiguous"),
    ],
)
async def test_a_file_that_cannot_be_taken_is_refused_at_once(
    app: FastAPI, client: AsyncClient, content: bytes, code: str
) -> None:
    who = await insert_member(app, "拒收大学")
    answer = await post_import(client, who, content)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_file_that_breaks_off_is_told_with_its_row_and_changes_nothing(
    app: FastAPI, client: AsyncClient
) -> None:
    who = await insert_member(app, "断行大学")
    good = csv_table(*({"申请号": new_number(), "名称": "好行"} for _ in range(300)))
    content = good + b'"' + new_number().encode() + b"," + b"x" * 200_000
    found = await run_import(client, who, content)
    assert (found["status"], found["failure"]["code"], found["failure"]["row"]) == ("failed", "file_damaged", 302)
    assert found["progress"]["done"] == 0


async def test_the_mapping_shown_can_be_sent_back_changed(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "映射大学")
    content = csv_table({"编码": new_number(), "名称": "甲", "标题": "乙", "备注": "无"})
    wished = {"编码": "application_number", "名称": None}
    found = await run_import(client, who, content, mapping=wished)
    assert found["mapping"] == {"编码": "application_number", "标题": "title"}
    assert found["ignored"] == ["名称", "备注"]
    answer = await post_import(client, who, content, mapping={"没有的列": "title", "备注": "nonsense"})
    assert answer.json()["code"] == "mapping_wrong"
    assert {e["code"] for e in answer.json()["errors"]} == {"no_such_column", "no_such_field"}


async def test_an_import_is_read_with_its_etag_and_in_both_languages(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "语言大学")
    found = await run_import(
        client, who, csv_table({"申请号": new_number(), "名称": "x"}, {"申请号": "1", "名称": "y"})
    )
    address = f"/v1/imports/{found['id']}"
    assert found["summary"] == "2 rows: 1 created, 1 rejected."
    answer = await client.get(address, headers={**who.headers, "Accept-Language": "zh"})
    assert answer.json()["summary"] == "2 行：新建 1，拒收 1。"
    tag = answer.headers["ETag"]
    same = await client.get(address, headers={**who.headers, "Accept-Language": "zh", "If-None-Match": tag})
    assert same.status_code == 304


async def test_the_same_upload_with_the_same_key_is_one_import(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "重放大学")
    keyed = Person(who.organisation_id, who.name, {**who.headers, "Idempotency-Key": new_number()})
    content = csv_table({"申请号": new_number(), "名称": "x"})
    first, again = await post_import(client, keyed, content), await post_import(client, keyed, content)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["Idempotency-Replayed"] == "true"


async def test_two_imports_of_the_same_patents_at_once_make_each_patent_once(app: FastAPI, client: AsyncClient) -> None:
    one, other = await insert_member(app, "同时一大学"), await insert_member(app, "同时二大学")
    both = "同时一大学；同时二大学"
    lines = [{"申请号": new_number(), "名称": f"第 {n} 件", "专利权人": both} for n in range(1_200)]
    content, backwards = csv_table(*lines), csv_table(*reversed(lines))
    found = await asyncio.gather(run_import(client, one, content), run_import(client, other, backwards))
    assert [f["status"] for f in found] == ["done", "done"], found
    assert sum(f["counts"]["created"] for f in found) == 1_200
    assert sum(f["counts"]["unchanged"] + f["counts"]["updated"] for f in found) == 1_200
    whole = await get_patent_by_number(client, one, lines[600]["申请号"])
    assert sorted(holder["name"] for holder in whole["holders"]) == ["同时一大学", "同时二大学"]


async def test_a_verified_organisation_takes_the_place_that_the_register_kept_for_it(
    app: FastAPI, client: AsyncClient
) -> None:
    staff = await insert_member(app, "平台", "platform")
    row = {"申请号": new_number(), "名称": "先行登记", "专利权人": "接替大学；旁人公司"}
    await run_import(client, staff, csv_table(row))
    pending = await insert_member(app, "接替大学", status="pending")
    assert outcomes(await run_import(client, pending, csv_table(row), mode="check")) == {"created": 1}, (
        "a row of its own"
    )
    verified = await insert_member(app, "接替大学")
    assert outcomes(await run_import(client, verified, csv_table(row))) == {"updated": 1}
    whole = await get_patent_by_number(client, verified, row["申请号"])
    assert sorted((h["name"], h["organisation_id"]) for h in whole["holders"]) == [
        ("接替大学", verified.organisation_id),
        ("旁人公司", None),
    ]
    assert outcomes(await run_import(client, verified, csv_table(row))) == {"unchanged": 1}
    assert outcomes(await run_import(client, staff, csv_table(row))) == {"unchanged": 1}

"""Who holds a patent is not guessed: where a file names holders and nobody reads them, the sender is not the holder."""

from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests.imports.containers import zipped
from tests.imports.test_conflicts import both
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
    wait_for_import,
)

OTHERS = "他人大学"
UNKNOWN_HEADINGS = (
    "现权利人名称", "权利人（甲方）", "專利權人", "申請人", "专利所有权人", "持有人名称", "所有人", "共同申请人",
    "专利申请单位",
    "Patent owner", "Registered proprietor", "Applicant name", "Assignee (current)", "Right holder", "変更後の権利者",
)  # fmt: skip
SPARED = ("质权人", "备注", "发明人单位", "代理人", "inventor's address")


def row(**said: str) -> dict[str, Any]:
    """Return a row without anybody who holds the patent."""
    return {"申请号": new_number(), "专利名称": "权利人", "授权公告日": "2020-03-03", **said}


async def assert_nobody_holds(client: AsyncClient, who: Person, line: dict[str, Any]) -> None:
    """Make sure that the row made no patent."""
    answer = await client.get(f"/v1/patents/by-number/{line['申请号']}", headers=who.headers)
    assert answer.status_code == 404, answer.text


async def assert_refused(client: AsyncClient, who: Person, content: bytes, *named: str, **more: Any) -> None:
    """Make sure that the file is refused, checked or applied, with the headings named and the cure told."""
    for mode in ("check", "apply"):
        answer = await post_import(client, who, content, mode=mode, **more)
        assert (answer.status_code, answer.json().get("code")) == (422, "holders_not_understood"), answer.text
        assert all(heading in answer.json()["detail"] for heading in named)
        assert "mapping" in answer.json()["cure"]


@pytest.mark.parametrize("heading", UNKNOWN_HEADINGS)
async def test_whose_heading_is_not_understood_is_asked_for_and_the_sender_is_not_taken_instead(
    app: FastAPI, client: AsyncClient, heading: str
) -> None:
    who, office = await insert_member(app, "发件大学"), await insert_member(app, "平台", "platform")
    line = row(**{heading: OTHERS})
    content = csv_table(line)
    await assert_refused(client, who, content, heading)
    await assert_nobody_holds(client, who, line)
    await assert_refused(client, office, content, heading)
    mapped = await run_import(client, who, content, mapping={heading: "holders"})
    assert outcomes(mapped) == {"rejected": 1}
    assert [one["code"] for one in mapped["errors"]] == ["not_your_patent"]
    await assert_nobody_holds(client, who, line)
    own = csv_table({**line, heading: "发件大学"})
    assert outcomes(await run_import(client, who, own, mapping={heading: "holders"})) == {"created": 1}


async def test_only_a_file_that_speaks_of_no_holders_is_the_senders(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "自有大学")
    line = row(**dict.fromkeys(SPARED, "某某"))
    assert outcomes(await run_import(client, who, csv_table(line))) == {"created": 1}
    found = await get_patent_by_number(client, who, line["申请号"])
    assert [one["name"] for one in found["holders"]] == ["自有大学"]


async def test_a_column_of_names_cannot_be_set_aside_and_one_without_names_can(
    app: FastAPI, client: AsyncClient
) -> None:
    who = await insert_member(app, "搁置大学")
    named, placed = row(专利权人=OTHERS), row(申请人地址="重庆市")
    for mapping in ({"专利权人": None}, {"专利权人": "inventors"}):
        await assert_refused(client, who, csv_table(named), "专利权人", mapping=mapping)
    await assert_nobody_holds(client, who, named)
    await assert_refused(client, who, csv_table(placed), "申请人地址")
    assert outcomes(await run_import(client, who, csv_table(placed), mapping={"申请人地址": None})) == {"created": 1}


async def test_beside_applicants_a_holder_that_is_not_read_is_asked_for(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "申请大学")
    line = row(申请人="申请大学", 权利人地址="重庆市", 申请人类型="大专院校", 最新权利人=OTHERS)
    await assert_refused(client, who, csv_table(line), "最新权利人")
    sold = await run_import(client, who, csv_table(line), mapping={"最新权利人": "holders"})
    assert [one["code"] for one in sold["errors"]] == ["not_your_patent"]
    set_aside = await run_import(client, who, csv_table(line), mapping={"最新权利人": None})
    assert outcomes(set_aside) == {"created": 1}


async def test_a_holder_that_cannot_be_read_gives_no_way_to_the_applicant(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "前手大学")
    line = row(申请人="前手大学", 专利权人="长" * 300)
    assert await both(client, who, csv_table(line)) == [
        ("rejected", [("专利权人", "text_too_long"), ("专利权人", "holders_missing")])
    ]
    await assert_nobody_holds(client, who, line)


async def test_invisible_characters_in_a_holder_or_a_status_leave_nothing_to_guess(
    app: FastAPI, client: AsyncClient
) -> None:
    who = await insert_member(app, "隐字大学")
    for said in ({"专利权人": "他人\x01大学"}, {"专利权人": "隐字大学", "法律状态": "失\x01效"}):
        line = row(申请人="隐字大学", **said)
        ((outcome, errors),) = await both(client, who, csv_table(line))
        assert (outcome, [code for _, code in errors]) == ("rejected", ["control_characters"])
        await assert_nobody_holds(client, who, line)


async def test_headings_in_two_rows_are_no_file_without_holders(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "两行大学")
    line = new_number()
    content = f"基本信息,,,专利权人\n申请号,专利名称,授权公告日,\n{line},两行表头,2020-03-03,{OTHERS}\n"
    await assert_refused(client, who, content.encode(), "专利权人")


async def test_in_an_archive_such_a_file_is_skipped_and_says_why(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "压缩大学")
    bad, good = row(现权利人名称=OTHERS), row()
    found = await run_import(client, who, zipped([("a.csv", csv_table(bad)), ("b.csv", csv_table(good))]))
    assert outcomes(found) == {"created": 1}
    (skipped,) = found["skipped"]
    assert (skipped["file"], skipped["code"]) == ("a.csv", "holders_not_understood")
    assert "现权利人名称" in skipped["detail"]
    await assert_nobody_holds(client, who, bad)


RECORDS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown key": ({"patent_owner_name": OTHERS}, "patent_owner_name"),
    "an unknown key beside applicants": ({"applicants": "记录大学", "权利人（最新）": OTHERS}, "权利人（最新）"),
    "an object under a known key": ({"applicants": "记录大学", "holders": {"name": OTHERS}}, "holders"),
    "an object among texts": ({"holders": ["记录大学", {"name": OTHERS}]}, "holders"),
    "two keys of one meaning": ({"applicant": "记录大学", "assignee": OTHERS}, "assignee"),
}


@pytest.mark.parametrize("case", RECORDS)
async def test_a_record_that_names_holders_where_nobody_reads_them_lands_nowhere(
    app: FastAPI, client: AsyncClient, case: str
) -> None:
    who = await insert_member(app, "记录大学")
    said, key = RECORDS[case]
    bad = {"application_number": new_number(), "title": "记录", **said}
    good = {"application_number": new_number(), "title": "记录", "holders": ["记录大学"], "owner_address": "重庆市"}
    content = orjson.dumps([bad, good])
    assert [outcome for outcome, _ in await both(client, who, content)] == ["rejected", "created"]
    (wrong,) = await get_rows(client, who, await run_import(client, who, orjson.dumps(bad)))
    assert [(e["code"], e["value"]) for e in wrong["errors"]] == [("holders_not_understood", key)]
    await assert_nobody_holds(client, who, {"申请号": bad["application_number"]})


async def test_the_parties_of_records_cannot_be_set_aside(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "全空大学")
    record = {"application_number": new_number(), "title": "记录", "holders": OTHERS}
    aside = {"holders": None, "applicants": None}
    await assert_refused(client, who, orjson.dumps(record), "holders", "applicants", mapping=aside)


XML = """<?xml version="1.0" encoding="UTF-8"?>
<cn-patent-document lang="ZH"><cn-bibliographic-data>
<application-reference><document-id><country>CN</country><doc-number>{number}</doc-number></document-id>
</application-reference><invention-title>记录</invention-title>
<parties><applicants><applicant><addressbook><name>标签大学</name></addressbook></applicant></applicants>{more}</parties>
</cn-bibliographic-data></cn-patent-document>"""


async def test_an_element_that_names_holders_where_nobody_reads_them_lands_nowhere(
    app: FastAPI, client: AsyncClient
) -> None:
    who = await insert_member(app, "标签大学")
    owners = "<patent-owners><patent-owner><name>他人大学</name></patent-owner></patent-owners>"
    for more, outcome in ((owners, "rejected"), ("<patent-owners/>", "created"), ("", "created")):
        text = new_number()
        content = XML.format(number=text, more=more).encode()
        checked = await run_import(client, who, content, mode="check")
        assert outcomes(checked) == outcomes(await run_import(client, who, content)) == {outcome: 1}
        if outcome == "rejected":
            assert [one["code"] for one in checked["errors"]] == ["holders_not_understood"]
            await assert_nobody_holds(client, who, {"申请号": text})


async def test_a_large_file_is_no_way_round(app: FastAPI, client: AsyncClient) -> None:
    who = await insert_member(app, "大件大学")
    records = [{"application_number": new_number(), "title": "大" * 100, "owner_name": OTHERS} for _ in range(700)]
    content = b"\n".join(map(orjson.dumps, records))
    assert len(content) > 1 << 17
    answer = await post_import(client, who, content)
    found = await wait_for_import(client, who, answer.headers["Location"])
    assert outcomes(found) == {"rejected": 700}
    await assert_refused(
        client, who, csv_table(*[row(权利人名称=OTHERS, 摘要="大" * 100) for _ in range(700)]), "权利人名称"
    )

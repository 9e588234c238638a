"""A right that a file calls dead, in whatever words, is not in force; what is not understood makes no right."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

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
)
from tests.scenarios.listings import list_patent
from tests.scenarios.patents import application_number, post_legal_event, publication_number

DEAD = (
    "失效", "已失效", "终止", "专利权终止", "权利终止", "无效", "专利权无效", "无权", "灭失", "撤销",
    "權利終止", "無效", "專利權消滅", "INACTIVE", "Dead", "Not in force", "terminated", "ceased", "abandoned",
    "已失效（原因待告知）", "Ended (reason to be told)", "ended_unknown",
)  # fmt: skip
PRECISE = {
    "未缴年费": "lapsed", "因费用终止": "lapsed", "Expired - Fee Related": "lapsed", "避重放弃": "surrendered",
    "期满终止": "expired", "届满失效": "expired", "全部无效": "invalidated", "逾期视撤失效": "withdrawn",
    "驳回失效": "refused",
}  # fmt: skip
UNKNOWN_WORDS = ("失效公告已发布", "部分无效", "有效（存疑）", "inactivated?", "无权属纠纷")


def row(name: str, **said: str) -> dict[str, Any]:
    """Return a row of a patent that was granted."""
    return {
        "申请号": new_number(), "专利名称": "状态词", "专利权人": name, "申请日": "2019-05-01",
        "授权公告日": "2020-03-03", **said,
    }  # fmt: skip


async def told(client: AsyncClient, who: Person, text: str, subject: str) -> list[str]:
    """Return what the inbox tells of the patent, in the reader's language, once it tells anything."""
    headers = {**who.headers, "Accept-Language": text}
    for _ in range(200):
        items = (await client.get("/v1/inbox", headers=headers)).json()["items"]
        if found := [one["text"] for one in items if one["subject"] == subject]:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("nobody was told anything")


@pytest.mark.parametrize("word", ["2-失效", "3-终止", "4-无效", "5-INACTIVE"])
async def test_a_register_that_calls_a_listed_patent_dead_takes_it_from_the_market(
    app: FastAPI, client: AsyncClient, shared: Path, word: str
) -> None:
    who = await insert_member(app, "甲江大学", role="owner")
    text, granted = application_number(2019, 2), publication_number("U", 2)

    def file(name: str) -> bytes:
        said = (shared / "cases" / "status-words" / f"{name}.csv").read_text("utf-8")
        return said.replace("201920790002.3", text).replace("CN210790002U", granted).encode()

    await run_import(client, who, file("1-有效"))
    known = await get_patent_by_number(client, who, text)
    assert known["legal_status"] == "in_force"
    listing = await list_patent(client, who, known["id"])  # type: ignore[arg-type]  # it has headers
    address = f"/v1/patents/{known['id']}"
    assert (await client.get(address)).status_code == 200
    content = file(word)
    assert outcomes(await run_import(client, who, content, mode="check")) == {"updated": 1}
    assert (await client.get(address)).status_code == 200
    assert outcomes(await run_import(client, who, content)) == {"updated": 1}
    found = (await client.get(address, headers=who.headers)).json()
    assert (found["legal_status"], found["annuity_due_on"]) == ("ended_unknown", None)
    assert (await client.get(address)).status_code == 404
    shown = (await client.get(f"/v1/listings/{listing['id']}", headers=who.headers)).json()
    assert (shown["status"], shown["suspended_by"]) == ("suspended", "legal_status")
    resumed = await client.post(f"/v1/listings/{listing['id']}/resumption", headers=who.headers)
    assert resumed.status_code == 409
    assert (await client.get("/v1/annuities", headers=who.headers)).json()["items"] == []
    by_status = await client.get("/v1/patents?legal_status=ended_unknown", headers=who.headers)
    assert [one["id"] for one in by_status.json()["items"]] == [known["id"]]
    assert outcomes(await run_import(client, who, content)) == {"unchanged": 1}


async def test_every_word_that_means_dead_ends_the_right_and_a_reason_stays_a_reason(
    app: FastAPI, client: AsyncClient
) -> None:
    name = "死词大学"
    who = await insert_member(app, name)
    lines = [row(name, 法律状态=word) for word in (*DEAD, *PRECISE)]
    found = await run_import(client, who, csv_table(*lines))
    assert outcomes(found) == {"created": len(lines)}, await get_rows(client, who, found)
    assert found["errors"] == []
    became = {
        line["法律状态"]: (await get_patent_by_number(client, who, line["申请号"]))["legal_status"] for line in lines
    }
    assert became == dict.fromkeys(DEAD, "ended_unknown") | PRECISE


async def test_a_word_is_read_whole_and_one_that_is_not_understood_leaves_the_status_unknown(
    app: FastAPI, client: AsyncClient
) -> None:
    name = "未读大学"
    who = await insert_member(app, name)
    lines = [row(name, 法律状态=word, 公布日="2019-09-09") for word in UNKNOWN_WORDS]
    content = csv_table(*lines)
    expected = [("created", [("法律状态", "word_unknown")])] * len(lines)
    assert await both(client, who, content) == expected
    for line in lines:
        found = await get_patent_by_number(client, who, line["申请号"])
        assert (found["legal_status"], found["grant_date"]) == ("unknown", "2020-03-03")
    again = await both(client, who, content)
    assert again == [("unchanged", errors) for _, errors in expected]
    mended = csv_table(*[{**line, "法律状态": "有效"} for line in lines])
    assert await both(client, who, mended) == [("updated", [])] * len(lines)
    for line in lines:
        found = await get_patent_by_number(client, who, line["申请号"])
        assert found["legal_status"] == "in_force"
        events = await client.get(f"/v1/patents/{found['id']}/legal-events", headers=who.headers)
        assert [one["kind"] for one in events.json()["items"]] == ["published", "granted"]
    assert await both(client, who, mended) == [("unchanged", [])] * len(lines)


async def test_a_grant_told_beside_an_unread_status_puts_nothing_known_in_force(
    app: FastAPI, client: AsyncClient
) -> None:
    name = "补授大学"
    who = await insert_member(app, name)
    bare, line = new_number(), row(name, 法律状态="说不清")
    await run_import(client, who, csv_table({"申请号": bare, "专利名称": "状态词", "专利权人": name}))
    await run_import(client, who, csv_table({**line, "申请号": bare}))
    assert (await get_patent_by_number(client, who, bare))["legal_status"] == "unknown"
    silent = {name: cell for name, cell in {**line, "申请号": bare}.items() if name != "法律状态"}
    assert outcomes(await run_import(client, who, csv_table(silent))) == {"updated": 1}
    assert (await get_patent_by_number(client, who, bare))["legal_status"] == "in_force"


async def test_the_reason_is_kept_when_a_file_only_calls_the_right_dead(app: FastAPI, client: AsyncClient) -> None:
    name = "留因大学"
    who = await insert_member(app, name)
    line = row(name, 法律状态="未缴年费")
    await run_import(client, who, csv_table(line))
    assert await both(client, who, csv_table({**line, "法律状态": "失效"})) == [("unchanged", [])]
    assert (await get_patent_by_number(client, who, line["申请号"]))["legal_status"] == "lapsed"


async def test_a_reason_that_comes_later_a_restoration_or_the_office_takes_the_place_of_the_bare_end(
    app: FastAPI, client: AsyncClient
) -> None:
    name = "后因大学"
    who, office = await insert_member(app, name), await insert_member(app, "平台", "platform")
    reasons = {"lapsed": "lapsed", "surrendered": "surrendered", "restored": "in_force"}
    lines = {kind: row(name, 法律状态="失效") for kind in reasons}
    await run_import(client, who, csv_table(*lines.values()))
    for kind, status in reasons.items():
        known = await get_patent_by_number(client, who, lines[kind]["申请号"])
        day = "2023-05-01" if kind != "restored" else known["status_since"]
        said = await post_legal_event(client, who, known["id"], kind, day)  # type: ignore[arg-type]  # it has headers
        assert said.status_code == 201, said.text
        assert (await get_patent_by_number(client, who, lines[kind]["申请号"]))["legal_status"] == status
    line = row(name, 法律状态="终止")
    await run_import(client, office, csv_table(line))
    await run_import(client, who, csv_table({**line, "法律状态": "有效"}))
    assert (await get_patent_by_number(client, office, line["申请号"]))["legal_status"] == "ended_unknown"
    await run_import(client, office, csv_table({**line, "法律状态": "有效"}))
    assert (await get_patent_by_number(client, office, line["申请号"]))["legal_status"] == "in_force"


async def test_the_holder_is_told_in_both_languages(app: FastAPI, client: AsyncClient) -> None:
    name = "告知大学"
    who, office = await insert_member(app, name), await insert_member(app, "平台", "platform")
    line = row(name, 法律状态="有效")
    await run_import(client, who, csv_table(line))
    known = await get_patent_by_number(client, who, line["申请号"])
    await post_import(client, office, csv_table({**line, "法律状态": "失效"}))
    assert "专利法律状态变更为：已失效（原因待告知）。" in await told(client, who, "zh", known["id"])
    english = await told(client, who, "en", known["id"])
    assert "A patent's legal status has changed: Ended (reason to be told)." in english


async def test_the_export_says_so_and_is_read_back_as_it_was(app: FastAPI, client: AsyncClient) -> None:
    name = "导出大学"
    who = await insert_member(app, name)
    line = row(name, 法律状态="dead")
    await run_import(client, who, csv_table(line))
    exported = await client.get("/v1/patents.csv", headers={**who.headers, "Accept-Language": "zh"})
    assert "已失效（原因待告知）" in exported.text
    assert outcomes(await run_import(client, who, exported.content)) == {"unchanged": 1}

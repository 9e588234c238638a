"""Lists of needs as files: checked and applied alike, again and again, and nothing published that nobody said."""

from typing import Any

import httpx
import pytest

from tests.scenarios.imports import Person, csv_table, run_import
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.needs import get_need
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases
ROW = {
    "需求名称": "寻求低温电解液", "需求描述": "零下二十度时充电过慢。", "自编号": "N-1", "产业集群": "先进材料",
    "交易方式": "普通许可", "预算（万元）": "80", "最低成熟度": "5", "地区": "重庆市",
    "是否保密": "否", "是否发布": "是",
}  # fmt: skip


def person(member: Member) -> Person:
    return Person(member.organisation_id, "", member.headers)


async def sent(client: httpx.AsyncClient, who: Member, *rows: dict[str, Any], mode: str = "apply") -> list[Any]:
    """Return what came of each row: its outcome, its error codes, and what it is about."""
    table = csv_table(*({**ROW, **row} for row in rows))
    done = await run_import(client, person(who), table, kind="needs", mode=mode)
    assert done["status"] in ("done", "checked"), done
    found = await get(client, who, f"/v1/imports/{done['id']}/rows", limit=100)
    return [(row["outcome"], [e["code"] for e in row["errors"]], row["subject"]) for row in found["items"]]


async def test_a_file_is_checked_and_applied_alike_and_again_changes_only_what_differs(
    client: httpx.AsyncClient,
) -> None:
    asker = await register_organisation(client, "enterprise")
    rows: list[dict[str, Any]] = [
        {},
        {"自编号": "N-2", "是否发布": "否", "预算（万元）": "八十", "交易方式": "赠送"},
        {"自编号": "N-3", "需求描述": ""},
        {"自编号": "N-1", "最低成熟度": "6"},
        {"自编号": "", "需求名称": "没有编号"},
    ]
    checked = await sent(client, asker, *rows, mode="check")
    assert (await get(client, asker, "/v1/needs"))["items"] == []
    applied = await sent(client, asker, *rows)
    assert (
        [(o, e) for o, e, _ in checked]
        == [(o, e) for o, e, _ in applied]
        == [
            ("created", []),
            ("created", ["budget_unreadable", "word_unknown"]),
            ("rejected", ["need_incomplete"]),
            ("conflict", ["differs_from_earlier_row"]),
            ("created", []),
        ]
    )
    first = (await get_need(client, asker, applied[0][2])).json()
    assert (first["status"], first["budget_max_fen"], first["budget_visibility"]) == ("published", 80_000_000, "secret")
    assert (first["stage_min"], first["region"], first["deal_types"]) == (5, "500000", ["ordinary_licence"])
    second = (await get_need(client, asker, applied[1][2])).json()
    assert (second["status"], second["budget_max_fen"], second["deal_types"]) == ("draft", None, [])
    again = await sent(client, asker, *rows[:2], rows[4])
    assert [outcome for outcome, _, _ in again] == ["unchanged"] * 3
    changed = await sent(client, asker, {"最低成熟度": "7"}, {"自编号": "N-2", "是否发布": "是"})
    assert [outcome for outcome, _, _ in changed] == ["updated", "updated"]
    assert (await get_need(client, None, applied[0][2])).json()["stage_min"] == 7
    assert (await get_need(client, None, applied[1][2])).status_code == 200


async def test_what_cannot_be_taken_whole_is_refused_by_its_cell_and_never_cut(client: httpx.AsyncClient) -> None:
    asker = await register_organisation(client, "enterprise")
    named = [entry["label"] for entry in (await get(client, asker, "/v1/reference/clusters"))["items"][:11]]
    rows: list[dict[str, Any]] = [
        {"自编号": "W-1", "产业集群": "；".join(named)},
        {"自编号": "W-2", "产业集群": "；".join(named[:10])},
    ]
    first, second = await sent(client, asker, *rows)
    assert (first[:2], second[:2]) == (("created", ["too_many_words"]), ("created", []))
    assert (await get_need(client, asker, first[2])).json()["clusters"] == []
    assert len((await get_need(client, asker, second[2])).json()["clusters"]) == 10


async def test_what_decides_who_sees_a_need_is_never_guessed(client: httpx.AsyncClient) -> None:
    asker, named = await register_organisation(client, "enterprise"), await register_organisation(client)
    centre = await register_organisation(client, "operation_centre", name="示例运营中心丙")
    rows: list[dict[str, Any]] = [
        {"自编号": "S-1", "是否保密": "大概"},
        {"自编号": "S-2", "是否保密": ""},
        {"自编号": "S-3", "是否保密": "否", "定向公开机构": centre.organisation_id},
        {"自编号": "S-4", "是否保密": "是", "定向公开机构": f"{named.organisation_id}；示例运营中心丙；不存在的机构"},
        {"自编号": "S-5", "是否保密": "是", "公开摘要": "寻求电解液。"},
    ]
    rows = [{"定向公开机构": "", "公开摘要": "", **row} for row in rows]
    checked = await sent(client, asker, *rows, mode="check")
    applied = await sent(client, asker, *rows)
    assert (
        [(o, e) for o, e, _ in checked]
        == [(o, e) for o, e, _ in applied]
        == [
            ("rejected", ["yes_or_no"]),
            ("created", ["confidential_unsaid"]),
            ("rejected", ["shown_not_confidential"]),
            ("created", ["cannot_be_shown"]),
            ("created", []),
        ]
    )
    assert (await get_need(client, asker, applied[1][2])).json()["status"] == "draft"
    confidential = (await get_need(client, asker, applied[3][2])).json()
    assert confidential["shown_to"] == sorted([named.organisation_id, centre.organisation_id])
    assert (await get_need(client, centre, applied[3][2])).json()["face"] == "full"
    assert (await get_need(client, None, applied[3][2])).status_code == 404
    assert (await get_need(client, None, applied[4][2])).json()["abstract"] == "寻求电解液。"


async def test_an_unverified_organisations_rows_stay_drafts(client: httpx.AsyncClient) -> None:
    asker = await register_organisation(client, "enterprise", verified=False)
    [(outcome, codes, subject)] = await sent(client, asker, {})
    assert (outcome, codes) == ("created", ["publish_unverified"])
    assert (await get_need(client, asker, subject)).json()["status"] == "draft"


async def test_what_the_platform_took_down_is_published_by_no_unchanged_file(client: httpx.AsyncClient) -> None:
    asker, staff = await register_organisation(client, "enterprise"), await sign_in_platform(client)
    [(_, _, subject)] = await sent(client, asker, {})
    await post(client, staff, f"/v1/needs/{subject}/takedown", {"reason": "含联系方式"}, 200)
    assert await sent(client, asker, {}) == [("unchanged", ["publish_not_mended"], subject)]
    assert await sent(client, asker, {"需求描述": "已删去联系方式。"}) == [("updated", [], subject)]
    await post(client, asker, f"/v1/needs/{subject}/closure", {"outcome": "given_up"}, 200)
    assert await sent(client, asker, {}) == [("conflict", ["need_closed"], subject)]


async def test_anothers_reference_is_anothers(client: httpx.AsyncClient) -> None:
    first, second = await register_organisation(client, "enterprise"), await register_organisation(client, "enterprise")
    [(_, _, mine)], [(outcome, _, theirs)] = await sent(client, first, {}), await sent(client, second, {})
    assert outcome == "created"
    assert mine != theirs

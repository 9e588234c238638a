"""Files of offers: what is on which footing to be had, in a spreadsheet."""

from typing import Any

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


async def test_offers_land_as_drafts_on_the_own_patents(app: FastAPI, client: AsyncClient) -> None:
    who, other = await insert_member(app, "挂牌大学"), await insert_member(app, "旁人大学")
    own, others = new_number(), new_number()
    await run_import(client, who, csv_table({"申请号": own, "名称": "自有", "专利权人": "挂牌大学"}))
    await run_import(client, other, csv_table({"申请号": others, "名称": "他人", "专利权人": "旁人大学"}))
    row: dict[str, Any] = {
        "专利号": f"ZL{own}", "交易方式": "普通许可；转让", "价格（万元）": "12.5", "技术成熟度": "TRL 6",
        "产业集群": "先进材料", "关键词": "电池；正极", "技术简介": "已完成中试。",
    }  # fmt: skip
    content = csv_table(row, {**row, "专利号": others}, {**row, "专利号": new_number(), "价格（万元）": "三十"})
    checked = await run_import(client, who, content, kind="listings", mode="check")
    found = await run_import(client, who, content, kind="listings")
    assert outcomes(checked) == outcomes(found) == {"created": 1, "rejected": 2}
    told = await get_rows(client, who, found)
    assert [[e["code"] for e in row["errors"]] for row in told] == [[], ["patent_not_held"], ["patent_not_held"]]
    listing = (await client.get(f"/v1/listings/{told[0]['subject']}", headers=who.headers)).json()
    assert (listing["status"], listing["price_fen"], listing["stage"]) == ("draft", 12_500_000, 6)
    assert listing["deal_types"] == ["ordinary_licence", "assignment"]
    assert listing["clusters"] == ["advanced_materials"]
    assert outcomes(await run_import(client, who, csv_table(row), kind="listings")) == {"unchanged": 1}
    changed = {**row, "价格（万元）": "面议", "技术成熟度": "七级"}
    again = await run_import(client, who, csv_table(changed), kind="listings")
    assert outcomes(again) == {"updated": 1}
    assert {e["code"] for e in again["errors"]} == {"word_unknown"}


async def test_a_patent_listed_by_a_co_holder_is_a_conflict(app: FastAPI, client: AsyncClient) -> None:
    one, other = await insert_member(app, "牵头大学"), await insert_member(app, "共有大学")
    text = new_number()
    register = csv_table({"申请号": text, "名称": "共有", "专利权人": "牵头大学;共有大学"})
    await run_import(client, one, register)
    await run_import(client, other, register)
    offer = csv_table({"申请号": text, "交易方式": "转让", "价格（元）": "¥100,000"})
    assert outcomes(await run_import(client, one, offer, kind="listings")) == {"created": 1}
    found = await run_import(client, other, offer, kind="listings")
    assert outcomes(found) == {"conflict": 1}
    assert found["errors"][0]["code"] == "already_listed"
    assert len((await get_patent_by_number(client, one, text))["holders"]) == 2

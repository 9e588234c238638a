"""Files of offers: what is on which footing to be had, in a spreadsheet."""

from typing import Any

import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from tests.scenarios.imports import counts, done, number, patent, person, rows, table

pytestmark = pytest.mark.both_databases


async def test_offers_land_as_drafts_on_the_own_patents(app: FastAPI, client: AsyncClient) -> None:
    who, other = await person(app, "挂牌大学"), await person(app, "旁人大学")
    own, others = number(), number()
    await done(client, who, table({"申请号": own, "名称": "自有", "专利权人": "挂牌大学"}))
    await done(client, other, table({"申请号": others, "名称": "他人", "专利权人": "旁人大学"}))
    row: dict[str, Any] = {
        "专利号": f"ZL{own}", "交易方式": "普通许可；转让", "价格（万元）": "12.5", "技术成熟度": "TRL 6",
        "产业集群": "先进材料", "关键词": "电池；正极", "技术简介": "已完成中试。",
    }  # fmt: skip
    content = table(row, {**row, "专利号": others}, {**row, "专利号": number(), "价格（万元）": "三十"})
    checked = await done(client, who, content, kind="listings", mode="check")
    found = await done(client, who, content, kind="listings")
    assert counts(checked) == counts(found) == {"created": 1, "rejected": 2}
    told = await rows(client, who, found)
    assert [[e["code"] for e in row["errors"]] for row in told] == [[], ["patent_not_held"], ["patent_not_held"]]
    listing = (await client.get(f"/v1/listings/{told[0]['subject']}", headers=who.headers)).json()
    assert (listing["status"], listing["price_fen"], listing["stage"]) == ("draft", 12_500_000, 6)
    assert listing["deal_types"] == ["ordinary_licence", "assignment"]
    assert listing["clusters"] == ["advanced_materials"]
    assert counts(await done(client, who, table(row), kind="listings")) == {"unchanged": 1}
    changed = {**row, "价格（万元）": "面议", "技术成熟度": "七级"}
    again = await done(client, who, table(changed), kind="listings")
    assert counts(again) == {"updated": 1}
    assert {e["code"] for e in again["errors"]} == {"word_unknown"}


async def test_a_patent_listed_by_a_co_holder_is_a_conflict(app: FastAPI, client: AsyncClient) -> None:
    one, other = await person(app, "牵头大学"), await person(app, "共有大学")
    text = number()
    register = table({"申请号": text, "名称": "共有", "专利权人": "牵头大学;共有大学"})
    await done(client, one, register)
    await done(client, other, register)
    offer = table({"申请号": text, "交易方式": "转让", "价格（元）": "¥100,000"})
    assert counts(await done(client, one, offer, kind="listings")) == {"created": 1}
    found = await done(client, other, offer, kind="listings")
    assert counts(found) == {"conflict": 1}
    assert found["errors"][0]["code"] == "already_listed"
    assert len((await patent(client, one, text))["holders"]) == 2

"""What a file says of many patents bars an announced open licence as soon as the file is in, not the day after."""

from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.core.clock import CHINA
from backend.patents.models import PatentAvailability
from tests.licences.conftest import People
from tests.licences.test_bars import page, shown
from tests.scenarios.imports import csv_table, get_rows, outcomes, run_import
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import declare
from tests.scenarios.patents import enter_patent, post_legal_event
from tests.scenarios.requests import post

NOTIFICATION_TEMPLATES: dict[str, dict[str, str]] = {
    "suspended": {"法律事件": "程序中止", "生效日": "2026-04-01"},
    "holders_changed": {"法律事件": "专利权的转移", "生效日": "2026-04-01", "变更后权利人": "重庆示例受让有限公司"},
}


async def told(client: httpx.AsyncClient, people: People, patents: list[str], **row: str) -> dict[str, Any]:
    """Return the import in which the office announces something of the patents."""
    content = csv_table(*({"专利号": number, **row} for number in patents))
    found = await run_import(client, people.office, content, kind="legal_events")  # type: ignore[arg-type]  # it has headers
    assert outcomes(found) == {"updated": len(patents)}, await get_rows(client, people.office, found)  # type: ignore[arg-type]
    return found


async def number_of(client: httpx.AsyncClient, declared: dict[str, Any], people: People) -> str:
    patent = await client.get(f"/v1/patents/{declared['patent_id']}", headers=people.university.headers)
    return str(patent.json()["application_number"])


@pytest.mark.parametrize("code", NOTIFICATION_TEMPLATES)
async def test_an_open_licence_is_unavailable_once_the_file_is_in(
    client: httpx.AsyncClient, people: People, code: str
) -> None:
    declared, other = await declare(client, people.university), await declare(client, people.university)
    fresh = await enter_patent(client, people.university)
    numbers = [await number_of(client, declared, people), fresh["application_number"]]
    await told(client, people, numbers, **NOTIFICATION_TEMPLATES[code])
    said = await page(client, declared)
    assert (said["available_here"], [one["code"] for one in said["unavailable_because"]]) == (False, [code])
    assert (await give_notice(client, people.enterprise, declared, due=409))["code"] == "open_licence_not_available"
    own = await page(client, declared, people.university)
    assert [(duty["kind"], duty["ended_at"]) for duty in own["duties"]] == [("withdraw", None)]
    for offered in await shown(client, declared["patent_id"]):
        assert (offered["available"], offered["unavailable_because"]) == (False, [code])
    assert (await page(client, other))["available_here"]
    await give_notice(client, people.enterprise, other)


async def test_what_a_file_lifts_bars_no_more(client: httpx.AsyncClient, people: People) -> None:
    declared = await declare(client, people.university)
    number = await number_of(client, declared, people)
    await told(client, people, [number], **NOTIFICATION_TEMPLATES["suspended"])
    assert not (await page(client, declared))["available_here"]
    await told(client, people, [number], 法律事件="suspension_lifted", 生效日="2026-05-01")
    assert (await page(client, declared, people.university))["duties"][0]["outcome"] == "lifted"
    await give_notice(client, people.enterprise, declared)


async def test_a_listing_shows_what_a_suspension_by_file_bars(client: httpx.AsyncClient, people: People) -> None:
    patent = await enter_patent(client, people.university)
    terms = {"patent_id": patent["id"], "deal_types": ["assignment"], "price_note": "面议"}
    draft = await post(client, people.university, "/v1/listings", terms, 201)
    for step in ("submission", "publication"):
        await post(client, people.university, f"/v1/listings/{draft['id']}/{step}", {})
    await told(client, people, [patent["application_number"]], **NOTIFICATION_TEMPLATES["suspended"])
    said = (await client.get(f"/v1/listings/{draft['id']}")).json()
    assert said["barred"] == {"assignment": ["suspended_disposal"]}


async def test_a_lapse_by_file_leaves_barred_what_the_same_lapse_by_hand_leaves(
    client: httpx.AsyncClient, app: FastAPI, people: People
) -> None:
    """Its licences end in the same transaction: what was read of the rights before bars nothing afterwards."""
    today = datetime.now(CHINA).date().isoformat()
    taken = []
    for _ in range(2):
        declared = await declare(client, people.university)
        paid = await pay(client, people.enterprise, await give_notice(client, people.enterprise, declared))
        assert paid["licence_id"]
        taken.append(declared)
    by_file, by_hand = taken
    await told(client, people, [await number_of(client, by_file, people)], 法律事件="专利权的终止", 生效日=today)
    gone = await post_legal_event(client, people.office, by_hand["patent_id"], "lapsed", today)
    assert gone.status_code == 201, gone.text
    async with app.state.database.read() as session:
        barred = [(await session.get_one(PatentAvailability, one["patent_id"])).barred for one in taken]
    assert barred[0] == barred[1]
    assert barred[0]

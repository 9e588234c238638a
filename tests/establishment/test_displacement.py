"""Nothing that rested on the word of a displaced holder alone goes on: neither its stand-ins nor what it declared."""

from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from tests.licences.days import day
from tests.scenarios.establishment import post_decision, propose
from tests.scenarios.members import Member, organisation_name, register_organisation, sign_in_platform
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import declare, draft_declaration, file_declaration
from tests.scenarios.patents import enter_patent, get_patent, patent_body, post_legal_event
from tests.scenarios.rights import post_right

WHY = "登记簿载明"


async def displaced(client: httpx.AsyncClient, squatter: Member, heir: Member, patent_id: str) -> httpx.Response:
    """Have an office find that the heir holds the patent, and that the squatter never did; return its answer."""
    staff = await sign_in_platform(client)
    taken = await get_patent(client, squatter, patent_id)
    own = await enter_patent(client, heir, application_number=taken["application_number"])
    request = await propose(client, heir, own["id"])
    ended = [one["holding_id"] for one in taken["holders"] if one["organisation_id"] == squatter.organisation_id]
    done = await post_decision(client, staff, patent_id, request["id"], "acceptance", ends_holdings=ended, reason=WHY)
    assert done.status_code == 200, done.text
    return done


async def test_a_displaced_squatter_does_not_come_back_by_its_stand_in(client: httpx.AsyncClient) -> None:
    squatter, heir = await register_organisation(client), await register_organisation(client)
    taken = await enter_patent(client, squatter, holders=[{"name": "后备替身公司"}])
    stand_in = next(one for one in taken["holders"] if one["organisation_id"] is None)
    await displaced(client, squatter, heir, taken["id"])
    now = await get_patent(client, heir, taken["id"])
    assert [one["organisation_id"] for one in now["holders"]] == [heir.organisation_id]
    named = {"name": await organisation_name(client, squatter)}
    headers = squatter.headers | {"If-Match": "*"}
    await client.patch(f"/v1/parties/{stand_in['party_id']}", json=named, headers=headers)
    again = patent_body(application_number=taken["application_number"])
    await client.post("/v1/patents", json=again, headers=squatter.headers)
    now = await get_patent(client, heir, taken["id"])
    assert [one["organisation_id"] for one in now["holders"]] == [heir.organisation_id]


@pytest.mark.parametrize("announced", [True, False])
async def test_the_heir_declares_its_open_licence_after_that_of_a_displaced_squatter(
    client: httpx.AsyncClient, announced: bool
) -> None:
    squatter, heir = await register_organisation(client, "enterprise"), await register_organisation(client)
    if announced:
        declared = await declare(client, squatter)
    else:
        taken = await enter_patent(client, squatter)
        declared = await file_declaration(client, squatter, await draft_declaration(client, squatter, taken["id"]))
    patent_id = declared["patent_id"]
    await displaced(client, squatter, heir, patent_id)
    place = f"/v1/open-licences/{declared['id']}"
    over = (await client.get(place, headers=squatter.headers)).json()
    assert (over["status"], over["ended_reason"]) == (
        "terminated" if announced else "withdrawn", "licensor_displaced",
    )  # fmt: skip
    assert over["available_here"] is False
    own = await file_declaration(client, heir, await draft_declaration(client, heir, patent_id))
    assert own["status"] == "filed"


async def test_a_notice_that_was_not_paid_ends_with_the_displacement(client: httpx.AsyncClient) -> None:
    squatter, heir = await register_organisation(client, "enterprise"), await register_organisation(client)
    licensee = await register_organisation(client, "enterprise")
    declared = await declare(client, squatter)
    notice = await give_notice(client, licensee, declared)
    await displaced(client, squatter, heir, declared["patent_id"])
    ended = (await client.get(f"/v1/notices/{notice['id']}", headers=licensee.headers)).json()
    assert (ended["status"], ended["status_reason"]) == ("ended", "open_licence_terminated")
    await pay(client, licensee, notice, due=409)
    assert (await client.get("/v1/licences", headers=licensee.headers)).json()["items"] == []


async def test_a_payment_from_before_the_displacement_makes_no_clean_licence(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    squatter, heir = await register_organisation(client, "enterprise"), await register_organisation(client)
    licensee = await register_organisation(client, "enterprise")
    declared = await declare(client, squatter)
    notice = await give_notice(client, licensee, declared)
    await displaced(client, squatter, heir, declared["patent_id"])
    paid = await pay(client, licensee, notice, value_date=day(app, -1))
    licence = (await client.get(f"/v1/licences/{paid['licence_id']}", headers=licensee.headers)).json()
    assert (licence["status"], licence["status_reason"]) == ("contested", "licensor_displaced")


async def test_rights_that_a_displaced_squatter_recorded_burden_the_heir_no_more(client: httpx.AsyncClient) -> None:
    squatter, heir = await register_organisation(client, "enterprise"), await register_organisation(client)
    taken = await enter_patent(client, squatter)
    entered = await post_right(client, squatter, taken["id"], licence_type="exclusive", party_name="同伙公司")
    assert entered.status_code == 201, entered.text
    await displaced(client, squatter, heir, taken["id"])
    place = f"/v1/patents/{taken['id']}/rights"
    assert (await client.get(f"{place}?in_force=true", headers=heir.headers)).json()["items"] == []
    (kept,) = (await client.get(place, headers=heir.headers)).json()["items"]
    assert kept["ended_because"] == "recorder_displaced"


async def test_what_only_a_displaced_squatter_said_of_the_patent_is_said_no_more(client: httpx.AsyncClient) -> None:
    squatter, heir = await register_organisation(client), await register_organisation(client)
    said = {"abstract": "抢占者的摘要", "inventors": ["抢占者"], "title_en": "Squat"}
    taken = await enter_patent(client, squatter, **said)
    assert (await post_legal_event(client, squatter, taken["id"], "surrendered", "2025-03-01")).status_code == 201
    graded = {"grade": "A", "method": "自评", "assessor": "抢占者", "assessed_on": "2026-01-01"}
    place = f"/v1/patents/{taken['id']}/assessments"
    assert (await client.post(place, json=graded, headers=squatter.headers)).status_code == 201
    before = datetime.now(UTC).isoformat()
    await displaced(client, squatter, heir, taken["id"])
    now = await get_patent(client, heir, taken["id"])
    assert (now["abstract"], now["inventors"], now["title_en"], now["grade"]) == (None, [], None, None)
    assert [one["grade"] for one in (await client.get(place, headers=heir.headers)).json()["items"]] == ["A"]
    assert (await client.post(place, json=graded | {"grade": "B"}, headers=heir.headers)).status_code == 201
    assert (await get_patent(client, heir, taken["id"]))["grade"] == "B"
    assert (now["legal_status"], now["grant_date"]) == ("in_force", "2020-05-05"), "as its heir says"
    asked = {"known_at": before}
    then = await client.get(f"/v1/patents/{taken['id']}", params=asked, headers=heir.headers)
    assert then.json()["legal_status"] == "surrendered", "by what was known before"
    events = (await client.get(f"/v1/patents/{taken['id']}/legal-events", headers=heir.headers)).json()["items"]
    kept = next(one for one in events if one["kind"] == "surrendered")
    assert kept["details"]["withdrawn"]["reason"] == "recorder_displaced"
    again = await post_legal_event(client, heir, taken["id"], "surrendered", "2025-03-01")
    assert again.status_code == 201, "its heir may say the same"
    assert (await get_patent(client, heir, taken["id"]))["legal_status"] == "surrendered"

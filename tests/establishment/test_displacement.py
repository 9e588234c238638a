"""Nothing that rested on the word of a displaced holder alone goes on: neither its stand-ins nor what it declared."""

from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI

from tests.licences.days import day
from tests.scenarios import establishment as made
from tests.scenarios import members as factories
from tests.scenarios import open_licences as licences
from tests.scenarios import patents, rights
from tests.scenarios.members import Member

WHY = "登记簿载明"


async def displaced(client: httpx.AsyncClient, squatter: Member, heir: Member, patent_id: str) -> httpx.Response:
    """Have an office find that the heir holds the patent, and that the squatter never did; return its answer."""
    staff = await factories.platform(client)
    taken = await made.patent(client, squatter, patent_id)
    own = await patents.entered(client, heir, application_number=taken["application_number"])
    request = await made.proposed(client, heir, own["id"])
    ended = [one["holding_id"] for one in taken["holders"] if one["organisation_id"] == squatter.organisation_id]
    done = await made.decided(client, staff, patent_id, request["id"], "acceptance", ends_holdings=ended, reason=WHY)
    assert done.status_code == 200, done.text
    return done


async def test_a_displaced_squatter_does_not_come_back_by_its_stand_in(client: httpx.AsyncClient) -> None:
    squatter, heir = await factories.organisation(client), await factories.organisation(client)
    taken = await patents.entered(client, squatter, holders=[{"name": "后备替身公司"}])
    stand_in = next(one for one in taken["holders"] if one["organisation_id"] is None)
    await displaced(client, squatter, heir, taken["id"])
    now = await made.patent(client, heir, taken["id"])
    assert [one["organisation_id"] for one in now["holders"]] == [heir.organisation_id]
    named = {"name": await made.name_of(client, squatter)}
    headers = squatter.headers | {"If-Match": "*"}
    await client.patch(f"/v1/parties/{stand_in['party_id']}", json=named, headers=headers)
    again = patents.entry(application_number=taken["application_number"])
    await client.post("/v1/patents", json=again, headers=squatter.headers)
    now = await made.patent(client, heir, taken["id"])
    assert [one["organisation_id"] for one in now["holders"]] == [heir.organisation_id]


@pytest.mark.parametrize("announced", [True, False])
async def test_the_heir_declares_its_open_licence_after_that_of_a_displaced_squatter(
    client: httpx.AsyncClient, announced: bool
) -> None:
    squatter, heir = await factories.organisation(client, "enterprise"), await factories.organisation(client)
    if announced:
        declared = await licences.announced(client, squatter)
    else:
        taken = await patents.entered(client, squatter)
        declared = await licences.filed(client, squatter, await licences.drafted(client, squatter, taken["id"]))
    patent_id = declared["patent_id"]
    await displaced(client, squatter, heir, patent_id)
    place = f"/v1/open-licences/{declared['id']}"
    over = (await client.get(place, headers=squatter.headers)).json()
    assert (over["status"], over["ended_reason"]) == (
        "terminated" if announced else "withdrawn", "licensor_displaced",
    )  # fmt: skip
    assert over["available_here"] is False
    own = await licences.filed(client, heir, await licences.drafted(client, heir, patent_id))
    assert own["status"] == "filed"


async def test_a_notice_that_was_not_paid_ends_with_the_displacement(client: httpx.AsyncClient) -> None:
    squatter, heir = await factories.organisation(client, "enterprise"), await factories.organisation(client)
    licensee = await factories.organisation(client, "enterprise")
    declared = await licences.announced(client, squatter)
    notice = await licences.noticed(client, licensee, declared)
    await displaced(client, squatter, heir, declared["patent_id"])
    ended = (await client.get(f"/v1/notices/{notice['id']}", headers=licensee.headers)).json()
    assert (ended["status"], ended["status_reason"]) == ("ended", "open_licence_terminated")
    await licences.paid(client, licensee, notice, due=409)
    assert (await client.get("/v1/licences", headers=licensee.headers)).json()["items"] == []


async def test_a_payment_from_before_the_displacement_makes_no_clean_licence(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    squatter, heir = await factories.organisation(client, "enterprise"), await factories.organisation(client)
    licensee = await factories.organisation(client, "enterprise")
    declared = await licences.announced(client, squatter)
    notice = await licences.noticed(client, licensee, declared)
    await displaced(client, squatter, heir, declared["patent_id"])
    paid = await licences.paid(client, licensee, notice, value_date=day(app, -1))
    licence = (await client.get(f"/v1/licences/{paid['licence_id']}", headers=licensee.headers)).json()
    assert (licence["status"], licence["status_reason"]) == ("contested", "licensor_displaced")


async def test_rights_that_a_displaced_squatter_recorded_burden_the_heir_no_more(client: httpx.AsyncClient) -> None:
    squatter, heir = await factories.organisation(client, "enterprise"), await factories.organisation(client)
    taken = await patents.entered(client, squatter)
    entered = await rights.right(client, squatter, taken["id"], licence_type="exclusive", party_name="同伙公司")
    assert entered.status_code == 201, entered.text
    await displaced(client, squatter, heir, taken["id"])
    place = f"/v1/patents/{taken['id']}/rights"
    assert (await client.get(f"{place}?in_force=true", headers=heir.headers)).json()["items"] == []
    (kept,) = (await client.get(place, headers=heir.headers)).json()["items"]
    assert kept["ended_because"] == "recorder_displaced"


async def test_what_only_a_displaced_squatter_said_of_the_patent_is_said_no_more(client: httpx.AsyncClient) -> None:
    squatter, heir = await factories.organisation(client), await factories.organisation(client)
    said = {"abstract": "抢占者的摘要", "inventors": ["抢占者"], "title_en": "Squat"}
    taken = await patents.entered(client, squatter, **said)
    assert (await patents.event(client, squatter, taken["id"], "surrendered", "2025-03-01")).status_code == 201
    graded = {"grade": "A", "method": "自评", "assessor": "抢占者", "assessed_on": "2026-01-01"}
    place = f"/v1/patents/{taken['id']}/assessments"
    assert (await client.post(place, json=graded, headers=squatter.headers)).status_code == 201
    before = datetime.now(UTC).isoformat()
    await displaced(client, squatter, heir, taken["id"])
    now = await made.patent(client, heir, taken["id"])
    assert (now["abstract"], now["inventors"], now["title_en"], now["grade"]) == (None, [], None, None)
    assert [one["grade"] for one in (await client.get(place, headers=heir.headers)).json()["items"]] == ["A"]
    assert (await client.post(place, json=graded | {"grade": "B"}, headers=heir.headers)).status_code == 201
    assert (await made.patent(client, heir, taken["id"]))["grade"] == "B"
    assert (now["legal_status"], now["grant_date"]) == ("in_force", "2020-05-05"), "as its heir says"
    asked = {"known_at": before}
    then = await client.get(f"/v1/patents/{taken['id']}", params=asked, headers=heir.headers)
    assert then.json()["legal_status"] == "surrendered", "by what was known before"
    events = (await client.get(f"/v1/patents/{taken['id']}/legal-events", headers=heir.headers)).json()["items"]
    kept = next(one for one in events if one["kind"] == "surrendered")
    assert kept["details"]["withdrawn"]["reason"] == "recorder_displaced"
    again = await patents.event(client, heir, taken["id"], "surrendered", "2025-03-01")
    assert again.status_code == 201, "its heir may say the same"
    assert (await made.patent(client, heir, taken["id"]))["legal_status"] == "surrendered"

import asyncio

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.core.events.log import EVENT
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, register_organisation, sign_in_platform
from tests.scenarios.patents import enter_patent, patent_body, post_legal_event, publication_number

pytestmark = pytest.mark.both_databases


async def change(client: httpx.AsyncClient, member: Member, patent_id: str, **fields: object) -> httpx.Response:
    address = f"/v1/patents/{patent_id}"
    seen = await client.get(address, headers=member.headers)
    tag = seen.headers.get("etag", "*")  # of two changes at once the other may be done by now, and lead on from here
    return await client.patch(address, json=fields, headers=member.headers | {"If-Match": tag})


async def two_rows(client: httpx.AsyncClient, one: Member, two: Member) -> tuple[dict[str, str], dict[str, str]]:
    """One patent as two universities entered it: by its application number, and by its publication number."""
    by_application = await enter_patent(client, one)
    by_publication = await enter_patent(
        client, two, application_number=None, publication_number=publication_number(), abstract="摘要"
    )
    assert by_application["id"] != by_publication["id"]
    return by_application, by_publication


async def test_a_number_that_links_two_rows_makes_them_one(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    older, younger = await two_rows(client, one, two)
    staff = await sign_in_platform(client)
    await post_legal_event(client, staff, younger["id"], "annuity_paid", "2025-02-01", year=8)
    graded = {"grade": "A", "method": "评审", "assessor": "中心", "assessed_on": "2026-01-01"}
    await client.post(f"/v1/patents/{younger['id']}/assessments", json=graded, headers=two.headers)
    listing = await list_patent(client, two, younger["id"])
    taken = await change(client, two, younger["id"], application_number=older["application_number"])
    assert (taken.status_code, taken.json()["code"]) == (409, "number_belongs_to_another_patent")
    answer = await change(client, staff, younger["id"], application_number=older["application_number"])
    assert answer.status_code == 200, answer.text
    merged = answer.json()
    assert merged["id"] == older["id"]
    assert (merged["application_number"], merged["publication_number"], merged["abstract"], merged["grade"]) == (
        older["application_number"],
        younger["publication_number"],
        "摘要",
        "A",
    )
    assert {h["organisation_id"] for h in merged["holders"]} == {one.organisation_id, two.organisation_id}
    assert merged["listing"]["id"] == listing["id"]
    events = await client.get(f"/v1/patents/{older['id']}/legal-events")
    assert [e["kind"] for e in events.json()["items"]] == ["granted", "annuity_paid"]


async def test_every_event_of_one_request_is_kept_in_its_order(app: FastAPI, client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    older, younger = await two_rows(client, one, two)
    staff = await sign_in_platform(client)
    await change(client, staff, younger["id"], application_number=older["application_number"])
    ours = sa.select(EVENT.c.type).where(EVENT.c.subject.in_([older["id"], younger["id"]])).order_by(EVENT.c.id)
    async with app.state.database.read() as session:
        types = (await session.execute(ours)).scalars().all()
    assert types == ["patent.registered"] * 2 + ["patent.updated", "patent.merged", "patent.updated"]


async def test_the_old_id_leads_to_the_merged_patent(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    older, younger = await two_rows(client, one, two)
    staff = await sign_in_platform(client)
    await change(client, staff, younger["id"], application_number=older["application_number"])
    for below in ("", "/holdings?limit=5", "/legal-events", "/assessments"):
        moved = await client.get(f"/v1/patents/{younger['id']}{below}", headers=two.headers)
        assert (moved.status_code, moved.headers["location"]) == (308, f"/v1/patents/{older['id']}{below}")
    assert (await client.get(f"/v1/patents/{younger['id']}")).status_code == 404
    followed = await client.get(f"/v1/patents/{younger['id']}", headers=two.headers, follow_redirects=True)
    assert followed.json()["id"] == older["id"]


async def test_a_party_that_held_both_keeps_one_holding(app: FastAPI, client: httpx.AsyncClient) -> None:
    member, staff = await register_organisation(client), await sign_in_platform(client)
    older, younger = await two_rows(client, member, member)
    (holding,) = (await client.get(f"/v1/patents/{younger['id']}/holdings", headers=member.headers)).json()["items"]
    await client.post(
        f"/v1/patents/{younger['id']}/holdings/{holding['id']}/verification",
        json={"outcome": "verified", "reason": "登记簿"},
        headers=staff.headers,
    )
    await list_patent(client, member, older["id"])
    draft = {"patent_id": younger["id"], "deal_types": ["assignment"]}
    second = await client.post("/v1/listings", json=draft, headers=member.headers)
    merged = (await change(client, member, older["id"], publication_number=younger["publication_number"])).json()
    assert [h["state"] for h in merged["holders"]] == ["verified"]
    dropped = (await client.get(f"/v1/listings/{second.json()['id']}", headers=member.headers)).json()
    assert (dropped["status"], dropped["status_reason"], dropped["patent_id"]) == ("delisted", "merged", older["id"])
    told = sa.select(EVENT.c.audience).where(EVENT.c.subject == dropped["id"], EVENT.c.type == "listing.delisted")
    async with app.state.database.read() as session:
        assert (await session.execute(told)).scalars().all() == [[member.organisation_id]], "nobody else knew the draft"


async def test_rows_that_contradict_each_other_stay_apart(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    staff = await sign_in_platform(client)
    theirs = await enter_patent(client, one)
    alike = await enter_patent(
        client, two, application_number=None, publication_number=publication_number(), filing_date="2018-03-02"
    )
    unlike = await enter_patent(
        client,
        two,
        application_number=None,
        publication_number=publication_number(),
        title="完全不同的名称",
        filing_date=None,
    )
    for row in (alike, unlike):
        refused = await change(client, two, row["id"], application_number=theirs["application_number"])
        assert (refused.status_code, refused.json()["code"]) == (409, "number_belongs_to_another_patent")
    assert (
        await change(client, staff, alike["id"], application_number=theirs["application_number"])
    ).status_code == 409
    assert (
        await change(client, staff, unlike["id"], application_number=theirs["application_number"])
    ).status_code == 200


async def test_an_entry_with_both_numbers_merges_for_who_may_speak_for_both(client: httpx.AsyncClient) -> None:
    one, two, third = [await register_organisation(client) for _ in range(3)]
    older, younger = await two_rows(client, one, two)
    body = patent_body(application_number=older["application_number"], publication_number=younger["publication_number"])
    own = await client.post("/v1/patents", json=body, headers=third.headers)
    assert (own.status_code, own.json()["id"] in (older["id"], younger["id"])) == (201, False), "a row of its own"
    refused = await client.post("/v1/patents", json=body, headers=two.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "number_belongs_to_another_patent")
    staff = await sign_in_platform(client)
    holders = {"holders": [{"name": "示例权利人"}]}
    answer = await client.post("/v1/patents", json=body | holders, headers=staff.headers)
    assert (answer.status_code, answer.json()["id"]) == (200, older["id"])


async def test_two_merges_at_once_end_in_one_row(client: httpx.AsyncClient) -> None:
    one, two = await register_organisation(client), await register_organisation(client)
    older, younger = await two_rows(client, one, two)
    staff = await sign_in_platform(client)
    answers = await asyncio.gather(
        change(client, staff, older["id"], publication_number=younger["publication_number"]),
        change(client, staff, younger["id"], application_number=older["application_number"]),
    )
    assert 200 in {a.status_code for a in answers}
    assert {a.status_code for a in answers} <= {200, 308, 409, 412}
    found = [
        (await client.get(f"/v1/patents/by-number/{n}", headers=one.headers)).json()["id"]
        for n in (older["application_number"], younger["publication_number"])
    ]
    assert found == [older["id"], older["id"]]


async def test_rows_merged_one_after_another_all_lead_to_the_last(client: httpx.AsyncClient) -> None:
    member = await register_organisation(client)
    first = await enter_patent(client, member)
    second = await enter_patent(client, member, application_number=None, publication_number=publication_number())
    third = await enter_patent(client, member, application_number=None, grant_number=publication_number("B"))
    await change(client, member, second["id"], grant_number=third["grant_number"])
    await change(client, member, second["id"], application_number=first["application_number"])
    for old in (second, third):
        moved = await client.get(f"/v1/patents/{old['id']}", headers=member.headers)
        assert (moved.status_code, moved.headers["location"]) == (308, f"/v1/patents/{first['id']}")

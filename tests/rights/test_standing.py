"""What the register tells of the right, and what it told at an earlier moment, through the front door."""

from typing import Any

import httpx
from fastapi import FastAPI

from tests.scenarios.holdings import enter_co_owned_patent
from tests.scenarios.listings import list_patent
from tests.scenarios.members import find_party, register_organisation, sign_in_platform
from tests.scenarios.patents import enter_patent, post_legal_event
from tests.scenarios.rights import get_permission, post_right, reason_codes
from tests.scenarios.rights import post_right_end as end_right


async def standing(client: httpx.AsyncClient, who: Any, patent_id: str, **asked: Any) -> Any:
    answer = await client.get(f"/v1/patents/{patent_id}/rights", params=asked, headers=who.headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["standing"]


async def test_of_two_suspensions_the_one_that_is_named_is_lifted_by_the_office(client: httpx.AsyncClient) -> None:
    university, office = await register_organisation(client), await sign_in_platform(client)
    patent = (await enter_patent(client, university))["id"]
    for basis, on in (("ownership_dispute", "2026-02-01"), ("preservation", "2026-03-01")):
        assert (await post_legal_event(client, office, patent, "suspended", on, basis=basis)).status_code == 201
    told = await post_legal_event(client, office, patent, "suspension_lifted", "2026-04-01", basis="ownership_dispute")
    assert told.status_code == 201, told.text
    assert (await post_legal_event(client, university, patent, "suspension_lifted", "2026-05-01")).status_code == 201
    assert (await standing(client, university, patent))["suspended_since"] == "2026-03-01"
    assert reason_codes(await get_permission(client, university, patent, "assign")) == {"suspended_disposal"}
    await post_legal_event(client, office, patent, "suspension_lifted", "2026-05-02", basis="preservation")
    assert (await get_permission(client, university, patent, "assign"))["answer"] == "allowed"


def moment(app: FastAPI) -> str:
    return str(app.state.clock.now().isoformat())  # by the platform's clock, which other tests may have moved by a bit


async def test_a_dispute_was_not_known_before_it_was_raised(client: httpx.AsyncClient, app: FastAPI) -> None:
    one, other, office = [
        await register_organisation(client), await register_organisation(client), await sign_in_platform(client)
    ]  # fmt: skip
    patent = (await enter_co_owned_patent(client, one, other))["id"]
    then = moment(app)
    holdings = (await client.get(f"/v1/patents/{patent}/holdings", headers=one.headers)).json()["items"]
    place = f"/v1/patents/{patent}/holdings/{holdings[0]['id']}/dispute"
    assert (await client.post(place, json={"reason": "争议"}, headers=office.headers)).status_code == 200
    asked = {"by": holdings[0]["party_id"]}
    assert reason_codes(await get_permission(client, office, patent, "grant_ordinary", **asked)) == {"holding_disputed"}
    assert reason_codes(await get_permission(client, office, patent, "grant_ordinary", known_at=then, **asked)) == set()
    shown = (await standing(client, office, patent, known_at=then))["holders"]
    assert [holder["state"] for holder in shown] == ["verified", "verified"]


async def test_a_verified_co_owner_whose_holding_ended_held_it_before(client: httpx.AsyncClient, app: FastAPI) -> None:
    one, other, office = [
        await register_organisation(client), await register_organisation(client), await sign_in_platform(client)
    ]  # fmt: skip
    patent = (await enter_patent(client, one))["id"]
    await list_patent(client, one, patent)
    place = f"/v1/patents/{patent}/holdings"
    named = {"party_id": await find_party(client, other)}
    claimed = (await client.post(place, json=named, headers=one.headers)).json()["id"]
    verdict = {"outcome": "verified", "reason": "一致"}
    await client.post(f"{place}/{claimed}/verification", json=verdict, headers=office.headers)
    then = moment(app)
    ending = {"ended_on": "2026-11-20", "reason": "转让"}
    ended = await client.post(f"{place}/{claimed}/end", json=ending, headers=other.headers)
    assert ended.status_code == 200, ended.text
    assert (await get_permission(client, one, patent, "assign"))["answer"] == "allowed"
    for past in ({"known_at": then}, {"valid_on": "2026-11-01"}):
        assert (await get_permission(client, one, patent, "assign", **past))["answer"] == "needs_consent"
    shown = (await standing(client, one, patent, known_at=then))["holders"]
    assert [(holder["state"], holder["ended_on"]) for holder in shown] == [("asserted", None), ("verified", None)]


async def test_what_was_recorded_later_does_not_show_in_what_was_known(client: httpx.AsyncClient, app: FastAPI) -> None:
    university = await register_organisation(client)
    patent = (await enter_patent(client, university, grant_date=None, legal_status="pending"))["id"]
    entry = (await post_right(client, university, patent)).json()
    then = moment(app)
    for kind, on, more in (("granted", "2026-02-01", {}), ("annuity_paid", "2026-02-20", {"year": 9})):
        assert (await post_legal_event(client, university, patent, kind, on, **more)).status_code == 201
    assert (await end_right(client, university, entry)).status_code == 200
    now, before = await standing(client, university, patent), await standing(client, university, patent, known_at=then)
    assert (now["granted"], now["annuity_paid_through"]) == (True, "2027-03-01")
    assert (before["granted"], before["annuity_paid_through"]) == (False, None)
    place = f"/v1/patents/{patent}/rights"
    for asked, ended_on in ({}, "2026-06-30"), ({"known_at": then}, None):
        items = (await client.get(place, params=asked, headers=university.headers)).json()["items"]
        assert [item["ended_on"] for item in items] == [ended_on]

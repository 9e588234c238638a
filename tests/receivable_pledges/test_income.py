"""What a licence brings in is pledged with the consent of who owes it: read, registered, told, and released."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.receivable_pledges.consistency_checks import CONSISTENCY_CHECKS
from tests.licences.days import day, inbox
from tests.scenarios.consistency import find_differences
from tests.scenarios.licences import take_licence
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.open_licences import FREE, ROYALTY
from tests.scenarios.receivable_pledges import consent_to_pledge, pledge_income, register_income_pledge
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases


async def _sides(client: httpx.AsyncClient, fee: dict[str, Any] | None = None) -> tuple[Member, Member, Member, Any]:
    licensor, licensee, _, licence = await take_licence(client, fee or ROYALTY, net_sales_fen=1_000_000)
    return licensor, licensee, await register_organisation(client, "bank"), licence


async def test_income_is_pledged_with_consent_registered_told_and_released(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    licensor, licensee, bank, licence = await _sides(client)
    pledge = await pledge_income(client, licensor, licence["id"], bank, note="流动资金")
    place = f"/v1/receivable-pledges/{pledge['id']}"
    early = await client.get(f"{place}/licence", headers=bank.headers)
    assert (early.status_code, early.json()["code"]) == (409, "receivable_pledge_not_in_state")
    unasked = {"registration_number": "1", "registered_on": day(app)}
    await post(client, bank, f"{place}/registration", unasked, 409)
    assert (await consent_to_pledge(client, licensee, pledge))["status"] == "consented"
    income = await get(client, bank, f"{place}/licence")
    assert (income["licence_id"], income["fee"]["rate_bp"]) == (licence["id"], ROYALTY["rate_bp"])
    assert [period["number"] for period in income["periods"]] == list(range(1, len(income["periods"]) + 1))
    registered = await register_income_pledge(client, bank, pledge, day(app))
    assert (registered["status"], registered["registered_on"]) == ("registered", day(app))
    assert "before you pay" in await inbox(client, licensee, "receivable_pledge.registered", pledge["id"])
    rights = await get(client, licensor, f"/v1/patents/{licence['patent_id']}/rights", kind="receivable")
    assert [(one["id"], one["number"]) for one in rights["items"]] == [(registered["right_id"], "0512 8841 2002")]
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []
    released = await post(client, bank, f"{place}/release", {"released_on": day(app)}, 200)
    assert released["status"] == "released"
    gone = await client.get(f"{place}/licence", headers=bank.headers)
    assert gone.status_code == 409
    rights = await get(client, licensor, f"/v1/patents/{licence['patent_id']}/rights", kind="receivable", in_force=True)
    assert rights["items"] == []
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []


async def test_nobody_but_its_three_sides_learns_of_it(client: httpx.AsyncClient, app: FastAPI) -> None:
    licensor, licensee, bank, licence = await _sides(client)
    pledge = await pledge_income(client, licensor, licence["id"], bank)
    await consent_to_pledge(client, licensee, pledge)
    await register_income_pledge(client, bank, pledge, day(app))
    for kind in ("bank", "enterprise", "university"):
        stranger = await register_organisation(client, kind)
        for path in (f"/v1/receivable-pledges/{pledge['id']}", f"/v1/receivable-pledges/{pledge['id']}/licence"):
            assert (await client.get(path, headers=stranger.headers)).status_code == 404
        assert (await get(client, stranger, "/v1/receivable-pledges"))["items"] == []
        changes = await client.get("/v1/changes?limit=500", headers=stranger.headers)
        assert pledge["id"] not in changes.text
        rights = await client.get(f"/v1/patents/{licence['patent_id']}/rights", headers=stranger.headers)
        assert "receivable" not in rights.text
    told = [await get(client, side, "/v1/receivable-pledges") for side in (licensor, licensee, bank)]
    assert [page["items"][0]["role"] for page in told] == ["licensor", "licensee", "pledgee"]


async def test_each_step_belongs_to_one_side(client: httpx.AsyncClient, app: FastAPI) -> None:
    licensor, licensee, bank, licence = await _sides(client)
    body = {"pledgee_organisation_id": bank.organisation_id}
    refused = await post(client, licensee, f"/v1/licences/{licence['id']}/receivable-pledges", body, 403)
    assert refused["code"] == "licence_income_not_yours"
    pledge = await pledge_income(client, licensor, licence["id"], bank)
    place = f"/v1/receivable-pledges/{pledge['id']}"
    registration = {"registration_number": "1", "registered_on": day(app)}
    for who, step, given in (
        (licensor, "answer", {"answer": "given"}),
        (bank, "answer", {"answer": "given"}),
        (licensee, "withdrawal", None),
        (licensor, "registration", registration),
        (licensee, "registration", registration),
        (licensor, "release", {"released_on": day(app)}),
    ):
        said = await post(client, who, f"{place}/{step}", given, 403)
        assert said["code"] == "receivable_pledge_step_not_yours"
    await post(client, licensee, f"{place}/answer", {"answer": "refused", "note": "价格"}, 200)
    await post(client, bank, f"{place}/withdrawal", None, 409)


async def test_what_cannot_be_pledged_is_refused(client: httpx.AsyncClient, app: FastAPI) -> None:
    licensor, _, bank, free = await _sides(client, FREE)
    body = {"pledgee_organisation_id": bank.organisation_id}
    said = await post(client, licensor, f"/v1/licences/{free['id']}/receivable-pledges", body, 409)
    assert said["code"] == "licence_brings_nothing"
    licensor, licensee, bank, licence = await _sides(client)
    path = f"/v1/licences/{licence['id']}/receivable-pledges"
    unverified = await register_organisation(client, "bank", verified=False)
    for pledgee in (licensee, unverified):
        given = {"pledgee_organisation_id": pledgee.organisation_id}
        assert (await post(client, licensor, path, given, 422))["code"] == "not_a_lender"
    pledge = await pledge_income(client, licensor, licence["id"], bank)
    again = {"pledgee_organisation_id": bank.organisation_id}
    assert (await post(client, licensor, path, again, 409))["code"] == "licence_income_pledged"
    await consent_to_pledge(client, licensee, pledge)
    for wrong in (day(app, 1), day(app, -1)):
        given = {"registration_number": "1", "registered_on": wrong}
        said = await post(client, bank, f"/v1/receivable-pledges/{pledge['id']}/registration", given, 422)
        assert said["code"] == "registration_day_wrong"


async def test_a_withdrawal_and_a_consent_at_once_leave_one_of_them(client: httpx.AsyncClient) -> None:
    licensor, licensee, bank, licence = await _sides(client)
    pledge = await pledge_income(client, licensor, licence["id"], bank)
    place = f"/v1/receivable-pledges/{pledge['id']}"
    answers = await asyncio.gather(
        client.post(f"{place}/withdrawal", headers=licensor.headers),
        client.post(f"{place}/answer", json={"answer": "given"}, headers=licensee.headers),
    )
    left = (await get(client, bank, place))["status"]
    outcomes = {"withdrawn": [200, 409], "consented": [200, 403]}
    assert sorted(answer.status_code for answer in answers) == outcomes[left]
    if left == "consented":
        refused = await client.post(f"{place}/withdrawal", headers=licensor.headers)
        assert refused.status_code == 403, "the bank may have had it registered by now"
        await post(client, bank, f"{place}/withdrawal", None, 200)
    assert (await client.get(f"{place}/licence", headers=bank.headers)).status_code == 409
    await pledge_income(client, licensor, licence["id"], bank)  # and it can be pledged again

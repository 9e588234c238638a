"""What those see and do in whose favour an entry stands: licensees and pledgees, through the front door."""

from typing import Any

import httpx
import pytest

from tests.scenarios.consents import consent_terms, give_consent
from tests.scenarios.listings import list_patent
from tests.scenarios.members import Member, find_party, register_organisation
from tests.scenarios.patents import enter_patent
from tests.scenarios.rights import get_permission, post_right, post_right_end, reason_codes


async def licensed(client: httpx.AsyncClient, holder: Member, to: Member, **fields: Any) -> dict[str, Any]:
    """Return an exclusive licence of an unlisted patent."""
    patent = await enter_patent(client, holder)
    body = {"origin": "here", "licence_type": "exclusive", "party_id": await find_party(client, to), **fields}
    made = await post_right(client, holder, patent["id"], **body)
    assert made.status_code == 201, made.text
    return dict(made.json())


async def sub_licence(client: httpx.AsyncClient, by: Member, upper: dict[str, Any], **fields: Any) -> httpx.Response:
    return await post_right(client, by, upper["patent_id"], origin="here", licence=upper["id"], **fields)


async def test_a_sub_licence_is_asked_about_for_the_licensee(client: httpx.AsyncClient) -> None:
    university, firm = await register_organisation(client), await register_organisation(client, "enterprise")
    upper = await licensed(client, university, firm, sub_licensing=True)
    for who in (firm, university):
        said = await get_permission(client, who, upper["patent_id"], "sub_license", licence=upper["id"])
        assert said["answer"] == "allowed"
    assert (await sub_licence(client, firm, upper)).status_code == 201


async def test_a_licensee_sub_licenses_until_its_licence_ends(client: httpx.AsyncClient) -> None:
    university, firm = await register_organisation(client), await register_organisation(client, "enterprise")
    upper = await licensed(client, university, firm, sub_licensing=True)
    assert (await post_right_end(client, university, upper, "2029-01-01")).status_code == 200
    assert (await sub_licence(client, firm, upper, ends_on="2028-12-31")).status_code == 201
    longer = await sub_licence(client, firm, upper, ends_on="2029-01-01", party_name="另一家")
    assert reason_codes(longer.json()) == {"beyond_the_licence"}


async def test_a_licensee_asks_its_licensor_to_let_it_sub_license(client: httpx.AsyncClient) -> None:
    university, firm = await register_organisation(client), await register_organisation(client, "enterprise")
    third = await find_party(client, await register_organisation(client, "enterprise"))
    upper = await licensed(client, university, firm)
    refused = await sub_licence(client, firm, upper, party_id=third)
    assert (refused.status_code, reason_codes(refused.json())) == (409, {"sub_licensing_not_agreed"})
    terms = refused.json()["terms"]
    assert terms == consent_terms({"licence": upper["id"]}, third, await find_party(client, firm))
    await give_consent(client, firm, university, upper["patent_id"], "sub_license", terms)
    assert (await sub_licence(client, firm, upper, party_id=third)).status_code == 201
    asked = {"act": "assign", "terms": {"price": 1}}
    other = await client.post(f"/v1/patents/{upper['patent_id']}/consents", json=asked, headers=firm.headers)
    assert (other.status_code, other.json()["code"]) == (403, "not_the_holder")


@pytest.mark.parametrize("kind", ["licence", "pledge", "option"])
async def test_a_party_sees_its_own_entry_and_the_permissions_of_an_unlisted_patent_and_no_more(
    client: httpx.AsyncClient, kind: str
) -> None:
    university, bank = await register_organisation(client), await register_organisation(client, "bank")
    patent = (await enter_patent(client, university))["id"]
    await post_right(client, university, patent, "receivable")
    own = (await post_right(client, university, patent, kind, party_id=await find_party(client, bank))).json()
    places = [f"/v1/patents/{patent}/rights", f"/v1/patents/{patent}/permissions"]
    ledger = (await client.get(places[0], headers=bank.headers)).json()
    assert [item["id"] for item in ledger["items"]] == [own["id"]]
    said = await get_permission(client, bank, patent, "assign")
    assert {reason for found in said["reasons"] for reason in (*found["of"], *found["about"])} == set()
    stranger = await register_organisation(client)
    for place in (*places, f"/v1/patents/{patent}"):
        assert (await client.get(place, headers=stranger.headers)).status_code == 404
    assert (await client.get(f"/v1/patents/{patent}", headers=bank.headers)).status_code == 404
    assert (await post_right_end(client, bank, own)).status_code == 200
    left = [(await client.get(place, headers=bank.headers)).status_code for place in places]
    assert left == [200, 404]  # what it had stays its record; what may be done now is not its business any more


@pytest.mark.parametrize(("kind", "status"), [("licence", 404), ("option", 404), ("pledge", 200)])
async def test_a_party_whose_term_is_over_sees_what_it_had_and_a_pledgee_until_its_debt_is_gone(
    client: httpx.AsyncClient, kind: str, status: int
) -> None:
    university, bank = await register_organisation(client), await register_organisation(client, "bank")
    patent, to = (await enter_patent(client, university))["id"], await find_party(client, bank)
    assert (await post_right(client, university, patent, kind, party_id=to, ends_on="2026-03-31")).status_code == 201
    places = [f"/v1/patents/{patent}/rights", f"/v1/patents/{patent}/permissions"]
    assert [(await client.get(place, headers=bank.headers)).status_code for place in places] == [200, status]


@pytest.mark.parametrize("number", [10**30, -(10**30), 2**53])
async def test_terms_with_numbers_beyond_what_every_reader_reads_are_refused(
    client: httpx.AsyncClient, number: int
) -> None:
    university = await register_organisation(client)
    place = f"/v1/patents/{(await enter_patent(client, university))['id']}/consents"
    body = {"act": "assign", "terms": {"fee": {"fen": [number]}}}
    refused = await client.post(place, json=body, headers=university.headers)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/terms")


async def test_fields_of_use_are_asked_about(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    patent = (await enter_patent(client, university))["id"]
    await list_patent(client, university, patent)
    await post_right(client, university, patent, licence_type="exclusive", fields=[7], announced_on="2026-01-10")
    for fields, answer in ((7, "refused"), (8, "allowed")):
        assert (await get_permission(client, None, patent, "grant_ordinary", fields=fields))["answer"] == answer
    wrong = await client.get(f"/v1/patents/{patent}/permissions", params={"fields": "36"}, headers=university.headers)
    assert wrong.status_code == 422

"""What those see and do in whose favour an entry stands: licensees and pledgees, through the front door."""

from typing import Any

import httpx
import pytest

from tests.scenarios import members as factories
from tests.scenarios.members import Member
from tests.scenarios.patents import entered, listed
from tests.scenarios.rights import codes, consented, ended, party_of, permitted, right, terms_of


async def licensed(client: httpx.AsyncClient, holder: Member, to: Member, **fields: Any) -> dict[str, Any]:
    """Return an exclusive licence of an unlisted patent."""
    patent = await entered(client, holder)
    body = {"origin": "here", "licence_type": "exclusive", "party_id": await party_of(client, to), **fields}
    made = await right(client, holder, patent["id"], **body)
    assert made.status_code == 201, made.text
    return dict(made.json())


async def sub_licence(client: httpx.AsyncClient, by: Member, upper: dict[str, Any], **fields: Any) -> httpx.Response:
    return await right(client, by, upper["patent_id"], origin="here", licence=upper["id"], **fields)


async def test_a_sub_licence_is_asked_about_for_the_licensee(client: httpx.AsyncClient) -> None:
    university, firm = await factories.organisation(client), await factories.organisation(client, "enterprise")
    upper = await licensed(client, university, firm, sub_licensing=True)
    for who in (firm, university):
        said = await permitted(client, who, upper["patent_id"], "sub_license", licence=upper["id"])
        assert said["answer"] == "allowed"
    assert (await sub_licence(client, firm, upper)).status_code == 201


async def test_a_licensee_sub_licenses_until_its_licence_ends(client: httpx.AsyncClient) -> None:
    university, firm = await factories.organisation(client), await factories.organisation(client, "enterprise")
    upper = await licensed(client, university, firm, sub_licensing=True)
    assert (await ended(client, university, upper, "2029-01-01")).status_code == 200
    assert (await sub_licence(client, firm, upper, ends_on="2028-12-31")).status_code == 201
    longer = await sub_licence(client, firm, upper, ends_on="2029-01-01", party_name="另一家")
    assert codes(longer.json()) == {"beyond_the_licence"}


async def test_a_licensee_asks_its_licensor_to_let_it_sub_license(client: httpx.AsyncClient) -> None:
    university, firm = await factories.organisation(client), await factories.organisation(client, "enterprise")
    third = await party_of(client, await factories.organisation(client, "enterprise"))
    upper = await licensed(client, university, firm)
    refused = await sub_licence(client, firm, upper, party_id=third)
    assert (refused.status_code, codes(refused.json())) == (409, {"sub_licensing_not_agreed"})
    terms = refused.json()["terms"]
    assert terms == terms_of({"licence": upper["id"]}, third, await party_of(client, firm))
    await consented(client, firm, university, upper["patent_id"], "sub_license", terms)
    assert (await sub_licence(client, firm, upper, party_id=third)).status_code == 201
    asked = {"act": "assign", "terms": {"price": 1}}
    other = await client.post(f"/v1/patents/{upper['patent_id']}/consents", json=asked, headers=firm.headers)
    assert (other.status_code, other.json()["code"]) == (403, "not_the_holder")


@pytest.mark.parametrize("kind", ["licence", "pledge", "option"])
async def test_a_party_sees_its_own_entry_and_the_permissions_of_an_unlisted_patent_and_no_more(
    client: httpx.AsyncClient, kind: str
) -> None:
    university, bank = await factories.organisation(client), await factories.organisation(client, "bank")
    patent = (await entered(client, university))["id"]
    await right(client, university, patent, "receivable")
    own = (await right(client, university, patent, kind, party_id=await party_of(client, bank))).json()
    places = [f"/v1/patents/{patent}/rights", f"/v1/patents/{patent}/permissions"]
    ledger = (await client.get(places[0], headers=bank.headers)).json()
    assert [item["id"] for item in ledger["items"]] == [own["id"]]
    said = await permitted(client, bank, patent, "assign")
    assert {reason for found in said["reasons"] for reason in (*found["of"], *found["about"])} == set()
    stranger = await factories.organisation(client)
    for place in (*places, f"/v1/patents/{patent}"):
        assert (await client.get(place, headers=stranger.headers)).status_code == 404
    assert (await client.get(f"/v1/patents/{patent}", headers=bank.headers)).status_code == 404
    assert (await ended(client, bank, own)).status_code == 200
    left = [(await client.get(place, headers=bank.headers)).status_code for place in places]
    assert left == [200, 404]  # what it had stays its record; what may be done now is not its business any more


@pytest.mark.parametrize(("kind", "status"), [("licence", 404), ("option", 404), ("pledge", 200)])
async def test_a_party_whose_term_is_over_sees_what_it_had_and_a_pledgee_until_its_debt_is_gone(
    client: httpx.AsyncClient, kind: str, status: int
) -> None:
    university, bank = await factories.organisation(client), await factories.organisation(client, "bank")
    patent, to = (await entered(client, university))["id"], await party_of(client, bank)
    assert (await right(client, university, patent, kind, party_id=to, ends_on="2026-03-31")).status_code == 201
    places = [f"/v1/patents/{patent}/rights", f"/v1/patents/{patent}/permissions"]
    assert [(await client.get(place, headers=bank.headers)).status_code for place in places] == [200, status]


@pytest.mark.parametrize("number", [10**30, -(10**30), 2**53])
async def test_terms_with_numbers_beyond_what_every_reader_reads_are_refused(
    client: httpx.AsyncClient, number: int
) -> None:
    university = await factories.organisation(client)
    place = f"/v1/patents/{(await entered(client, university))['id']}/consents"
    body = {"act": "assign", "terms": {"fee": {"fen": [number]}}}
    refused = await client.post(place, json=body, headers=university.headers)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/terms")


async def test_fields_of_use_are_asked_about(client: httpx.AsyncClient) -> None:
    university = await factories.organisation(client)
    patent = (await entered(client, university))["id"]
    await listed(client, university, patent)
    await right(client, university, patent, licence_type="exclusive", fields=[7], announced_on="2026-01-10")
    for fields, answer in ((7, "refused"), (8, "allowed")):
        assert (await permitted(client, None, patent, "grant_ordinary", fields=fields))["answer"] == answer
    wrong = await client.get(f"/v1/patents/{patent}/permissions", params={"fields": "36"}, headers=university.headers)
    assert wrong.status_code == 422

"""A pledge is signed, filed and registered; from then on, and no earlier, it stands in the rights of its patents."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.pledges.consistency_checks import CONSISTENCY_CHECKS
from tests.scenarios.consistency import find_differences
from tests.scenarios.files import upload_evidence
from tests.scenarios.members import Member, find_party, register_organisation, sign_in_platform
from tests.scenarios.patents import post_legal_event
from tests.scenarios.pledges import (
    accept_offer,
    accept_offer_on,
    draw_up_pledge,
    file_pledge,
    filed_pledge,
    post_decision,
    register_pledge,
    registered_pledge,
    sign,
    sign_by_all,
    today,
)
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases
SECURES = ["principal", "interest", "realisation_costs"]
EXCLUSIVE: dict[str, Any] = {"kind": "licence", "licence_type": "exclusive", "origin": "here", "source": "合同"}


async def pledges_of(client: httpx.AsyncClient, who: Member | None, patent_id: str) -> list[dict[str, Any]]:
    """Return the pledges in the rights of a patent as somebody sees them."""
    headers = who.headers if who else {}
    answer = await client.get(f"/v1/patents/{patent_id}/rights?kind=pledge&in_force=true", headers=headers)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_a_pledge_stands_from_its_registration_on(client: httpx.AsyncClient, app: FastAPI) -> None:
    deal = await accept_offer(client, patents=2)
    pledge = await draw_up_pledge(client, deal)
    assert (pledge["status"], pledge["role"], pledge["secured_fen"]) == ("draft", "pledgee", 300_000_000)
    early = await client.post(
        f"/v1/pledges/{pledge['id']}/registration", json={"filed_on": today()}, headers=deal.borrower.headers
    )
    assert (early.status_code, early.json()["code"]) == (409, "contract_not_effective")
    await sign(client, pledge, deal.borrower)
    assert (await sign(client, pledge, deal.bank.drafter))["status"] == "effective"
    pledge = await file_pledge(client, deal.bank.drafter, pledge)
    assert (pledge["status"], pledge["filed_on"]) == ("filed", today())
    for patent_id in deal.patent_ids:
        assert await pledges_of(client, deal.borrower, patent_id) == []
    pledge = await register_pledge(client, deal.bank.drafter, pledge)
    assert pledge["status"] == "registered"
    rights = [await pledges_of(client, deal.borrower, patent_id) for patent_id in deal.patent_ids]
    assert [one["id"] for found in rights for one in found] == [one["right_id"] for one in pledge["patents"]]
    assert await find_differences(app, *CONSISTENCY_CHECKS) == []
    again = await client.post(
        "/v1/pledges",
        json={"financing_offer_id": deal.offer["id"], "secures": SECURES},
        headers=deal.borrower.headers,
    )
    assert (again.status_code, again.json()["code"]) == (409, "pledge_exists")


async def test_a_debtors_word_waits_for_the_pledgee(client: httpx.AsyncClient) -> None:
    deal = await accept_offer(client)
    pledge = await filed_pledge(client, deal)
    said = await post_decision(client, deal.borrower, pledge)
    assert said.status_code == 200, said.text
    assert (said.json()["status"], said.json()["claims"][0]["claim"]) == ("filed", "registered")
    assert await pledges_of(client, deal.borrower, deal.patent_ids[0]) == []
    done = await register_pledge(client, deal.bank.drafter, pledge)
    assert (done["status"], done["claims"]) == ("registered", [])


async def test_the_office_may_refuse_or_ask_for_a_correction_and_it_is_filed_again(client: httpx.AsyncClient) -> None:
    deal = await accept_offer(client)
    pledge = await filed_pledge(client, deal)
    asked = await post_decision(client, deal.bank.drafter, pledge, "correction_asked", note="补交身份证明")
    assert asked.json()["correction"]["note"] == "补交身份证明"
    pledge = await file_pledge(client, deal.borrower, pledge)
    office = await sign_in_platform(client)
    refused = await post_decision(client, office, pledge, "refused", ground="content_missing")
    assert refused.status_code == 422
    refused = await post_decision(client, office, pledge, "refused", ground="contract_incomplete")
    assert (refused.json()["status"], refused.json()["refusal_ground"]) == ("refused", "contract_incomplete")
    assert (refused.json()["secured_fen"], refused.json()["financing_offer_id"]) == (None, None)
    assert (await file_pledge(client, deal.borrower, pledge))["status"] == "filed"


async def test_while_it_stands_an_exclusive_licence_needs_the_pledgees_consent(client: httpx.AsyncClient) -> None:
    deal = await accept_offer(client)
    await registered_pledge(client, deal)
    place = f"/v1/patents/{deal.patent_ids[0]}"
    licensee = await find_party(client, await register_organisation(client, "enterprise"))
    body = EXCLUSIVE | {"party_id": licensee, "effective_on": today(), "ends_on": "2029-12-31"}
    refused = await client.post(f"{place}/rights", json=body, headers=deal.borrower.headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "consent_needed")
    assert [one["code"] for one in refused.json()["reasons"]] == ["pledged"]
    terms = refused.json()["terms"]
    asked = {"act": "grant_exclusive", "party_id": await find_party(client, deal.bank.drafter), "terms": terms}
    consent = (await post(client, deal.borrower, f"{place}/consents", asked, 201))["items"][0]
    answer = {"answer": "given", "terms_hash": consent["terms_hash"]}
    await post(client, deal.bank.drafter, f"{place}/consents/{consent['id']}/answer", answer, 200)
    granted = await client.post(f"{place}/rights", json=body, headers=deal.borrower.headers)
    assert granted.status_code == 201, granted.text


async def test_a_patent_pledged_at_one_bank_is_not_registered_for_another(client: httpx.AsyncClient) -> None:
    first = await accept_offer(client)
    other = await accept_offer(client)
    second = await accept_offer_on(client, first.borrower, other.bank, first.patent_ids[0])
    one, two = await filed_pledge(client, first), await filed_pledge(client, second)
    await register_pledge(client, first.bank.drafter, one)
    answer = await post_decision(client, second.bank.drafter, two)
    assert (answer.status_code, answer.json()["code"]) == (409, "patent_already_pledged")
    assert len(await pledges_of(client, first.borrower, first.patent_ids[0])) == 1


async def test_an_invalidation_that_is_pending_is_confirmed_by_both_sides(client: httpx.AsyncClient) -> None:
    deal = await accept_offer(client)
    pledge = await draw_up_pledge(client, deal)
    await sign_by_all(client, deal, pledge)
    patent_id = deal.patent_ids[0]
    asked = await post_legal_event(client, deal.borrower, patent_id, "invalidation_requested", today())
    assert asked.status_code == 201, asked.text
    place = f"/v1/pledges/{pledge['id']}"
    for who in (deal.borrower, deal.bank.drafter):
        refused = await client.post(f"{place}/registration", json={"filed_on": today()}, headers=who.headers)
        assert (refused.status_code, refused.json()["code"]) == (409, "pledge_barred")
        (reason,) = refused.json()["reasons"]
        about = {"patent_id": patent_id, "ground": "invalidation_pending", "ground_title": "Invalidation pending"}
        assert (reason["code"], reason["params"]) == ("invalidation_pending", about)
        said = {"patent_id": patent_id, "ground": "invalidation_pending"}
        await post(client, who, f"{place}/confirmations", said, 200)
    assert (await file_pledge(client, deal.borrower, pledge))["status"] == "filed"
    nothing = {"patent_id": patent_id, "ground": "same_day_application"}
    assert (await post(client, deal.borrower, f"{place}/confirmations", nothing, 422))["code"] == "nothing_to_confirm"


async def test_a_third_bank_learns_nothing_before_the_registration(client: httpx.AsyncClient) -> None:
    deal = await accept_offer(client)
    pledge = await filed_pledge(client, deal)
    third = await register_organisation(client, "bank")
    for path in (f"/v1/pledges/{pledge['id']}", f"/v1/pledges/{pledge['id']}/watch"):
        assert (await client.get(path, headers=third.headers)).status_code == 404
    assert (await get(client, third, "/v1/pledges"))["items"] == []
    changes = await client.get("/v1/changes?limit=500", headers=third.headers)
    assert pledge["id"] not in changes.text
    assert pledge["contract_id"] not in changes.text


async def test_a_change_counts_once_all_sides_agreed_and_it_is_registered(client: httpx.AsyncClient) -> None:
    deal = await accept_offer(client)
    pledge = await registered_pledge(client, deal)
    place = f"/v1/pledges/{pledge['id']}/changes"
    body = {"kind": "secured_amount", "filed_on": today(), "secured_fen": 400_000_000}
    change = await post(client, deal.bank.drafter, place, body, 201)
    decided = {"outcome": "registered", "decided_on": today()}
    refused = await post(client, deal.bank.drafter, f"{place}/{change['id']}/decision", decided, 409)
    assert refused["code"] == "pledge_change_not_agreed"
    agreed = await post(client, deal.borrower, f"{place}/{change['id']}/agreement", None, 200)
    assert set(agreed["agreed_by"]) == {deal.bank.id, deal.borrower.organisation_id}
    assert (await post(client, deal.borrower, place, body, 409))["code"] == "pledge_change_under_way"
    await post(client, deal.bank.drafter, f"{place}/{change['id']}/decision", decided, 200)
    assert (await get(client, deal.borrower, f"/v1/pledges/{pledge['id']}"))["secured_fen"] == 400_000_000


async def test_a_draft_that_says_otherwise_is_signed_anew(client: httpx.AsyncClient) -> None:
    deal = await accept_offer(client)
    pledge = await draw_up_pledge(client, deal)
    await sign(client, pledge, deal.borrower)
    place = f"/v1/pledges/{pledge['id']}"
    version = {"If-Match": (await client.get(place, headers=deal.bank.drafter.headers)).headers["ETag"]}
    few = await client.patch(place, json={"secures": ["principal"]}, headers=deal.bank.drafter.headers | version)
    assert few.status_code == 422
    body = {"secures": [*SECURES, "damages"], "special_terms": "质权人可每季度查阅账簿"}
    changed = await client.patch(place, json=body, headers=deal.bank.drafter.headers | version)
    assert (changed.status_code, changed.json()["secures"]) == (200, [*SECURES, "damages"]), changed.text
    contract = await get(client, deal.borrower, f"/v1/contracts/{pledge['contract_id']}")
    assert (contract["present"]["number"], contract["present"]["signatures"]) == (2, [])
    await sign_by_all(client, deal, pledge)
    assert (await file_pledge(client, deal.borrower, pledge))["status"] == "filed"


async def test_a_pledgors_insolvency_is_told_once_for_each_case(client: httpx.AsyncClient) -> None:
    deal = await accept_offer(client)
    pledge = await registered_pledge(client, deal)
    evidence = [await upload_evidence(client, deal.bank.drafter)]
    body = {"opened_on": today(), "case_number": "(2027)渝05破1号", "evidence_files": evidence}
    place = f"/v1/pledges/{pledge['id']}"
    for _ in range(2):
        await post(client, deal.bank.drafter, f"{place}/insolvency", body, 200)
    seen = (await get(client, deal.bank.drafter, f"{place}/watch"))["items"]
    assert [(one["kind"], one["about"]) for one in seen] == [("insolvency", "(2027)渝05破1号")]
    await post(client, deal.borrower, f"{place}/insolvency", body, 403)

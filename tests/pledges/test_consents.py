"""While a pledge stands a licence asks its pledgee, says whom for what, and takes nothing else for its consent."""

from typing import Any

import httpx
import pytest

from tests.pledges.test_registration import EXCLUSIVE
from tests.scenarios.consents import consent_terms, give_consent
from tests.scenarios.members import find_party, register_organisation
from tests.scenarios.pledges import Deal, accept_offer, registered_pledge, today
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases


async def pledged(client: httpx.AsyncClient) -> tuple[Deal, str, dict[str, Any]]:
    """Return a deal whose pledge stands, the address of its patent's rights, and a licence that needs consent."""
    deal = await accept_offer(client)
    await registered_pledge(client, deal)
    licensee = await find_party(client, await register_organisation(client, "enterprise"))
    body = EXCLUSIVE | {"party_id": licensee, "effective_on": today(), "ends_on": "2029-12-31"}
    return deal, f"/v1/patents/{deal.patent_ids[0]}/rights", body


async def test_the_refusal_says_whose_consent_to_which_act_and_terms_is_missing(client: httpx.AsyncClient) -> None:
    deal, place, body = await pledged(client)
    bank = await find_party(client, deal.bank.drafter)
    refused = await post(client, deal.borrower, place, body, 409)
    assert refused["code"] == "consent_needed"
    (missing,) = refused["consents"]
    assert (missing["reason"], missing["act"], missing["party_id"]) == ("pledged", "grant_exclusive", bank)
    assert missing["party_name"] == (await get(client, deal.borrower, f"/v1/parties/{bank}"))["name"]
    asked = {"act": missing["act"], "party_id": missing["party_id"], "terms": refused["terms"]}
    (consent,) = (await post(client, deal.borrower, place.replace("/rights", "/consents"), asked, 201))["items"]
    assert consent["terms_hash"] == missing["terms_hash"]
    given = {"answer": "given", "terms_hash": consent["terms_hash"]}
    await post(client, deal.bank.drafter, f"{place.replace('/rights', '/consents')}/{consent['id']}/answer", given, 200)
    await post(client, deal.borrower, place, body, 201)


async def test_a_consent_to_anything_else_is_none_to_this(client: httpx.AsyncClient) -> None:
    deal, place, body = await pledged(client)
    bank, own = deal.bank.drafter, await find_party(client, deal.borrower)
    other = await find_party(client, await register_organisation(client, "enterprise"))
    patent_id, terms = deal.patent_ids[0], consent_terms(body, body["party_id"], own)
    others = [
        ("grant_ordinary", terms),
        ("assign", terms),
        ("grant_exclusive", terms | {"party_id": other}),
        ("grant_exclusive", terms | {"party_id": "pty_01h455vb4pex5vsknk084sn02q"}),
        ("grant_exclusive", terms | {"ends_on": "2030-12-31"}),
        ("grant_exclusive", terms | {"condition": "royalties go to early repayment"}),
        ("grant_exclusive", {}),
    ]
    for act, said in others:
        consent = await give_consent(client, deal.borrower, bank, patent_id, act, said)
        for claimed in (None, consent["terms_hash"]):
            sent = body if claimed is None else body | {"terms_hash": claimed}
            refused = await client.post(place, json=sent, headers=deal.borrower.headers)
            fits = said == terms or claimed is None
            code = "consent_needed" if fits else "terms_hash_mismatch"
            assert (refused.status_code, refused.json()["code"]) == (409, code), (act, said)
    assert (await get(client, deal.borrower, place, kind="licence"))["items"] == []


async def test_a_consent_serves_once_and_only_where_its_party_gave_it(client: httpx.AsyncClient) -> None:
    deal, place, body = await pledged(client)
    bank, own, patent_id = deal.bank.drafter, await find_party(client, deal.borrower), deal.patent_ids[0]
    body |= {"licence_type": "ordinary"}
    terms = consent_terms(body, body["party_id"], own)
    asked = {"act": "grant_ordinary", "party_id": await find_party(client, bank), "terms": terms}
    consents = place.replace("/rights", "/consents")
    (consent,) = (await post(client, deal.borrower, consents, asked, 201))["items"]
    answer = {"answer": "given", "terms_hash": consent["terms_hash"]}
    stranger = await register_organisation(client, "bank")
    assert (await post(client, deal.borrower, f"{consents}/{consent['id']}/answer", answer, 403))["code"]
    await post(client, stranger, f"{consents}/{consent['id']}/answer", answer, 404)
    assert (await post(client, deal.borrower, place, body, 409))["code"] == "consent_needed", "asked is not given"
    nobody = asked | {"party_id": await find_party(client, stranger)}
    assert (await post(client, deal.borrower, consents, nobody, 409))["code"] == "nobody_to_ask"
    await post(client, bank, f"{consents}/{consent['id']}/answer", answer, 200)
    granted = await post(client, deal.borrower, place, body, 201)
    used = await get(client, deal.borrower, f"{consents}/{consent['id']}")
    assert (used["state"], used["used_by"]) == ("used", granted["id"])
    assert (await post(client, deal.borrower, place, body, 409))["code"] == "consent_needed", "it was for the first one"
    again = await give_consent(client, deal.borrower, bank, patent_id, "grant_ordinary", terms)
    assert again["id"] != consent["id"]

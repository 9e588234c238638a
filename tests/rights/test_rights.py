"""The ledger through the front door, on both databases."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.scenarios.consents import consent_terms, give_consent
from tests.scenarios.files import upload_evidence
from tests.scenarios.holdings import enter_co_owned_patent
from tests.scenarios.listings import list_patent
from tests.scenarios.members import find_party, register_organisation, sign_in_platform
from tests.scenarios.patents import enter_patent, post_legal_event
from tests.scenarios.rights import get_permission, post_right, reason_codes
from tests.scenarios.rights import post_right_end as end_right
from tests.scenarios.waiting import search_once_fed

pytestmark = pytest.mark.both_databases

TERMS = {"territory": [], "ends_on": "2028-12-31"}


async def ledger(client: httpx.AsyncClient, who: Any, patent_id: str, **asked: Any) -> Any:
    headers = who.headers if who else {}
    answer = await client.get(f"/v1/patents/{patent_id}/rights", params=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_right_born_elsewhere_is_recorded_with_evidence_and_bars_what_it_bars(
    client: httpx.AsyncClient,
) -> None:
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    bare = await post_right(client, university, patent["id"], licence_type="exclusive", evidence_files=[])
    assert (bare.status_code, bare.json()["code"]) == (422, "evidence_missing")
    made = await post_right(client, university, patent["id"], licence_type="exclusive")
    assert made.status_code == 201, made.text
    said = await get_permission(client, university, patent["id"], "grant_ordinary")
    assert (said["answer"], reason_codes(said)) == ("refused", {"exclusive_licence_in_force"})
    reason = said["reasons"][0]
    assert reason["about"] == [made.json()["id"]]
    assert reason["rule"].startswith("Supreme People's Court")
    assert (reason["sure"], reason["since"]) == ("C", "2026-01-01")
    assert reason["cure"]


async def test_a_grant_made_here_is_refused_with_all_reasons_where_another_stands(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    first = await post_right(client, university, patent["id"], origin="here", licence_type="exclusive")
    assert first.status_code == 201, first.text
    for second in ("exclusive", "sole", "ordinary"):
        refused = await post_right(client, university, patent["id"], origin="here", licence_type=second)
        assert (refused.status_code, refused.json()["code"]) == (409, "not_permitted")
        assert reason_codes(refused.json()) == {"exclusive_licence_in_force"}
    items = (await ledger(client, university, patent["id"]))["items"]
    assert [item["licence_type"] for item in items] == ["exclusive"]


async def test_a_fact_that_conflicts_is_recorded_and_flagged(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    here = (await post_right(client, university, patent["id"], origin="here", licence_type="sole")).json()
    outside = await post_right(client, university, patent["id"], licence_type="exclusive", announced_on="2026-03-10")
    assert outside.status_code == 201, outside.text
    assert outside.json()["conflicts"] == [{"code": "sole_licence_in_force", "about": [here["id"]]}]


async def test_disjoint_scopes_stand_beside_each_other(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    for region in ("500000", "110000"):
        made = await post_right(client, university, patent["id"], origin="here", licence_type="exclusive",
                           territory=[region])  # fmt: skip
        assert made.status_code == 201, made.text
    beijing = await post_right(client, university, patent["id"], origin="here", licence_type="ordinary",
                          territory=["110000"])  # fmt: skip
    assert beijing.status_code == 409
    for fields in ({"territory": ["310000"]}, {"territory": ["120000"], "ends_on": "2026-12-31"}):
        made = await post_right(client, university, patent["id"], origin="here", licence_type="ordinary", **fields)
        assert made.status_code == 201, made.text


async def test_an_earlier_ordinary_licence_is_carved_out(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    earlier = (await post_right(client, university, patent["id"], origin="here")).json()
    refused = await post_right(client, university, patent["id"], origin="here", licence_type="exclusive")
    assert reason_codes(refused.json()) == {"ordinary_licence_in_force"}
    carved = await post_right(client, university, patent["id"], origin="here", licence_type="exclusive",
                         carves_out=[earlier["id"]])  # fmt: skip
    assert carved.status_code == 201, carved.text


async def test_a_sole_licensor_grants_one_ordinary_licence_as_its_own_working(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    assert (await post_right(client, university, patent["id"], origin="here", licence_type="sole")).status_code == 201
    asked: dict[str, Any] = {"origin": "here", "own_working": True}
    unconfirmed = await post_right(client, university, patent["id"], **asked)
    assert (unconfirmed.status_code, unconfirmed.json()["code"]) == (409, "confirmation_needed")
    asked["confirmed"] = ["sole_licensors_own_working"]
    first = await post_right(client, university, patent["id"], **asked)
    assert first.status_code == 201, first.text
    second = await post_right(client, university, patent["id"], **asked)
    assert (second.status_code, reason_codes(second.json())) == (409, {"own_working_used"})


async def test_an_ended_right_bars_nothing_and_the_past_stays(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    made = (await post_right(client, university, patent["id"], licence_type="exclusive")).json()
    before = (await ledger(client, university, patent["id"]))["known_at"]
    bare = {"ended_on": "2026-06-30", "reason": "合同解除"}
    unproved = await client.post(
        f"/v1/patents/{patent['id']}/rights/{made['id']}/end", json=bare, headers=university.headers
    )
    assert (unproved.status_code, unproved.json()["code"]) == (422, "evidence_missing")
    ended = await end_right(client, university, made)
    assert (ended.status_code, ended.json()["ended_on"]) == (200, "2026-06-30")
    assert (await get_permission(client, university, patent["id"], "grant_exclusive"))["answer"] == "allowed"
    then = await get_permission(client, university, patent["id"], "grant_exclusive", known_at=before)
    assert reason_codes(then) == {"exclusive_licence_in_force"}
    in_may = await get_permission(client, university, patent["id"], "grant_exclusive", valid_on="2026-05-01")
    assert reason_codes(in_may) == {"exclusive_licence_in_force"}
    again = await end_right(client, university, made, "2026-07-01")
    assert (again.status_code, again.json()["code"]) == (409, "right_over")
    new = await post_right(client, university, patent["id"], origin="here", licence_type="exclusive",
                      starts_on="2026-06-30")  # fmt: skip
    assert new.status_code == 201, new.text


async def test_a_wrong_entry_is_corrected_by_another_and_stays_on_record(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    wrong = (await post_right(client, university, patent["id"], licence_type="exclusive")).json()
    before = (await ledger(client, university, patent["id"]))["known_at"]
    body = {"kind": "licence", "licence_type": "ordinary", "party_id": wrong["party_id"], "source": "合同（更正）",
            "effective_on": "2026-01-01", "reason": "种类登记有误",
            "evidence_files": [await upload_evidence(client, university)]}  # fmt: skip
    place = f"/v1/patents/{patent['id']}/rights/{wrong['id']}/correction"
    corrected = await client.post(place, json=body, headers=university.headers)
    assert corrected.status_code == 201, corrected.text
    assert corrected.json()["corrects"] == wrong["id"]
    assert (await get_permission(client, university, patent["id"], "grant_ordinary"))["answer"] == "allowed"
    then = await get_permission(client, university, patent["id"], "grant_ordinary", known_at=before)
    assert reason_codes(then) == {"exclusive_licence_in_force"}
    items = (await ledger(client, university, patent["id"]))["items"]
    assert (items[0]["id"], items[0]["corrected_by"]) == (wrong["id"], corrected.json()["id"])
    assert [i["id"] for i in (await ledger(client, university, patent["id"], known_at=before))["items"]] == [
        wrong["id"]
    ]


async def test_what_legal_events_say_is_entered_there_alone(client: httpx.AsyncClient) -> None:
    university, office = await register_organisation(client), await sign_in_platform(client)
    patent = await enter_patent(client, university)
    refused = await post_right(client, university, patent["id"], "suspension")
    assert (refused.status_code, refused.json()["code"]) == (422, "told_by_legal_events")
    told = await post_legal_event(client, office, patent["id"], "suspended", "2026-02-01", basis="preservation")
    assert told.status_code == 201, told.text
    standing = (await ledger(client, university, patent["id"]))["standing"]
    assert standing["suspended_since"] == "2026-02-01"
    assert reason_codes(await get_permission(client, university, patent["id"], "assign")) == {"suspended_disposal"}


async def test_all_else_than_ordinary_licences_needs_every_co_owner(client: httpx.AsyncClient) -> None:
    one, other = await register_organisation(client), await register_organisation(client)
    patent = await enter_co_owned_patent(client, one, other)
    assert (await get_permission(client, one, patent["id"], "grant_ordinary"))["answer"] == "allowed"
    theirs = await find_party(client, other)
    for act in ("grant_exclusive", "grant_sole", "assign", "pledge", "abandon", "declare_open_licence"):
        said = await get_permission(client, one, patent["id"], act)
        assert said["answer"] == "needs_consent", said
        assert theirs in {party for reason in said["reasons"] for party in reason["of"]}
    asked = {"origin": "here", "licence_type": "exclusive", "ends_on": "2028-12-31",
             "party_id": await find_party(client, await register_organisation(client, "enterprise"))}  # fmt: skip
    terms = consent_terms(asked, asked["party_id"], await find_party(client, one))
    consent = await give_consent(client, one, other, patent["id"], "grant_exclusive", terms)
    wider = await post_right(
        client, one, patent["id"], terms_hash=consent["terms_hash"], **asked | {"sub_licensing": True}
    )
    assert (wider.status_code, wider.json()["code"]) == (409, "terms_hash_mismatch")
    unasked = await post_right(client, one, patent["id"], **asked | {"sub_licensing": True})
    assert (unasked.status_code, unasked.json()["code"]) == (409, "consent_needed")
    made = await post_right(client, one, patent["id"], terms_hash=consent["terms_hash"], **asked)
    assert made.status_code == 201, made.text
    place = f"/v1/patents/{patent['id']}/consents/{consent['id']}"
    used = (await client.get(place, headers=other.headers)).json()
    assert (used["state"], used["used_by"]) == ("used", made.json()["id"])
    revoked = await client.post(f"{place}/revocation", headers=other.headers)
    assert (revoked.status_code, revoked.json()["code"]) == (409, "consent_not_in_state")


async def test_a_consent_is_the_asked_partys_alone_and_bound_to_the_terms(client: httpx.AsyncClient) -> None:
    one, other = await register_organisation(client), await register_organisation(client)
    patent = await enter_co_owned_patent(client, one, other)
    asked = await client.post(
        f"/v1/patents/{patent['id']}/consents", json={"act": "assign", "terms": TERMS}, headers=one.headers
    )
    consent = asked.json()["items"][0]
    place = f"/v1/patents/{patent['id']}/consents/{consent['id']}"
    given = {"answer": "given", "terms_hash": consent["terms_hash"]}
    mine = await client.post(f"{place}/answer", json=given, headers=one.headers)
    assert (mine.status_code, mine.json()["code"]) == (403, "consent_not_yours")
    stranger = await register_organisation(client, "enterprise")
    assert (await client.post(f"{place}/answer", json=given, headers=stranger.headers)).status_code == 404
    forged = await client.post(f"{place}/answer", json=given | {"terms_hash": "0" * 64}, headers=other.headers)
    assert (forged.status_code, forged.json()["code"]) == (409, "terms_hash_mismatch")
    assert (await client.post(f"{place}/answer", json=given, headers=other.headers)).json()["state"] == "given"
    assert (await client.post(f"{place}/revocation", headers=other.headers)).json()["state"] == "revoked"
    fractions = {"act": "assign", "terms": {"price": 1.5}}
    refused = await client.post(f"/v1/patents/{patent['id']}/consents", json=fractions, headers=one.headers)
    assert (refused.status_code, refused.json()["code"]) == (422, "terms_not_canonical")


async def test_an_agreement_binds_once_every_co_owner_has_entered_it(client: httpx.AsyncClient) -> None:
    one, other = await register_organisation(client), await register_organisation(client)
    patent = await enter_co_owned_patent(client, one, other)
    place = f"/v1/patents/{patent['id']}/co-owner-agreements"
    body = {"acts": {"grant_ordinary": {"who": "all"}, "grant_sole": {"who": "each"}}, "effective_on": "2026-01-01",
            "source": "协议"}  # fmt: skip
    first = await client.post(
        place, json=body | {"evidence_files": [await upload_evidence(client, one)]}, headers=one.headers
    )
    assert (first.status_code, first.json()["binding"]) == (201, False)
    assert (await get_permission(client, one, patent["id"], "grant_ordinary"))["answer"] == "allowed"
    second = await client.post(
        place, json=body | {"evidence_files": [await upload_evidence(client, other)]}, headers=other.headers
    )
    assert (second.status_code, second.json()["binding"]) == (200, True)
    assert reason_codes(await get_permission(client, one, patent["id"], "grant_ordinary")) == {"co_owner_agreement"}
    assert (await get_permission(client, one, patent["id"], "grant_sole"))["answer"] == "allowed"


async def test_a_pledge_needs_its_pledgee_before_a_licence(client: httpx.AsyncClient) -> None:
    university, bank = await register_organisation(client), await register_organisation(client, "bank")
    patent = await enter_patent(client, university)
    pledge = await post_right(client, university, patent["id"], "pledge", origin="here",
                         party_id=await find_party(client, bank), secured_fen=100_000_000)  # fmt: skip
    assert pledge.status_code == 201, pledge.text
    second = await post_right(client, university, patent["id"], "pledge", origin="here")
    assert reason_codes(second.json()) == {"already_pledged"}
    said = await get_permission(client, university, patent["id"], "grant_ordinary")
    assert (said["answer"], said["reasons"][0]["of"]) == ("needs_consent", [await find_party(client, bank)])
    licensee = await find_party(client, await register_organisation(client, "enterprise"))
    terms = consent_terms({}, licensee, await find_party(client, university))
    await give_consent(client, university, bank, patent["id"], "grant_ordinary", terms)  # though it is not listed
    made = await post_right(client, university, patent["id"], origin="here", party_id=licensee)
    assert made.status_code == 201, made.text


async def test_others_see_what_the_office_announced_and_no_more(client: httpx.AsyncClient) -> None:
    university, rival = await register_organisation(client), await register_organisation(client, "enterprise")
    patent = await enter_patent(client, university)
    await list_patent(client, university, patent["id"])
    hidden = await post_right(client, university, patent["id"], note="zqsecret", source="zqsecret")
    assert hidden.status_code == 201, hidden.text
    open_to_all = await post_right(client, university, patent["id"], licence_type="exclusive", note="zqsecret",
                              announced_on="2026-03-10", party_name="登记被许可人")  # fmt: skip
    for who in (None, rival):
        said = await ledger(client, who, patent["id"])
        assert [item["id"] for item in said["items"]] == [open_to_all.json()["id"]]
        assert "zqsecret" not in str(said)
        assert said["items"][0]["party_name"] == "登记被许可人"
        reason = (await get_permission(client, who, patent["id"], "grant_exclusive"))["reasons"][0]
        assert (reason["about"], reason["of"]) == ([], [])
    assert len((await ledger(client, university, patent["id"]))["items"]) == 2


async def test_racing_grants_leave_the_lawful_set(client: httpx.AsyncClient) -> None:
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    kinds = ("exclusive", "sole", "ordinary", "exclusive", "sole", "ordinary")
    answers = await asyncio.gather(
        *(post_right(client, university, patent["id"], origin="here", licence_type=kind) for kind in kinds)
    )
    assert {answer.status_code for answer in answers} == {201, 409}
    items = (await ledger(client, university, patent["id"]))["items"]
    types = [item["licence_type"] for item in items]
    assert types in (["exclusive"], ["sole"], ["ordinary", "ordinary"]), types


async def test_a_listing_says_which_of_its_footings_cannot_be_had_and_the_search_finds_it_by_them_no_more(
    client: httpx.AsyncClient,
) -> None:
    university = await register_organisation(client)
    patent = await enter_patent(client, university)
    terms = {"patent_id": patent["id"], "deal_types": ["exclusive_licence", "assignment"], "price_note": "面议"}
    draft = (await client.post("/v1/listings", json=terms, headers=university.headers)).json()
    for step in ("submission", "publication"):
        await client.post(f"/v1/listings/{draft['id']}/{step}", headers=university.headers)
    made = await post_right(client, university, patent["id"], licence_type="exclusive")
    asked = {"q": patent["application_number"], "after_event": made.headers["event-id"]}
    listing = (await client.get(f"/v1/listings/{draft['id']}")).json()
    assert listing["barred"] == {"exclusive_licence": ["exclusive_licence_in_force"]}
    found = await search_once_fed(client, "/v1/patents/search", **asked, deal_type="exclusive_licence")
    assert found["items"] == []
    found = await search_once_fed(client, "/v1/patents/search", **asked, deal_type="assignment")
    assert [item["barred"] for item in found["items"]] == [{"exclusive_licence": ["exclusive_licence_in_force"]}]
    ended = await end_right(client, university, made.json())
    asked["after_event"] = ended.headers["event-id"]
    found = await search_once_fed(client, "/v1/patents/search", **asked, deal_type="exclusive_licence")
    assert [item["barred"] for item in found["items"]] == [{}]

"""Whom nobody has verified binds nobody; who is refused later begins nothing more, and still does what it owes."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.licences.conftest import People
from tests.licences.days import day
from tests.licences.test_bars import page, shown
from tests.scenarios.files import upload_evidence
from tests.scenarios.holdings import enter_co_owned_patent
from tests.scenarios.licences import take_licence
from tests.scenarios.members import Member, find_party, register_organisation, verify_organisation
from tests.scenarios.notices import give_notice, notice_body, pay
from tests.scenarios.open_licences import FREE, ROYALTY, declaration_path, declare, draft_declaration
from tests.scenarios.patents import enter_patent, post_legal_event
from tests.scenarios.requests import post

NOT_VERIFIED = "organisation_not_verified"


async def refuse(client: httpx.AsyncClient, office: Member, who: Member) -> None:
    body = {"outcome": "refused", "reason": "证照系伪造"}
    await post(client, office, f"/v1/organisations/{who.organisation_id}/verification", body, 200)


async def test_an_impostor_gets_no_certificate_in_a_verified_one_s_name_and_a_newcomer_one_the_same_afternoon(
    client: httpx.AsyncClient, people: People
) -> None:
    declared = await declare(client, people.university)
    real = await client.get(f"/v1/organisations/{people.enterprise.organisation_id}")
    newcomer = await register_organisation(client, "enterprise", verified=False, name=real.json()["name"])
    keyed = newcomer.headers | {"Idempotency-Key": f"take-{declared['id']}"}
    place, body = f"{declaration_path(declared)}/notices", notice_body(declared)
    assert (await client.get(f"{declaration_path(declared)}/quote")).status_code == 200
    refused = await client.post(place, json=body, headers=keyed)
    assert (refused.status_code, refused.json()["code"], bool(refused.json()["cure"])) == (403, NOT_VERIFIED, True)
    await refuse(client, people.office, newcomer)
    assert (await client.post(place, json=body, headers=keyed)).json()["code"] == NOT_VERIFIED
    await verify_organisation(client, newcomer.organisation_id)
    given = await client.post(place, json=body, headers=keyed)
    assert given.status_code == 201, given.text
    assert (await pay(client, newcomer, given.json()))["status"] == "effective"


async def test_a_holder_that_nobody_has_verified_prepares_everything_and_binds_nobody(
    client: httpx.AsyncClient, people: People
) -> None:
    newcomer = await register_organisation(client, verified=False)
    patent = await enter_patent(client, newcomer)
    own, bank = f"/v1/patents/{patent['id']}", await find_party(client, people.institute)
    draft = await draft_declaration(client, newcomer, patent["id"])
    file = [await upload_evidence(client, newcomer)]
    pledge: dict[str, Any] = {
        "kind": "pledge", "party_id": bank, "effective_on": "2026-01-01", "source": "质押合同", "evidence_files": file,
    }  # fmt: skip
    agreed: dict[str, Any] = {
        "acts": {"grant_ordinary": {"who": "each", "parties": []}}, "effective_on": "2026-01-01", "source": "协议",
        "evidence_files": file,
    }  # fmt: skip
    announcement = {"on": "2026-03-20", "declaration_number": "K1", "evidence_files": file}
    for address, body in (
        (f"{own}/rights", pledge),
        (f"{own}/rights", {**pledge, "kind": "licence"}),
        (f"{own}/co-owner-agreements", agreed),
        (f"{own}/consents", {"act": "grant_exclusive", "terms": {}}),
        (f"{declaration_path(draft)}/submission", {}),
        (f"{declaration_path(draft)}/filing", {"on": "2026-03-01"}),
        (f"{declaration_path(draft)}/announcement", announcement),
        ("/v1/webhooks", {"url": "https://example.com/hooks"}),
    ):
        said = await post(client, newcomer, address, body, 403)
        assert (said["code"], bool(said["cure"])) == (NOT_VERIFIED, True), address
    assert (await client.get(f"{own}/rights", headers=newcomer.headers)).json()["items"] == []
    back = await post(client, newcomer, f"{declaration_path(draft)}/withdrawal",
                      {"on": "2026-05-01", "legal_reason": "other_legitimate", "reason": "另行处理"})  # fmt: skip
    assert back["status"] == "withdrawn"


async def test_who_is_refused_has_no_open_licence_taken_nor_listing_shown_until_it_is_verified_again(
    client: httpx.AsyncClient, people: People
) -> None:
    mine = await register_organisation(client)
    declared = await declare(client, mine)
    listing = (await client.get(f"/v1/patents/{declared['patent_id']}")).json()["listing"]
    draft = await declare(client, mine, FREE)
    assert all(place["available"] for place in await shown(client, declared["patent_id"]))
    await refuse(client, people.office, mine)
    for one in (declared, draft):
        said = await page(client, one)
        assert (said["status"], said["available_here"]) == ("announced", False)
        assert [why["code"] for why in said["unavailable_because"]] == [NOT_VERIFIED]
        assert said["unavailable_because"][0]["detail"]
    refused = await give_notice(client, people.enterprise, declared, due=409)
    assert [refused["code"], *[why["code"] for why in refused["reasons"]]] == [
        "open_licence_not_available", NOT_VERIFIED,
    ]  # fmt: skip
    assert (await page(client, declared, mine))["duties"] == []
    assert (await client.get(f"/v1/listings/{listing['id']}")).status_code == 404
    found = await client.get("/v1/open-licences", params={"patent_id": declared["patent_id"], "available": "true"})
    assert found.json()["items"] == []
    await verify_organisation(client, mine.organisation_id)
    assert [(await page(client, one))["available_here"] for one in (declared, draft)] == [True, True]
    resumed = await post(client, mine, f"/v1/listings/{listing['id']}/resumption")
    assert resumed["status"] == "listed"
    assert all(place["available"] for place in await shown(client, declared["patent_id"]))
    assert (await give_notice(client, people.enterprise, declared))["status"] == "given"


async def test_everybody_is_told_of_it_in_the_feed_and_those_concerned_in_their_inbox(
    client: httpx.AsyncClient, people: People
) -> None:
    mine = await register_organisation(client)
    declared = await declare(client, mine)
    after = (await client.get("/v1/changes", params={"after": "now"})).json()["next_after"]
    await refuse(client, people.office, mine)
    await verify_organisation(client, mine.organisation_id)
    feed = await client.get("/v1/changes", params={"after": after, "wait": 5, "types": "open_licence"})
    kinds = [(one["type"], one["removed"]) for one in feed.json()["items"] if one["subject"] == declared["id"]]
    assert kinds[:1] == [("open_licence.suspended", True)]


async def test_what_bars_it_by_law_besides_bars_it_still_and_opens_the_duties(
    client: httpx.AsyncClient, people: People
) -> None:
    mine = await register_organisation(client)
    declared = await declare(client, mine)
    await refuse(client, people.office, mine)
    await post_legal_event(client, people.office, declared["patent_id"], "annuity_missed", "2026-04-01", year=9)
    said = await page(client, declared, people.office)
    assert {why["code"] for why in said["unavailable_because"]} == {"annuity_unpaid", NOT_VERIFIED}
    assert [(duty["kind"], duty["outcome"]) for duty in said["duties"]] == [("withdraw", None)]
    await verify_organisation(client, mine.organisation_id)
    said = await page(client, declared, people.office)
    assert [why["code"] for why in said["unavailable_because"]] == ["annuity_unpaid"]
    await refuse(client, people.office, mine)
    await post_legal_event(client, people.office, declared["patent_id"], "annuity_paid", "2026-05-01", year=9)
    said = await page(client, declared, people.office)
    assert [why["code"] for why in said["unavailable_because"]] == [NOT_VERIFIED]
    assert [(duty["kind"], duty["outcome"]) for duty in said["duties"]] == [("withdraw", "lifted")]
    withdrawn = {"on": "2026-06-01", "legal_reason": "other_legitimate", "reason": "机构注销"}
    assert (await post(client, mine, f"{declaration_path(declared)}/withdrawal", withdrawn))[
        "status"
    ] == "withdrawal_filed"


async def test_what_an_office_announces_of_a_refused_one_is_listed_nowhere_and_taken_once_that_is_verified(
    client: httpx.AsyncClient, people: People
) -> None:
    mine = await register_organisation(client)
    draft = await draft_declaration(client, mine, (await enter_patent(client, mine))["id"])
    await refuse(client, people.office, mine)
    body = {"on": "2026-03-20", "declaration_number": f"K{draft['id'][-12:]}"}
    declared = await post(client, people.office, f"{declaration_path(draft)}/announcement", body)
    assert [why["code"] for why in declared["unavailable_because"]] == [NOT_VERIFIED]
    assert (await client.get(f"/v1/patents/{declared['patent_id']}")).status_code == 404
    await verify_organisation(client, mine.organisation_id)
    assert (await page(client, declared))["available_here"] is True


async def test_a_refused_licensee_does_what_it_owes_and_begins_nothing_more(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    _, licensee, declared, licence = await take_licence(client, ROYALTY)
    waiting = await declare(client, people.university)
    notice = await give_notice(client, licensee, waiting)
    other = await declare(client, people.university)
    await refuse(client, people.office, licensee)
    assert (await give_notice(client, licensee, other, due=403))["code"] == NOT_VERIFIED
    hook = await post(client, licensee, "/v1/webhooks", {"url": "https://example.com/hooks"}, 403)
    assert hook["code"] == NOT_VERIFIED
    assert (await pay(client, licensee, notice))["status"] == "effective"
    place = f"/v1/licences/{licence['id']}"
    early = await post(client, licensee, f"{place}/royalty-reports", {"period": 1, "use": 1}, 409)
    assert early["code"] == "period_not_over"
    await post(client, licensee, f"{place}/recordal", {"on": day(app)}, 200)
    await post(client, licensee, f"{place}/recordal-confirmation", {"on": day(app), "number": "X2026990000999"}, 200)
    ended = await post(client, licensee, f"{place}/termination", {"on": day(app), "reason": "停止生产"}, 200)
    assert ended["status"] == "terminated"
    corrected = {"If-Match": "*", **licensee.headers}
    own = f"/v1/organisations/{licensee.organisation_id}"
    assert (await client.patch(own, json={"introduction": "更正"}, headers=corrected)).json()["status"] == "pending"
    assert (await give_notice(client, licensee, declared, due=403))["code"] == NOT_VERIFIED


async def test_a_refused_licensor_still_contests_what_it_was_not_paid(
    client: httpx.AsyncClient, people: People
) -> None:
    mine = await register_organisation(client)
    declared = await declare(client, mine)
    notice = await give_notice(client, people.enterprise, declared)
    await refuse(client, people.office, mine)
    taken = await pay(client, people.enterprise, notice)
    place = f"/v1/notices/{notice['id']}/payments/{taken['payments'][0]['id']}/contest"
    assert (await post(client, mine, place, {"reason": "未到账"}))["contest_reason"] == "未到账"


@pytest.mark.parametrize("answer", ["given", "refused"])
async def test_a_refused_co_owner_answers_no_question_and_takes_back_what_it_gave(
    client: httpx.AsyncClient, people: People, answer: str
) -> None:
    other = await register_organisation(client)
    patent = await enter_co_owned_patent(client, people.university, other)
    body = {"act": "grant_exclusive", "terms": {"of": patent["id"]}}
    place = f"/v1/patents/{patent['id']}/consents"
    asked = [(await post(client, people.university, place, body, 201))["items"][0] for _ in range(2)]
    said = {"answer": "given", "terms_hash": asked[0]["terms_hash"]}
    await post(client, other, f"{place}/{asked[0]['id']}/answer", said, 200)
    await refuse(client, people.office, other)
    no = await post(client, other, f"{place}/{asked[1]['id']}/answer", said | {"answer": answer}, 403)
    assert no["code"] == NOT_VERIFIED
    assert (await post(client, other, f"{place}/{asked[0]['id']}/revocation"))["state"] == "revoked"

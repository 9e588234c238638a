"""A contract is in force once every side has signed the very same bytes, and not a moment before."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.sample_contracts.domain import BARRED, HANDLED
from tests.scenarios.contracts import (
    Parties,
    conclude,
    draw_up_contract,
    get_contract,
    get_paper,
    post_signature,
    revise,
    sign,
)
from tests.scenarios.introductions import moved_clock, sweep_at
from tests.scenarios.members import PASSWORD, Member, add_member, register_organisation, sign_in_platform
from tests.scenarios.requests import post
from tests.scenarios.second_factor import headers_to_sign

pytestmark = pytest.mark.both_databases


@pytest.fixture
async def parties(client: httpx.AsyncClient) -> Parties:
    return await draw_up_contract(client)


async def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.json()["code"] == code
    return dict(answer.json())


async def test_it_takes_effect_with_the_last_signature_and_what_follows_does_in_the_same_transaction(
    client: httpx.AsyncClient, parties: Parties
) -> None:
    drafted = await get_contract(client, parties.borrower, parties)
    assert (drafted["status"], drafted["terms_in_force"], drafted["present"]["number"]) == ("drafted", None, 1)
    first = await sign(client, parties.borrower, parties)
    assert (first["status"], first["effective_at"]) == ("signing", None)
    assert (parties.subject, "contract.effective") not in HANDLED
    done = await sign(client, parties.lender, parties)
    assert (done["status"], done["present"]["status"]) == ("effective", "signed")
    assert done["terms_in_force"] == drafted["present"]["terms"]
    assert [s["side"] for s in done["present"]["signatures"]] == ["lender", "borrower"]
    assert {s["bound_hash"] for s in done["present"]["signatures"]} == {drafted["present"]["bound_hash"]}
    assert [s["user_id"] is not None for s in done["present"]["signatures"]] == [True, False], "its own people's alone"
    assert (parties.subject, "contract.effective") in HANDLED


async def test_what_cannot_follow_leaves_the_last_signature_unmade(client: httpx.AsyncClient, parties: Parties) -> None:
    await sign(client, parties.lender, parties)
    bound_hash = (await get_contract(client, parties.lender, parties))["present"]["bound_hash"]
    BARRED.add(parties.subject)
    await refused(await post_signature(client, parties.borrower, parties, bound_hash), 409, "conflict")
    assert (await get_contract(client, parties.lender, parties))["status"] == "signing"
    BARRED.clear()
    assert (await sign(client, parties.borrower, parties))["status"] == "effective"


async def test_another_hash_than_the_present_versions_is_stale(client: httpx.AsyncClient, parties: Parties) -> None:
    old = (await get_contract(client, parties.lender, parties))["present"]["bound_hash"]
    await sign(client, parties.borrower, parties)
    await revise(client, parties, term_months=24)
    revised = await get_contract(client, parties.lender, parties)
    assert (revised["status"], revised["present"]["number"], revised["present"]["signatures"]) == ("drafted", 2, [])
    for stale in (old, "0" * 64, revised["present"]["terms_hash"]):
        said = await refused(await post_signature(client, parties.lender, parties, stale), 412, "bound_hash_stale")
        assert "bound_hash" in said["cure"]
    assert (await conclude(client, parties))["terms_in_force"]["term_months"] == 24
    versions = (await client.get(f"{parties.path}/versions", headers=parties.lender.headers)).json()["items"]
    assert [(v["number"], v["status"], len(v["signatures"])) for v in versions] == [(2, "signed", 2), (1, "lapsed", 1)]


async def test_each_side_signs_once(client: httpx.AsyncClient, parties: Parties) -> None:
    await sign(client, parties.lender, parties)
    bound_hash = (await get_contract(client, parties.lender, parties))["present"]["bound_hash"]
    colleague = await add_member(client, parties.lender, "editor")
    for who in (parties.lender, colleague):
        await refused(await post_signature(client, who, parties, bound_hash), 409, "already_signed")
    done = await sign(client, parties.borrower, parties)
    await refused(await post_signature(client, parties.borrower, parties, bound_hash), 409, "contract_version_not_open")
    assert len(done["present"]["signatures"]) == 2


async def test_nobody_but_the_sides_learns_that_there_is_a_contract(
    client: httpx.AsyncClient, parties: Parties
) -> None:
    bound_hash = (await get_contract(client, parties.lender, parties))["present"]["bound_hash"]
    outsider, staff = await register_organisation(client, "bank"), await sign_in_platform(client)
    office = await register_organisation(client, "authority")
    for who in (outsider, staff, office):
        for path in ("", "/document.pdf", "/versions", "/amendments", "/timeline", "/timeline.zip"):
            await refused(await client.get(parties.path + path, headers=who.headers), 404, "no_such_contract")
        assert (await client.get("/v1/contracts", headers=who.headers)).json()["items"] == []
        if who is not staff:  # whose second factor others would need to sign in
            await refused(await post_signature(client, who, parties, bound_hash), 404, "no_such_contract")
        for path, body in (
            ("/refusal", {"reason": "terms"}),
            ("/change-request", {"text": "改"}),
            ("/amendments", {"changes": {"term_months": 1}}),
            ("/termination", {"note": "完"}),
        ):
            answer = await client.post(parties.path + path, json=body, headers=who.headers)
            await refused(answer, 404, "no_such_contract")
    assert (await client.get(parties.path)).status_code == 401


async def test_who_may_read_alone_cannot_sign(client: httpx.AsyncClient, parties: Parties) -> None:
    viewer = await add_member(client, parties.borrower, "viewer")
    bound_hash = (await get_contract(client, viewer, parties))["present"]["bound_hash"]
    await refused(await post_signature(client, viewer, parties, bound_hash), 403, "role_too_low")


async def test_nobody_signs_without_the_proof_of_who_signs(client: httpx.AsyncClient, parties: Parties) -> None:
    bound_hash = (await get_contract(client, parties.lender, parties))["present"]["bound_hash"]
    body, colleague = {"bound_hash": bound_hash}, await add_member(client, parties.lender, "editor")
    await headers_to_sign(client, parties.lender)
    for who, code in ((parties.lender, "second_factor_needed"), (colleague, "second_factor_not_set_up")):
        answer = await client.post(f"{parties.path}/signatures", json=body, headers=who.headers)
        await refused(answer, 403, code)
    assert (await get_contract(client, parties.lender, parties))["present"]["signatures"] == []


async def test_an_organisation_on_both_sides_says_for_which_it_signs(client: httpx.AsyncClient) -> None:
    one = await register_organisation(client, "bank")
    parties = await draw_up_contract(client, one, one)
    bound_hash = (await get_contract(client, one, parties))["present"]["bound_hash"]
    said = await refused(await post_signature(client, one, parties, bound_hash), 409, "side_not_stated")
    assert "lender, borrower" in said["detail"]
    await refused(await post_signature(client, one, parties, bound_hash, side="pledgor"), 409, "not_that_side")
    assert (await sign(client, one, parties, side="lender"))["status"] == "signing"
    assert (await sign(client, one, parties, side="borrower"))["status"] == "effective"


async def test_several_organisations_of_one_side_all_sign(client: httpx.AsyncClient) -> None:
    lender, one, other = [await register_organisation(client, kind) for kind in ("bank", "enterprise", "university")]
    parties = await draw_up_contract(client, lender, one, [("lender", lender), ("borrower", one), ("borrower", other)])
    assert (await conclude(client, parties))["status"] == "signing"
    assert (await sign(client, other, parties))["status"] == "effective"


async def test_both_sides_sign_at_once(client: httpx.AsyncClient) -> None:
    for _ in range(4):
        parties = await draw_up_contract(client)
        bound_hash = (await get_contract(client, parties.lender, parties))["present"]["bound_hash"]
        both = (parties.lender, parties.borrower)
        answers = await asyncio.gather(*[post_signature(client, who, parties, bound_hash) for who in both])
        assert [answer.status_code for answer in answers] == [200, 200], [answer.text for answer in answers]
        contract = await get_contract(client, parties.lender, parties)
        assert contract["status"] == "effective"
        assert HANDLED.count((parties.subject, "contract.effective")) == 1


async def test_two_members_of_one_side_sign_at_once_and_one_of_them_does(client: httpx.AsyncClient) -> None:
    parties = await draw_up_contract(client)
    colleague = await add_member(client, parties.lender, "editor")
    bound_hash = (await get_contract(client, parties.lender, parties))["present"]["bound_hash"]
    both = (parties.lender, colleague)
    answers = await asyncio.gather(*[post_signature(client, who, parties, bound_hash) for who in both])
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert len((await get_contract(client, parties.lender, parties))["present"]["signatures"]) == 1


async def test_a_signature_against_a_revision_at_once_binds_nobody_to_terms_that_he_did_not_see(
    client: httpx.AsyncClient,
) -> None:
    for _ in range(4):
        parties = await draw_up_contract(client)
        await sign(client, parties.lender, parties)
        bound_hash = (await get_contract(client, parties.lender, parties))["present"]["bound_hash"]
        signing = post_signature(client, parties.borrower, parties, bound_hash)
        path = f"/v1/sample-contracts/{parties.contract_id}/revision"
        revising = client.post(path, json={"amount_fen": 1, "term_months": 1}, headers=parties.lender.headers)
        signed, revised = await asyncio.gather(signing, revising)
        contract = await get_contract(client, parties.lender, parties)
        if signed.status_code == 200:
            assert (revised.status_code, contract["status"], contract["present"]["number"]) == (409, "effective", 1)
        else:
            assert (signed.status_code, revised.status_code, contract["status"]) == (412, 200, "drafted")
            assert contract["present"]["signatures"] == []


async def test_a_side_asks_for_other_terms_and_nobody_signs_until_they_are_revised(
    client: httpx.AsyncClient, parties: Parties
) -> None:
    await sign(client, parties.lender, parties)
    bound_hash = (await get_contract(client, parties.lender, parties))["present"]["bound_hash"]
    wish = {"text": "请改为二十四个月。", "pointers": ["/term_months"]}
    asked = await post(client, parties.borrower, f"{parties.path}/change-request", wish, 200)
    assert asked["status"] == "change_asked"
    assert asked["change_request"]["organisation_id"] == parties.borrower.organisation_id
    assert (asked["change_request"]["text"], asked["change_request"]["pointers"]) == tuple(wish.values())
    await refused(await post_signature(client, parties.borrower, parties, bound_hash), 409, "contract_not_in_state")
    await revise(client, parties, term_months=24)
    assert (await get_contract(client, parties.lender, parties))["change_request"] is None
    assert (await conclude(client, parties))["status"] == "effective"


async def test_a_refused_contract_is_refused_for_good(client: httpx.AsyncClient, parties: Parties) -> None:
    bound_hash = (await get_contract(client, parties.lender, parties))["present"]["bound_hash"]
    said = await post(client, parties.borrower, f"{parties.path}/refusal", {"reason": "amount", "note": "过高"}, 200)
    assert (said["status"], said["refusal"]["reason"], said["refusal"]["note"]) == ("refused", "amount", "过高")
    await refused(await post_signature(client, parties.lender, parties, bound_hash), 409, "contract_version_not_open")
    again = await client.post(f"{parties.path}/refusal", json={"reason": "terms"}, headers=parties.lender.headers)
    await refused(again, 409, "contract_not_in_state")


async def test_what_is_not_signed_in_time_expires(client: httpx.AsyncClient, app: FastAPI) -> None:
    parties = await draw_up_contract(client)
    await sign(client, parties.lender, parties)
    bound_hash = (await get_contract(client, parties.lender, parties))["present"]["bound_hash"]
    async with moved_clock(client, app):
        await sweep_at(client, app, days=29)
        assert (await get_contract(client, parties.lender, parties))["status"] == "signing"
        await sweep_at(client, app, days=1, minutes=1)
        expired = await get_contract(client, parties.lender, parties)
        assert (expired["status"], expired["present"]["status"]) == ("expired", "expired")
        answer = await post_signature(client, parties.borrower, parties, bound_hash)
        await refused(answer, 409, "contract_version_not_open")


async def test_the_domain_above_ends_it_signed_or_not(client: httpx.AsyncClient) -> None:
    for signed in (False, True):
        parties = await draw_up_contract(client)
        if signed:
            await conclude(client, parties)
        await post(client, parties.lender, f"/v1/sample-contracts/{parties.contract_id}/end", None, 200)
        ended = await get_contract(client, parties.borrower, parties)
        assert (ended["status"], ended["termination_note"]) == ("terminated", "样本已作废。")
        assert (parties.subject, "contract.terminated") in HANDLED


async def test_the_last_person_of_a_side_stays_while_a_contract_is_in_force(
    client: httpx.AsyncClient, parties: Parties
) -> None:
    await conclude(client, parties)
    me = await client.get("/v1/me", headers=parties.lender.headers)
    erased = await client.request(
        "DELETE",
        "/v1/me",
        json={"current_password": PASSWORD},
        headers={**parties.lender.headers, "If-Match": me.headers["ETag"]},
    )
    assert erased.status_code == 409, erased.text
    assert "contracts_live" in [reason["code"] for reason in erased.json()["reasons"]]


async def test_a_domain_above_finds_the_contracts_of_its_own_thing(client: httpx.AsyncClient, parties: Parties) -> None:
    again = await draw_up_contract(client, subject=parties.subject)
    place = f"/v1/sample-contracts/of/{parties.subject}"
    found = (await client.get(place, headers=again.lender.headers)).json()["items"]
    assert [one["id"] for one in found] == [parties.contract_id, again.contract_id]


async def test_lists_are_paged_and_filtered(client: httpx.AsyncClient) -> None:
    lender = await register_organisation(client, "bank")
    made = [await draw_up_contract(client, lender) for _ in range(3)]
    await sign(client, lender, made[1])

    async def ids(**query: Any) -> list[str]:
        answer = await client.get("/v1/contracts", params=query, headers=lender.headers)
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    assert await ids() == [one.contract_id for one in reversed(made)]
    assert await ids(status="signing") == [made[1].contract_id]
    assert await ids(status=["signing", "drafted"], limit=2) == [made[2].contract_id, made[1].contract_id]
    assert await ids(subject=made[0].subject) == [made[0].contract_id]


async def test_an_etag_of_before_is_stale_and_a_repeated_request_is_answered_again(
    client: httpx.AsyncClient, parties: Parties
) -> None:
    before = (await client.get(parties.path, headers=parties.lender.headers)).headers["ETag"]
    await sign(client, parties.borrower, parties)
    body = {"bound_hash": (await get_contract(client, parties.lender, parties))["present"]["bound_hash"]}
    headers = await headers_to_sign(client, parties.lender)  # the refusal leaves its code good
    path = f"{parties.path}/signatures"
    stale = await client.post(path, json=body, headers={**headers, "If-Match": before})
    assert stale.status_code == 412
    keyed = {**headers, "Idempotency-Key": "signed-once"}
    first, again = [await client.post(path, json=body, headers=keyed) for _ in range(2)]
    assert (first.status_code, again.json()) == (200, first.json())


async def test_the_paper_is_the_bytes_that_were_signed_whenever_it_is_asked_for(
    client: httpx.AsyncClient, parties: Parties
) -> None:
    paper = await get_paper(client, parties.lender, parties)
    await conclude(client, parties)
    assert await get_paper(client, parties.borrower, parties, version=1) == paper
    missing = await client.get(f"{parties.path}/document.pdf?copy=signed", headers=parties.lender.headers)
    await refused(missing, 404, "no_such_contract_version")


async def test_terms_too_long_for_a_paper_are_refused(client: httpx.AsyncClient) -> None:
    lender: Member = await register_organisation(client, "bank")
    sides = [{"code": code, "organisation_id": lender.organisation_id} for code in ("lender", "borrower")]
    body = {"sides": sides, "terms": {"amount_fen": 1, "term_months": 1, "purpose": "长" * 49_000}}
    answer = await client.post("/v1/sample-contracts", json=body, headers=lender.headers)
    await refused(answer, 422, "contract_too_long")

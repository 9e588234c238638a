"""Terms in force change, and a contract ends, by what all its sides have signed."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.sample_contracts.domain import HANDLED
from tests.scenarios.contracts import Parties, conclude, draw_up_contract, get_contract, get_paper, post_signature, sign
from tests.scenarios.introductions import moved_clock, sweep_at
from tests.scenarios.members import Member
from tests.scenarios.requests import post

pytestmark = pytest.mark.both_databases


@pytest.fixture
async def parties(client: httpx.AsyncClient) -> Parties:
    parties = await draw_up_contract(client)
    await conclude(client, parties)
    return parties


async def propose(client: httpx.AsyncClient, who: Member, parties: Parties, **changes: Any) -> httpx.Response:
    body = {"changes": changes, "note": "各方协商一致。"}
    return await client.post(f"{parties.path}/amendments", json=body, headers=who.headers)


async def test_an_amendment_is_in_force_once_all_sides_have_signed_it(
    client: httpx.AsyncClient, parties: Parties
) -> None:
    proposed = await propose(client, parties.borrower, parties, term_months=36)
    assert proposed.status_code == 201, proposed.text
    amendment = proposed.json()
    assert (amendment["kind"], amendment["status"], amendment["number"]) == ("amendment", "open", 2)
    assert amendment["terms"]["term_months"] == 36
    before = await sign(client, parties.borrower, parties)
    assert (before["status"], before["terms_in_force"]["term_months"]) == ("effective", 12)
    assert before["open_amendment"]["id"] == amendment["id"]
    after = await sign(client, parties.lender, parties)
    assert (after["terms_in_force"]["term_months"], after["terms_hash_in_force"]) == (36, amendment["terms_hash"])
    assert (after["present"]["terms"]["term_months"], after["present"]["terms_hash"]) != (36, amendment["terms_hash"])
    assert after["open_amendment"] is None
    assert (parties.subject, "contract.amended") in HANDLED
    paper = await get_paper(client, parties.lender, parties, version=2)
    assert paper != await get_paper(client, parties.lender, parties, version=1)
    listed = (await client.get(f"{parties.path}/amendments", headers=parties.lender.headers)).json()["items"]
    assert [(one["id"], one["status"], one["amends_version"]) for one in listed] == [
        (amendment["id"], "signed", after["present"]["id"])
    ]


async def test_a_second_amendment_changes_what_the_first_one_made(client: httpx.AsyncClient, parties: Parties) -> None:
    for changes in ({"term_months": 24}, {"purpose": "扩大生产"}):
        assert (await propose(client, parties.lender, parties, **changes)).status_code == 201
        done = await conclude(client, parties)
    assert done["terms_in_force"] == {"amount_fen": 500_000_000, "term_months": 24, "purpose": "扩大生产"}


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"amount_fen": 1}, "terms_not_amendable", "/changes/amount_fen"),
        ({"unheard_of": 1}, "terms_not_amendable", "/changes/unheard_of"),
        ({"term_months": 0}, "malformed", "/changes/term_months"),
        ({"term_months": "12"}, "malformed", "/changes/term_months"),
        ({"term_months": 12.5}, "malformed", "/changes/term_months"),
        ({"term_months": 12}, "nothing_amended", None),
    ],
)
async def test_what_may_not_be_amended_is_refused_with_its_place(
    client: httpx.AsyncClient, parties: Parties, changes: dict[str, Any], code: str, pointer: str | None
) -> None:
    answer = await propose(client, parties.lender, parties, **changes)
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.text
    assert [error["pointer"] for error in answer.json().get("errors", [])] == ([pointer] if pointer else [])


async def test_one_amendment_waits_at_a_time_and_can_be_refused_or_taken_back(
    client: httpx.AsyncClient, parties: Parties
) -> None:
    first = (await propose(client, parties.lender, parties, term_months=24)).json()
    second = await propose(client, parties.borrower, parties, term_months=6)
    assert (second.status_code, second.json()["amendment_id"]) == (409, first["id"])
    await sign(client, parties.lender, parties)
    path = f"{parties.path}/amendments/{first['id']}/refusal"
    refused = await post(client, parties.borrower, path, {"reason": "terms"}, 200)
    assert (refused["status"], refused["refusal"]["reason"]) == ("refused", "terms")
    answer = await post_signature(client, parties.borrower, parties, first["bound_hash"])
    assert (answer.status_code, answer.json()["code"]) == (409, "contract_version_not_open")
    contract = await get_contract(client, parties.lender, parties)
    assert (contract["status"], contract["terms_in_force"]["term_months"]) == ("effective", 12)
    assert (await propose(client, parties.borrower, parties, term_months=6)).status_code == 201
    again = await client.post(path, json={"reason": "withdrawn"}, headers=parties.lender.headers)
    assert (again.status_code, again.json()["code"]) == (409, "contract_version_not_open")


async def test_nothing_is_amended_before_it_is_in_force(client: httpx.AsyncClient) -> None:
    parties = await draw_up_contract(client)
    for answer in (
        await propose(client, parties.lender, parties, term_months=24),
        await client.post(f"{parties.path}/termination", json={"note": "完"}, headers=parties.lender.headers),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "contract_not_in_state")


async def test_it_ends_once_all_sides_have_signed_that(client: httpx.AsyncClient, parties: Parties) -> None:
    body = {"note": "款项已结清。"}
    proposed = await post(client, parties.borrower, f"{parties.path}/termination", body, 201)
    assert (proposed["kind"], proposed["terms"]["contract_id"]) == ("termination", parties.contract_id)
    assert (await sign(client, parties.lender, parties))["status"] == "effective"
    ended = await sign(client, parties.borrower, parties)
    assert (ended["status"], ended["termination_note"]) == ("terminated", "款项已结清。")
    assert ended["terms_in_force"]["term_months"] == 12, "what was agreed stays to be read"
    assert (parties.subject, "contract.terminated") in HANDLED
    assert (await propose(client, parties.lender, parties, term_months=24)).status_code == 409


async def test_an_amendment_that_is_not_signed_in_time_leaves_the_contract_as_it_is(
    client: httpx.AsyncClient, app: FastAPI, parties: Parties
) -> None:
    amendment = (await propose(client, parties.lender, parties, term_months=24)).json()
    async with moved_clock(client, app):
        await sweep_at(client, app, days=31)
        contract = await get_contract(client, parties.lender, parties)
        assert (contract["status"], contract["open_amendment"]) == ("effective", None)
        listed = (await client.get(f"{parties.path}/amendments", headers=parties.lender.headers)).json()["items"]
        assert [(one["id"], one["status"]) for one in listed] == [(amendment["id"], "expired")]


async def test_the_domain_above_ends_it_with_an_amendment_open(client: httpx.AsyncClient, parties: Parties) -> None:
    await propose(client, parties.lender, parties, term_months=24)
    await post(client, parties.lender, f"/v1/sample-contracts/{parties.contract_id}/end", None, 200)
    ended = await get_contract(client, parties.lender, parties)
    assert (ended["status"], ended["open_amendment"]) == ("terminated", None)

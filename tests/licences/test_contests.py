"""Contests of payments: in time, by the licensor, decided by the platform; the licence stands meanwhile."""

from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.licences.conftest import People
from tests.licences.days import day, later
from tests.scenarios.files import upload_evidence
from tests.scenarios.members import Member
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import LUMP, ROYALTY, declare
from tests.scenarios.requests import post

WHY = {"reason": "账户未收到该笔款项"}


@dataclass(frozen=True, slots=True)
class Taken:
    """A licence taken by the enterprise from the university, and the address of a payment for it."""

    place: str
    payment: str
    notice: str


async def taken(client: httpx.AsyncClient, people: People, **fields: Any) -> Taken:
    notice = await give_notice(client, people.enterprise, await declare(client, people.university), **fields)
    settled = await pay(client, people.enterprise, notice)
    place = f"/v1/notices/{notice['id']}"
    return Taken(f"/v1/licences/{settled['licence_id']}", f"{place}/payments/{settled['payments'][0]['id']}", place)


async def status(client: httpx.AsyncClient, who: Member, *places: str) -> list[str]:
    """Return the states of what is at the addresses."""
    return [(await client.get(place, headers=who.headers)).json()["status"] for place in places]


async def valid(client: httpx.AsyncClient, who: Member, one: Taken) -> tuple[str, bool]:
    """Return the hash of the certificate, and whether it is good."""
    said = (await client.get(f"{one.place}/certificate", headers=who.headers)).json()["hash"]
    check = await client.get(f"{one.place}/certificate/verification", params={"hash": said})
    return said, check.json()["valid"]


async def test_a_contested_licence_stands_marked_until_the_contest_is_withdrawn(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    one = await taken(client, people)
    said = await post(client, people.university, f"{one.payment}/contest", WHY)
    assert (said["contest_reason"], said["contest_outcome"]) == (WHY["reason"], None)
    assert said["contestable_until"] == day(app, 15)
    assert await status(client, people.enterprise, one.place, one.notice) == ["contested", "contested"]
    assert (await valid(client, people.enterprise, one))[1]
    twice = await post(client, people.university, f"{one.payment}/contest", WHY, due=409)
    assert twice["code"] == "licence_not_in_state"
    over = await post(client, people.university, f"{one.payment}/contest-withdrawal")
    assert over["contest_outcome"] == "withdrawn"
    assert await status(client, people.enterprise, one.place, one.notice) == ["in_force", "effective"]
    again = await post(client, people.university, f"{one.payment}/contest-withdrawal", due=409)
    assert again["code"] == "notice_not_in_state"


async def test_a_contest_comes_within_its_days(client: httpx.AsyncClient, people: People, app: FastAPI) -> None:
    one, other = await taken(client, people), await taken(client, people)
    async with later(app, client, people.office, 15):
        await post(client, people.university, f"{one.payment}/contest", WHY)
    async with later(app, client, people.office, 16):
        late = await post(client, people.university, f"{other.payment}/contest", WHY, due=409)
    assert late["code"] == "contest_too_late"
    assert await status(client, people.enterprise, one.place, other.place) == ["contested", "in_force"]


async def test_only_the_licensor_contests_and_only_offices_decide(client: httpx.AsyncClient, people: People) -> None:
    one = await taken(client, people)
    decision = {"outcome": "upheld", "reason": "无到账记录"}
    early = await post(client, people.office, f"{one.payment}/contest-decision", decision, due=409)
    assert early["code"] == "notice_not_in_state"
    assert (await post(client, people.enterprise, f"{one.payment}/contest", WHY, due=403))["code"] == (
        "licensing_step_not_yours"
    )
    assert (await post(client, people.inventor, f"{one.payment}/contest", WHY, due=404))["code"] == "no_such_notice"
    other = await taken(client, people)
    mixed = f"{one.notice}/payments/{other.payment.rsplit('/', 1)[1]}/contest"
    assert (await post(client, people.university, mixed, WHY, due=404))["code"] == "no_such_payment"
    await post(client, people.university, f"{one.payment}/contest", WHY)
    for who in (people.university, people.enterprise):
        await post(client, who, f"{one.payment}/contest-decision", decision, due=403)
    await post(client, people.enterprise, f"{one.payment}/contest-withdrawal", due=403)


@pytest.mark.parametrize("outcome", ["dismissed", "upheld"])
async def test_a_contest_that_is_decided_leaves_the_licence_or_makes_it_void(
    client: httpx.AsyncClient, people: People, outcome: str
) -> None:
    one = await taken(client, people)
    paper, _ = await valid(client, people.enterprise, one)
    await post(client, people.university, f"{one.payment}/contest", WHY)
    decided = await post(client, people.office, f"{one.payment}/contest-decision", {"outcome": outcome, "reason": "查"})
    assert (decided["contest_outcome"], decided["contest_decision"]) == (outcome, "查")
    stands = outcome == "dismissed"
    now = await status(client, people.enterprise, one.place, one.notice)
    assert now == (["in_force", "effective"] if stands else ["void", "ended"])
    check = await client.get(f"{one.place}/certificate/verification", params={"hash": paper})
    assert check.json()["valid"] is stands
    licence = (await client.get(one.place, headers=people.university.headers)).json()
    ledger = await client.get(f"/v1/patents/{licence['patent_id']}/rights", headers=people.university.headers)
    entry = next(item for item in ledger.json()["items"] if item["id"] == licence["right_id"])
    assert (entry["ended_on"] is None) == stands
    for step, body in (("contest", WHY), ("contest-decision", {"outcome": "upheld", "reason": "再查"})):
        who = people.university if step == "contest" else people.office
        assert (await client.post(f"{one.payment}/{step}", json=body, headers=who.headers)).status_code == 409


async def test_a_contest_that_is_over_before_the_licence_begins_leaves_it_waiting(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    one = await taken(client, people, starts_on=day(app, 20))
    await post(client, people.university, f"{one.payment}/contest", WHY)
    await post(client, people.university, f"{one.payment}/contest-withdrawal")
    assert await status(client, people.enterprise, one.place) == ["awaiting_start"]


async def test_a_royalty_that_did_not_come_is_owed_again_and_the_licence_stands(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university, ROYALTY)
    notice = await give_notice(client, people.enterprise, declared, ends_on=day(app, 1), net_sales_fen=1)
    place = f"/v1/licences/{notice['licence_id']}"
    async with later(app, client, people.office, 2):
        report = {"period": 1, "use": 1_000_000}
        await post(client, people.enterprise, f"{place}/royalty-reports", report)
        body = {"amount_fen": 30_000, "value_date": day(app), "period": 1,
                "evidence_files": [await upload_evidence(client, people.enterprise)]}  # fmt: skip
        licence = await post(client, people.enterprise, f"{place}/payments", body)
        before = licence["status"]
        payment = f"/v1/notices/{notice['id']}/payments/{licence['payments'][0]['id']}"
        assert (await post(client, people.university, f"{payment}/contest", WHY))["period"] == 1
        await post(client, people.office, f"{payment}/contest-decision", {"outcome": "upheld", "reason": "未到账"})
    after = await status(client, people.enterprise, place, f"/v1/notices/{notice['id']}")
    assert after == [before, "effective"]
    reports = await client.get(f"{place}/royalty-reports", headers=people.university.headers)
    assert [(one["paid_fen"], one["open_fen"]) for one in reports.json()["items"]] == [(0, 30_000)]


@pytest.mark.parametrize("end", ["termination", "expiry"])
async def test_a_payment_can_be_contested_in_its_days_though_the_licence_has_ended(
    client: httpx.AsyncClient, people: People, app: FastAPI, end: str
) -> None:
    one = await taken(client, people, ends_on=day(app, 5))
    if end == "termination":
        await post(client, people.enterprise, f"{one.place}/termination", {"on": day(app), "reason": "停止"})
    ended = "terminated" if end == "termination" else "expired"
    async with later(app, client, people.office, 8):
        await post(client, people.university, f"{one.payment}/contest", WHY)
        assert await status(client, people.enterprise, one.place, one.notice) == [ended, "contested"]
        await post(client, people.office, f"{one.payment}/contest-decision", {"outcome": "upheld", "reason": "查"})
        assert await status(client, people.enterprise, one.place, one.notice) == ["void", "ended"]


async def paid_in_parts(client: httpx.AsyncClient, people: People, *amounts: int) -> tuple[str, str, list[str]]:
    """Return the addresses of a notice of 50,000 yuan, of its licence, and of its payments."""
    notice = await give_notice(client, people.enterprise, await declare(client, people.university, LUMP))
    for amount in amounts:
        settled = await pay(client, people.enterprise, notice, amount_fen=amount, confirm_overpayment=True)
    place = f"/v1/notices/{notice['id']}"
    return place, f"/v1/licences/{settled['licence_id']}", [f"{place}/payments/{p['id']}" for p in settled["payments"]]


async def contest(client: httpx.AsyncClient, people: People, payment: str, outcome: str = "") -> None:
    """Contest a payment, and have that decided."""
    await post(client, people.university, f"{payment}/contest", WHY)
    if outcome:
        await post(client, people.office, f"{payment}/contest-decision", {"outcome": outcome, "reason": "查"})


async def test_a_payment_struck_leaves_the_licence_where_enough_was_there_in_time_without_it(
    client: httpx.AsyncClient, people: People
) -> None:
    place, licence, (first, second) = await paid_in_parts(client, people, 1, 5_000_000)
    await contest(client, people, first, "upheld")
    assert await status(client, people.enterprise, licence, place) == ["in_force", "effective"]
    notice = (await client.get(place, headers=people.enterprise.headers)).json()
    assert (notice["paid_fen"], notice["open_fen"]) == (5_000_000, 0)
    chain = (await client.get(f"{licence}/certificate", headers=people.enterprise.headers)).json()["chain"]
    assert [link["step"] for link in chain][-2:] == ["payment_contested", "payment_struck"]
    await contest(client, people, second, "upheld")
    assert await status(client, people.enterprise, licence, place) == ["void", "ended"]


@pytest.mark.parametrize("end", ["dismissed", "upheld", "withdrawn"])
async def test_what_is_contested_still_of_a_void_licence_is_decided_or_withdrawn(
    client: httpx.AsyncClient, people: People, end: str
) -> None:
    place, licence, (first, second) = await paid_in_parts(client, people, 2_000_000, 3_000_000)
    await contest(client, people, second)
    await contest(client, people, first, "upheld")
    if end == "withdrawn":
        over = await post(client, people.university, f"{second}/contest-withdrawal")
    else:
        over = await post(client, people.office, f"{second}/contest-decision", {"outcome": end, "reason": "查"})
    assert over["contest_outcome"] == end
    assert await status(client, people.enterprise, licence, place) == ["void", "ended"]


async def test_of_a_void_licence_no_reported_royalty_is_owed(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    fee = ROYALTY | {"form": "entry_and_royalty", "entry_fee_fen": 1_000, "reporting": "quarterly"}
    notice = await give_notice(client, people.enterprise, await declare(client, people.university, fee))
    notice = await pay(client, people.enterprise, notice)
    place = f"/v1/licences/{notice['licence_id']}"
    payment = f"/v1/notices/{notice['id']}/payments/{notice['payments'][0]['id']}"
    await contest(client, people, payment)
    async with later(app, client, people.office, 100):
        await post(client, people.enterprise, f"{place}/royalty-reports", {"period": 1, "use": 8_000_000})
        await post(client, people.office, f"{payment}/contest-decision", {"outcome": "upheld", "reason": "查"})
    async with later(app, client, people.office, 200):
        asked = {"overdue": True, "limit": 100}
        late = await client.get("/v1/royalty-reports", params=asked, headers=people.university.headers)
        assert notice["licence_id"] not in [one["licence_id"] for one in late.json()["items"]]
        reports = await client.get(f"{place}/royalty-reports", headers=people.university.headers)
        assert [(one["state"], one["open_fen"]) for one in reports.json()["items"]] == [("void", 0)]
        correction = f"{place}/royalty-reports/{reports.json()['items'][0]['id']}/correction"
        refused = await post(client, people.enterprise, correction, {"use": 1, "reason": "多报"}, due=409)
        assert refused["code"] == "licence_not_in_state"

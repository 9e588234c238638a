"""Taking an open licence: notice and payment make it, in time and by value date, and nobody accepts anything."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from tests.licences.conftest import People
from tests.licences.days import day, later
from tests.scenarios.files import upload_evidence
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.notices import give_notice, pay
from tests.scenarios.open_licences import (
    FREE,
    LUMP,
    ROYALTY,
    announce,
    declare,
    draft_declaration,
    file_declaration,
    withdraw_declaration,
)
from tests.scenarios.patents import enter_patent
from tests.scenarios.requests import post

pytestmark = pytest.mark.both_databases

OPENAPI = Path(__file__).parents[2] / "openapi" / "openapi.json"
SOON = LUMP | {"payment_days": 1}


async def licence_of(client: httpx.AsyncClient, who: Member, notice: dict[str, Any]) -> dict[str, Any]:
    """Return the licence that came of the notice."""
    found = await client.get(f"/v1/licences/{notice['licence_id']}", headers=who.headers)
    assert found.status_code == 200, found.text
    return dict(found.json())


async def again(client: httpx.AsyncClient, who: Member, notice: dict[str, Any]) -> dict[str, Any]:
    """Return the notice as it is now."""
    return dict((await client.get(f"/v1/notices/{notice['id']}", headers=who.headers)).json())


async def test_a_notice_takes_the_terms_that_were_read_for_days_within_the_term(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university)
    wrong: list[tuple[Member, dict[str, Any], int, str]] = [
        (people.enterprise, {"terms_hash": "0" * 64}, 409, "terms_hash_mismatch"),
        (people.enterprise, {"terms_version": 2}, 409, "terms_hash_mismatch"),
        (people.enterprise, {"ends_on": "2031-01-01"}, 422, "outside_the_term"),
        (people.enterprise, {"starts_on": day(app, -1)}, 422, "outside_the_term"),
        (people.enterprise, {"ends_on": day(app, -1)}, 422, "outside_the_term"),
        (people.enterprise, {"starts_on": day(app, 9), "ends_on": day(app, 8)}, 422, "dates_reversed"),
        (people.university, {}, 409, "own_patent"),
    ]
    for who, fields, status, code in wrong:
        assert (await give_notice(client, who, declared, due=status, **fields))["code"] == code, fields
    await give_notice(client, people.enterprise, declared, starts_on=day(app, 10), ends_on=day(app, 20))
    twice = await give_notice(client, people.enterprise, declared, due=409, starts_on=day(app, 20))
    assert twice["code"] == "already_taken"
    await give_notice(client, people.enterprise, declared, starts_on=day(app, 21))
    await give_notice(client, people.inventor, declared, starts_on=day(app, 15))


async def test_before_its_announcement_an_open_licence_is_neither_seen_nor_taken(
    client: httpx.AsyncClient, people: People
) -> None:
    patent = await enter_patent(client, people.university)
    draft = await file_declaration(
        client, people.university, await draft_declaration(client, people.university, patent["id"])
    )
    assert (await give_notice(client, people.enterprise, draft, due=404))["code"] == "no_such_open_licence"
    assert (await give_notice(client, people.office, draft, due=409))["code"] == "open_licence_not_in_state"
    declared = await announce(client, people.university, draft)
    assert (await give_notice(client, people.enterprise, declared))["status"] == "given"


async def test_until_its_withdrawal_is_announced_it_can_be_taken(client: httpx.AsyncClient, people: People) -> None:
    declared = await declare(client, people.university)
    body = {"on": declared["announced_on"], "legal_reason": "other_legitimate", "reason": "拟与他人合作产业化"}
    filed_for = await post(client, people.university, f"/v1/open-licences/{declared['id']}/withdrawal", body)
    assert filed_for["status"] == "withdrawal_filed"
    assert (await give_notice(client, people.enterprise, declared))["status"] == "given"


async def test_a_licensee_abroad_first_needs_the_export_registration(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    abroad = await register_organisation(client, "enterprise", country="JP")
    declared = await declare(client, people.university)
    refused = await give_notice(client, abroad, declared, due=422)
    assert (refused["code"], "Technology Import and Export" in refused["rule"]) == ("export_registration_missing", True)
    export = {"kind": "registration", "number": "E2026", "on": "2026-03-21",
              "evidence_files": [await upload_evidence(client, abroad)]}  # fmt: skip
    early = await give_notice(client, abroad, declared, due=422, export_registration=export | {"on": day(app, 1)})
    assert early["code"] == "dates_out_of_order"
    notice = await give_notice(client, abroad, declared, export_registration=export)
    assert notice["export_registration"]["number"] == "E2026"
    assert (await pay(client, abroad, notice))["status"] == "effective"


@pytest.mark.parametrize("fee", [FREE, ROYALTY], ids=["free", "running royalty"])
async def test_where_nothing_is_due_at_the_start_the_notice_is_enough(
    client: httpx.AsyncClient, people: People, app: FastAPI, fee: dict[str, Any]
) -> None:
    declared = await declare(client, people.university, fee)
    use = {"net_sales_fen": 1_000_000} if fee is ROYALTY else {}
    notice = await give_notice(client, people.enterprise, declared, starts_on=day(app, 5), **use)
    licence = await licence_of(client, people.enterprise, notice)
    assert (notice["status"], notice["pay_by"], notice["due_at_start_fen"]) == ("effective", None, 0)
    assert (licence["status"], licence["effective_on"], licence["starts_on"]) == (
        "awaiting_start", day(app), day(app, 5)
    )  # fmt: skip
    body = {
        "amount_fen": 1,
        "value_date": day(app),
        "evidence_files": [await upload_evidence(client, people.enterprise)],
    }
    refused = await post(client, people.enterprise, f"/v1/notices/{notice['id']}/payments", body, due=409)
    assert refused["code"] == "notice_not_in_state"


async def test_a_licence_is_effective_once_the_whole_sum_is_there_and_not_before_its_notice(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university)
    early = await give_notice(client, people.enterprise, declared)
    first = await pay(client, people.enterprise, early, amount_fen=2_000_000, value_date="2026-03-21")
    assert (first["status"], first["open_fen"], first["licence_id"]) == ("given", 3_000_000, None)
    second = await pay(client, people.enterprise, early, amount_fen=3_000_000, value_date="2026-03-20")
    licence = await licence_of(client, people.enterprise, second)
    assert licence["effective_on"] == early["given_on"]
    assert [one["amount_fen"] for one in licence["payments"]] == [2_000_000, 3_000_000]
    in_parts = await give_notice(client, people.inventor, declared)
    async with later(app, client, people.office, 2):
        await pay(client, people.inventor, in_parts, amount_fen=1_000_000, value_date=day(app))
        whole = await pay(client, people.inventor, in_parts, amount_fen=4_000_000, value_date=day(app, -1))
        assert (await licence_of(client, people.inventor, whole))["effective_on"] == day(app)


async def test_a_value_date_lies_between_the_announcement_and_today(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    notice = await give_notice(client, people.enterprise, await declare(client, people.university))
    for wrong in (day(app, 1), "2026-03-19"):
        refused = await pay(client, people.enterprise, notice, due=422, value_date=wrong)
        assert refused["code"] == "value_date_wrong"
    settled = await pay(client, people.enterprise, notice, amount_fen=5_000_001, confirm_overpayment=True)
    assert (settled["status"], settled["paid_fen"], settled["open_fen"]) == ("effective", 5_000_001, 0)
    assert (await pay(client, people.enterprise, notice, due=409))["code"] == "notice_not_in_state"


async def test_an_unpaid_notice_lapses_and_comes_back_only_by_money_that_was_there_in_time(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university, SOON)
    notice = await give_notice(client, people.enterprise, declared)
    other = await give_notice(client, people.inventor, declared)
    async with later(app, client, people.office, 2):
        lapsed = await again(client, people.enterprise, notice)
        assert (lapsed["status"], lapsed["status_reason"]) == ("lapsed", "not_paid_in_time")
        assert "give a new one" in lapsed["next_step"]
        late = await pay(client, people.enterprise, notice, due=409, value_date=day(app))
        assert late["code"] == "paid_too_late"
        revived = await pay(client, people.enterprise, notice, value_date=notice["pay_by"])
        assert (revived["status"], revived["status_reason"]) == ("effective", None)
        assert (await licence_of(client, people.enterprise, revived))["effective_on"] == notice["pay_by"]
        await pay(client, people.inventor, await give_notice(client, people.inventor, declared))
        double = await pay(client, people.inventor, other, due=409, value_date=other["given_on"])
        assert double["code"] == "already_taken"


async def test_a_short_licence_is_paid_before_its_last_day_is_over(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    notice = await give_notice(client, people.enterprise, await declare(client, people.university), ends_on=day(app, 1))
    assert notice["pay_by"] == day(app, 1)
    async with later(app, client, people.office, 2):
        refused = await pay(client, people.enterprise, notice, due=409, value_date=day(app))
        assert refused["code"] == "paid_too_late"


async def test_a_withdrawal_ends_what_is_not_paid_and_money_from_before_brings_it_back(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university)
    taken = await pay(client, people.inventor, await give_notice(client, people.inventor, declared))
    notice = await give_notice(client, people.enterprise, declared)
    await withdraw_declaration(client, people.university, declared, day(app))
    ended = await again(client, people.enterprise, notice)
    assert (ended["status"], ended["status_reason"]) == ("ended", "withdrawal_announced")
    late = await pay(client, people.enterprise, notice, due=409, value_date=day(app))
    assert late["code"] == "paid_too_late"
    revived = await pay(client, people.enterprise, notice, value_date=day(app, -1))
    assert revived["status"] == "effective"
    new = await give_notice(client, people.office, declared, due=409)
    assert new["code"] == "open_licence_not_in_state"
    licence = await licence_of(client, people.inventor, taken)
    assert (licence["status"], licence["flags"]) == ("in_force", [])
    place = f"/v1/licences/{licence['id']}/certificate"
    paper = (await client.get(place, headers=people.inventor.headers)).json()
    check = await client.get(f"{place}/verification", params={"hash": paper["hash"]})
    assert check.json()["valid"] is True


async def test_a_lapsed_notice_does_not_come_back_by_money_that_came_after_the_withdrawal(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university, SOON)
    notice = await give_notice(client, people.enterprise, declared)
    async with later(app, client, people.office, 2):
        await withdraw_declaration(client, people.university, declared, notice["given_on"])
        refused = await pay(client, people.enterprise, notice, due=409, value_date=notice["pay_by"])
        assert refused["code"] == "paid_too_late"


async def test_a_withdrawal_dated_back_marks_what_was_taken_after_it(client: httpx.AsyncClient, people: People) -> None:
    declared = await declare(client, people.university)
    taken = await pay(client, people.enterprise, await give_notice(client, people.enterprise, declared))
    await withdraw_declaration(client, people.university, declared, "2026-04-01")
    licence = await licence_of(client, people.enterprise, taken)
    assert (licence["status"], licence["flags"]) == ("in_force", ["taken_after_withdrawal"])


async def test_a_notice_is_its_two_sides_and_only_the_licensee_pays(client: httpx.AsyncClient, people: People) -> None:
    notice = await give_notice(client, people.enterprise, await declare(client, people.university))
    place = f"/v1/notices/{notice['id']}"
    assert (await client.get(place, headers=people.inventor.headers)).json()["code"] == "no_such_notice"
    assert (await pay(client, people.inventor, notice, due=404))["code"] == "no_such_notice"
    assert (await client.get(place, headers=people.university.headers)).status_code == 200
    assert (await pay(client, people.university, notice, due=403))["code"] == "licensing_step_not_yours"


def test_no_address_lets_a_holder_accept_or_refuse_a_notice() -> None:
    paths = json.loads(OPENAPI.read_text("utf-8"))["paths"]
    changing = {
        f"{method.upper()} {path}"
        for path, methods in paths.items()
        if path.startswith("/v1/notices") or path.endswith("/notices")
        for method in methods
        if method not in ("get", "parameters")
    }
    contest = "POST /v1/notices/{notice_id}/payments/{payment_id}/contest"
    assert changing == {
        "POST /v1/open-licences/{open_licence_id}/notices",
        "POST /v1/notices/{notice_id}/withdrawal",
        "POST /v1/notices/{notice_id}/payments",
        "POST /v1/notices/{notice_id}/payments/{payment_id}/withdrawal",
        "POST /v1/notices/{notice_id}/payments/{payment_id}/confirmation",
        contest,
        f"{contest}-withdrawal",
        f"{contest}-decision",
    }
    deals = ("/v1/open-licences", "/v1/notices", "/v1/licences")
    assert [path for path in paths if path.startswith(deals) and ("accept" in path or "approv" in path)] == []


async def test_a_yearly_lump_sum_is_accounted_for_year_by_year(
    client: httpx.AsyncClient, people: People, app: FastAPI
) -> None:
    declared = await declare(client, people.university, LUMP | {"lump_sum_per": "year"})
    notice = await pay(client, people.enterprise, await give_notice(client, people.enterprise, declared,
                                                                 ends_on=day(app, 700)))  # fmt: skip
    place = f"/v1/licences/{notice['licence_id']}"
    body = {"amount_fen": 5_000_000, "evidence_files": [await upload_evidence(client, people.enterprise)]}

    async def states() -> list[str]:
        licence = (await client.get(place, headers=people.university.headers)).json()
        return [one["state"] for one in licence["instalments"]]

    async def late(who: Member) -> bool:
        asked = {"payment_overdue": True, "limit": 100}
        found = (await client.get("/v1/licences", params=asked, headers=who.headers)).json()["items"]
        return notice["licence_id"] in [one["id"] for one in found]

    assert (await states(), await late(people.university)) == (["paid", "to_come"], False)
    async with later(app, client, people.office, 500):
        assert (await states(), await late(people.university)) == (["paid", "overdue"], True)
        assert not await late(people.inventor)
        settled = await post(client, people.enterprise, f"{place}/payments", body | {"value_date": day(app)})
        assert (await states(), settled["surplus_fen"]) == (["paid", "paid"], 0)
        assert not await late(people.university)
        more = await post(client, people.enterprise, f"{place}/payments", body | {"value_date": day(app)}, due=409)
        assert more["code"] == "nothing_due"

"""A loan on its road: agreed, disbursed, repaid on its days and before them, late, extended."""

import asyncio
from datetime import date, timedelta

import httpx
import pytest
from fastapi import FastAPI

from tests.scenarios.introductions import moved_clock, sweep_at
from tests.scenarios.loans import (
    AMOUNT,
    agree_loan,
    day_of,
    days_until,
    instalments,
    lend,
    loan_of,
    post_disbursement,
    post_repayment,
    repay,
    secure_loan,
    statement,
    today_of,
)
from tests.scenarios.members import register_organisation, sign_in_platform
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases
ONE_DAY = timedelta(days=1)


async def test_an_accepted_offer_makes_a_loan_that_its_sides_alone_know_of(client: httpx.AsyncClient) -> None:
    guarantor = await register_organisation(client, "guarantor")
    lent = await agree_loan(client, guarantor=guarantor)
    loan = await loan_of(client, lent)
    assert (loan["status"], loan["role"], loan["amount_fen"], loan["rate_bp"]) == ("agreed", "lender", AMOUNT, None)
    assert (await loan_of(client, lent, lent.borrower))["role"] == "borrower"
    assert (await loan_of(client, lent, guarantor))["role"] == "guarantor"
    for stranger in (await register_organisation(client, "bank"), await sign_in_platform(client)):
        assert (await client.get(lent.place, headers=stranger.headers)).status_code == 404
        assert (await get(client, stranger, "/v1/loans"))["items"] == []
    as_lender = await get(client, lent.lender, "/v1/loans", role="lender", status="agreed")
    assert [one["id"] for one in as_lender["items"]] == [lent.loan_id]
    assert (await get(client, lent.lender, "/v1/loans", role="borrower"))["items"] == []


async def test_a_loan_is_disbursed_once_its_pledge_is_registered_at_the_rate_of_the_day(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    lent, today = await agree_loan(client), today_of(app)
    early = await post_disbursement(client, lent.lender, lent, today)
    assert (early.status_code, early.json()["code"]) == (409, "loan_not_secured")
    await secure_loan(app, lent)
    other = await post_disbursement(client, lent.borrower, lent, today)
    assert (other.status_code, other.json()["code"]) == (403, "loan_step_not_yours")
    for day in (today - ONE_DAY, today + ONE_DAY):
        wrong = await post_disbursement(client, lent.lender, lent, day)
        assert (wrong.status_code, wrong.json()["code"]) == (422, "loan_day_out_of_order")
    early = (await post_disbursement(client, lent.lender, lent, today - ONE_DAY)).json()["errors"][0]
    due = {"before": "secured", "earliest": today.isoformat(), "time_zone": "UTC+8"}
    assert (early["pointer"], early["code"], early["params"]) == ("/disbursed_on", "too_early", due)
    answer = await post_disbursement(client, lent.lender, lent, today)
    assert answer.status_code == 200, answer.text
    loan = answer.json()
    assert (loan["status"], loan["rate_bp"], loan["outstanding_fen"]) == ("disbursed", loan["lpr_bp"] + 45, AMOUNT)
    twice = await post_disbursement(client, lent.lender, lent, today)
    assert (twice.status_code, twice.json()["code"]) == (409, "loan_not_in_state")


async def test_a_loan_that_is_paid_on_its_days_is_repaid(client: httpx.AsyncClient, app: FastAPI) -> None:
    lent = await lend(client, app)
    async with moved_clock(client, app):
        paid = 0
        for instalment in await instalments(client, lent):
            day = day_of(instalment["falls_on"])
            await sweep_at(client, app, days=days_until(app, day))
            made = await repay(client, lent.lender, lent, day, instalment["amount_fen"])
            assert (made["interest_fen"], made["principal_fen"]) == (
                instalment["interest_fen"],
                instalment["principal_fen"],
            )
            paid += made["amount_fen"]
        loan = await loan_of(client, lent)
        assert (loan["status"], loan["outstanding_fen"]) == ("repaid", 0)
        assert loan["repaid_on"] == loan["ends_on"]
        said = await statement(client, lent, day)
        assert said["owed_fen"] == 0
        assert sum(said["paid"].values()) == paid
        half = day_of(loan["disbursed_on"]) + timedelta(days=100)
        assert (await statement(client, lent, half))["outstanding_fen"] == AMOUNT
        more = await post_repayment(client, lent.lender, lent, day, 1)
        assert (more.status_code, more.json()["code"]) == (409, "loan_not_in_state")


async def test_what_the_borrower_says_waits_for_the_lender(client: httpx.AsyncClient, app: FastAPI) -> None:
    lent, today = await lend(client, app), today_of(app)
    claim = await repay(client, lent.borrower, lent, today, 1_000)
    assert (claim["status"], claim["number"]) == ("claimed", None)
    assert (await statement(client, lent, today))["on_account_fen"] == 0
    one = f"{lent.place}/repayments/{claim['id']}"
    own = await client.post(f"{one}/confirmation", headers=lent.borrower.headers)
    assert (own.status_code, own.json()["code"]) == (403, "loan_step_not_yours")
    counted = await post(client, lent.lender, f"{one}/confirmation", None, 200)
    assert (counted["status"], counted["number"], counted["on_account_fen"]) == ("counted", 1, 1_000)
    again = await client.post(f"{one}/confirmation", headers=lent.lender.headers)
    assert again.status_code == 409
    refused = await repay(client, lent.borrower, lent, today, 2_000)
    said = {"note": "未收到"}
    answer = await post(client, lent.lender, f"{lent.place}/repayments/{refused['id']}/refusal", said, 200)
    assert (answer["status"], answer["decision_note"]) == ("refused", "未收到")
    taken_back = await repay(client, lent.borrower, lent, today, 3_000)
    await post(client, lent.borrower, f"{lent.place}/repayments/{taken_back['id']}/withdrawal", None, 200)
    assert (await statement(client, lent, today))["on_account_fen"] == 1_000
    listed = await get(client, lent.borrower, f"{lent.place}/repayments")
    assert {row["status"] for row in listed["items"]} == {"counted", "refused", "withdrawn"}


async def test_the_sweep_finds_what_is_late_and_a_payment_of_it_with_the_penalty_catches_up(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    lent = await lend(client, app)
    async with moved_clock(client, app):
        first = (await instalments(client, lent))[0]
        due = day_of(first["due_on"])
        await sweep_at(client, app, days=days_until(app, due))
        assert (await loan_of(client, lent))["status"] == "disbursed"
        await sweep_at(client, app, days=10)
        loan = await loan_of(client, lent)
        assert (loan["status"], loan["overdue_since"]) == ("overdue", first["due_on"])
        said = await statement(client, lent, today_of(app))
        rate = loan["rate_bp"] + loan["penalty_bp"]
        assert said["penalty_fen"] == round(first["interest_fen"] * rate * 10 / 3_600_000)
        quoted = await get(client, lent.borrower, f"{lent.place}/early-repayment")
        parts = ("interest_due_fen", "penalty_fen", "principal_due_fen", "accrued_interest_fen")
        assert {name: quoted[name] for name in parts} == {name: said[name] for name in parts}
        asked = await client.post(f"{lent.place}/extension", json={"term_months": 18, "rate_bp": 400},
                                  headers=lent.borrower.headers)  # fmt: skip
        assert asked.status_code == 409
        await repay(client, lent.lender, lent, today_of(app), first["interest_fen"])
        assert (await loan_of(client, lent))["status"] == "disbursed"
        await repay(client, lent.lender, lent, today_of(app), said["penalty_fen"])
        assert (await statement(client, lent, today_of(app)))["due_fen"] == 0


async def test_costs_are_entered_of_what_is_late_alone_and_are_paid_first(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    lent, today = await lend(client, app), today_of(app)
    body = {"incurred_on": today.isoformat(), "amount_fen": 5_000, "purpose": "律师费", "evidence_files": []}
    bare = await client.post(f"{lent.place}/costs", json=body, headers=lent.lender.headers)
    assert bare.status_code == 422
    body["evidence_files"] = ["fil_01h455vb4pex5vsknk084sn02q"]
    soon = await client.post(f"{lent.place}/costs", json=body, headers=lent.lender.headers)
    assert (soon.status_code, soon.json()["code"]) == (409, "loan_not_in_state")
    other = await client.post(f"{lent.place}/costs", json=body, headers=lent.borrower.headers)
    assert other.status_code == 403


async def test_a_payment_takes_what_is_due_and_the_next_instalment_at_most(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    lent, today = await lend(client, app), today_of(app)
    first = (await instalments(client, lent))[0]
    more = await post_repayment(client, lent.lender, lent, today, first["amount_fen"] + 1)
    assert (more.status_code, more.json()["code"]) == (409, "repayment_exceeds_due")
    assert more.json()["most_fen"] == first["amount_fen"]
    made = await repay(client, lent.lender, lent, today, first["amount_fen"])
    assert (made["on_account_fen"], made["interest_fen"]) == (first["amount_fen"], 0)
    nothing = await post_repayment(client, lent.lender, lent, today, 1)
    assert nothing.json()["code"] == "nothing_owed"
    async with moved_clock(client, app):
        await sweep_at(client, app, days=days_until(app, day_of(first["falls_on"])) + 1)
        assert (await loan_of(client, lent))["status"] == "disbursed"
        assert (await instalments(client, lent))[0]["status"] == "paid"


async def test_a_loan_whose_last_instalment_was_paid_in_advance_is_repaid_on_its_day(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    lent = await lend(client, app, method="at_maturity")
    (only,) = await instalments(client, lent)
    await repay(client, lent.lender, lent, today_of(app), only["amount_fen"])
    assert (await loan_of(client, lent))["status"] == "disbursed"
    async with moved_clock(client, app):
        await sweep_at(client, app, days=days_until(app, day_of(only["falls_on"])))
        loan = await loan_of(client, lent)
        assert (loan["status"], loan["repaid_on"], loan["outstanding_fen"]) == ("repaid", only["falls_on"], 0)


async def test_an_early_repayment_takes_what_its_quote_says(client: httpx.AsyncClient, app: FastAPI) -> None:
    lent = await lend(client, app)
    async with moved_clock(client, app):
        await sweep_at(client, app, days=30)
        today, place = today_of(app), f"{lent.place}/early-repayment"
        quoted = await get(client, lent.borrower, place, principal_fen=100_000_000)
        rate = (await loan_of(client, lent))["rate_bp"]
        assert quoted["accrued_interest_fen"] == round(AMOUNT * rate * 30 / 3_600_000)
        assert quoted["amount_fen"] == 100_000_000 + quoted["accrued_interest_fen"]
        body = {"paid_on": today.isoformat(), "principal_fen": 100_000_000, "amount_fen": quoted["amount_fen"]}
        wrong = await client.post(place, json=body | {"amount_fen": 100_000_000}, headers=lent.lender.headers)
        assert (wrong.status_code, wrong.json()["code"]) == (409, "early_repayment_amount_wrong")
        assert wrong.json()["amount_fen"] == quoted["amount_fen"]
        too_much = await client.get(place, params={"principal_fen": AMOUNT + 1}, headers=lent.lender.headers)
        assert too_much.json()["code"] == "more_than_outstanding"
        made = await post(client, lent.lender, place, body, 201)
        assert (made["principal_fen"], made["interest_fen"]) == (100_000_000, quoted["accrued_interest_fen"])
        assert [one["amount_fen"] for one in await instalments(client, lent)] == [
            one["amount_fen"] for one in quoted["instalments"]
        ]
        rest = await get(client, lent.borrower, place)
        whole = {"paid_on": today.isoformat(), "principal_fen": None, "amount_fen": rest["amount_fen"]}
        claim = await post(client, lent.borrower, place, whole, 201)
        assert (await loan_of(client, lent))["status"] == "disbursed"
        twice = await post(client, lent.borrower, place, whole, 409)
        assert (twice["code"], twice["repayment_id"]) == ("repayment_claimed_already", claim["id"])
        waiting = await get(client, lent.lender, f"{lent.place}/repayments", status="claimed")
        assert [one["id"] for one in waiting["items"]] == [claim["id"]]
        await post(client, lent.lender, f"{lent.place}/repayments/{claim['id']}/confirmation", None, 200)
        loan = await loan_of(client, lent)
        assert (loan["status"], loan["repaid_on"]) == ("repaid", today.isoformat())


async def test_an_extension_is_agreed_by_both_sides(client: httpx.AsyncClient, app: FastAPI) -> None:
    lent = await lend(client, app)
    place = f"{lent.place}/extension"
    short = await client.post(place, json={"term_months": 12, "rate_bp": 400}, headers=lent.borrower.headers)
    assert (short.status_code, short.json()["code"]) == (422, "extension_not_longer")
    proposed = await post(client, lent.borrower, place, {"term_months": 18, "rate_bp": 400}, 201)
    assert (proposed["status"], proposed["proposed_by"]) == ("proposed", "borrower")
    twice = await client.post(place, json={"term_months": 24, "rate_bp": 400}, headers=lent.lender.headers)
    assert (twice.status_code, twice.json()["code"]) == (409, "extension_proposed_already")
    own = await client.post(f"{place}/acceptance", headers=lent.borrower.headers)
    assert (own.status_code, own.json()["code"]) == (403, "loan_step_not_yours")
    await post(client, lent.lender, f"{place}/refusal", None, 200)
    none = await client.post(f"{place}/acceptance", headers=lent.lender.headers)
    assert (none.status_code, none.json()["code"]) == (404, "no_extension_proposed")
    before = await loan_of(client, lent)
    await post(client, lent.lender, place, {"term_months": 18, "rate_bp": 400}, 201)
    await post(client, lent.borrower, f"{place}/acceptance", None, 200)
    loan = await loan_of(client, lent)
    assert (loan["term_months"], loan["agreed_term_months"], loan["extended_rate_bp"]) == (18, 12, 400)
    assert day_of(loan["ends_on"]) > day_of(before["ends_on"])
    assert (await instalments(client, lent))[-1]["falls_on"] == loan["ends_on"]
    listed = (await get(client, lent.lender, place))["items"]
    assert {row["status"] for row in listed} == {"agreed", "refused"}


async def test_what_was_recorded_wrongly_is_reversed_from_the_last_entry_backwards(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    lent, today = await lend(client, app), today_of(app)
    first = await repay(client, lent.lender, lent, today, 1_000)
    second = await repay(client, lent.lender, lent, today, 2_000)
    said = {"note": "记错金额"}
    early = await client.post(f"{lent.place}/repayments/{first['id']}/reversal", json=said, headers=lent.lender.headers)
    assert (early.status_code, early.json()["code"]) == (409, "not_latest_entry")
    for one in (second, first):
        row = await post(client, lent.lender, f"{lent.place}/repayments/{one['id']}/reversal", said, 200)
        assert row["status"] == "reversed"
    assert (await statement(client, lent, today))["on_account_fen"] == 0
    assert (await repay(client, lent.lender, lent, today, 3_000))["number"] == 3


async def test_two_repayments_at_one_moment_count_one_after_the_other(client: httpx.AsyncClient, app: FastAPI) -> None:
    lent, today = await lend(client, app), today_of(app)
    most = (await instalments(client, lent))[0]["amount_fen"]
    answers = await asyncio.gather(
        *(post_repayment(client, lent.lender, lent, today, most // 2 + 1, note=str(one)) for one in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert (await statement(client, lent, today))["on_account_fen"] == most // 2 + 1


async def test_a_day_before_the_last_entry_is_refused(client: httpx.AsyncClient, app: FastAPI) -> None:
    lent = await lend(client, app)
    async with moved_clock(client, app):
        await sweep_at(client, app, days=10)
        today = today_of(app)
        await repay(client, lent.lender, lent, today, 1_000)
        early = await post_repayment(client, lent.lender, lent, today - ONE_DAY, 1_000)
        assert (early.status_code, early.json()["code"]) == (422, "loan_day_out_of_order")
        late = await post_repayment(client, lent.lender, lent, today + ONE_DAY, 1_000)
        assert late.status_code == 422
        before = await client.get(f"{lent.place}/statement", params={"on": date(2020, 1, 1).isoformat()},
                                  headers=lent.lender.headers)  # fmt: skip
        assert before.status_code == 422

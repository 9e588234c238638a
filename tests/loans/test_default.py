"""A loan in default: called in, cured, compensated by a scheme, closed, and what comes in afterwards."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from backend.loan_terms.codes import SharingRole
from backend.loans import queries, service
from backend.loans.codes import RepaymentSource
from tests.scenarios.introductions import moved_clock, sweep_at
from tests.scenarios.loan_terms import enter_scheme
from tests.scenarios.loans import (
    AMOUNT,
    Lent,
    close_loan,
    cure_default,
    declare_default,
    lend,
    loan_of,
    post_repayment,
    repay,
    statement,
    today_of,
)
from tests.scenarios.members import register_organisation, sign_in_platform
from tests.scenarios.requests import get, post

pytestmark = pytest.mark.both_databases
CHONGQING = {
    SharingRole.GUARANTEE_COMPANY: 4_000,
    SharingRole.RE_GUARANTEE: 2_000,
    SharingRole.NATIONAL_FUND: 2_000,
    SharingRole.BANK: 2_000,
}
SHARES = [{"role": role.value, "share_bp": share} for role, share in CHONGQING.items()]


async def scheme(client: httpx.AsyncClient, code: str, **fields: Any) -> str:
    """Enter a scheme that shares losses and whose text leaves nothing to be stated but what `fields` leave open."""
    said = {"shares": SHARES, "compensates_at": "after_disposal", "pool_fen": None, "subsidy": None} | fields
    await enter_scheme(client, await sign_in_platform(client), code, **said)
    return code


async def credit(app: FastAPI, lent: Lent, amount_fen: int, about: str = "dsp_1") -> service.Credited:
    """Return what the proceeds of a realisation count for, as pledges credit them."""
    async with app.state.database.write() as session:
        loan = await queries.locked(session, lent.loan_id)
        by = _Caller(lent.bank.id, lent.actor)
        return await service.credit(
            session, loan, amount_fen, today_of(app), source=RepaymentSource.DISPOSAL, about=about, by=by,
            now=app.state.clock.now(),
        )  # fmt: skip


class _Caller:
    """Whose word the proceeds are."""

    def __init__(self, organisation_id: str, user_id: str) -> None:
        self.organisation_id, self.user_id = organisation_id, user_id


async def test_a_default_takes_every_payment_and_its_cure_lets_the_loan_go_on(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    lent, today = await lend(client, app), today_of(app)
    await declare_default(app, lent, "借款人停止经营")
    loan = await loan_of(client, lent)
    assert (loan["status"], loan["default_event"]) == ("defaulted", "借款人停止经营")
    made = await repay(client, lent.lender, lent, today, 100_000_000)
    assert (made["counts_as"], made["principal_fen"]) == ("payment_of_all", 100_000_000)
    more = await post_repayment(client, lent.lender, lent, today, 200_000_001)
    assert (more.status_code, more.json()["most_fen"]) == (409, 200_000_000)
    await cure_default(app, lent)
    loan = await loan_of(client, lent)
    assert (loan["status"], loan["outstanding_fen"], loan["defaulted_on"]) == ("disbursed", 200_000_000, None)
    async with moved_clock(client, app):
        await sweep_at(client, app, days=200)
        assert (await loan_of(client, lent))["status"] == "overdue"
        await declare_default(app, lent)
        await cure_default(app, lent)
        assert (await loan_of(client, lent))["status"] == "overdue"


async def test_proceeds_pay_costs_interest_and_principal_and_the_surplus_is_not_kept(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    lent = await lend(client, app)
    async with moved_clock(client, app):
        await sweep_at(client, app, days=100)
        await declare_default(app, lent)
        owed = (await statement(client, lent, today_of(app)))["owed_fen"]
        part = await credit(app, lent, 1_000)
        assert (part.interest_fen, part.principal_fen) == (1_000, 0)
        rest = await credit(app, lent, owed, "dsp_2")
        assert (rest.principal_fen, rest.surplus_fen) == (AMOUNT, 1_000)
        loan = await loan_of(client, lent)
        assert (loan["status"], loan["outstanding_fen"]) == ("repaid", 0)
        await close_loan(app, lent)
        assert (await loan_of(client, lent))["status"] == "repaid"
        assert (await credit(app, lent, 5)).surplus_fen == 5


async def test_what_a_closed_realisation_leaves_over_is_borne_and_recovered_to_the_fen(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    guarantor = await register_organisation(client, "guarantor")
    code = await scheme(client, "after_disposal_4222")
    lent = await lend(client, app, guarantor=guarantor, scheme=code)
    awaited = await get(client, guarantor, f"{lent.place}/compensation")
    assert (awaited["status"], awaited["to_state"], awaited["claims"]) == ("awaited", [], [])
    async with moved_clock(client, app):
        await sweep_at(client, app, days=101)
        await declare_default(app, lent)
        await credit(app, lent, 100_000_003)
        owed = (await statement(client, lent, today_of(app)))["owed_fen"]
        await close_loan(app, lent)
        found = await get(client, guarantor, f"{lent.place}/compensation")
        assert (found["status"], found["loss_fen"], found["compensates_at"]) == ("standing", owed, "after_disposal")
        assert found["costs_fen"] + found["interest_fen"] + found["principal_fen"] == owed
        claims = {one["role"]: one for one in found["claims"]}
        assert sum(one["borne_fen"] for one in found["claims"]) == owed
        assert abs(claims["guarantee_company"]["borne_fen"] - owed * 4 / 10) < 1
        assert claims["guarantee_company"]["organisation_id"] == guarantor.organisation_id
        assert claims["bank"]["organisation_id"] == lent.bank.id
        body = {"recovered_on": today_of(app).isoformat(), "amount_fen": 50_000_001}
        refused = await client.post(f"{lent.place}/recoveries", json=body, headers=guarantor.headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "loan_step_not_yours")
        one = await post(client, lent.lender, f"{lent.place}/recoveries", body, 201)
        assert sum(part["amount_fen"] for part in one["parts"]) == 50_000_001
        rest = owed - 50_000_001 + 7
        two = await post(client, lent.lender, f"{lent.place}/recoveries", body | {"amount_fen": rest}, 201)
        assert two["beyond_claims_fen"] == 7
        found = await get(client, lent.borrower, f"{lent.place}/compensation")
        assert [one["remaining_fen"] for one in found["claims"]] == [0, 0, 0, 0]
        later = today_of(app) + timedelta(days=300)
        assert (await statement(client, lent, later))["owed_fen"] == owed
        assert len((await get(client, lent.borrower, f"{lent.place}/recoveries"))["items"]) == 2


async def test_a_scheme_that_pays_at_default_shares_what_comes_in_afterwards_until_a_cure(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    code = await scheme(client, "at_default_4222", compensates_at="default")
    lent = await lend(client, app, scheme=code)
    async with moved_clock(client, app):
        await sweep_at(client, app, days=100)
        owed = (await statement(client, lent, today_of(app)))["owed_fen"]
        await declare_default(app, lent)
        found = await get(client, lent.lender, f"{lent.place}/compensation")
        assert (found["status"], found["loss_fen"]) == ("standing", owed)
        await credit(app, lent, 10_000_001)
        (recovery,) = (await get(client, lent.lender, f"{lent.place}/recoveries"))["items"]
        assert sum(part["amount_fen"] for part in recovery["parts"]) == 10_000_001
        assert recovery["repayment_id"] is not None
        await cure_default(app, lent)
        assert (await get(client, lent.lender, f"{lent.place}/compensation"))["status"] == "awaited"


@pytest.mark.parametrize("moment", ["default", "after_disposal"])
async def test_what_a_scheme_does_not_say_is_asked_of_the_lender_and_never_assumed(
    client: httpx.AsyncClient, app: FastAPI, moment: str
) -> None:
    code = await scheme(client, f"silent_{moment}", compensates_at=None)
    lent = await lend(client, app, scheme=code)
    place = f"{lent.place}/compensation"
    async with moved_clock(client, app):
        await sweep_at(client, app, days=100)
        at_default = (await statement(client, lent, today_of(app)))["owed_fen"]
        early = await client.post(place, json={"compensates_at": moment}, headers=lent.lender.headers)
        assert (early.status_code, early.json()["code"]) == (409, "not_yet_compensated")
        await declare_default(app, lent)
        await credit(app, lent, 100_000_000)
        at_close = (await statement(client, lent, today_of(app)))["owed_fen"]
        await close_loan(app, lent)
        awaited = await get(client, lent.lender, place)
        assert (awaited["status"], awaited["to_state"]) == ("awaited", ["compensates_at"])
        bare = await client.post(place, json={}, headers=lent.lender.headers)
        assert (bare.status_code, bare.json()["code"]) == (422, "compensation_terms_unknown")
        both = {"compensates_at": moment, "shares": SHARES}
        said = await client.post(place, json=both, headers=lent.lender.headers)
        assert (said.status_code, said.json()["code"]) == (422, "scheme_says_itself")
        found = await post(client, lent.lender, place, {"compensates_at": moment}, 201)
        assert found["loss_fen"] == (at_default if moment == "default" else at_close)
        assert found["stated_by_lender"] == ["compensates_at"]
        recovered = sum(one["recovered_fen"] for one in found["claims"])
        assert recovered == (100_000_000 if moment == "default" else 0)
        twice = await client.post(place, json={"compensates_at": moment}, headers=lent.lender.headers)
        assert (twice.status_code, twice.json()["code"]) == (409, "compensated_already")


async def test_what_a_role_cannot_bear_stays_with_the_bank(client: httpx.AsyncClient, app: FastAPI) -> None:
    shares = [{"role": "pool", "share_bp": 7_000}, {"role": "bank", "share_bp": 3_000}]
    code = await scheme(client, "small_pool", shares=shares, pool_fen=1_000_000, compensates_at="default")
    lent = await lend(client, app, scheme=code)
    await declare_default(app, lent, "交叉违约")
    found = await get(client, lent.lender, f"{lent.place}/compensation")
    assert {one["role"]: one["borne_fen"] for one in found["claims"]} == {"pool": 1_000_000, "bank": AMOUNT - 1_000_000}


async def test_without_a_scheme_nothing_is_compensated(client: httpx.AsyncClient, app: FastAPI) -> None:
    lent = await lend(client, app)
    answer = await client.get(f"{lent.place}/compensation", headers=lent.lender.headers)
    assert (answer.status_code, answer.json()["code"]) == (404, "no_compensation")

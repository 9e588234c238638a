"""Loans on patents, from the accepted offer on, made through the front door."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import httpx
from fastapi import FastAPI

from backend.loans import queries, service
from tests.scenarios.financing import Bank, make_offer, post_acceptance, register_bank, send_request
from tests.scenarios.members import Member, register_organisation
from tests.scenarios.requests import get, post

AMOUNT = 300_000_000


@dataclass
class Lent:
    """A loan with those who have part in it."""

    borrower: Member
    bank: Bank
    loan_id: str
    guarantor: Member | None = None
    offer: dict[str, Any] = field(default_factory=dict)

    @property
    def lender(self) -> Member:
        return self.bank.drafter

    @property
    def actor(self) -> str:
        return str(self.offer["drafted_by"])

    @property
    def place(self) -> str:
        return f"/v1/loans/{self.loan_id}"


async def agree_loan(
    client: httpx.AsyncClient, *, borrower: Member | None = None, guarantor: Member | None = None, **terms: Any
) -> Lent:
    """Return a loan that was agreed by the acceptance of a bank's offer."""
    borrower = borrower or await register_organisation(client, "enterprise")
    bank = await register_bank(client)
    recipients = [bank.id, *([guarantor.organisation_id] if guarantor else [])]
    request, _ = await send_request(client, borrower, *recipients)
    if guarantor:
        await _guarantee(client, borrower, guarantor, request["id"])
        terms |= {"guarantor_organisation_id": guarantor.organisation_id, "guarantee_fee_bp": 80}
    offer = await make_offer(client, bank, request["id"], **terms)
    accepted = await post_acceptance(client, borrower, offer["id"])
    assert accepted.status_code == 200, accepted.text
    (loan,) = (await get(client, bank.drafter, "/v1/loans"))["items"]
    return Lent(borrower, bank, loan["id"], guarantor, offer)


async def _guarantee(client: httpx.AsyncClient, borrower: Member, guarantor: Member, request_id: str) -> None:
    place = f"/v1/financing-requests/{request_id}/guarantees"
    asked = {"organisation_id": guarantor.organisation_id, "amount_fen": AMOUNT}
    guarantee = await post(client, borrower, place, asked, 201)
    agreed = {"amount_fen": AMOUNT, "fee_bp": 80, "counter_guarantee": "实际控制人连带保证", "may_be_pledgee": False}
    await post(client, guarantor, f"{place}/{guarantee['id']}/acceptance", agreed, 200)


def today_of(app: FastAPI) -> date:
    """Return today, as the platform has it."""
    today: date = app.state.clock.today()
    return today


async def secure_loan(app: FastAPI, lent: Lent, on: date | None = None) -> None:
    """Have the registration of the loan's pledge be on record, as pledges do once the office has registered one."""
    now: datetime = app.state.clock.now()
    async with app.state.database.write() as session:
        loan = await queries.locked(session, lent.loan_id)
        await service.secure(session, loan, on or today_of(app), now, actor=lent.actor)


async def post_disbursement(client: httpx.AsyncClient, who: Member, lent: Lent, on: date) -> httpx.Response:
    """Return the answer to recording the disbursement."""
    body = {"disbursed_on": on.isoformat()}
    return await client.post(f"{lent.place}/disbursements", json=body, headers=who.headers)


async def lend(client: httpx.AsyncClient, app: FastAPI, **terms: Any) -> Lent:
    """Return a loan that was disbursed today."""
    lent = await agree_loan(client, **terms)
    await secure_loan(app, lent)
    answer = await post_disbursement(client, lent.lender, lent, today_of(app))
    assert answer.status_code == 200, answer.text
    return lent


async def post_repayment(
    client: httpx.AsyncClient, who: Member, lent: Lent, on: date, amount_fen: int, **fields: Any
) -> httpx.Response:
    """Return the answer to recording a repayment."""
    body = {"paid_on": on.isoformat(), "amount_fen": amount_fen, "source": "debtor"} | fields
    return await client.post(f"{lent.place}/repayments", json=body, headers=who.headers)


async def repay(
    client: httpx.AsyncClient, who: Member, lent: Lent, on: date, amount_fen: int, **fields: Any
) -> dict[str, Any]:
    """Return a repayment."""
    answer = await post_repayment(client, who, lent, on, amount_fen, **fields)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def loan_of(client: httpx.AsyncClient, lent: Lent, who: Member | None = None) -> dict[str, Any]:
    """Return the loan as one of its sides sees it."""
    return dict(await get(client, who or lent.lender, lent.place))


async def statement(client: httpx.AsyncClient, lent: Lent, on: date) -> dict[str, Any]:
    """Return what is owed on a day."""
    return dict(await get(client, lent.borrower, f"{lent.place}/statement", on=on.isoformat()))


async def instalments(client: httpx.AsyncClient, lent: Lent) -> list[dict[str, Any]]:
    """Return the loan's instalments as they stand today."""
    return list((await get(client, lent.borrower, f"{lent.place}/schedule"))["instalments"])


def day_of(said: str) -> date:
    """Return the day that an answer names."""
    return date.fromisoformat(said)


def days_until(app: FastAPI, day: date) -> float:
    """Return after how many days it is that day."""
    return (day - today_of(app)) / timedelta(days=1)


async def declare_default(app: FastAPI, lent: Lent, event: str | None = None) -> None:
    """Have a default be declared today, as pledges do."""
    async with app.state.database.write() as session:
        loan = await queries.locked(session, lent.loan_id)
        now = app.state.clock.now()
        await service.mark_default(session, loan, today_of(app), event, now, actor=lent.actor)


async def cure_default(app: FastAPI, lent: Lent) -> None:
    """Have a default be cured today, as pledges do."""
    async with app.state.database.write() as session:
        loan = await queries.locked(session, lent.loan_id)
        now = app.state.clock.now()
        await service.cure(session, loan, today_of(app), now, actor=lent.actor)


async def close_loan(app: FastAPI, lent: Lent) -> None:
    """Have the realisation be closed today, as pledges do."""
    async with app.state.database.write() as session:
        loan = await queries.locked(session, lent.loan_id)
        now = app.state.clock.now()
        await service.close_after_disposal(session, loan, today_of(app), now, actor=lent.actor)

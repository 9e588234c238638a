"""A source of licences that only tests have: a contract that two organisations agreed and paid outside the platform."""

from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.codes import OrganisationStatus, Role
from backend.accounts.models import Member as Account
from backend.accounts.models import Organisation
from backend.accounts.parties.directory import party_of
from backend.core.ids import new_id
from backend.licences import queries
from backend.licences.certificates.content import CertifiedStep, chained
from backend.licences.codes import LicenceSource
from backend.licences.lifecycle.activation import Grant, take_effect
from backend.licences.models import Licence, Payment
from backend.licences.payments.service import Payable, record_payment
from backend.licences.policy import licence_policy
from backend.licences.schemas import PaymentIn
from backend.patents import queries as patent_queries
from backend.patents.queries import PatentAggregate
from backend.rights.codes import LicenceType
from backend.rights.queries import ledger_of
from tests.scenarios.members import Member

FEE: Final[dict[str, Any]] = {
    "form": "entry_and_royalty", "entry_fee_fen": 5_000_000, "base": "net_sales", "rate_bp": 300, "payment_days": 30,
    "reporting": "half_yearly",
}  # fmt: skip
NUMBER: Final = "HT-2026-017"


async def caller_of(session: AsyncSession, organisation_id: str) -> Caller:
    """Return the organisation's owner as one who asks."""
    found = await session.get_one(Organisation, organisation_id)
    owner = sa.select(col(Account.user_id)).where(
        col(Account.organisation_id) == organisation_id, col(Account.role) == Role.OWNER
    )
    user_id = (await session.scalars(owner.limit(1))).one()
    return Caller(user_id, organisation_id, found.kind, OrganisationStatus.VERIFIED, Role.OWNER)


async def agreed(
    app: FastAPI, licensor: Member, licensee: Member, patent_id: str, voucher: str, signed_on: date, ends_on: date
) -> str:
    """Return the id of a licence by contract, whose entry fee was paid before it took effect."""
    now, policy = app.state.clock.now(), licence_policy(app.state.settings)
    async with app.state.database.write() as session:
        whole = await patent_queries.load(session, patent_id, lock=True)
        contract = Payable(new_id("neg"), patent_id, licensor.organisation_id, licensee.organisation_id)
        payer = await caller_of(session, licensee.organisation_id)
        paid = PaymentIn(amount_fen=5_000_000, value_date=signed_on, evidence_files=[voucher])
        payment = await record_payment(session, contract, paid, payer, policy, now)
        grant = await _grant(session, whole, contract, signed_on, ends_on)
        ledger = await ledger_of(session, whole, now)
        licence = await take_effect(session, whole, grant, ledger, signed_on, policy, now, [payment])
        payment.licence_id = licence.id
        return licence.id


async def _grant(
    session: AsyncSession, whole: PatentAggregate, contract: Payable, signed_on: date, ends_on: date
) -> Grant:
    return Grant(
        source=LicenceSource.NEGOTIATED,
        source_id=contract.id,
        reference=NUMBER,
        reference_on=signed_on,
        licence_type=LicenceType.ORDINARY,
        sub_licensing=True,
        licensor_organisation_id=contract.licensor_organisation_id,
        licensee_organisation_id=contract.licensee_organisation_id,
        licensee_party_id=(await party_of(session, contract.licensee_organisation_id)).id,
        grantors=[holding.party_id for holding, _ in whole.holders],
        fee=FEE,
        terms_version=1,
        terms_hash="c0" * 32,
        due_at_start_fen=5_000_000,
        first_instalment_due_on=None,
        starts_on=signed_on,
        ends_on=ends_on,
        origin=[chained(CertifiedStep.CONTRACT_SIGNED, signed_on, NUMBER)],
        entry_source="licence contract",
    )


async def first_payment(session: AsyncSession, licence_id: str) -> tuple[Licence, Payment]:
    """Return the licence and the payment that it rests on."""
    licence = await session.get_one(Licence, licence_id)
    return licence, (await queries.payments_of(session, licence))[0]

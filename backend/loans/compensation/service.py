"""What a risk-sharing scheme bears of a lost debt, worked out where the scheme or the lender says how and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.ids import new_id
from backend.financing.offers.costs import scheme_on
from backend.loan_terms.arithmetic.sharing_rules import compensation as shared_loss
from backend.loan_terms.codes import CompensatesAt, SharingRole
from backend.loan_terms.models import FinancingScheme
from backend.loans import queries
from backend.loans.accounting.entries import account_of, numbered_entries
from backend.loans.accounting.posting import announce
from backend.loans.codes import CompensationStatus
from backend.loans.compensation.recovery_split import split_repayment
from backend.loans.events import CompensationVoided, LoanCompensated
from backend.loans.models import Loan, LoanCompensation


@dataclass(frozen=True, slots=True)
class SharingTerms:
    """By which scheme a loss is shared, when and how; `stated` names what the lender said and the scheme does not."""

    scheme: FinancingScheme
    compensates_at: CompensatesAt
    shares_bp: Mapping[SharingRole, int]
    stated: tuple[str, ...] = ()


async def scheme_of(session: AsyncSession, loan: Loan) -> FinancingScheme | None:
    """Return the scheme by which a loan's risk is shared, as it was on the day of the agreement, or None."""
    return None if loan.scheme is None else await scheme_on(session, loan.scheme, loan.agreed_on)


def to_state(scheme: FinancingScheme) -> list[str]:
    """Return what of a scheme its text does not say, and the lender is to state."""
    return [name for name in ("compensates_at", "shares") if getattr(scheme, name) is None]


async def known_terms(session: AsyncSession, loan: Loan) -> SharingTerms | None:
    """Return how a loss is shared, or None where no scheme does or its text leaves something to be stated."""
    scheme = await scheme_of(session, loan)
    shares = scheme.share_by_role() if scheme else None
    if scheme is None or shares is None or scheme.compensates_at is None:
        return None
    return SharingTerms(scheme, scheme.compensates_at, shares)


async def compensate_at(session: AsyncSession, loan: Loan, moment: CompensatesAt, now: datetime, *, actor: str) -> None:
    """Compute the compensation where the scheme says that it is due at this moment."""
    terms = await known_terms(session, loan)
    if terms is None or terms.compensates_at is not moment:
        return
    if await queries.compensation(session, loan.id) is None:
        await compensate(session, loan, terms, now, actor=actor)


async def compensate(
    session: AsyncSession, loan: Loan, terms: SharingTerms, now: datetime, *, actor: str, own: str | None = None
) -> LoanCompensation:
    """Return who bears what of the debt on the day of the default, or of what a closed realisation left over.

    What came in between a default and now is split in the order in which it was recorded.
    """
    at_default = terms.compensates_at is CompensatesAt.DEFAULT
    day: date | None = loan.defaulted_on if at_default else loan.closed_on
    up_to = loan.entries_at_default if at_default else None
    debt = (await account_of(session, loan, day or loan.agreed_on, up_to=up_to)).owed
    row = LoanCompensation(
        id=new_id("lcp"),
        loan_id=loan.id,
        status=CompensationStatus.STANDING,
        scheme_id=terms.scheme.id,
        compensates_at=terms.compensates_at,
        stated_by_lender=list(terms.stated),
        loss_on=day or loan.agreed_on,
        costs_fen=debt.costs_fen,
        interest_fen=debt.interest_fen,
        principal_fen=debt.principal_fen,
        loss_fen=debt.total_fen,
        shares=_shares(loan, terms, debt.total_fen),
        computed_by=actor,
        computed_at=now,
    )
    session.add(row)
    loan.version += 1
    await announce(session, loan, LoanCompensated, now, actor=actor, own=own, compensation_id=row.id)
    if up_to is not None:
        for entry in await numbered_entries(session, loan):
            if entry.number > up_to and entry.repayment is not None:
                await split_repayment(session, loan, entry.repayment, now)
    return row


def _shares(loan: Loan, terms: SharingTerms, loss_fen: int) -> list[dict[str, Any]]:
    caps = {SharingRole.GUARANTEE_COMPANY: loan.guaranteed_fen, SharingRole.POOL: terms.scheme.pool_fen}
    known_caps = {role: cap for role, cap in caps.items() if cap is not None}
    borne = shared_loss(loss_fen, terms.shares_bp, known_caps)
    return [
        {"role": role.value, "share_bp": terms.shares_bp.get(role, 0), "amount_fen": amount}
        for role, amount in borne.items()
    ]


async def void(session: AsyncSession, loan: Loan, now: datetime, *, actor: str) -> None:
    """End a compensation whose default is cured: what was borne is to be given back."""
    row = await queries.compensation(session, loan.id)
    if row is not None:
        row.status, row.voided_at = CompensationStatus.VOID, now
        await announce(session, loan, CompensationVoided, now, actor=actor, compensation_id=row.id)

"""What was recorded of a loan, read for its account."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from backend.loan_terms.arithmetic.schedule_rules import LoanTerms
from backend.loan_terms.codes import RepaymentMethod
from backend.loans import queries
from backend.loans.accounting.account_rules import Account, Entry, account_on
from backend.loans.codes import EntryKind
from backend.loans.errors import LoanNotInState
from backend.loans.models import Loan, LoanCosts, LoanExtension, LoanRepayment


@dataclass(frozen=True, slots=True)
class NumberedEntry:
    """An entry of a loan's account with its place in it, and the repayment that it is where it is one."""

    number: int
    entry: Entry
    repayment: LoanRepayment | None = None


def terms_of(loan: Loan) -> LoanTerms:
    """Return the terms at the disbursement; raise LoanNotInState before it."""
    if loan.disbursed_on is None or loan.rate_bp is None:
        raise LoanNotInState(status=loan.status.value, action="read_account")
    at_maturity = loan.method is RepaymentMethod.AT_MATURITY
    return LoanTerms(
        amount_fen=loan.amount_fen,
        rate_bp=loan.rate_bp,
        disbursed_on=loan.disbursed_on,
        term_months=loan.agreed_term_months,
        method=loan.method,
        day_count=loan.day_count,
        every=None if at_maturity else loan.interest_every,
    )


def entry_of_repayment(row: LoanRepayment) -> Entry:
    """Return what a repayment does to the account."""
    return Entry(on=row.paid_on, kind=row.counts_as, amount_fen=row.amount_fen)


def entry_of_costs(row: LoanCosts) -> Entry:
    """Return what costs do to the account."""
    return Entry(on=row.incurred_on, kind=EntryKind.COSTS, amount_fen=row.amount_fen)


def entry_of_extension(row: LoanExtension, on: date) -> Entry:
    """Return what an extension does to the account."""
    return Entry(on=on, kind=EntryKind.EXTENSION, term_months=row.term_months, rate_bp=row.rate_bp)


async def numbered_entries(session: AsyncSession, loan: Loan) -> list[NumberedEntry]:
    """Return what was recorded of a loan and counts, in its order."""
    entries = [
        NumberedEntry(one.number or 0, entry_of_repayment(one), one)
        for one in await queries.counted_repayments(session, loan.id)
    ]
    entries += [NumberedEntry(one.number, entry_of_costs(one)) for one in await queries.entered_costs(session, loan.id)]
    entries += [
        NumberedEntry(one.number or 0, entry_of_extension(one, one.agreed_on))
        for one in await queries.agreed_extensions(session, loan.id)
        if one.agreed_on is not None
    ]
    return sorted(entries, key=lambda one: one.number)


async def account_of(session: AsyncSession, loan: Loan, day: date, *, up_to: int | None = None) -> Account:
    """Return a loan's account at the end of a day, by its first entries alone where `up_to` says how many.

    Raises LoanNotInState before the disbursement.
    """
    terms = terms_of(loan)
    entries = [one.entry for one in await numbered_entries(session, loan) if up_to is None or one.number <= up_to]
    return account_on(terms, loan.penalty_bp, entries, day)[0]

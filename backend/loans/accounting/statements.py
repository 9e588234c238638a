"""A loan's account on a day, for whoever reads it."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.http.day_errors import too_early
from backend.loans.accounting.account_rules import Account
from backend.loans.accounting.entries import account_of
from backend.loans.accounting.posting import DISBURSED
from backend.loans.errors import LoanDayOutOfOrder
from backend.loans.models import Loan


async def account_to_read(session: AsyncSession, loan: Loan, on: date) -> Account:
    """Return the account at the end of a day; that of a closed loan stands from its last day on.

    Raises LoanNotInState before the disbursement, LoanDayOutOfOrder for a day before it.
    """
    if loan.disbursed_on is not None and on < loan.disbursed_on:
        raise LoanDayOutOfOrder(errors=[too_early("query:on", DISBURSED, loan.disbursed_on)])
    return await account_of(session, loan, on if loan.closed_on is None else min(on, loan.closed_on))

"""How repayments and the quote of an early one are shown."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Final

from backend.loan_terms.arithmetic.schedule_rules import Instalment
from backend.loan_terms.calculator_schemas import LoanInstalmentOut
from backend.loans.accounting.account_rules import EarlyRepaymentQuote
from backend.loans.models import LoanRepayment
from backend.loans.repayments.schemas import EarlyRepaymentOut, RepaymentOut, WorkingOut

SHOWN: Final = frozenset(RepaymentOut.model_fields) - {"working"}


def repayment_out(row: LoanRepayment) -> RepaymentOut:
    """Return a repayment as the loan's sides see it."""
    return RepaymentOut(
        **row.model_dump(include=set(SHOWN)), working=WorkingOut(**row.working) if row.working else None
    )


def instalments_out(instalments: Sequence[Instalment]) -> list[LoanInstalmentOut]:
    """Return instalments as they are shown."""
    return [LoanInstalmentOut(**asdict(one), amount_fen=one.amount_fen) for one in instalments]


def quote_out(quote: EarlyRepaymentQuote, on: date) -> EarlyRepaymentOut:
    """Return what an early repayment takes, as it is shown."""
    return EarlyRepaymentOut(
        on=on,
        costs_fen=quote.due.costs_fen,
        interest_due_fen=quote.due.interest_fen - quote.penalty_fen,
        penalty_fen=quote.penalty_fen,
        principal_due_fen=quote.due.principal_fen,
        accrued_interest_fen=quote.accrued_fen,
        principal_fen=quote.principal_fen,
        fee_fen=0,
        on_account_fen=quote.on_account_fen,
        amount_fen=quote.amount_fen,
        instalments=instalments_out(quote.ahead),
    )

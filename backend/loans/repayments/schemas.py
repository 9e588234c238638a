"""What repayments look like outside."""

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Day, EachOnce, LongLine, Moment, Out
from backend.core.ids import id_pattern
from backend.financing.terms_schemas import Amount
from backend.loan_terms.calculator_schemas import LoanInstalmentOut
from backend.loans.codes import EntryKind, RepaymentSource, RepaymentStatus

FileId = Annotated[str, Field(pattern=id_pattern("fil"), examples=["fil_01h455vb4pex5vsknk084sn02q"])]
Evidence = Annotated[
    list[FileId], Field(max_length=20), EachOnce, Field(description="Files of one's own that show it.")
]
ON: Final = "The day on which the money came in, by the China calendar."


class RepaymentIn(Body):
    """Money that came in on a day, for what is due by then and the next instalment at most."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"paid_on": "2026-12-01", "amount_fen": 2_625_000, "source": "debtor"}]}
    )
    paid_on: Day = Field(description=ON)
    amount_fen: Amount
    source: Literal["debtor", "guarantor"] = Field(description="Who paid.")
    note: LongLine | None = None
    evidence_files: Evidence = Field(default_factory=list)


class EarlyRepaymentIn(Body):
    """Principal that is repaid before its day, with what is due and the interest up to the day."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"paid_on": "2026-12-01", "principal_fen": 100_000_000, "amount_fen": 101_200_000}]
        }
    )
    paid_on: Day = Field(description=ON)
    principal_fen: Amount | None = Field(description="Null for all that is not due yet.")
    amount_fen: Amount = Field(description="All that was paid: what the quote for that day says.")
    note: LongLine | None = None
    evidence_files: Evidence = Field(default_factory=list)


class DecisionNote(Body):
    """Why a repayment is refused or reversed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "当日未收到该款项"}]})
    note: LongLine


class WorkingOut(Out):
    """What was owed before the payment, in the order in which it counts."""

    day: date
    costs_fen: int
    instalments_interest_fen: int
    penalty_fen: int
    due_principal_fen: int
    accrued_interest_fen: int = Field(description="On principal that was not due yet; early repayments pay it.")
    principal_ahead_fen: int
    on_account_fen: int


class RepaymentOut(Out):
    """A repayment and what it counted for; the parts sum to the amount with what was on the account before.

    `amount_fen + from_account_fen = costs_fen + interest_fen + principal_fen + on_account_fen + surplus_fen`.
    """

    id: str
    version: int
    loan_id: str
    number: int | None = Field(description="Its place in the loan's account; null while it does not count.")
    status: RepaymentStatus
    source: RepaymentSource
    counts_as: EntryKind
    paid_on: date
    amount_fen: int
    from_account_fen: int = Field(description="Paid in advance before, and used together with it.")
    costs_fen: int
    interest_fen: int
    principal_fen: int
    on_account_fen: int = Field(description="In advance: it counts on the day of the next instalment.")
    surplus_fen: int = Field(description="More than was owed: it is not kept.")
    working: WorkingOut | None
    about: str | None = Field(description="The realisation or the proceeds of a pledge that it comes from.")
    note: str | None
    evidence_files: list[str]
    recorded_by_organisation: str
    recorded_at: Moment
    decided_at: Moment | None
    decision_note: str | None


class RepaymentPage(Out):
    """One page of repayments, those recorded last first."""

    items: list[RepaymentOut]
    next_cursor: str | None


class RepaymentsQuery(PageQuery):
    """Which repayments."""

    status: RepaymentStatus | None = None


class EarlyRepaymentQuery(Body):
    """What is asked of an early repayment."""

    on: Day | None = Field(None, description="Null for today.")
    principal_fen: Annotated[int, Field(ge=1)] | None = Field(None, description="Null for all that is not due yet.")


class EarlyRepaymentOut(Out):
    """What an early repayment takes on a day, by actual days, and how what is left would be repaid."""

    on: date
    costs_fen: int
    interest_due_fen: int = Field(description="Interest of instalments that are due, without the penalty.")
    penalty_fen: int = Field(description="For what is overdue.")
    principal_due_fen: int
    accrued_interest_fen: int = Field(description="Up to the day, on principal that is not due yet.")
    principal_fen: int
    fee_fen: int = Field(description="Nothing: the offer's terms know no fee for it.")
    on_account_fen: int = Field(description="Paid in advance already.")
    amount_fen: int = Field(description="All that is to be paid on the day.")
    instalments: list[LoanInstalmentOut] = Field(description="Afterwards.")

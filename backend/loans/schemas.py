"""What loans look like outside."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Day, LongLine, Moment, Out
from backend.financing.terms_schemas import Amount, FinancingFeeOut
from backend.loan_terms.calculator_schemas import FeePaymentOut, LoanInstalmentOut
from backend.loan_terms.codes import DayCount, LprTenor, RepaymentMethod
from backend.loans.codes import InstalmentStatus, LoanRole, LoanStatus
from backend.loans.repayments.schemas import Evidence


class LoansQuery(PageQuery):
    """Which loans."""

    status: list[LoanStatus] = Field([], max_length=len(LoanStatus))
    role: LoanRole | None = Field(None, description="As what the caller's organisation has part in them.")


class DisbursementIn(Body):
    """On which day the whole amount was paid out."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"disbursed_on": "2026-10-20"}]})
    disbursed_on: Day
    evidence_files: Evidence = Field(default_factory=list)


class LoanOut(Out):
    """A loan as its sides see it; sums of one day are in its statement."""

    id: str
    version: int
    status: LoanStatus
    role: LoanRole
    offer_id: str
    request_id: str
    lender_organisation_id: str
    borrower_organisation_id: str
    guarantor_organisation_id: str | None
    amount_fen: int
    agreed_term_months: int
    term_months: int = Field(description="With all extensions.")
    rate_tenor: LprTenor
    margin_bp: int = Field(description="Added to the loan prime rate of the day of disbursement.")
    method: RepaymentMethod
    day_count: DayCount
    interest_every: int
    penalty_bp: int = Field(description="Added to the rate for what is overdue.")
    fees: list[FinancingFeeOut]
    scheme: str | None
    subsidy_scheme: str | None
    guarantee_fee_bp: int | None
    guaranteed_fen: int | None
    agreed_on: date
    secured_on: date | None = Field(description="When the pledge was registered; the loan is disbursed only then.")
    security_lost_on: date | None
    disbursed_on: date | None
    lpr_id: str | None
    lpr_bp: int | None
    rate_bp: int | None = Field(description="As it was fixed on the day of disbursement.")
    extended_rate_bp: int | None = Field(description="As the last extension has it.")
    ends_on: date | None
    outstanding_fen: int = Field(description="Principal that is not repaid.")
    next_due_on: date | None = Field(description="The day of the oldest instalment that is not paid.")
    overdue_since: date | None
    defaulted_on: date | None
    default_event: str | None
    repaid_on: date | None
    closed_on: date | None
    agreed_at: Moment


class LoanPage(Out):
    """One page of loans, the newest first."""

    items: list[LoanOut]
    next_cursor: str | None


class DayQuery(Body):
    """Of which day."""

    on: Day | None = Field(None, description="Null for today; of a day to come, as if nothing were paid until then.")


class PaidOut(Out):
    """What was paid so far."""

    costs_fen: int
    interest_fen: int
    principal_fen: int


class StatementOut(Out):
    """What is owed of a loan at the end of a day, worked out anew from what was recorded up to then."""

    on: date
    rate_bp: int
    penalty_rate_bp: int = Field(description="What overdue instalments bear: the rate and the penalty.")
    paid: PaidOut
    costs_fen: int = Field(description="Of enforcement, not paid.")
    interest_due_fen: int = Field(description="Of instalments that are due.")
    penalty_fen: int
    principal_due_fen: int
    due_fen: int = Field(description="Costs, interest, penalty and principal that are due.")
    accrued_interest_fen: int = Field(description="Up to the day, on principal that is not due yet.")
    principal_ahead_fen: int = Field(description="Principal that is not due yet.")
    outstanding_fen: int = Field(description="All principal that is not repaid.")
    on_account_fen: int = Field(description="Paid in advance: it counts on the day of the next instalment.")
    owed_fen: int = Field(description="All of it: what would have to be paid on the day for nothing to be owed.")
    overdue_since: date | None
    next_due_on: date | None
    working: str


class ScheduledOut(LoanInstalmentOut):
    """An instalment, with what was paid of it."""

    status: InstalmentStatus
    interest_paid_fen: int
    principal_paid_fen: int
    owed_fen: int


class ScheduleOut(Out):
    """A loan's instalments: those that fell due, and those ahead as they are after all repayments and extensions."""

    on: date
    rate_bp: int
    ends_on: date
    instalments: list[ScheduledOut]
    penalty_fen: int = Field(description="So far, and not paid.")
    on_account_fen: int
    fee_payments: list[FeePaymentOut] = Field(description="By the offer; they are paid beside the loan's account.")


class CostsIn(Body):
    """Costs of enforcement that the debtor owes."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"incurred_on": "2027-02-01", "amount_fen": 1_500_000, "purpose": "诉讼费"}]}
    )
    incurred_on: Day
    amount_fen: Amount
    purpose: LongLine
    evidence_files: Annotated[Evidence, Field(min_length=1)]


class CostsOut(Out):
    """Costs of enforcement."""

    id: str
    loan_id: str
    number: int
    incurred_on: date
    amount_fen: int
    purpose: str
    evidence_files: list[str]
    recorded_at: Moment


class CostsPage(Out):
    """One page of costs, in their order."""

    items: list[CostsOut]
    next_cursor: str | None

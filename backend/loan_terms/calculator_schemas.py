"""What a calculation of a loan's cost takes and gives."""

from datetime import date
from typing import Annotated, Any, Final, Self

from pydantic import ConfigDict, Field, model_validator

from backend.core.http.schemas import Body, Day, Out
from backend.loan_terms.arithmetic.schedule_rules import LAST_DAY, MOST_BP, MOST_FEN
from backend.loan_terms.codes import (
    DayCount,
    DueDayShift,
    FeeKind,
    FeePayer,
    FeeTime,
    LoanFeeBase,
    LprTenor,
    NoRate,
    RepaymentMethod,
    SubsidyPayment,
)
from backend.loan_terms.schemas import BasisPoints, LprOut, Months

MOST_FEES: Final = 20
Money = Annotated[int, Field(ge=0, le=MOST_FEN, strict=True, description="In fen.")]
EXAMPLE: Final[dict[str, Any]] = {
    "amount_fen": 300_000_000,
    "lpr": {"tenor": "one_year", "margin_bp": 50},
    "disbursed_on": "2024-11-29",
    "term_months": 12,
    "method": "interest_first",
    "day_count": "actual_360",
    "payment_every_months": 3,
    "fees": [
        {"kind": "guarantee", "payer": "borrower", "time": "yearly", "rate_bp": 100, "base": "amount"},
        {"kind": "appraisal", "payer": "bank", "time": "at_disbursement", "amount_fen": 500_000},
    ],
    "subsidy": {"share_of_lpr_bp": 5000, "lpr_tenor": "one_year", "payment": "at_maturity"},
}


class RateOverLpr(Body):
    """A rate as so much over the loan prime rate that holds on the day of disbursement, or under it."""

    tenor: LprTenor
    margin_bp: Annotated[int, Field(ge=-MOST_BP, le=MOST_BP, strict=True)]


class FeeIn(Body):
    """A fee: an amount, or a rate on what is lent or outstanding; a yearly one for each year of the loan."""

    kind: FeeKind
    payer: FeePayer
    time: FeeTime
    amount_fen: Money | None = None
    rate_bp: BasisPoints | None = None
    base: LoanFeeBase | None = Field(None, description="What `rate_bp` is a part of.")
    on: Day | None = Field(None, description="The day, where `time` is `on_day`.")

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.amount_fen is None) == (self.rate_bp is None):
            raise ValueError("a fee is an amount or a rate")
        if (self.rate_bp is None) != (self.base is None):
            raise ValueError("a rate has a base, an amount has none")
        if (self.time is FeeTime.ON_DAY) == (self.on is None):
            raise ValueError("`on` goes with the time `on_day`")
        return self


class SubsidyTerms(Body):
    """A subsidy of interest, as a share of the loan prime rate on the day of disbursement or a yearly rate."""

    rate_bp: BasisPoints | None = None
    share_of_lpr_bp: BasisPoints | None = None
    lpr_tenor: LprTenor | None = Field(None, description="Of which LPR it is a share.")
    payment: SubsidyPayment
    months: Months | None = Field(None, description="From disbursement, whose interest is subsidised; null: all.")
    cap_fen: Money | None = Field(None, description="The most that is paid.")

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.rate_bp is None) == (self.share_of_lpr_bp is None):
            raise ValueError("a subsidy is a share of the LPR, or a rate")
        if (self.share_of_lpr_bp is None) != (self.lpr_tenor is None):
            raise ValueError("`lpr_tenor` goes with `share_of_lpr_bp`")
        return self


class LoanCostsIn(Body):
    """The terms of a loan whose cost is asked for."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    amount_fen: Annotated[int, Field(ge=1, le=MOST_FEN, strict=True, description="What is lent, in fen.")]
    rate_bp: BasisPoints | None = Field(None, description="The yearly rate; or `lpr`.")
    lpr: RateOverLpr | None = None
    disbursed_on: Day
    term_months: Months
    method: RepaymentMethod
    day_count: DayCount
    payment_every_months: Months | None = Field(None, description="Null where all is paid at maturity.")
    due_day: Annotated[int, Field(ge=1, le=LAST_DAY, strict=True)] | None = Field(
        None,
        description="The day of the month on which payments fall, the month's last where it has no such day; null: "
        "the day of disbursement. The last payment falls on the last day of the term.",
    )
    due_day_shift: DueDayShift = DueDayShift.NONE
    fees: list[FeeIn] = Field([], max_length=MOST_FEES)
    subsidy: SubsidyTerms | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if (self.rate_bp is None) == (self.lpr is None):
            raise ValueError("the rate is `rate_bp`, or `lpr`")
        if (self.payment_every_months is None) != (self.method is RepaymentMethod.AT_MATURITY):
            raise ValueError("`payment_every_months` goes with every method but `at_maturity`")
        return self


class LoanInstalmentOut(Out):
    """One payment of a schedule."""

    number: int
    falls_on: date = Field(description="Its day by the terms, to which interest counts.")
    due_on: date = Field(description="The last day to pay it.")
    provisional: bool = Field(description="Whether the calendar of working days was not yet known.")
    days: int = Field(description="Days of interest, by the day count.")
    principal_fen: int
    interest_fen: int
    amount_fen: int
    balance_fen: int = Field(description="What is outstanding afterwards.")


class FeePaymentOut(Out):
    """One payment of a fee."""

    kind: FeeKind
    payer: FeePayer
    due_on: date
    amount_fen: int


class FeeSumOut(Out):
    """All fees of one kind that one pays."""

    kind: FeeKind
    payer: FeePayer
    amount_fen: int


class SubsidyReceiptOut(Out):
    """One payment of the subsidy."""

    due_on: date
    amount_fen: int


class LoanCostsOut(Out):
    """What a loan costs: its schedule, interest, fees, subsidy, and the effective yearly rate of all of it.

    The yearly rate equals what the borrower gets and pays on their days, by actual days over 365 (as XIRR); null where
    there is no one such rate, and `…_reason` says why.
    """

    rate_bp: int
    lpr: LprOut | None = Field(description="The announcement that the rate rests on.")
    subsidy_lpr: LprOut | None = Field(description="The announcement that the subsidy rests on.")
    instalments: list[LoanInstalmentOut]
    interest_fen: int
    fee_payments: list[FeePaymentOut]
    fees: list[FeeSumOut]
    borrower_fees_fen: int
    total_fen: int = Field(description="Interest and the borrower's fees, before the subsidy.")
    subsidies: list[SubsidyReceiptOut]
    subsidy_fen: int
    net_fen: int = Field(description="What remains after the subsidy.")
    yearly_rate_bp: int | None
    yearly_rate_reason: NoRate | None
    yearly_rate_with_subsidy_bp: int | None
    yearly_rate_with_subsidy_reason: NoRate | None
    working: str = Field(description="How amounts are rounded, and days counted.")

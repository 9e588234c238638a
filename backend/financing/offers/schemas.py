"""What a bank's offer looks like outside, with what it costs in all."""

from datetime import date
from typing import Any, Final, Self

from pydantic import ConfigDict, Field, model_validator

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Day, Moment, Out
from backend.financing.codes import NoComparison, OfferCloser, OfferStatus, PledgeeKind
from backend.financing.terms_schemas import (
    Amount,
    BasisPoints,
    Fees,
    FinancingFeeOut,
    Months,
    OrganisationId,
    SchemeCode,
    Spread,
    Text5000,
)
from backend.loan_terms.codes import DayCount, LprTenor, NoRate, RepaymentMethod

EXAMPLE: Final[dict[str, Any]] = {
    "amount_fen": 300_000_000,
    "term_months": 12,
    "rate_tenor": "one_year",
    "rate_bp": 45,
    "method": "interest_first",
    "day_count": "actual_360",
    "interest_every": 3,
    "penalty_bp": 150,
    "pledgee": "bank",
    "valid_until": "2099-12-31",
}


class FinancingOfferIn(Body):
    """An offer, as one person of the bank drafts it. The rate is fixed at disbursement, by the rate of that day."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    amount_fen: Amount
    term_months: Months
    rate_tenor: LprTenor
    rate_bp: Spread
    method: RepaymentMethod
    day_count: DayCount
    interest_every: Months = Field(1, description="Months from one payment to the next; at maturity it says nothing.")
    fees: Fees = Field([])
    conditions: Text5000 | None = None
    guarantor_organisation_id: OrganisationId | None = Field(None, description="The guarantor that the offer needs.")
    guarantee_fee_bp: BasisPoints | None = Field(None, description="A year, of the amount; paid by the borrower.")
    scheme: SchemeCode | None = Field(None, description="The risk-sharing scheme.")
    subsidy_scheme: SchemeCode | None = Field(None, description="The interest subsidy, if the borrower gets it.")
    penalty_bp: BasisPoints = Field(description="Added to the rate while something is overdue.")
    pledgee: PledgeeKind = PledgeeKind.BANK
    valid_until: Day

    @model_validator(mode="after")
    def _names_its_guarantor(self) -> Self:
        needs_one = self.pledgee is PledgeeKind.GUARANTOR or self.guarantee_fee_bp is not None
        if needs_one and self.guarantor_organisation_id is None:
            raise ValueError("a guarantee's fee, or a guarantor as pledgee, needs guarantor_organisation_id")
        if self.interest_every > self.term_months:
            raise ValueError("interest_every is longer than the term")
        return self


class CostOut(Out):
    """What the loan costs the borrower in all, if it were disbursed today; reckoned, not promised."""

    lpr_bp: int = Field(description="The loan prime rate of today.")
    lpr_announced_on: date
    rate_bp: int
    interest_fen: int
    fees_fen: int = Field(description="What the borrower pays beside interest, the guarantee's fee too.")
    guarantee_fee_fen: int
    total_fen: int = Field(description="Before the subsidy.")
    subsidy_fen: int | None = Field(description="Null where no subsidy is stated, or not all of it is known.")
    net_fen: int | None = Field(description="After the subsidy, where there is one.")
    yearly_rate_bp: int | None = Field(description="Effective, from dated cash flows with all fees.")
    yearly_rate_reason: NoRate | None
    yearly_rate_with_subsidy_bp: int | None
    more_than_cheapest_fen: int | None = Field(
        description="For the borrower: beside the cheapest offer of the same amount and term, before the subsidy."
    )
    more_than_cheapest_reason: NoComparison | None = Field(description="For the borrower: why that is null.")


class FinancingOfferOut(Out):
    """An offer; the enterprise and the one bank know of it, of a draft the bank alone."""

    id: str
    version: int
    status: OfferStatus
    request_id: str
    organisation_id: str
    amount_fen: int
    term_months: int
    rate_tenor: LprTenor
    rate_bp: int
    method: RepaymentMethod
    day_count: DayCount
    interest_every: int
    fees: list[FinancingFeeOut]
    conditions: str | None
    guarantor_organisation_id: str | None
    guarantee_fee_bp: int | None
    scheme: str | None
    subsidy_scheme: str | None
    penalty_bp: int
    pledgee: PledgeeKind
    valid_until: date
    drafted_by: str | None = Field(description="The user's id; for the bank.")
    drafted_at: Moment | None
    approved_by: str | None = Field(description="The user's id; for the bank.")
    approved_at: Moment | None
    closed_at: Moment | None
    closed_by: OfferCloser | None = Field(description="Who closed it; null while it is drafted or stands.")
    loan_id: str | None = Field(description="Of an accepted offer: its loan. The pledge follows by POST /v1/pledges.")
    cost: CostOut | None = Field(description="Null where no loan prime rate is on record.")


class FinancingOffersQuery(PageQuery):
    """Which of one's own offers."""

    status: list[OfferStatus] = Field([], max_length=len(OfferStatus))


class FinancingOfferPage(Out):
    """One page of offers, the newest first."""

    items: list[FinancingOfferOut]
    next_cursor: str | None

"""What compensations and recoveries look like outside."""

from datetime import date
from typing import Annotated, Self

from pydantic import ConfigDict, Field, model_validator

from backend.core.http.schemas import Body, Day, LongLine, Moment, Out
from backend.financing.terms_schemas import Amount
from backend.loan_terms.arithmetic.rounding_rules import BASIS_POINTS
from backend.loan_terms.codes import CompensatesAt, SharingRole
from backend.loan_terms.schemas import ShareIn, ShareOut
from backend.loans.codes import CompensationStatus
from backend.loans.repayments.schemas import Evidence


class CompensationIn(Body):
    """What the scheme's text does not say and the lender states; what it says is left out."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"compensates_at": "after_disposal"}]})
    compensates_at: CompensatesAt | None = None
    shares: Annotated[list[ShareIn], Field(min_length=1, max_length=len(SharingRole))] | None = None

    @model_validator(mode="after")
    def _sums(self) -> Self:
        if self.shares is None:
            return self
        if len({one.role for one in self.shares}) < len(self.shares):
            raise ValueError("a role has one share")
        if sum(one.share_bp for one in self.shares) != BASIS_POINTS:
            raise ValueError("shares sum to 10,000 basis points")
        return self


class ClaimOut(Out):
    """What a role bore, which is its claim on the debtor from then on, and what came in on it."""

    role: SharingRole
    organisation_id: str | None = Field(description="Where it is a side of the loan.")
    share_bp: int
    borne_fen: int
    recovered_fen: int
    remaining_fen: int


class CompensationOut(Out):
    """Who bears what of a lost debt; `awaited` where the moment has not come, or the lender is to state something."""

    status: CompensationStatus
    scheme: str
    scheme_id: str | None
    compensates_at: CompensatesAt | None
    shares: list[ShareOut] | None = Field(description="As the scheme has them; null where its text does not say.")
    to_state: list[str] = Field(description="What the lender is to state, since the scheme's text does not.")
    stated_by_lender: list[str]
    loss_on: date | None
    costs_fen: int | None
    interest_fen: int | None
    principal_fen: int | None
    loss_fen: int | None
    claims: list[ClaimOut] = Field(description="Whose the debt is now: who bore a part steps into the lender's place.")
    computed_at: Moment | None


class RecoveryIn(Body):
    """Money that came in after the realisation was closed, less what getting it cost."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"recovered_on": "2028-03-01", "amount_fen": 5_000_000}]})
    recovered_on: Day
    amount_fen: Amount
    note: LongLine | None = None
    evidence_files: Evidence = Field(default_factory=list)


class RecoveryPartOut(Out):
    """What a role gets of a recovery."""

    role: SharingRole
    amount_fen: int


class RecoveryOut(Out):
    """Money that came in after a compensation; its parts and what is beyond all claims sum to the amount."""

    id: str
    loan_id: str
    compensation_id: str
    repayment_id: str | None = Field(description="The repayment that it was, while the account was open.")
    recovered_on: date
    amount_fen: int
    parts: list[RecoveryPartOut]
    beyond_claims_fen: int = Field(
        description="Beyond what was borne: the lender's for interest since while the account is open, the debtor's or "
        "the pledgors' afterwards."
    )
    note: str | None
    evidence_files: list[str]
    recorded_at: Moment


class RecoveryPage(Out):
    """One page of recoveries, those recorded last first."""

    items: list[RecoveryOut]
    next_cursor: str | None

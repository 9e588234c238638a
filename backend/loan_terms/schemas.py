"""What the dated tables behind loans look like outside."""

from datetime import date
from typing import Annotated, Any, Final, Self

from pydantic import ConfigDict, Field, model_validator

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Day, Fen, Line, LongLine, Moment, Out, refuse_crossed
from backend.core.ids import id_pattern
from backend.loan_terms.arithmetic.rounding_rules import BASIS_POINTS
from backend.loan_terms.arithmetic.schedule_rules import MOST_BP, MOST_MONTHS
from backend.loan_terms.codes import CompensatesAt, LprTenor, SharingRole, SourceSureness, SubsidyPayment
from backend.patent_search.schemas import Region

BasisPoints = Annotated[int, Field(ge=0, le=MOST_BP, strict=True, description="In basis points: 345 is 3.45 %.")]
Months = Annotated[int, Field(ge=1, le=MOST_MONTHS, strict=True)]
SchemeCode = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{2,59}$", examples=["chongqing_2022"])]
LprId = Annotated[str, Field(pattern=id_pattern("lpr"), examples=["lpr_01h455vb4pex5vsknk084sn02q"])]
SchemeId = Annotated[str, Field(pattern=id_pattern("sch"), examples=["sch_01h455vb4pex5vsknk084sn02q"])]
LPR_EXAMPLE: Final[dict[str, Any]] = {
    "tenor": "one_year",
    "announced_on": "2019-10-21",
    "rate_bp": 420,
    "source": "全国银行间同业拆借中心公告",
    "sureness": "confirmed",
}
SCHEME_EXAMPLE: Final[dict[str, Any]] = {
    "code": "example_pool",
    "name_zh": "示例知识产权质押融资风险补偿资金池",
    "name_en": "Example pool for loans against intellectual property",
    "region": "500109",
    "valid_from": "2025-01-01",
    "valid_to": None,
    "shares": [{"role": "pool", "share_bp": 7000}, {"role": "bank", "share_bp": 3000}],
    "compensates_at": "after_disposal",
    "pool_fen": 1_000_000_000,
    "subsidy": {"share_of_lpr_bp": 5000, "payment": "at_maturity", "cap_fen": 50_000_000},
    "source": "示例文件",
    "sureness": "secondary",
}


class Correcting(Body):
    """What a row of a dated table says of itself."""

    source: LongLine = Field(description="Where it is taken from: document, number, day.")
    sureness: SourceSureness
    reason: LongLine | None = Field(None, description="Why the row that `corrects` names is wrong.")

    def check_correction(self, corrects: str | None) -> None:
        """Raise ValueError where a correction has no reason, or a reason no correction."""
        if (corrects is None) != (self.reason is None):
            raise ValueError("`corrects` and `reason` go together")


class LprIn(Correcting):
    """A loan prime rate that was announced."""

    model_config = ConfigDict(json_schema_extra={"examples": [LPR_EXAMPLE]})
    tenor: LprTenor
    announced_on: Day
    rate_bp: BasisPoints
    corrects: LprId | None = Field(None, description="The row that this one stands in the place of.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        self.check_correction(self.corrects)
        return self


class LprOut(Out):
    """A loan prime rate; it holds from the day of its announcement until the next one."""

    id: str
    tenor: LprTenor
    announced_on: date
    rate_bp: int
    source: str
    sureness: SourceSureness
    corrects: str | None
    reason: str | None
    corrected_by: str | None = Field(description="The row in its place, where this one was wrong.")
    entered_at: Moment


class LprPage(Out):
    """One page of loan prime rates, the latest first."""

    items: list[LprOut]
    next_cursor: str | None


class LprQuery(PageQuery):
    """Which rates."""

    tenor: LprTenor | None = None
    valid_on: Day | None = Field(None, description="Those that hold on the day: the last announced up to then.")
    corrected: bool = Field(False, description="Those too that were wrong and corrected; not with `valid_on`.")

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        if self.corrected and self.valid_on is not None:
            raise ValueError("what was corrected holds on no day")
        return self


class ShareIn(Body):
    """A share of a loss."""

    role: SharingRole
    share_bp: BasisPoints


class SubsidyIn(Body):
    """A subsidy of interest: a share of the loan prime rate, or a yearly rate of its own; null is what is not known."""

    share_of_lpr_bp: BasisPoints | None = None
    rate_bp: BasisPoints | None = None
    cap_fen: Fen | None = Field(None, description="The most that is paid for one loan.")
    payment: SubsidyPayment | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.share_of_lpr_bp is None) == (self.rate_bp is None):
            raise ValueError("a subsidy is a share of the LPR, or a rate")
        return self


class SchemeIn(Correcting):
    """A scheme of risk sharing or subsidy. What its text does not say is null: it is asked where the scheme is used."""

    model_config = ConfigDict(json_schema_extra={"examples": [SCHEME_EXAMPLE]})
    code: SchemeCode
    name_zh: Line
    name_en: Line
    region: Region | None = Field(None, description="Where it holds: a GB/T 2260 code; null for the whole country.")
    valid_from: Day | None = None
    valid_to: Day | None = Field(None, description="Its last day.")
    shares: list[ShareIn] | None = Field(
        None, min_length=1, max_length=len(SharingRole), description="Of a loss, each role once; they sum to 10,000."
    )
    compensates_at: CompensatesAt | None = None
    pool_fen: Fen | None = Field(None, description="How much there is in all to compensate with.")
    subsidy: SubsidyIn | None = None
    most_amount_fen: Fen | None = Field(None, description="The largest loan.")
    most_term_months: Months | None = Field(None, description="The longest loan.")
    most_over_lpr_bp: BasisPoints | None = Field(None, description="The highest rate: so much over the LPR …")
    most_over_lpr_tenor: LprTenor | None = Field(None, description="… of this tenor.")
    most_guarantee_fee_bp: BasisPoints | None = Field(None, description="The highest guarantee fee in a year.")
    corrects: SchemeId | None = Field(None, description="The row that this one stands in the place of.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        self.check_correction(self.corrects)
        refuse_crossed(self, ("valid_from", "valid_to"))
        if (self.most_over_lpr_bp is None) != (self.most_over_lpr_tenor is None):
            raise ValueError("a margin over the LPR is one over the LPR of a tenor")
        if self.shares is not None:
            if len({one.role for one in self.shares}) < len(self.shares):
                raise ValueError("a role has one share")
            if sum(one.share_bp for one in self.shares) != BASIS_POINTS:
                raise ValueError("shares sum to 10,000 basis points")
        return self

    def columns(self) -> dict[str, Any]:
        """Return the values of the row's columns."""
        plain = self.model_dump(exclude={"subsidy", "corrects"})
        body = self.subsidy
        return plain | {
            "subsidy_share_of_lpr_bp": body and body.share_of_lpr_bp,
            "subsidy_bp": body and body.rate_bp,
            "subsidy_cap_fen": body and body.cap_fen,
            "subsidy_payment": body and body.payment,
        }


class ShareOut(Out):
    """A share of a loss."""

    role: SharingRole
    share_bp: int


class SubsidyOut(Out):
    """A subsidy of interest; null is what is not known."""

    share_of_lpr_bp: int | None
    rate_bp: int | None
    cap_fen: int | None
    payment: SubsidyPayment | None


class SchemeOut(Out):
    """A scheme of risk sharing or subsidy. What is null its text does not say, or nobody has read."""

    id: str
    code: str
    name: str = Field(description="In the language asked for.")
    name_zh: str
    name_en: str
    region: str | None = Field(description="Null for the whole country.")
    valid_from: date | None
    valid_to: date | None
    shares: list[ShareOut] | None
    compensates_at: CompensatesAt | None
    pool_fen: int | None
    subsidy: SubsidyOut | None
    most_amount_fen: int | None
    most_term_months: int | None
    most_over_lpr_bp: int | None
    most_over_lpr_tenor: LprTenor | None
    most_guarantee_fee_bp: int | None
    source: str
    sureness: SourceSureness
    corrects: str | None
    reason: str | None
    corrected_by: str | None = Field(description="The row in its place, where this one was wrong.")
    entered_at: Moment


class SchemePage(Out):
    """One page of schemes, by their codes."""

    items: list[SchemeOut]
    next_cursor: str | None


class SchemesQuery(PageQuery):
    """Which schemes."""

    code: SchemeCode | None = None
    region: Region | None = None
    valid_on: Day | None = Field(
        None, description="Those that may hold on the day: of one whose first or last day is not known nobody can tell."
    )
    corrected: bool = Field(False, description="Those too that were wrong and corrected; not with `valid_on`.")

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        if self.corrected and self.valid_on is not None:
            raise ValueError("what was corrected holds on no day")
        return self

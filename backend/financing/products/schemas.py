"""What a bank's product looks like outside, and how it fits a request."""

from typing import Annotated, Any, Final, Self

from pydantic import ConfigDict, Field, model_validator

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, EachOnce, Line, Moment, Out, refuse_crossed
from backend.financing.codes import Aspect, DocumentKind, ProductStatus
from backend.financing.terms_schemas import (
    Amount,
    BasisPoints,
    Documents,
    Fees,
    FinancingFeeOut,
    Methods,
    Months,
    OrganisationId,
    SchemeCode,
    Spread,
    Text5000,
)
from backend.loan_terms.codes import LprTenor, RepaymentMethod
from backend.patent_search.schemas import Level, Region
from backend.patents.codes import PatentKind

MOST_ANSWER_DAYS: Final = 15
EXAMPLE: Final[dict[str, Any]] = {
    "name": "知识价值信用贷",
    "amount_min_fen": 10_000_000,
    "amount_max_fen": 1_000_000_000,
    "term_min_months": 6,
    "term_max_months": 36,
    "rate_tenor": "one_year",
    "rate_bp": 50,
    "ltv_bp": 4000,
    "patent_kinds": ["invention"],
    "documents": ["business_licence", "financial_statements"],
    "methods": ["interest_first"],
}


class ProductTerms(Body):
    """What a product says beside its bounds."""

    name_en: Line | None = None
    description: Text5000 | None = None
    ltv_bp: BasisPoints | None = Field(None, description="Of the appraised value; null: not stated.")
    patent_kinds: Annotated[list[PatentKind], Field(max_length=3), EachOnce] = Field([], description="Empty: any.")
    ipc: Annotated[list[Level], Field(max_length=50), EachOnce] = Field([], description="Classes wanted; empty: any.")
    regions: Annotated[list[Region], Field(max_length=50), EachOnce] = Field([], description="GB/T 2260; empty: any.")
    guarantee_required: Annotated[bool, Field(strict=True)] = False
    schemes: Annotated[list[SchemeCode], Field(max_length=20), EachOnce] = Field([])
    documents: Documents = Field([])
    answer_days: Annotated[int, Field(ge=1, le=MOST_ANSWER_DAYS, strict=True)] | None = Field(
        None, description="Working days to an answer; null: as the bank answers whatever it is asked."
    )
    fees: Fees = Field([])


class ProductIn(ProductTerms):
    """A product, as a draft."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    name: Line
    amount_min_fen: Amount
    amount_max_fen: Amount
    term_min_months: Months
    term_max_months: Months
    rate_tenor: LprTenor
    rate_bp: Spread
    methods: Methods

    @model_validator(mode="after")
    def _is_ordered(self) -> Self:
        refuse_crossed(self, ("amount_min_fen", "amount_max_fen"), ("term_min_months", "term_max_months"))
        return self


class ProductPatch(ProductTerms):
    """What shall change of a draft; what is not named stays, null empties."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rate_bp": 40}]})
    name: Line = "-"
    amount_min_fen: Amount = 1
    amount_max_fen: Amount = 1
    term_min_months: Months = 1
    term_max_months: Months = 1
    rate_tenor: LprTenor = LprTenor.ONE_YEAR
    rate_bp: Spread = 0
    methods: Methods = Field([RepaymentMethod.INTEREST_FIRST])


class ProductOut(Out):
    """A product of a bank."""

    id: str
    version: int
    status: ProductStatus
    organisation_id: str
    name: str
    name_en: str | None
    description: str | None
    amount_min_fen: int
    amount_max_fen: int
    term_min_months: int
    term_max_months: int
    rate_tenor: LprTenor
    rate_bp: int
    ltv_bp: int | None
    patent_kinds: list[PatentKind]
    ipc: list[str]
    regions: list[str]
    guarantee_required: bool
    schemes: list[str]
    documents: list[DocumentKind]
    answer_days: int | None
    methods: list[RepaymentMethod]
    fees: list[FinancingFeeOut]
    published_at: Moment | None
    withdrawn_at: Moment | None


class ProductPage(Out):
    """One page of products, the newest first."""

    items: list[ProductOut]
    next_cursor: str | None


class ProductsQuery(PageQuery):
    """Which products."""

    organisation_id: OrganisationId | None = Field(None, description="Of this bank.")
    mine: bool = Field(False, description="The caller's own bank's, drafts and withdrawn ones too.")


class AspectOut(Out):
    """One reason for a product or against it."""

    aspect: Aspect
    detail: str


class FitOut(Out):
    """A product and how it fits the request."""

    product: ProductOut
    fits: bool = Field(description="Whether nothing is known to stand against it.")
    reasons_for: list[AspectOut]
    reasons_against: list[AspectOut]
    not_known: list[AspectOut] = Field(description="What the product asks for that is not known of the request.")


class FitsOut(Out):
    """The products that are published now, the most suitable first."""

    items: list[FitOut]
    compared: int = Field(description="How many products were compared.")
    next_cursor: str | None


class FitsQuery(PageQuery):
    """Which part of the ranking."""

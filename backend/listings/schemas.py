"""What a listing looks like outside."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, EachOnce, Fen, Line, LongLine, Moment, Out, Prose, Version
from backend.core.ids import id_pattern
from backend.listings.rules import Side
from backend.patents.codes import DealType, LegalStatus, ListingStatus
from backend.reference.lists import codes

PatentId = Annotated[str, Field(pattern=id_pattern("pat"), examples=["pat_01h455vb4pex5vsknk084sn02q"])]
OrganisationId = Annotated[str, Field(pattern=id_pattern("org"))]


def _known_cluster(code: str) -> str:
    if code not in codes("clusters"):
        raise ValueError("no such cluster; GET /v1/reference/clusters names those there are")
    return code


Cluster = Annotated[str, AfterValidator(_known_cluster)]
DealTypes = Annotated[
    list[DealType],
    Field(max_length=len(DealType), description="On what footing it can be had."),
    EachOnce,
]
Clusters = Annotated[list[Cluster], Field(max_length=10, description="Codes of /v1/reference/clusters."), EachOnce]
Keywords = Annotated[
    list[Line], Field(max_length=30, description="Words to be found by beyond the register's text."),
    EachOnce,
]  # fmt: skip
Stage = Annotated[int, Field(ge=1, le=9, strict=True, description="Technology readiness level.")]

EXAMPLE_TERMS: dict[str, Any] = {
    "deal_types": ["ordinary_licence", "assignment"],
    "price_fen": 20_000_000,
    "price_note": "普通许可面议",
    "stage": 6,
    "clusters": ["advanced_materials"],
    "keywords": ["锂电池", "正极"],
    "summary": "能量密度高，循环寿命长，已完成中试。",
}


class Terms(Body):
    """On what footing a patent can be had; publishing needs a deal type, and a price or a word on it."""

    deal_types: DealTypes = Field([])
    price_fen: Fen | None = Field(None, description="The asking price in fen; 0: free.")
    price_note: LongLine | None = Field(None, description="A word on the price, such as 面议 (by agreement).")
    stage: Stage | None = None
    clusters: Clusters = Field([])
    keywords: Keywords = Field([])
    summary: Prose | None = Field(None, description="What it is good for, in Chinese.")
    summary_en: Prose | None = Field(None, description="What it is good for, in English.")


class ListingIn(Terms):
    """A new listing, as a draft."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"patent_id": "pat_01h455vb4pex5vsknk084sn02q", **EXAMPLE_TERMS}]}
    )
    patent_id: PatentId


class TermsPatch(Terms):
    """The terms that shall change; those not named stay, null empties."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"price_fen": 18_000_000, "stage": 7}]})

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("nothing to change is named")
        return self


class Refusal(Body):
    """Why the platform refuses a listing."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "摘要与专利文本不符，请改正。"}]})
    reason: LongLine


class Suspension(Body):
    """Why a listing is suspended; the holder reads it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "正在洽谈独占许可"}]})
    reason: LongLine | None = None


class ListedPatent(Out):
    """What a listing says of its patent."""

    id: str
    title: str
    title_en: str | None
    application_number: str | None
    publication_number: str | None
    grant_number: str | None
    legal_status: LegalStatus


class OfferedLicence(Out):
    """The open licence of a listed patent: how it is paid, until when, an example, and whether it can be taken now."""

    id: str
    available: bool
    unavailable_because: list[str] = Field(description="Codes; GET /v1/open-licences/{id} says more.")
    fee_form: str
    fee: dict[str, Any]
    due_at_start_fen: int
    example: dict[str, Any] | None
    announced_on: str
    ends_on: str | None
    terms_hash: str


class ListingOut(Version):
    """A listing."""

    id: str
    patent_id: str
    patent: ListedPatent
    organisation_id: str = Field(description="The holder that leads it.")
    status: ListingStatus
    status_reason: str | None
    suspended_by: Side | None = Field(description="Who suspended it; what the platform suspended only it resumes.")
    deal_types: list[DealType]
    price_fen: int | None
    price_note: str | None
    stage: int | None
    clusters: list[str]
    keywords: list[str]
    summary: str | None
    summary_en: str | None
    open_licence: OfferedLicence | None = Field(description="The patent's announced open licence.")
    barred: dict[str, list[str]] = Field(
        description="Which of the deal types cannot be had now, and the codes of what bars them; see …/permissions."
    )
    created_at: Moment
    submitted_at: Moment | None
    listed_at: Moment | None


class ListingPage(Out):
    """One page of listings, newest first."""

    items: list[ListingOut]
    next_cursor: str | None


class ListingsQuery(PageQuery):
    """Which listings."""

    status: list[ListingStatus] = Field([], description="Any of these.")
    patent_id: PatentId | None = None
    organisation_id: OrganisationId | None = Field(None, description="Led by this organisation.")
    mine: bool = Field(False, description="Led by the caller's own organisation.")

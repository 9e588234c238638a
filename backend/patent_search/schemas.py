"""What a search may ask and what it answers."""

import re
import unicodedata
from datetime import date
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from backend.core.http.schemas import Day, Out, Sought, refuse_crossed
from backend.core.http.search_answer import FacetValueOut, SearchAnswer
from backend.listings.schemas import OfferedLicence
from backend.patent_search.index_fields import Facet, Sort
from backend.patents.codes import DealType, LegalStatus, PatentKind
from backend.reference.lists import codes
from search.engine import Query, ScorePartName

IPC_LEVEL: Final = re.compile(r"[A-H](\d\d([A-Z](\d{1,4}(/\d{2,6})?)?)?)?")
MOST_VALUES: Final = 50


def _level(text: str) -> str:
    symbol = "".join(unicodedata.normalize("NFKC", text).upper().split())
    if not IPC_LEVEL.fullmatch(symbol):
        raise ValueError("no symbol of the International Patent Classification such as H01M or H01M10/0525")
    return symbol


def _one_of(name: str) -> AfterValidator:
    def check(code: str) -> str:
        if code not in codes(name):
            raise ValueError(f"no such code; GET /v1/reference/{name} names those there are")
        return code

    return AfterValidator(check)


def split_commas(values: object) -> object:
    """`facets=a,b` and `facets=a&facets=b` are the same."""
    if isinstance(values, list):
        return [part for value in values for part in str(value).split(",") if part]
    return values


Many: Final[Any] = Field(default_factory=list, max_length=MOST_VALUES)
Words = Annotated[str, Sought, Field(max_length=500)]
Name = Annotated[str, Sought, Field(min_length=1, max_length=200)]
Level = Annotated[str, AfterValidator(_level), Field(max_length=40)]
Tree = Annotated[int, Field(ge=1, le=35)]
Code = Annotated[str, Field(max_length=60)]
Stage = Annotated[int, Field(ge=1, le=9)]
Cluster = Annotated[Code, _one_of("clusters")]
Region = Annotated[Code, _one_of("regions")]


class Narrowed(BaseModel):
    """The filters of a search: any of the values of each, all of them together; bounds include their ends."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    holder: Annotated[list[Name], Field(description="Names, or party or organisation ids.")] = Many
    applicant: Annotated[list[Name], Field(description="Names, whole, in any capitals and widths.")] = Many
    inventor: Annotated[list[Name], Field(description="Names, whole.")] = Many
    region: Annotated[list[Region], Field(description="GB/T 2260 codes.")] = Many
    kind: list[PatentKind] = Many
    legal_status: list[LegalStatus] = Many
    ipc: Annotated[list[Level], Field(description="Any level: H, H01, H01M, H01M10, H01M10/0525.")] = Many
    technology_field: Annotated[list[Tree], Field(description="WIPO's 35 technology fields, by number.")] = Many
    cluster: Annotated[list[Annotated[Code, _one_of("clusters")]], Field(description="The city's industry list.")] = (
        Many
    )
    deal_type: list[DealType] = Many
    open_licence: bool | None = None
    grade: Annotated[list[Code], Field(description="Stock-taking grades.")] = Many
    stage_min: Stage | None = None
    stage_max: Stage | None = None
    price_max_fen: Annotated[int | None, Field(ge=0, le=9_000_000_000_000_000)] = None
    filed_from: Day | None = None
    filed_to: Day | None = None
    expires_after: Annotated[Day | None, Field(description="Excluding that day.")] = None
    listed_from: Day | None = None

    @model_validator(mode="after")
    def _bounds_leave_room(self) -> Self:
        refuse_crossed(self, ("stage_min", "stage_max"), ("filed_from", "filed_to"))
        return self


class SearchQuery(Narrowed):
    """A search."""

    q: Annotated[
        Words,
        Field(
            description="Words or a sentence in Chinese or English, a quoted phrase, a number in any spelling; "
            "`+word` must be found, `-word` and `NOT word` must not."
        ),
    ] = ""
    sort: Annotated[Sort | None, Field(description="Without it: relevance with `q`, else newest listing first.")] = None
    facets: Annotated[
        list[Facet], BeforeValidator(split_commas), Field(description="What to count by, with commas or repeated.")
    ] = Many
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    explain: Annotated[bool, Field(description="Whether items say what their scores are the sums of.")] = False
    cursor: Annotated[str | None, Field(max_length=500, description="The `next_cursor` of the page before.")] = None
    after_event: Annotated[
        str | None, Field(max_length=60, description="A write's `Event-Id`: waits for it up to two seconds.")
    ] = None


class FacetQuery(Narrowed):
    """Which values of a facet."""

    q: Annotated[Name | None, Field(description="What the value or its label contains.")] = None
    words: Annotated[Words, Field(description="The search's `q`: counts what it finds.")] = ""
    limit: Annotated[int, Field(ge=1, le=100)] = 20


MANY_VALUED: Final = frozenset(
    {"holder", "applicant", "inventor", "region", "kind", "legal_status", "ipc", "technology_field", "cluster"}
    | {"deal_type", "grade", "facets"}
)
FILTERS: Final = frozenset(Narrowed.model_fields)


def port_query(asked: SearchQuery | FacetQuery) -> Query:
    """Return the question in the engine's own terms."""
    filters = {name: getattr(asked, name) for name in asked.model_fields_set & FILTERS}
    if isinstance(asked, FacetQuery):
        return Query(text=asked.words, filters=filters)
    return Query(
        text=asked.q,
        filters=filters,
        sort=asked.sort,
        facets=tuple(asked.facets),
        limit=asked.limit,
        explain=asked.explain,
    )


class FacetValuesOut(Out):
    """Values of a facet, most frequent first."""

    items: list[FacetValueOut]


class ScorePartOut(Out):
    """An addend of a score: a piece of a word, a word or all that were asked for, a class, the meaning of the whole."""

    name: ScorePartName
    what: str = Field(description="The term, the word or the IPC symbol; empty for what rests on the whole query.")
    words: list[str] = Field(description="The words of the query that it rests on, all of them.")
    points: float


class ScoreOut(Out):
    """What put the item in its place: the sum of its parts."""

    points: float
    parts: list[ScorePartOut]


class FoundHolder(Out):
    """Who holds the patent, and how sure that is."""

    party_id: str
    organisation_id: str | None
    name: str
    state: str


class FoundPatent(Out):
    """A patent found: facts of the register, the listing's terms, and where it matched."""

    id: str
    listing_id: str
    organisation_id: str = Field(description="The holder that leads the listing.")
    office: str
    application_number: str | None
    publication_number: str | None
    grant_number: str | None
    kind: PatentKind | None
    title: str
    title_en: str | None
    abstract: str | None
    abstract_en: str | None
    ipc: list[str]
    technology_fields: list[int]
    inventors: list[str]
    applicants: list[str]
    holders: list[FoundHolder]
    region: str | None
    filing_date: date | None
    publication_date: date | None
    grant_date: date | None
    expiry_date: date | None
    legal_status: LegalStatus
    status_checked_on: date | None
    grade: str | None
    deal_types: list[DealType]
    price_fen: int | None
    price_note: str | None
    stage: int | None
    clusters: list[str]
    keywords: list[str]
    summary: str | None
    summary_en: str | None
    open_licence: OfferedLicence | None = Field(description="Its announced open licence, and whether it is free now.")
    barred: dict[str, list[str]] = Field(description="Which of the deal types cannot be had now, and what bars them.")
    listed_at: str
    highlights: dict[str, str] = Field(description="Excerpts; HTML of the source is escaped, only <mark> is ours.")
    matched_on: list[str]
    score: ScoreOut | None = Field(None, description="With `explain`, where the order is by relevance to words.")


class SearchOut(SearchAnswer[FoundPatent]):
    """What was found."""

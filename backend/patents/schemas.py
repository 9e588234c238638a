"""What patents look like outside: bodies that come in, answers that go out, filters of lists."""

from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Day, Instant, Line, LongLine, Moment, Out, Prose, SoughtLine
from backend.core.ids import id_pattern
from backend.patents.codes import HoldingState, LegalStatus, ListingStatus, PatentKind
from backend.patents.fact_rules import classification

Class = Annotated[Line, AfterValidator(classification)]
Office = Annotated[str, Field(pattern="^[A-Z]{2}$", description="WIPO ST.3 code of the patent office.")]
HolderId = Annotated[str, Field(pattern=id_pattern("pty", "org"), description="A party's or an organisation's id.")]


def example(**values: Any) -> ConfigDict:
    """Return the configuration of a body with one example."""
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [values]})


class Share(Body):
    """A part of a patent, as a fraction of the whole."""

    numerator: Annotated[int, Field(ge=1, le=1_000_000)]
    denominator: Annotated[int, Field(ge=1, le=1_000_000)]

    @model_validator(mode="after")
    def _at_most_whole(self) -> Self:
        if self.numerator > self.denominator:
            raise ValueError("a share is at most the whole")
        return self


class NamedHolder(Body):
    """A holder by the name that the register gives."""

    name: Line
    share: Share | None = None


class RegisterFields(Body):
    """The register's facts; an empty one says nothing."""

    application_number: Line | None = Field(None, description="Any spelling: CN, ZL, with or without the dot.")
    publication_number: Line | None = Field(None, description="With its kind code: CN107123456A.")
    grant_number: Line | None = Field(None, description="With its kind code: CN107123456B.")
    kind: PatentKind | None = None
    title_en: LongLine | None = None
    abstract: Prose | None = None
    abstract_en: Prose | None = None
    first_claim: Prose | None = None
    ipc: list[Class] = Field([], max_length=200, description="IPC symbols, or Locarno classes of a design.")
    inventors: list[Line] = Field([], max_length=200)
    applicants: list[Line] = Field([], max_length=200, description="Names on the register.")
    filing_date: Day | None = None
    publication_date: Day | None = None
    grant_date: Day | None = None


class PatentIn(RegisterFields):
    """A patent as its holder enters it; at least one number."""

    model_config = example(
        application_number="CN201710601862.3",
        title="一种锂离子电池正极材料及其制备方法",
        kind="invention",
        filing_date="2017-07-21",
        grant_date="2019-11-05",
        ipc=["H01M10/0525"],
        inventors=["张三"],
        legal_status="in_force",
        status_checked_on="2026-01-15",
    )

    office: Office = "CN"
    title: LongLine
    legal_status: LegalStatus | None = Field(None, description="What the register says, where it is known.")
    status_checked_on: Day | None = Field(None, description="The day on which the register said so; today if absent.")
    holders: list[NamedHolder] = Field(
        [], max_length=50, description="All holders; an organisation that is no office is one of them, named or not."
    )
    evidence: LongLine | None = Field(None, description="What shows that the organisation holds it.")

    @model_validator(mode="after")
    def _has_a_number(self) -> Self:
        if not (self.application_number or self.publication_number or self.grant_number):
            raise ValueError("give an application, publication or grant number")
        return self


class PatentPatch(RegisterFields):
    """Register facts to change; only the fields sent change, null or an empty list clears."""

    model_config = example(title_en="A cathode material for lithium-ion batteries", ipc=["H01M10/0525"])

    title: LongLine | None = None
    expiry_override: Day | None = Field(None, description="The first day after the term, where the office changed it.")
    expiry_override_reason: LongLine | None = None


class HolderOut(Out):
    """Who holds it."""

    holding_id: str
    party_id: str
    name: str
    organisation_id: str | None
    state: HoldingState
    share: Share | None
    effective_on: date | None
    ended_on: date | None


class PatentListing(Out):
    """The patent's listing, where it has one that the caller may see."""

    id: str
    status: ListingStatus


class PatentOut(Out):
    """What the register says of one patent, who holds it, how sure its status is."""

    id: str
    office: str
    application_number: str | None
    publication_number: str | None
    grant_number: str | None
    kind: PatentKind | None
    title: str
    title_en: str | None
    abstract: str | None
    abstract_en: str | None
    first_claim: str | None
    ipc: list[str]
    inventors: list[str]
    applicants: list[str]
    filing_date: date | None
    publication_date: date | None
    grant_date: date | None
    expiry_date: date | None = Field(description="The first day after the term.")
    expiry_override: date | None
    expiry_override_reason: str | None
    legal_status: LegalStatus
    status_since: date | None
    status_source: str | None
    status_checked_on: date | None = Field(description="The last day for which somebody vouched for the status.")
    status_stale: bool = Field(description="Nobody vouched for it for longer than the platform trusts.")
    annuity_due_on: date | None = Field(description="When the next unpaid annuity falls due.")
    holders: list[HolderOut]
    grade: str | None = Field(description="Of the newest stock-taking.")
    assessed_on: date | None
    assessment_due: bool
    listing: PatentListing | None
    facts_by: str | None = Field(description="The organisation that entered the facts; shown to holders and offices.")
    established: bool | None = Field(
        None, description="Whether the row is everybody's, or its author's alone; shown to offices only."
    )
    valid_on: date | None = Field(None, description="Set where the past was asked for.")
    known_at: Moment | None = Field(None, description="Set where the past was asked for.")
    created_at: Moment
    updated_at: Moment
    version: int


class PatentEntered(PatentOut):
    """The patent after an entry, and the facts given that differ from what others entered and were not taken."""

    not_taken: list[str] = Field(description="Names of the fields that keep what was there.")


class PatentsOut(Out):
    """One page of patents."""

    items: list[PatentOut]
    next_cursor: str | None


class PastQuery(Body):
    """The past: what held on a day, and what was known at a moment."""

    valid_on: Day | None = Field(None, description="What held on this day; today if absent.")
    known_at: Instant | None = Field(None, description="By what was known then; now if absent.")


class RegisterFilter(Body):
    """Filters of a register; the list and its export share them."""

    holder: HolderId | None = None
    legal_status: list[LegalStatus] = Field([], max_length=len(LegalStatus))
    kind: list[PatentKind] = Field([], max_length=3)
    q: SoughtLine | None = Field(None, description="A piece of the title, or a number in any spelling.")
    ipc: Annotated[str, Field(pattern=r"^[A-Ha-h][0-9A-Za-z/]{0,14}$")] | None = Field(None, description="Any level.")
    grade: list[Line] = Field([], max_length=20, description="Of the newest assessment.")
    assessed: bool | None = None
    assessment_due: bool | None = Field(None, description="Never assessed, or longer ago than the configured interval.")
    listed: bool | None = Field(None, description="Whether it stands in the public listings.")
    filed_from: Day | None = None
    filed_to: Day | None = None
    expires_before: Day | None = None
    status_checked_before: Day | None = None


class PatentsQuery(PageQuery, RegisterFilter):
    """Own register, newest entries first; platform and authority see every patent."""

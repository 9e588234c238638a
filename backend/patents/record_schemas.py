"""What is recorded beside the register's facts: holdings, legal events, assessments, and the annuity calendar."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Day, Line, LongLine, Moment, Out
from backend.core.ids import id_pattern
from backend.files.schemas import FileIds, FileRef
from backend.patents.codes import EventKind, Finding, HoldingState, LegalStatus, SuspensionBasis
from backend.patents.schemas import Share, example

PatentYear = Annotated[int, Field(ge=1, le=30, strict=True, description="Patent year; year 1 begins on filing.")]
YEARLY = frozenset({EventKind.ANNUITY_PAID, EventKind.ANNUITY_MISSED})
SUSPENSIONS = frozenset({EventKind.SUSPENDED, EventKind.SUSPENSION_LIFTED})


class LegalEventIn(Body):
    """What the register announced; the authority's word outweighs a holder's."""

    model_config = example(
        kind="lapsed", effective_on="2025-07-21", announced_on="2026-03-10", source="专利公报 42 卷 10 号"
    )

    kind: EventKind
    effective_on: Day = Field(description="From when it holds; a lapse, from the day on which the annuity fell due.")
    announced_on: Day | None = None
    source: Line = Field(description="Where it was announced.")
    year: PatentYear | None = Field(None, description="Of annuity_paid and annuity_missed.")
    status: LegalStatus | None = Field(None, description="Of status_reported.")
    from_holders: list[Line] = Field([], max_length=50, description="Of holder_changed; empty: all present holders.")
    to_holders: list[Line] = Field([], max_length=50, description="Of holder_changed: the new holders' names.")
    finding: Finding | None = Field(None, description="Of evaluation_report: what it came to.")
    basis: SuspensionBasis | None = Field(
        None, description="Of suspended; of suspension_lifted, which suspension is lifted: none, all of them."
    )
    note: LongLine | None = None

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        kind = self.kind
        if (self.year is not None) != (kind in YEARLY):
            raise ValueError("`year` is needed by annuity_paid and annuity_missed, and by them alone")
        if (self.status is not None) != (kind is EventKind.STATUS_REPORTED):
            raise ValueError("`status` is needed by status_reported, and by it alone")
        if self.status is LegalStatus.UNKNOWN:
            raise ValueError("that nobody knows the status is no announcement")
        if kind is EventKind.NAME_CHANGED:
            raise ValueError("a new name is given to the party: PATCH /v1/parties/{party_id}, or by a file")
        if bool(self.to_holders) != (kind is EventKind.HOLDER_CHANGED):
            raise ValueError("`to_holders` is needed by holder_changed, and by it alone")
        if self.from_holders and kind is not EventKind.HOLDER_CHANGED:
            raise ValueError("`from_holders` belongs to holder_changed alone")
        if (self.finding is not None) != (kind is EventKind.EVALUATION_REPORT):
            raise ValueError("`finding` is needed by evaluation_report, and by it alone")
        if self.basis is not None and kind not in SUSPENSIONS:
            raise ValueError("`basis` belongs to suspended and suspension_lifted alone")
        return self


class LegalEventOut(Out):
    """One thing that the register announced."""

    id: str
    patent_id: str
    kind: EventKind
    effective_on: date
    announced_on: date | None
    recorded_at: Moment
    source: str
    by_authority: bool = Field(description="Recorded by the platform or an authority; else a holder's statement.")
    details: dict[str, Any]


class LegalEventsOut(Out):
    """One page of legal events, in the order in which they took effect."""

    items: list[LegalEventOut]
    next_cursor: str | None


class LegalEventsQuery(PageQuery):
    """Legal events of one patent."""

    kind: list[EventKind] = Field([], max_length=len(EventKind))


class HoldingIn(Body):
    """That the caller's organisation, or the party named, holds the patent."""

    model_config = example(
        share={"numerator": 1, "denominator": 2}, evidence="专利登记簿副本", effective_on="2019-11-05"
    )

    party_id: Annotated[str, Field(pattern=id_pattern("pty"))] | None = Field(
        None, description="Who holds it; absent: the caller's organisation, unless a name is given."
    )
    party_name: Line | None = Field(None, description="Who holds it, by the name on the register.")
    share: Share | None = None
    evidence: LongLine | None = None
    evidence_files: FileIds = Field([])
    effective_on: Day | None = None
    announced_on: Day | None = None

    @model_validator(mode="after")
    def _names_one_party(self) -> Self:
        if self.party_id and self.party_name:
            raise ValueError("give the party's id or its name, not both")
        return self


class Verification(Body):
    """What the platform or an authority found about a holding."""

    model_config = example(outcome="verified", reason="与专利登记簿副本一致")

    outcome: Literal["verified", "refused"]
    reason: LongLine


class Dispute(Body):
    """Why a holding is contested."""

    model_config = example(reason="权属纠纷已由法院受理")

    reason: LongLine


class Ending(Body):
    """That a party no longer holds the patent."""

    model_config = example(ended_on="2026-02-01", reason="已转让")

    ended_on: Day
    reason: LongLine


class HoldingOut(Out):
    """That a party holds a patent: with what share, since when, how sure.

    Evidence and reasons show to holders, the platform and authorities.
    """

    id: str
    patent_id: str
    party_id: str
    party_name: str
    organisation_id: str | None
    state: HoldingState
    share: Share | None
    evidence: str | None
    evidence_files: list[FileRef]
    dispute_reason: str | None
    effective_on: date | None
    announced_on: date | None
    recorded_at: Moment
    ended_on: date | None
    ended_because: str | None
    version: int


class HoldingsOut(Out):
    """One page of holdings."""

    items: list[HoldingOut]
    next_cursor: str | None


class HoldingsQuery(PageQuery):
    """Holdings of one patent, oldest first."""

    state: list[HoldingState] = Field([], max_length=4)


class AssessmentIn(Body):
    """A stock-taking grade."""

    model_config = example(
        grade="A", method="专家评审（法律、技术、经济三维度）", assessor="科技成果转化中心", assessed_on="2026-01-20"
    )

    grade: Line = Field(description="One of /v1/reference/grades.")
    method: LongLine
    assessor: Line = Field(description="The person or body that graded.")
    assessed_on: Day
    note: LongLine | None = None
    evidence_files: FileIds = Field([])


class AssessmentOut(Out):
    """A stock-taking grade: who graded, when, by what method."""

    id: str
    patent_id: str
    organisation_id: str
    grade: str
    method: str
    assessor: str
    assessed_on: date
    note: str | None
    evidence_files: list[FileRef]
    recorded_at: Moment


class AssessmentsOut(Out):
    """One page of assessments, the newest first."""

    items: list[AssessmentOut]
    next_cursor: str | None


class AnnuitiesQuery(PageQuery):
    """The holder's calendar."""

    due_before: Day | None = Field(None, description="Only what falls due before this day.")


class AnnuityOut(Out):
    """The next unpaid annuity of one patent."""

    patent_id: str
    application_number: str | None
    grant_number: str | None
    title: str
    year: int = Field(description="Patent year; year 1 began on filing.")
    due_on: date
    grace_until: date = Field(description="Until then it can be paid with a surcharge.")
    state: Literal["due", "late", "grace_over"]
    payments_recorded: bool = Field(description="False: no payment is on record, and the next to come is shown.")


class AnnuitiesOut(Out):
    """One page of the calendar, the earliest first."""

    items: list[AnnuityOut]
    next_cursor: str | None

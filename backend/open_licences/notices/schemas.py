"""What notices look like outside."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Day, Fen, Line, Moment, Out, Prose, Version
from backend.files.schemas import FileIds, FileRef
from backend.licences.schemas import PaymentOut, Role
from backend.open_licences.states import NoticeStatus
from backend.patents.schemas import example
from backend.rights.errors import DatesReversed
from backend.rights.schemas import TermsHash


class ExportRegistration(Body):
    """The registration or permit of technology export that a licensee outside the mainland has."""

    kind: Literal["registration", "permit"]
    number: Line
    on: Day
    evidence_files: FileIds = Field(min_length=1)


class NoticeIn(Body):
    """A licensee's written notice: which terms it takes, for which days, with what use in mind."""

    model_config = example(
        terms_version=1, terms_hash="0" * 64, starts_on="2026-04-01", ends_on="2027-03-31", message="拟用于电池产线。"
    )

    terms_version: Annotated[int, Field(ge=1, strict=True)]
    terms_hash: TermsHash = Field(description="Of the terms that were read; others are refused.")
    starts_on: Day | None = Field(None, description="Today if absent.")
    ends_on: Day | None = Field(None, description="The last day; the open licence's own if absent.")
    net_sales_fen: Fen | None = None
    profit_fen: Fen | None = None
    units: Annotated[int | None, Field(ge=0, le=9_000_000_000_000_000)] = None
    message: Prose | None = None
    export_registration: ExportRegistration | None = Field(None, description="Of a licensee outside the mainland.")
    evidence_files: FileIds = Field([], description="The signed notice, where there is one on paper.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise DatesReversed
        return self


class NoticeOut(Version):
    """A notice: what it takes, what to pay by when, and what became of it."""

    id: str
    open_licence_id: str
    patent_id: str
    licensee_organisation_id: str
    licensee_name: str
    status: NoticeStatus
    status_reason: str | None
    terms_version: int
    terms_hash: str
    starts_on: date
    ends_on: date
    given_on: date
    given_at: Moment
    message: str | None
    export_registration: dict[str, Any] | None
    quote: dict[str, Any] = Field(description="Frozen with the notice, with its working.")
    due_at_start_fen: int
    paid_fen: int
    to_be_confirmed_fen: int = Field(
        description="Told late: it counts once the licensor confirms it or an office decides."
    )
    open_fen: int = Field(description="What is left to pay for the licence to take effect.")
    pay_by: date | None
    next_step: str = Field(description="What has to happen next, and by whom.")
    licence_id: str | None
    payments: list[PaymentOut]
    evidence_files: list[FileRef]


class NoticesOut(Out):
    """One page of notices, the newest first."""

    items: list[NoticeOut]
    next_cursor: str | None


class NoticesQuery(PageQuery):
    """Which notices."""

    role: Role | None = Field(None, description="On which side the caller's organisation stands.")
    status: list[NoticeStatus] = Field([], max_length=len(NoticeStatus))

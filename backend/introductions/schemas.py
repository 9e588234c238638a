"""What an introduction and its messages look like outside."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Clean, EachOnce, LongLine, Moment, Out
from backend.files.schemas import FileIds, FileRef
from backend.introductions.codes import (
    ContactDetail,
    DeclineReason,
    EndReason,
    IntroductionRole,
    IntroductionStatus,
    MatchSide,
)

LongText = Annotated[str, Clean, StringConstraints(min_length=1, max_length=5_000)]
Opening = Annotated[str, Clean, StringConstraints(min_length=1, max_length=2_000)]
Shares = Annotated[
    list[ContactDetail],
    Field(max_length=len(ContactDetail), description="What the other side sees of you once it is accepted."),
    EachOnce,
]


class IntroductionIn(Body):
    """What is said to the other side of a match."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"message": "贵方的工艺与我们的需求相近，希望进一步了解。", "share": ["name"]}]}
    )
    message: Opening = Field(description="The other side reads it before it answers.")
    share: Shares = Field([])


class IntroductionAcceptance(Body):
    """That an introduction is accepted."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"share": ["name", "email"]}]})
    share: Shares = Field([])


class IntroductionDecline(Body):
    """Why an introduction is declined; the other side reads it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "capacity", "note": "明年可再联系。"}]})
    reason: DeclineReason
    note: LongLine | None = None


class IntroductionMessageIn(Body):
    """A message to the other side."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "附上技术说明，请查收。"}]})
    text: LongText
    files: FileIds = Field([])


class ContactOut(Out):
    """What a person lets the other side see; null what he does not, or where he is no member any more."""

    name: str | None
    email: str | None


class IntroductionOut(Out):
    """An introduction. Until it is accepted each side sees of the other what everybody in its place would.

    What is null is not known, or not for the caller. The platform sees no message, note and contact.
    """

    id: str
    version: int
    status: IntroductionStatus
    role: IntroductionRole | None = Field(description="The caller's; null for the platform.")
    asked_by: MatchSide
    match_id: str
    need_id: str
    need_title: str | None = Field(description="As far as the caller may see the need.")
    need_organisation_id: str | None = Field(description="Null while the caller sees only an abstract of the need.")
    listing_id: str
    holder_organisation_id: str
    patent_id: str
    patent_title: str
    message: str | None
    asked_at: Moment
    due_on: date = Field(description="The last day for an answer.")
    due_provisional: bool = Field(description="Whether the calendar of the days until then was not yet known.")
    answered_at: Moment | None
    accepted_at: Moment | None
    requester_contact: ContactOut | None = Field(description="Once it is accepted.")
    answerer_contact: ContactOut | None = Field(description="Once it is accepted.")
    decline_reason: DeclineReason | None
    decline_note: str | None
    ended_at: Moment | None
    ended_because: EndReason | None
    licence_id: str | None = Field(description="The licence that took effect between the two sides afterwards.")
    contracted_on: date | None


class IntroductionPage(Out):
    """One page of introductions, the newest first."""

    items: list[IntroductionOut]
    next_cursor: str | None


class DeclineCount(Out):
    """How often introductions that the caller's organisation asked for were declined for a reason."""

    asked_by: MatchSide
    reason: DeclineReason
    count: int


class DeclineCounts(Out):
    """Why introductions of the caller's organisation were declined; what never occurred is left out."""

    since: date = Field(description="Introductions asked for from this day on count.")
    items: list[DeclineCount]


class IntroductionsQuery(PageQuery):
    """Which introductions."""

    state: list[IntroductionStatus] = Field([], description="Any of these.")
    role: IntroductionRole | None = Field(
        None, description="Those in which the caller's organisation asks, or answers."
    )


class IntroductionMessageOut(Out):
    """A message between the two sides."""

    id: str
    organisation_id: str
    sent_by: str | None = Field(description="The user's id; for the sender's organisation.")
    text: str
    files: list[FileRef]
    sent_at: Moment


class IntroductionMessagePage(Out):
    """One page of messages, the newest first."""

    items: list[IntroductionMessageOut]
    next_cursor: str | None

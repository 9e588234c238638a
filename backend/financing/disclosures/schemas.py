"""What disclosures and the ledger of views look like outside."""

from datetime import date
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field

from backend.core.http.schemas import Body, Day, EachOnce, Moment, Out
from backend.financing.codes import DeclineCode, DisclosureStatus, Part, RecipientKind, ViewedPart
from backend.financing.terms_schemas import OrganisationId, ProductId, Text2000

EXAMPLE: Final[dict[str, Any]] = {
    "organisation_id": "org_01h455vb4pex5vsknk084sn02q",
    "purpose": "知识产权质押贷款审批",
    "parts": ["company", "patents", "documents", "answers"],
    "ends_on": "2027-03-31",
}


class DisclosureIn(Body):
    """To whom a request is shown, for what, which parts of it, and until when."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})
    organisation_id: OrganisationId = Field(description="A verified bank or guarantor.")
    purpose: Text2000
    parts: Annotated[
        list[Part],
        Field(max_length=len(Part), description="Amount, term and purpose are shown in any case."),
        EachOnce,
    ]
    ends_on: Day = Field(description="The last day on which it is read.")
    product_id: ProductId | None = Field(None, description="The bank's published product that it is meant for.")


class DisclosureOut(Out):
    """A disclosure, with its receipt."""

    id: str
    version: int
    status: DisclosureStatus
    request_id: str
    organisation_id: str
    recipient: RecipientKind
    product_id: str | None
    purpose: str
    parts: list[Part]
    ends_on: date
    created_at: Moment
    sent_at: Moment | None = Field(description="Null until the request is submitted: nobody knows of it before.")
    taken_up_at: Moment | None
    ended_at: Moment | None
    decline_code: DeclineCode | None
    decline_note: str | None
    due_on: date | None = Field(description="Until when a bank answers; null while its clock stands or is over.")
    paused: bool | None = Field(description="Whether the bank's clock stands, since a question waits for an answer.")
    receipt: dict[str, Any] = Field(description="Both sides have the same; canonical JSON (RFC 8785) gives its hash.")
    receipt_sha256: str


class DisclosurePage(Out):
    """One page of disclosures, the newest first."""

    items: list[DisclosureOut]
    next_cursor: str | None


class ViewOut(Out):
    """That somebody read parts of the request."""

    organisation_id: str
    member_name: str | None = Field(description="Null once the account is erased.")
    member_role: str
    by_program: bool
    parts: list[ViewedPart]
    file_id: str | None
    at: Moment


class ViewPage(Out):
    """One page of what was read, the newest first."""

    items: list[ViewOut]
    next_cursor: str | None

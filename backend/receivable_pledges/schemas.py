"""What pledges of licence income look like outside."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Day, Line, LongLine, Moment, Out, Version
from backend.core.ids import id_pattern
from backend.receivable_pledges.codes import ReceivablePledgeStatus

OrganisationId = Annotated[str, StringConstraints(pattern=id_pattern("org"))]


class ReceivablePledgeIn(Body):
    """To whom a licensor pledges what a licence brings in."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"pledgee_organisation_id": "org_01h455vb4pex5vsknk084sn02q"}]}
    )

    pledgee_organisation_id: OrganisationId
    note: LongLine | None = None


class ReceivablePledgeAnswer(Body):
    """Whether the licensee consents."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"answer": "given"}]})

    answer: Literal["given", "refused"]
    note: LongLine | None = None


class ReceivableRegistration(Body):
    """Under which number and on which day the pledge was registered."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"registration_number": "0123 4567 8901", "registered_on": "2026-10-08"}]}
    )

    registration_number: Line
    registered_on: Day


class ReceivableRelease(Body):
    """From which day on the income is free again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"released_on": "2027-10-08"}]})

    released_on: Day


class ReceivablePledgeOut(Version):
    """The pledge of a licence's income as its three sides see it."""

    id: str
    status: ReceivablePledgeStatus
    role: Literal["licensor", "licensee", "pledgee"]
    licence_id: str
    patent_id: str
    licensor_organisation_id: str
    licensee_organisation_id: str
    pledgee_organisation_id: str
    note: str | None
    asked_at: Moment
    answered_at: Moment | None
    answer_note: str | None
    registration_number: str | None
    registered_on: str | None
    released_on: str | None
    right_id: str | None


class ReceivablePledgePage(Out):
    """One page of pledges of licence income, the newest first."""

    items: list[ReceivablePledgeOut]
    next_cursor: str | None


class ReceivablePledgesQuery(PageQuery):
    """Which pledges of licence income are asked for."""

    status: list[ReceivablePledgeStatus] = Field(default_factory=list)
    licence_id: Annotated[str, StringConstraints(pattern=id_pattern("lic"))] | None = None


class RoyaltyPeriodOut(Out):
    """What was reported and paid for one period of the licence."""

    number: int
    starts_on: str
    ends_on: str
    report_due_on: str
    amount_fen: int | None = Field(description="None: not reported.")
    pay_by: str | None
    paid_fen: int


class LicenceIncomeOut(Out):
    """What the licence brings in, as its pledgee reads it once the licensee has consented."""

    licence_id: str
    patent_id: str
    status: str
    licence_type: str
    starts_on: str
    ends_on: str
    fee: dict[str, object]
    due_at_start_fen: int
    paid_fen: int = Field(description="All payments that count.")
    periods: list[RoyaltyPeriodOut]

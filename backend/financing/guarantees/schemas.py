"""What a guarantee looks like outside."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field

from backend.core.http.schemas import Body, LongLine, Moment, Out
from backend.financing.codes import DeclineCode, GuaranteeStatus
from backend.financing.terms_schemas import Amount, BasisPoints, OrganisationId, Text5000


class GuaranteeIn(Body):
    """Which guarantor is asked to stand for how much."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"organisation_id": "org_01h455vb4pex5vsknk084sn02q", "amount_fen": 300_000_000}]
        }
    )
    organisation_id: OrganisationId = Field(description="A guarantor to which the request is disclosed.")
    amount_fen: Amount


class GuaranteeAgreement(Body):
    """For how much and on what terms a guarantor stands for the debt."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount_fen": 300_000_000, "fee_bp": 80,
                                                               "may_be_pledgee": False}]})  # fmt: skip
    amount_fen: Amount
    fee_bp: BasisPoints = Field(description="A year, of the amount.")
    counter_guarantee: Text5000 | None = Field(None, description="What the guarantor wants in return.")
    may_be_pledgee: Annotated[bool, Field(strict=True)] = Field(
        description="Whether the patents may be pledged to the guarantor."
    )


class GuaranteeDecline(Body):
    """Why a guarantor declines."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "capacity"}]})
    code: DeclineCode
    note: LongLine | None = None


class GuaranteeOut(Out):
    """A guarantee, for the enterprise and the guarantor alone."""

    id: str
    version: int
    status: GuaranteeStatus
    request_id: str
    organisation_id: str = Field(description="The guarantor.")
    asked_amount_fen: int
    asked_at: Moment
    due_on: date | None = Field(description="Until when it answers; null while its clock stands or is over.")
    answered_at: Moment | None
    amount_fen: int | None
    fee_bp: int | None
    counter_guarantee: str | None
    may_be_pledgee: bool | None
    decline_code: DeclineCode | None
    decline_note: str | None
    closed_at: Moment | None


class GuaranteePage(Out):
    """One page of guarantees, the newest first."""

    items: list[GuaranteeOut]
    next_cursor: str | None

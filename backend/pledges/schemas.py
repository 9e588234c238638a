"""What pledges look like outside."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal, TypeVar

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, CleanLine, Day, EachOnce, Fen, Line, LongLine
from backend.core.ids import id_pattern
from backend.files.schemas import FileIds
from backend.financing.codes import Ground
from backend.pledges.codes import (
    ChangeKind,
    DisposalMethod,
    PledgeKind,
    PledgeSide,
    PledgeStatus,
    ProceedsUse,
    RegistrationOutcome,
    ReleaseReason,
    SecuredItem,
)

V = TypeVar("V")
SOLD_BY: Final = tuple(one for one in DisposalMethod if one is not DisposalMethod.LICENCE_INCOME)
OfferId = Annotated[str, StringConstraints(pattern=id_pattern("off"))]
PatentIdIn = Annotated[str, StringConstraints(pattern=id_pattern("pat"))]
PatentIds = Annotated[list[PatentIdIn], Field(min_length=1, max_length=100), EachOnce]
RegistrationNumber = Annotated[str, CleanLine, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\r\n]*$")]
REALISED_FOR: Final = (SecuredItem.PRINCIPAL, SecuredItem.INTEREST, SecuredItem.REALISATION_COSTS)


def _covers_a_loan(named: list[SecuredItem]) -> list[SecuredItem]:
    if not set(REALISED_FOR) <= set(named):
        raise ValueError("a realisation pays costs, interest and principal: name all three")
    return named


Secures = Annotated[
    list[SecuredItem],
    Field(min_length=len(REALISED_FOR), max_length=len(SecuredItem)),
    EachOnce,
    AfterValidator(_covers_a_loan),
]
OFFER: str = "off_01h455vb4pex5vsknk084sn02q"


def _only_with(value: V, info: ValidationInfo, name: str, *codes: StrEnum) -> V:
    """Return a member that belongs to certain codes of another one; the error points to the member itself."""
    code = info.data.get(name)
    if code is not None and (value is not None) != (code in codes):
        said = {"name": name, "codes": ", ".join(codes)}
        if value is None:
            raise PydanticCustomError("missing", "{name} is one of: {codes}", said)
        raise PydanticCustomError("not_here", "it belongs to {name} {codes} and to no other", said)
    return value


class PledgeIn(Body):
    """The pledge that secures the loan of an accepted offer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"financing_offer_id": OFFER, "kind": "ordinary", "secures": [*REALISED_FOR]},
            ]
        }
    )

    financing_offer_id: OfferId
    kind: PledgeKind = PledgeKind.ORDINARY
    maximum_fen: Fen | None = Field(
        None, validate_default=True, description="Of a maximum-amount pledge: up to what it secures."
    )
    secures: Secures = Field(description="What it secures; nothing is added to what is named.")
    annuities_paid_by: PledgeSide = Field(PledgeSide.PLEDGOR, description="Who keeps the patents alive.")
    special_terms: LongLine | None = None

    @field_validator("maximum_fen")
    @classmethod
    def _most_is_named(cls, value: int | None, info: ValidationInfo) -> int | None:
        return _only_with(value, info, "kind", PledgeKind.MAXIMUM_AMOUNT)


class PledgePatch(Body):
    """What the drafted contract is to say otherwise; its sides sign the new version anew."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"secures": [*REALISED_FOR, SecuredItem.DAMAGES]}]})

    secures: Secures | None = None
    annuities_paid_by: PledgeSide | None = None
    special_terms: LongLine | None = None


class InsolvencyIn(Body):
    """That insolvency proceedings of a pledgor were opened."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"opened_on": "2027-02-10", "case_number": "(2027)渝05破1号"}]}
    )

    opened_on: Day
    case_number: Line
    evidence_files: FileIds = Field(min_length=1)


class PledgeConfirmationIn(Body):
    """That a side wants the pledge although the office would ask about one of its patents."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"patent_id": "pat_01h455vb4pex5vsknk084sn02q", "ground": "invalidation_pending"}]
        }
    )

    patent_id: PatentIdIn
    ground: Literal[Ground.SAME_DAY_APPLICATION, Ground.INVALIDATION_PENDING]


class PledgeFilingIn(Body):
    """That the registration was applied for at the office."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"filed_on": "2026-09-01"}]})

    filed_on: Day
    filing_number: Line | None = None
    evidence_files: FileIds = Field(default_factory=list)


class RegistrationDecisionIn(Body):
    """What the office decided about an application for registration."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"outcome": "registered", "decided_on": "2026-09-08", "registration_number": "Y2026500000123"},
                {"outcome": "refused", "decided_on": "2026-09-08", "ground": "already_pledged"},
            ]
        }
    )

    outcome: RegistrationOutcome
    decided_on: Day
    registration_number: RegistrationNumber | None = Field(
        None, validate_default=True, description="Of the outcome registered, and only of it."
    )
    ground: Ground | None = Field(None, validate_default=True, description="Of the outcome refused, and only of it.")
    note: LongLine | None = None
    evidence_files: FileIds = Field(default_factory=list)

    @field_validator("registration_number")
    @classmethod
    def _numbers_a_registration(cls, value: str | None, info: ValidationInfo) -> str | None:
        return _only_with(value, info, "outcome", RegistrationOutcome.REGISTERED)

    @field_validator("ground")
    @classmethod
    def _grounds_a_refusal(cls, value: Ground | None, info: ValidationInfo) -> Ground | None:
        return _only_with(value, info, "outcome", RegistrationOutcome.REFUSED)


class PledgeReleaseIn(Body):
    """That the release was applied for: of the whole pledge, or of some of its patents."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"filed_on": "2027-09-01", "reason": "debt_paid"}]})

    filed_on: Day
    reason: ReleaseReason
    patent_ids: PatentIds | None = Field(None, description="None: the whole pledge.")
    evidence_files: FileIds = Field(default_factory=list)


class PledgeReleaseDecisionIn(Body):
    """What the office decided about an application for release."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "registered", "decided_on": "2027-09-03"}]})

    outcome: Literal["registered", "refused"]
    decided_on: Day
    patent_ids: PatentIds | None = Field(None, description="As in the application; none: the whole pledge.")
    note: LongLine | None = None
    evidence_files: FileIds = Field(default_factory=list)


class PledgeDefaultIn(Body):
    """A default as the pledgee records it, or the end of one."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "defaulted", "on": "2027-03-01"}]})

    outcome: Literal["defaulted", "cured"] = "defaulted"
    on: Day
    event: LongLine | None = Field(None, description="The event of default, where it is not a payment overdue.")
    evidence_files: FileIds = Field(default_factory=list)


class DisposalIn(Body):
    """What the realisation of pledged patents brought."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "method": "auction",
                    "patent_ids": ["pat_01h455vb4pex5vsknk084sn02q"],
                    "disposed_on": "2027-06-01",
                    "buyer_name": "重庆某科技有限公司",
                    "proceeds_fen": 80_000_000,
                    "costs_fen": 1_500_000,
                    "closes": True,
                }
            ]
        }
    )

    method: DisposalMethod
    patent_ids: PatentIds
    disposed_on: Day
    buyer_name: Line | None = Field(None, validate_default=True, description="Who acquired them; none: licence income.")
    proceeds_fen: Fen
    costs_fen: Fen = Field(description="The costs of realisation, which come first.")
    closes: bool = Field(description="Whether nothing more is to be realised: compensation and surplus follow.")
    evidence_files: FileIds = Field(default_factory=list)

    @field_validator("buyer_name")
    @classmethod
    def _names_a_buyer(cls, value: str | None, info: ValidationInfo) -> str | None:
        return _only_with(value, info, "method", *SOLD_BY)

    @field_validator("costs_fen")
    @classmethod
    def _leaves_something(cls, value: int, info: ValidationInfo) -> int:
        if value > info.data.get("proceeds_fen", value):
            raise ValueError("costs_fen is more than proceeds_fen")
        return value


class PledgeRevocationIn(Body):
    """Why a pledge is given up before its registration, or revoked by the office after it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"on": "2026-09-02", "reason": "双方另行约定"}]})

    on: Day
    reason: LongLine
    evidence_files: FileIds = Field(default_factory=list)


class PledgeChangeIn(Body):
    """A change of a registered pledge that both sides agreed, or what the office decided about one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "debt_term", "filed_on": "2027-08-01", "debt_until": "2028-08-31"}]}
    )

    kind: ChangeKind
    filed_on: Day
    secured_fen: Fen | None = Field(None, validate_default=True)
    debt_until: Day | None = Field(None, validate_default=True)
    note: LongLine | None = Field(None, validate_default=True)
    evidence_files: FileIds = Field(default_factory=list)

    @field_validator("secured_fen")
    @classmethod
    def _secures_another_sum(cls, value: int | None, info: ValidationInfo) -> int | None:
        return _only_with(value, info, "kind", ChangeKind.SECURED_AMOUNT)

    @field_validator("debt_until")
    @classmethod
    def _has_another_term(cls, value: date | None, info: ValidationInfo) -> date | None:
        return _only_with(value, info, "kind", ChangeKind.DEBT_TERM)

    @field_validator("note")
    @classmethod
    def _says_what(cls, value: str | None, info: ValidationInfo) -> str | None:
        is_told = info.data.get("kind") in (ChangeKind.PARTY_NAME, ChangeKind.OTHER)
        return _only_with(value, info, "kind", ChangeKind.PARTY_NAME, ChangeKind.OTHER) if is_told else value


class PledgeChangeDecisionIn(Body):
    """What the office decided about a change."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "registered", "decided_on": "2027-08-05"}]})

    outcome: Literal["registered", "refused"]
    decided_on: Day
    note: LongLine | None = None
    evidence_files: FileIds = Field(default_factory=list)


class ProceedsDecisionIn(Body):
    """What becomes of what a licence of a pledged patent brought in."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"use": "deposit"}]})

    use: ProceedsUse


class PledgesQuery(PageQuery):
    """Which pledges are asked for."""

    status: list[PledgeStatus] = Field(default_factory=list)
    role: Literal["pledgor", "debtor", "pledgee", "lender"] | None = None
    patent_id: PatentIdIn | None = None

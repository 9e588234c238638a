"""What pledges look like outside."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

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
    maximum_fen: Fen | None = Field(None, description="Of a maximum-amount pledge: up to what it secures.")
    secures: Secures = Field(description="What it secures; nothing is added to what is named.")
    annuities_paid_by: PledgeSide = Field(PledgeSide.PLEDGOR, description="Who keeps the patents alive.")
    special_terms: LongLine | None = None

    @model_validator(mode="after")
    def _most_is_named(self) -> "PledgeIn":
        if (self.maximum_fen is not None) != (self.kind is PledgeKind.MAXIMUM_AMOUNT):
            raise ValueError("maximum_fen belongs to a pledge of kind maximum_amount, and only to it")
        return self


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
    registration_number: RegistrationNumber | None = None
    ground: Ground | None = None
    note: LongLine | None = None
    evidence_files: FileIds = Field(default_factory=list)

    @model_validator(mode="after")
    def _fits_outcome(self) -> "RegistrationDecisionIn":
        if (self.outcome is RegistrationOutcome.REGISTERED) != (self.registration_number is not None):
            raise ValueError("registration_number belongs to the outcome registered, and only to it")
        if (self.outcome is RegistrationOutcome.REFUSED) != (self.ground is not None):
            raise ValueError("ground belongs to the outcome refused, and only to it")
        return self


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
    buyer_name: Line | None = Field(None, description="Who acquired them; none: licence income.")
    proceeds_fen: Fen
    costs_fen: Fen = Field(description="The costs of realisation, which come first.")
    closes: bool = Field(description="Whether nothing more is to be realised: compensation and surplus follow.")
    evidence_files: FileIds = Field(default_factory=list)

    @model_validator(mode="after")
    def _names_a_buyer(self) -> "DisposalIn":
        if (self.buyer_name is None) != (self.method is DisposalMethod.LICENCE_INCOME):
            raise ValueError("buyer_name belongs to every method but licence_income")
        if self.costs_fen > self.proceeds_fen:
            raise ValueError("costs_fen is more than proceeds_fen")
        return self


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
    secured_fen: Fen | None = None
    debt_until: Day | None = None
    note: LongLine | None = None
    evidence_files: FileIds = Field(default_factory=list)

    @model_validator(mode="after")
    def _says_what(self) -> "PledgeChangeIn":
        given = {"secured_amount": self.secured_fen, "debt_term": self.debt_until}
        for kind, value in given.items():
            if (value is not None) != (self.kind == kind):
                raise ValueError("secured_fen belongs to secured_amount, debt_until to debt_term, and only there")
        if self.kind in (ChangeKind.PARTY_NAME, ChangeKind.OTHER) and self.note is None:
            raise ValueError("note says what is changed")
        return self


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

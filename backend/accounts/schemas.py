"""What accounts take and give."""

from typing import Annotated, Final, Literal

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from backend.accounts.codes import OrganisationKind, OrganisationStatus
from backend.accounts.rules import fold_credit_code
from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, CleanLine, Day, Line, Moment, Out, Prose, Sought, Uncontrolled, Version
from backend.core.ids import id_pattern

IdentifierKind = Literal["credit_code", "passport", "id_card", "foreign_register", "other"]
LONGEST_ADDRESS: Final = 254


def _address(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as wrong:
        raise ValueError(str(wrong)) from None


Address = Annotated[
    str,
    CleanLine,
    StringConstraints(min_length=3, max_length=LONGEST_ADDRESS),
    AfterValidator(_address),
    WithJsonSchema({"type": "string", "format": "email", "minLength": 3, "maxLength": LONGEST_ADDRESS}),
]
Password = Annotated[
    str, Uncontrolled, StringConstraints(min_length=1, max_length=200), Field(json_schema_extra={"writeOnly": True})
]
CreditCode = Annotated[
    str,
    CleanLine,
    AfterValidator(fold_credit_code),
    Field(min_length=1, max_length=60, description="Unified social credit code (GB 32100); any case and width."),
]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), Field(description="ISO 3166-1 alpha-2.")]
Region = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$"), Field(description="A code of the list `regions`.")]
Website = Annotated[str, CleanLine, StringConstraints(max_length=300, pattern=r"^https?://[^\s<>\"]+$")]
Reason = Annotated[str, CleanLine, StringConstraints(min_length=3, max_length=1000)]
PartOfName = Annotated[str, Sought, StringConstraints(min_length=1, max_length=100)]
OrganisationId = Annotated[str, StringConstraints(pattern=id_pattern("org"))]


class FirstMember(Body):
    """The person who registers an organisation, and will own it."""

    email: Address
    name: Line
    password: Password


class Registration(Body):
    """An organisation, and its first member unless the caller is signed in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "kind": "enterprise",
                    "name": "重庆示例材料有限公司",
                    "name_en": "Chongqing Example Materials Ltd.",
                    "region": "500106",
                    "credit_code": "91500106MA5U00001U",
                    "member": {"email": "wang@example.com", "name": "王示例", "password": "a long sentence of mine"},
                }
            ]
        }
    )

    kind: OrganisationKind
    name: Line
    name_en: Line | None = None
    country: Country = "CN"
    region: Region | None = None
    credit_code: CreditCode | None = None
    credit_code_override: Reason | None = Field(
        None, description="Why a code stands although its check digit fails, as some early codes' do."
    )
    website: Website | None = None
    introduction: Prose | None = None
    member: FirstMember | None = None


class OrganisationChange(Body):
    """What changes; a field that is not sent stays."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"introduction": "高校技术转移机构。", "website": "https://example.com/"}]}
    )

    name: Line | None = None
    name_en: Line | None = None
    country: Country | None = None
    region: Region | None = None
    credit_code: CreditCode | None = None
    credit_code_override: Reason | None = None
    website: Website | None = None
    introduction: Prose | None = None
    renamed_on: Day | None = Field(None, description="The day from which the new name holds.")


class Verdict(Body):
    """What the check of an organisation's papers came to."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"outcome": "verified", "reason": "名称与执照相符"}]})

    outcome: Literal["verified", "refused"]
    reason: Reason | None = Field(None, description="Needed for a refusal; the organisation sees it.")


class NameDecision(Body):
    """What an office found about the name that an organisation asks for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"outcome": "confirmed", "name": "重庆新示例材料有限公司", "name_en": None}]}
    )

    outcome: Literal["confirmed", "refused"]
    name: Line = Field(description="The name as it waits; another one that was asked for meanwhile is not decided on.")
    name_en: Line | None = Field(None, description="The same in English.")
    reason: Reason | None = Field(None, description="Needed for a refusal; the organisation is told.")


class NameChangeOut(Out):
    """Another name that an organisation asks for, which waits for an office."""

    name: str
    name_en: str | None
    renamed_on: Day | None
    asked_at: Moment


class OrganisationOut(Version):
    """An organisation; its own members, the platform and authorities also see the last four fields."""

    id: str
    kind: OrganisationKind
    status: OrganisationStatus
    name: str
    name_en: str | None
    country: str
    region: str | None
    credit_code: str | None
    website: str | None
    introduction: str | None
    party_id: str
    verified_at: Moment | None
    created_at: Moment | None
    status_reason: str | None
    credit_code_override: str | None
    name_change: NameChangeOut | None = Field(description="Another name that waits to be confirmed by an office.")


class OrganisationsQuery(PageQuery):
    """Which organisations: of a kind, by a part of the name, in a status."""

    kind: OrganisationKind | None = None
    status: OrganisationStatus | None = None
    q: Annotated[PartOfName | None, Field(description="Part of the name.")] = None


class OrganisationsOut(Out):
    """One page of organisations."""

    items: list[OrganisationOut]
    next_cursor: str | None


class NewParty(Body):
    """Somebody who can hold a patent or a licence, on the platform or not."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"person": "legal", "name": "东京样本株式会社", "name_en": "Tokyo Sample", "country": "JP"}]
        }
    )

    person: Literal["legal", "natural"]
    name: Line
    name_en: Line | None = None
    country: Country = "CN"
    identifier_kind: IdentifierKind | None = None
    identifier: Line | None = None
    identifier_override: Reason | None = None


class PartyChange(Body):
    """What changes; a field that is not sent stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "东京新样本会社", "renamed_on": "2026-04-01"}]})

    name: Line | None = None
    name_en: Line | None = None
    country: Country | None = None
    identifier_kind: IdentifierKind | None = None
    identifier: Line | None = None
    identifier_override: Reason | None = None
    renamed_on: Day | None = Field(None, description="The day from which the new name holds.")


class FormerName(Out):
    """A name that the party bore before."""

    name: str
    name_en: str | None
    valid_from: Day | None
    valid_to: Day | None


class PartyOut(Version):
    """A party; its identifier shows to whoever entered it, to itself and to the platform."""

    id: str
    person: str
    name: str
    name_en: str | None
    country: str
    identifier_kind: str | None
    identifier: str | None
    identifier_override: str | None
    organisation_id: str | None
    former_names: list[FormerName]


class PartiesQuery(PageQuery):
    """Which parties: by a part of the name."""

    q: Annotated[PartOfName | None, Field(description="Part of the name.")] = None


class PartiesOut(Out):
    """One page of parties."""

    items: list[PartyOut]
    next_cursor: str | None

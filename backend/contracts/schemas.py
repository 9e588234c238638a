"""What contracts look like outside."""

from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field, JsonValue, StringConstraints

from backend.contracts.codes import (
    ContractStatus,
    RefusalReason,
    SigningMeans,
    SubjectMatch,
    VersionKind,
    VersionStatus,
)
from backend.core.http.paging import PageQuery
from backend.core.http.schemas import Body, Clean, EachOnce, LongLine, Moment, Out, Version

HASH: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
SideCode = Annotated[str, StringConstraints(pattern="^[a-z][a-z_]{0,39}$")]
ShortText = Annotated[str, Clean, StringConstraints(min_length=1, max_length=2_000)]
Pointer = Annotated[str, StringConstraints(pattern=r"^(/[^/\r\n]{1,100}){1,6}$", max_length=300)]
BASE64: Final = r"^[A-Za-z0-9+/\r\n]+={0,2}\s*$"


class SignatureIn(Body):
    """That a side signs exactly what the hash binds."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"bound_hash": HASH}]})
    bound_hash: Sha256 = Field(description="Of the version that was read and is signed.")
    side: SideCode | None = Field(None, description="Where the organisation stands on several sides: which one signs.")
    cms: Annotated[str, StringConstraints(pattern=BASE64, max_length=24_000)] | None = Field(
        None, description="The CMS signature over what `signatures/preparation` gave, DER in base64."
    )


class PreparationIn(Body):
    """What is to be signed with the organisation's certificate."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"bound_hash": HASH}]})
    bound_hash: Sha256
    side: SideCode | None = None


class PreparationOut(Out):
    """What the holder of the private key signs, wherever the key is."""

    signed_attributes: str = Field(description="Base64 of the DER of the CMS signed attributes: sign these bytes.")
    signed_attributes_sha256: str = Field(description="Their SHA-256, for a device that signs digests.")
    signature_algorithm: str = Field(
        description="By which algorithm, as the attributes fix it.", examples=["sha256_rsa"]
    )
    document_digest: str = Field(description="SHA-256 of the paper's signed bytes, which stands in the attributes.")
    certificate_sha256: str
    expires_at: Moment


class ChangeRequestIn(Body):
    """What a side would have otherwise before it signs."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "请将期限改为二十四个月。", "pointers": ["/term_months"]}]}
    )
    text: ShortText
    pointers: Annotated[list[Pointer], Field(max_length=20), EachOnce] = Field(
        [], description="JSON pointers into `terms`."
    )


class RefusalIn(Body):
    """Why a side does not sign; the other sides read it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "terms", "note": "期限过长。"}]})
    reason: RefusalReason
    note: LongLine | None = None


class AmendmentIn(Body):
    """Which terms are to be others; what is not named stays."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"changes": {"term_months": 24}, "note": "各方同意延长期限。"}]}
    )
    changes: Annotated[dict[str, JsonValue], Field(min_length=1, max_length=50)] = Field(
        description="By name, the terms that are to be others, whole."
    )
    note: ShortText | None = None


class TerminationIn(Body):
    """That the contract is to end once all sides have signed that."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "各方不再有未了结的款项。"}]})
    note: ShortText = Field(description="Stands on the paper: why, and what is settled.")


class SideOut(Out):
    """A side, as the contract names it."""

    number: int
    code: str
    organisation_id: str
    party_id: str
    name: str
    credit_code: str | None


class UsedCertificateOut(Out):
    """The certificate of a signature, as it was then."""

    subject: str
    issuer: str
    serial_number: str
    sha256: str
    not_after: str
    matched_by: SubjectMatch


class SignatureOut(Out):
    """That a side has signed a version."""

    id: str
    side_number: int
    side: str
    organisation_id: str
    signatory_name: str
    user_id: str | None = Field(description="For members of the same organisation.")
    means: SigningMeans
    bound_hash: str
    certificate: UsedCertificateOut | None = Field(description="Null: signed without one.")
    cms_sha256: str | None
    signed_at: Moment


class ChangeRequestOut(Out):
    """What a side would have otherwise."""

    organisation_id: str
    text: str
    pointers: list[str]
    asked_at: str


class RefusalOut(Out):
    """Why a side does not sign."""

    organisation_id: str
    reason: RefusalReason
    note: str | None
    refused_at: str


class VersionOut(Out):
    """One version that is or was to be signed: of the contract, an amendment or its end."""

    id: str
    number: int
    kind: VersionKind
    status: VersionStatus
    template: str
    template_version: str
    terms: dict[str, Any]
    terms_hash: str = Field(description="SHA-256 of the terms' canonical JSON (RFC 8785).")
    document_hash: str = Field(description="SHA-256 of the unsigned paper.")
    signed_document_hash: str | None = Field(description="SHA-256 of the paper with the signatures by certificate.")
    bound_hash: str = Field(description="SHA-256 of the canonical JSON of all that a signature binds.")
    amends_version: str | None = Field(description="The version whose terms it changes or ends.")
    proposed_by_organisation_id: str
    note: str | None
    signatures: list[SignatureOut]
    created_at: Moment
    expires_at: Moment = Field(description="Until then it can be signed.")
    ended_at: Moment | None = Field(description="When it was signed by all, replaced, refused, or expired.")
    refusal: RefusalOut | None


class VersionPage(Out):
    """One page of versions, the latest first."""

    items: list[VersionOut]
    next_cursor: str | None


class ContractOut(Version):
    """A contract as its sides see it."""

    id: str
    template: str
    subject: str
    status: ContractStatus
    sides: list[SideOut]
    present: VersionOut = Field(description="The version of the contract itself that is or was to be signed last.")
    terms_in_force: dict[str, Any] | None = Field(description="Once it is effective: the terms as amended.")
    terms_hash_in_force: str | None = Field(description="Their hash; that of the first ones is `present.terms_hash`.")
    open_amendment: VersionOut | None = Field(description="The amendment or termination that can be signed.")
    change_request: ChangeRequestOut | None
    refusal: RefusalOut | None
    termination_note: str | None
    created_at: Moment
    effective_at: Moment | None
    ended_at: Moment | None


class ContractPage(Out):
    """One page of contracts, the newest first."""

    items: list[ContractOut]
    next_cursor: str | None


class ContractsQuery(PageQuery):
    """Which contracts."""

    status: list[ContractStatus] = Field([], description="Any of these.")
    subject: Annotated[str, StringConstraints(pattern="^[a-z]{3,8}_[0-9a-z]{26}$")] | None = Field(
        None, description="The id of the thing that they are about."
    )

"""What a licence certificate says, and the hash by which anybody can ask whether it is still so."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import Field, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema

from backend.core.canonical import fingerprint
from backend.core.http.schemas import Fen, Moment, Out
from backend.licences.patent_reference import NamedPatent
from backend.rights.codes import LicenceType

# Only open licences can be had today, and of these the description promises more than of any licence.
Type = Annotated[LicenceType, WithJsonSchema({"const": "open", "title": "Type", "type": "string"})]
Never = Annotated[bool, WithJsonSchema({"const": False, "type": "boolean"})]


class CertificateStatus(StrEnum):
    """Whether the licence stands on the day on which the certificate is made."""

    VALID = "valid"
    CONTESTED = "contested"
    ENDED = "ended"
    TERMINATED = "terminated"
    VOID = "void"


class CertifiedStep(StrEnum):
    """What led to the licence, and what became of it."""

    NOTICE_GIVEN = "notice_given"
    CONTRACT_SIGNED = "contract_signed"
    PAYMENT_MADE = "payment_made"
    PAYMENT_CONTESTED = "payment_contested"
    CONTEST_ENDED = "contest_ended"
    LICENSOR_CONTESTED = "licensor_contested"
    LICENSOR_CONTEST_ENDED = "licensor_contest_ended"
    PAYMENT_STRUCK = "payment_struck"
    PAYMENT_WITHDRAWN = "payment_withdrawn"
    EFFECTIVE = "effective"
    RECORDAL_FILED = "recordal_filed"
    RECORDAL_CONFIRMED = "recordal_confirmed"
    ENDED = "ended"
    REINSTATED = "reinstated"


class CertifiedParty(Out):
    """One of the two sides; of a natural person nothing but the name and whether it was verified."""

    name: str
    credit_code: str | None = Field(description="Its unified social credit code, where it has one.")
    verified: bool = Field(description="Whether the platform or an authority verifies it when this is made.")


class CertifiedLicensee(CertifiedParty):
    """Who may use the patent."""

    country: str = Field(description="ISO 3166 code.")


class CertifiedDeclaration(Out):
    """The declaration of the open licence that the licensee took up."""

    number: str | None = Field(description="The patent office's number.")
    announced_on: date


class CertifiedContract(Out):
    """The contract of a negotiated licence."""

    number: str | None
    signed_on: date | None


class FeeLine(Out):
    """One line of what the licence costs; an amount where the line has one."""

    zh: str
    en: str
    amount_fen: Fen | None = None


class CertifiedEvent(Out):
    """One link of the chain from notice to recordal."""

    step: CertifiedStep
    day: date = Field(description="When it happened; of a payment, its value date.")
    reference: str | None = Field(None, description="The notice's id, the payment's, the office's number.")
    amount_fen: Fen | None = None


class Certificate(Out):
    """Everything that the certificate of a licence states, on paper and as JSON."""

    licence_id: str
    status: CertificateStatus
    patent: NamedPatent
    licensors: list[CertifiedParty] = Field(description="All holders.")
    licensee: CertifiedLicensee
    type: Type = LicenceType.OPEN
    exclusive: Never = False
    sub_licensing: Never = False
    declaration: CertifiedDeclaration | SkipJsonSchema[None]
    contract: CertifiedContract | None = Field(None, description="Of a negotiated licence.")
    territory: str = Field(description="ISO 3166 code, or words.")
    starts_on: date
    ends_on: date | None = Field(description="The last day; none: as long as the patent.")
    effective_on: date = Field(description="When the contract came into force.")
    fees: list[FeeLine]
    terms_version: int
    terms_hash: str = Field(description="SHA-256 of the terms' canonical JSON (RFC 8785).")
    chain: list[CertifiedEvent] = Field(description="In the order in which the platform learnt of it.")
    is_demonstration: bool = Field(description="Made-up data: the certificate certifies nothing.")
    verification_url: str = Field(max_length=500, description="Where the hash can be checked, without it.")
    issued_at: Moment


class CertificateOut(Certificate):
    """The certificate with its hash."""

    hash: str = Field(description="SHA-256 of the stated facts' canonical JSON (RFC 8785).")
    check_url: str = Field(description="Asks whether the certificate is valid; the QR code on the paper.")


class VerificationOut(Out):
    """Whether the certificate with this hash is valid; of one that was issued, whom it names and how they stand now."""

    valid: bool
    status: CertificateStatus | None = None
    licensors: list[CertifiedParty] = Field(default_factory=list)
    licensee: CertifiedLicensee | None = None


UNHASHED: Final = frozenset({"issued_at", "status", "verification_url", "hash", "check_url"})
OF_NOW: Final = frozenset({"verified"})  # of a party: what may change while the paper stays good


def _stated(certificate: Certificate) -> dict[str, Any]:
    """Return all that is stated but what is so only now, and where to check it."""
    besides = UNHASHED if certificate.contract else UNHASHED | {"contract"}  # so are all papers of open licences
    stated = certificate.model_dump(mode="json", exclude=set(besides))
    for party in (*stated["licensors"], stated["licensee"]):
        for name in OF_NOW:
            party.pop(name)
    return stated


def certificate_hash(certificate: Certificate) -> str:
    """Return the SHA-256, in hex, of all that is stated but what is so only now, and where to check it."""
    return fingerprint(_stated(certificate))


def _first_hash(certificate: Certificate) -> str:
    """Return the hash of a certificate of the first form, which named the sides without their credit codes."""
    stated = _stated(certificate)
    licensee = {name: stated["licensee"][name] for name in ("name", "country")}
    return fingerprint(stated | {"licensors": [party["name"] for party in stated["licensors"]], "licensee": licensee})


def known_hashes(certificate: Certificate, *, first_form: bool = False) -> Iterator[str]:
    """Yield the hashes that certificates of this licence bear, the newest first: a link added later spoils no paper.

    `first_form`: the licence is from when certificates named no credit codes, and such papers of it stay good.
    """
    for links in range(len(certificate.chain), 0, -1):
        earlier = certificate.chain[:links]
        if any(event.step is CertifiedStep.EFFECTIVE for event in earlier):
            paper = certificate.model_copy(update={"chain": earlier})
            yield certificate_hash(paper)
            if first_form:
                yield _first_hash(paper)


def check_url(certificate: Certificate) -> str:
    """Return the address that tells, for this certificate's hash, whether it is valid."""
    return f"{certificate.verification_url}?hash={certificate_hash(certificate)}"


def with_hash(certificate: Certificate) -> CertificateOut:
    """Return the certificate as it is answered: with its hash and the address of its check."""
    return CertificateOut(**dict(certificate), hash=certificate_hash(certificate), check_url=check_url(certificate))


def chained(step: CertifiedStep, day: date, reference: str | None = None, amount_fen: int | None = None) -> Any:
    """Return one link of a licence's chain, as its certificate tells it."""
    return {"step": step.value, "day": day.isoformat(), "reference": reference, "amount_fen": amount_fen}

"""What a licence certificate says, and the hash by which anybody can ask whether it is still so."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Final, Literal

from pydantic import Field

from backend.core.canonical import fingerprint
from backend.core.schemas import Fen, Moment, Out
from backend.licensing.named import NamedPatent


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
    PAYMENT_MADE = "payment_made"
    PAYMENT_CONTESTED = "payment_contested"
    CONTEST_ENDED = "contest_ended"
    PAYMENT_STRUCK = "payment_struck"
    PAYMENT_WITHDRAWN = "payment_withdrawn"
    EFFECTIVE = "effective"
    RECORDAL_FILED = "recordal_filed"
    RECORDAL_CONFIRMED = "recordal_confirmed"
    ENDED = "ended"
    REINSTATED = "reinstated"


class CertifiedLicensee(Out):
    """Who may use the patent."""

    name: str
    country: str = Field(description="ISO 3166 code.")


class CertifiedDeclaration(Out):
    """The declaration of the open licence that the licensee took up."""

    number: str | None = Field(description="The patent office's number.")
    announced_on: date


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
    """Everything that the certificate of an open licence states, on paper and as JSON."""

    licence_id: str
    status: CertificateStatus
    patent: NamedPatent
    licensors: list[str] = Field(description="All holders.")
    licensee: CertifiedLicensee
    type: Literal["open"] = "open"
    exclusive: Literal[False] = False
    sub_licensing: Literal[False] = False
    declaration: CertifiedDeclaration
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


UNHASHED: Final = frozenset({"issued_at", "status", "verification_url", "hash", "check_url"})


def certificate_hash(certificate: Certificate) -> str:
    """Give the SHA-256, in hex, of all that is stated but the status, the time of issue and where to check it."""
    return fingerprint(certificate.model_dump(mode="json", exclude=set(UNHASHED)))


def known_hashes(certificate: Certificate) -> Iterator[str]:
    """Give the hashes that certificates of this licence bear, the newest first: a link added later spoils no paper."""
    for links in range(len(certificate.chain), 0, -1):
        earlier = certificate.chain[:links]
        if any(event.step is CertifiedStep.EFFECTIVE for event in earlier):
            yield certificate_hash(certificate.model_copy(update={"chain": earlier}))


def check_url(certificate: Certificate) -> str:
    """Give the address that tells, for this certificate's hash, whether it is valid."""
    return f"{certificate.verification_url}?hash={certificate_hash(certificate)}"


def with_hash(certificate: Certificate) -> CertificateOut:
    """Give the certificate as it is answered: with its hash and the address of its check."""
    return CertificateOut(**dict(certificate), hash=certificate_hash(certificate), check_url=check_url(certificate))

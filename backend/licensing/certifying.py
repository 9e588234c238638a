"""The certificate of a licence, from what was frozen when it took effect and what has happened since."""

from datetime import datetime
from typing import Final

from backend.core.settings import Settings
from backend.licensing.certificate import (
    Certificate,
    CertificateOut,
    CertificateStatus,
    CertifiedDeclaration,
    CertifiedEvent,
    CertifiedLicensee,
    FeeLine,
    known_hashes,
    with_hash,
)
from backend.licensing.models import Licence
from backend.licensing.named import NamedPatent
from backend.licensing.states import LicenceStatus

STATUSES: Final = {
    LicenceStatus.AWAITING_START: CertificateStatus.VALID,
    LicenceStatus.IN_FORCE: CertificateStatus.VALID,
    LicenceStatus.CONTESTED: CertificateStatus.CONTESTED,
    LicenceStatus.TERMINATED: CertificateStatus.TERMINATED,
    LicenceStatus.EXPIRED: CertificateStatus.ENDED,
    LicenceStatus.VOID: CertificateStatus.VOID,
}
VALID: Final = frozenset({CertificateStatus.VALID, CertificateStatus.CONTESTED})  # a contested licence stands


def certificate(licence: Licence, settings: Settings, now: datetime) -> Certificate:
    """Give the certificate of the licence as it stands."""
    facts = licence.facts
    return Certificate(
        licence_id=licence.id,
        status=STATUSES[licence.status],
        patent=NamedPatent(**facts["patent"]),
        licensors=facts["licensors"],
        licensee=CertifiedLicensee(**facts["licensee"]),
        declaration=CertifiedDeclaration(**facts["declaration"]),
        territory=facts["territory"],
        starts_on=licence.starts_on,
        ends_on=licence.ends_on,
        effective_on=licence.effective_on,
        fees=[FeeLine(**line) for line in facts["fees"]],
        terms_version=facts["terms_version"],
        terms_hash=facts["terms_hash"],
        chain=[CertifiedEvent(**event) for event in licence.chain],
        is_demonstration=settings.patentmart_demo,
        verification_url=f"{settings.patentmart_public_url}/v1/licences/{licence.id}/certificate/verification",
        issued_at=now,
    )


def issued(licence: Licence, settings: Settings, now: datetime) -> CertificateOut:
    """Give the certificate with its hash and the address of its check."""
    return with_hash(certificate(licence, settings, now))


def is_valid(licence: Licence, claimed: str, settings: Settings, now: datetime) -> bool:
    """Whether a certificate with this hash was issued of the licence, and the licence stands."""
    found = certificate(licence, settings, now)
    return found.status in VALID and claimed in set(known_hashes(found))

"""The certificate of a licence, from what was frozen when it took effect and what has happened since."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.codes import OrganisationStatus
from backend.accounts.models import Organisation, Party
from backend.core.settings import Settings
from backend.licences.certificates.content import (
    Certificate,
    CertificateStatus,
    CertifiedEvent,
    CertifiedLicensee,
    CertifiedParty,
    FeeLine,
    VerificationOut,
    known_hashes,
)
from backend.licences.codes import LicenceSource
from backend.licences.models import Licence
from backend.licences.patent_reference import NamedPatent
from backend.licences.states import LicenceStatus
from backend.rights.codes import LicenceType

STATUSES: Final = {
    LicenceStatus.AWAITING_START: CertificateStatus.VALID,
    LicenceStatus.IN_FORCE: CertificateStatus.VALID,
    LicenceStatus.CONTESTED: CertificateStatus.CONTESTED,
    LicenceStatus.TERMINATED: CertificateStatus.TERMINATED,
    LicenceStatus.EXPIRED: CertificateStatus.ENDED,
    LicenceStatus.VOID: CertificateStatus.VOID,
}
CREDIT_CODE: Final = "credit_code"
FIRST_FORM: Final = 1
VALID: Final = frozenset({CertificateStatus.VALID, CertificateStatus.CONTESTED})  # a contested licence stands


def certified(party: Party) -> dict[str, Any]:
    """Return what is frozen of a party when the licence takes effect; a natural person's identifiers are nobody's."""
    code = party.identifier if party.identifier_kind == CREDIT_CODE else None
    return {"party_id": party.id, "name": party.name, "credit_code": code}


async def verified_sides(session: AsyncSession, licence: Licence) -> frozenset[str]:
    """Return those of the licence's parties whose organisations are verified now."""
    sides = [party["party_id"] for party in (*licence.facts["licensors"], licence.facts["licensee"])]
    statement = (
        sa.select(col(Party.id))
        .join(Organisation, col(Organisation.id) == col(Party.organisation_id))
        .where(col(Party.id).in_(sides), col(Organisation.status) == OrganisationStatus.VERIFIED)
    )
    return frozenset(await session.scalars(statement))


def _party(facts: Mapping[str, Any], verified: frozenset[str]) -> dict[str, Any]:
    named = {name: value for name, value in facts.items() if name != "party_id"}
    return named | {"verified": facts["party_id"] in verified}


def certificate(licence: Licence, settings: Settings, now: datetime, verified: frozenset[str]) -> Certificate:
    """Return the certificate of the licence as it stands, with which of its parties are verified."""
    facts = licence.facts
    return Certificate(
        licence_id=licence.id,
        status=STATUSES[licence.status],
        patent=NamedPatent(**facts["patent"]),
        licensors=[CertifiedParty(**_party(party, verified)) for party in facts["licensors"]],
        licensee=CertifiedLicensee(**_party(facts["licensee"], verified)),
        type=licence.licence_type,
        exclusive=licence.licence_type is LicenceType.EXCLUSIVE,
        sub_licensing=licence.sub_licensing,
        **_origin(licence),
        territory=facts["territory"],
        starts_on=licence.starts_on,
        ends_on=licence.ends_on,
        effective_on=licence.effective_on,
        fees=[FeeLine(**line) for line in facts["fees"]],
        terms_version=licence.terms_version,
        terms_hash=licence.terms_hash,
        chain=[CertifiedEvent(**event) for event in licence.chain],
        is_demonstration=settings.patentmart_demo,
        verification_url=f"{settings.patentmart_public_url}/v1/licences/{licence.id}/certificate/verification",
        issued_at=now,
    )


def _origin(licence: Licence) -> dict[str, Any]:
    """Return under which number and of which day what it came from is known, by what that is."""
    if licence.source is LicenceSource.OPEN_LICENCE:
        return {"declaration": {"number": licence.reference, "announced_on": licence.reference_on}}
    return {"declaration": None, "contract": {"number": licence.reference, "signed_on": licence.reference_on}}


async def issued(session: AsyncSession, licence: Licence, settings: Settings, now: datetime) -> Certificate:
    """Return the certificate of the licence as it stands now."""
    return certificate(licence, settings, now, await verified_sides(session, licence))


async def checked(
    session: AsyncSession, licence: Licence | None, claimed: str, settings: Settings, now: datetime
) -> VerificationOut:
    """Return whether a certificate with this hash is valid, and whom it names: who has the hash has the paper."""
    if licence is None:
        return VerificationOut(valid=False)
    found = await issued(session, licence, settings, now)
    if claimed not in set(known_hashes(found, first_form=licence.facts.get("form") == FIRST_FORM)):
        return VerificationOut(valid=False)
    return VerificationOut(
        valid=found.status in VALID, status=found.status, licensors=found.licensors, licensee=found.licensee
    )

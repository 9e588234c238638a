"""Signing certificates of organisations, and signatures with them; no private key is ever here."""

import asyncio
import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from asn1crypto import pem
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import Organisation
from backend.contracts import queries
from backend.contracts.certificates import pades
from backend.contracts.certificates.models import OrganisationCertificate, SignaturePreparation
from backend.contracts.certificates.pades import SignatureRoom
from backend.contracts.certificates.parsing import CertificateChain, check_usable, load, matched_by, read_chain
from backend.contracts.certificates.trust import check_trusted, trust_roots
from backend.contracts.errors import (
    CertificateMissing,
    CertificateNotTrusted,
    CertificateOfAnother,
    PreparationMissing,
    SignatureInvalid,
)
from backend.contracts.events import CertificateEntered, CertificateRemoved
from backend.contracts.models import ContractSide, ContractVersion
from backend.contracts.policy import ContractPolicy
from backend.contracts.timeline.service import record
from backend.contracts.versions import keep_document
from backend.core.database.columns import iso
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What was prepared to be signed."""

    row: SignaturePreparation
    signature_algorithm: str

    def answer(self) -> dict[str, Any]:
        """Return the fields of the answer to the side."""
        attributes = self.row.signed_attributes
        return {
            "signed_attributes": base64.b64encode(attributes).decode(),
            "signed_attributes_sha256": hashlib.sha256(attributes).hexdigest(),
            "signature_algorithm": self.signature_algorithm,
            "document_digest": self.row.document_digest.hex(),
            "certificate_sha256": self.row.certificate_sha256,
            "expires_at": self.row.expires_at,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A signature by certificate that was checked and kept."""

    certificate: dict[str, Any]
    cms_hash: str


def check(text: str, policy: ContractPolicy, now: datetime) -> CertificateChain:
    """Return the certificate that was sent; raise what stands against it. Synchronous: call it from a thread."""
    chain = read_chain(text)
    check_usable(chain.leaf, now)
    check_trusted(chain, trust_roots(policy.trust_roots), now)
    return chain


async def certificate_of(session: AsyncSession, organisation_id: str) -> OrganisationCertificate | None:
    """Return the certificate of the organisation."""
    return await session.get(OrganisationCertificate, organisation_id)


async def enter(
    session: AsyncSession, organisation: Organisation, chain: CertificateChain, caller: Caller, now: datetime
) -> OrganisationCertificate:
    """Return the certificate with which the organisation signs from now on; raise CertificateOfAnother."""
    leaf = chain.leaf
    match = matched_by(leaf, organisation.name, organisation.credit_code)
    if match is None:
        raise CertificateOfAnother
    values = {
        "certificate": leaf.dump(),
        "intermediates": chain.intermediates_pem,
        "sha256": leaf.sha256.hex(),
        "subject": leaf.subject.human_friendly,
        "issuer": leaf.issuer.human_friendly,
        "serial_number": f"{leaf.serial_number:x}",
        "matched_by": match,
        "not_before": leaf.not_valid_before,
        "not_after": leaf.not_valid_after,
        "entered_by": caller.user_id,
        "entered_at": now,
    }
    row = await certificate_of(session, organisation.id)
    before = row.sha256 if row else None
    if row is None:
        row = OrganisationCertificate(organisation_id=organisation.id, **values)
        session.add(row)
    else:
        row.sqlmodel_update({**values, "version": row.version + 1})
    await _record_change(session, CertificateEntered(sha256=row.sha256), caller, before, row.sha256, now)
    return row


async def remove(session: AsyncSession, row: OrganisationCertificate, caller: Caller, now: datetime) -> None:
    """Delete the certificate of the organisation, which signs without one; signatures made with it stay valid."""
    await session.delete(row)
    await _record_change(session, CertificateRemoved(), caller, row.sha256, None, now)


async def _record_change(
    session: AsyncSession,
    payload: CertificateEntered | CertificateRemoved,
    caller: Caller,
    before: str | None,
    after: str | None,
    now: datetime,
) -> None:
    organisation_id = caller.organisation_id
    await record(
        session, subject=organisation_id, kind=payload.type, by=caller, now=now,
        old={"certificate_sha256": before}, new={"certificate_sha256": after},
    )  # fmt: skip
    await append(session, DomainEvent(payload, organisation_id, [organisation_id], caller.user_id), now)


def _chain(row: OrganisationCertificate) -> CertificateChain:
    parts = pem.unarmor(row.intermediates, multiple=True) if row.intermediates else []
    return CertificateChain(load(row.certificate), tuple(load(content) for _, _, content in parts))


async def prepare(
    session: AsyncSession, version: ContractVersion, side: ContractSide, policy: ContractPolicy, now: datetime
) -> Prepared:
    """Return the room for the side's signature in the paper; raise CertificateMissing, CertificateUnusable."""
    certificate = await certificate_of(session, side.organisation_id)
    if certificate is None:
        raise CertificateMissing
    base = version.signed_document_hash or version.document_hash
    paper, chain = await queries.document(session, base), _chain(certificate)

    def work() -> SignatureRoom:
        check_usable(chain.leaf, now)
        check_trusted(chain, trust_roots(policy.trust_roots), now)
        reason = f"bound_hash {version.bound_hash}"
        return pades.make_room(paper, chain, field=_field(side), reason=reason, name=side.name)

    room = await asyncio.to_thread(work)
    await _delete_preparation(session, version.id, side.number)
    row = SignaturePreparation(
        version_id=version.id,
        side_number=side.number,
        certificate_sha256=certificate.sha256,
        base_document_hash=base,
        paper=room.paper,
        document_digest=room.document_digest,
        region_start=room.region_start,
        region_end=room.region_end,
        signed_attributes=room.signed_attributes,
        expires_at=now + timedelta(minutes=policy.preparation_minutes),
    )
    session.add(row)
    await session.flush()
    return Prepared(row=row, signature_algorithm=room.signature_algorithm)


def _field(side: ContractSide) -> str:
    return f"Side-{side.number}"


async def _delete_preparation(session: AsyncSession, version_id: str, side_number: int) -> None:
    conditions = (
        col(SignaturePreparation.version_id) == version_id,
        col(SignaturePreparation.side_number) == side_number,
    )
    await session.execute(sa.delete(SignaturePreparation).where(*conditions))


async def complete(
    session: AsyncSession, version: ContractVersion, side: ContractSide, cms: str, policy: ContractPolicy, now: datetime
) -> Proof:
    """Return the signature by certificate, checked, in the paper and kept; the caller holds the contract.

    Raises PreparationMissing, SignatureInvalid.
    """
    row = await session.get(SignaturePreparation, (version.id, side.number))
    certificate = await certificate_of(session, side.organisation_id)
    base = version.signed_document_hash or version.document_hash
    if row is None or row.expires_at <= now or row.base_document_hash != base:
        raise PreparationMissing
    if certificate is None or certificate.sha256 != row.certificate_sha256:
        raise PreparationMissing
    content = _decoded(cms)
    paper = await asyncio.to_thread(_finish, row, _chain(certificate), content, _field(side), policy, now)
    cms_hash = await keep_document(session, content)
    version.signed_document_hash = await keep_document(session, paper)
    await _delete_preparation(session, version.id, side.number)
    return Proof(certificate=_certificate_facts(certificate), cms_hash=cms_hash)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        raise SignatureInvalid(check="base64") from None


def _finish(
    row: SignaturePreparation,
    chain: CertificateChain,
    content: bytes,
    field: str,
    policy: ContractPolicy,
    now: datetime,
) -> bytes:
    roots = trust_roots(policy.trust_roots)
    if not roots:
        raise CertificateNotTrusted
    room = SignatureRoom(
        paper=row.paper,
        document_digest=row.document_digest,
        region_start=row.region_start,
        region_end=row.region_end,
        signed_attributes=row.signed_attributes,
        signature_algorithm="",
    )
    paper = pades.fill_room(room, pades.read_cms(content, row.signed_attributes))
    pades.check_signatures(paper, field, row.certificate_sha256, roots, chain, now)
    return paper


def _certificate_facts(row: OrganisationCertificate) -> dict[str, Any]:
    """Return what a signature keeps of the certificate with which it was made."""
    return {
        "subject": row.subject,
        "issuer": row.issuer,
        "serial_number": row.serial_number,
        "sha256": row.sha256,
        "not_after": iso(row.not_after),
        "matched_by": row.matched_by.value,
    }

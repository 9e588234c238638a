"""How contracts are shown to their sides: what belongs to a list of them is read at one go."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.contracts import queries
from backend.contracts.codes import VersionKind, VersionStatus
from backend.contracts.models import Contract, ContractSide, ContractSignature, ContractVersion
from backend.contracts.schemas import (
    ContractOut,
    RefusalOut,
    SideOut,
    SignatureOut,
    UsedCertificateOut,
    VersionOut,
)

SHOWN_AS_IS: Final = ("id", "number", "kind", "status", "template_version", "terms_hash", "document_hash",
               "signed_document_hash", "bound_hash", "proposed_by_organisation_id", "note", "created_at",
               "expires_at", "ended_at")  # fmt: skip


async def contracts_out(session: AsyncSession, caller: Caller, rows: Sequence[Contract]) -> list[ContractOut]:
    """Return the contracts as the caller's side sees them."""
    if not rows:
        return []
    ids = [row.id for row in rows]
    sides = await queries.sides(session, ids)
    version_ids = {row.present_version_id for row in rows} | {
        row.terms_version_id for row in rows if row.terms_version_id
    }
    versions = await queries.versions_by_id(session, version_ids)
    amendments = await _open_amendments(session, ids)
    rows_of_versions = [*versions.values(), *amendments.values()]
    out = {version.id: version for version in await versions_out(session, caller, rows_of_versions, sides)}
    return [_out(row, sides[row.id], out, amendments) for row in rows]


async def _open_amendments(session: AsyncSession, contract_ids: Sequence[str]) -> dict[str, ContractVersion]:
    statement = sa.select(ContractVersion).where(
        col(ContractVersion.contract_id).in_(contract_ids),
        col(ContractVersion.status) == VersionStatus.OPEN,
        col(ContractVersion.kind) != VersionKind.CONTRACT,
    )
    return {version.contract_id: version for version in await session.scalars(statement)}


def _out(
    row: Contract,
    sides: Sequence[ContractSide],
    versions: Mapping[str, VersionOut],
    amendments: Mapping[str, ContractVersion],
) -> ContractOut:
    in_force = versions[row.terms_version_id] if row.terms_version_id else None
    amendment = amendments.get(row.id)
    return ContractOut(
        id=row.id,
        version=row.version,
        template=row.template_name,
        subject=row.subject,
        status=row.status,
        sides=[SideOut(**side.model_dump(include=set(SideOut.model_fields))) for side in sides],
        present=versions[row.present_version_id],
        terms_in_force=in_force.terms if in_force else None,
        terms_hash_in_force=in_force.terms_hash if in_force else None,
        open_amendment=versions[amendment.id] if amendment else None,
        change_request=row.change_request,
        refusal=RefusalOut(**row.refusal) if row.refusal else None,
        termination_note=row.termination_note,
        created_at=row.created_at,
        effective_at=row.effective_at,
        ended_at=row.ended_at,
    )


async def versions_out(
    session: AsyncSession,
    caller: Caller,
    rows: Sequence[ContractVersion],
    sides: Mapping[str, Sequence[ContractSide]],
) -> list[VersionOut]:
    """Return the versions as the caller's side sees them, with their signatures."""
    signatures = await queries.signatures(session, [row.id for row in rows])
    return [
        _version_out(
            row, [_signature_out(signature, sides[row.contract_id], caller) for signature in signatures.get(row.id, [])]
        )
        for row in rows
    ]


def _version_out(row: ContractVersion, signatures: list[SignatureOut]) -> VersionOut:
    return VersionOut(
        **row.model_dump(include=set(SHOWN_AS_IS)),
        template=row.template_name,
        terms=json.loads(row.terms),
        amends_version=row.amends_version_id,
        signatures=signatures,
        refusal=RefusalOut(**row.refusal) if row.refusal else None,
    )


def _signature_out(row: ContractSignature, sides: Sequence[ContractSide], caller: Caller) -> SignatureOut:
    codes = {side.number: side.code for side in sides}
    return SignatureOut(
        id=row.id,
        side_number=row.side_number,
        side=codes[row.side_number],
        organisation_id=row.organisation_id,
        signatory_name=row.signatory_name,
        user_id=row.user_id if row.organisation_id == caller.organisation_id else None,
        means=row.means,
        bound_hash=row.bound_hash,
        certificate=UsedCertificateOut(**row.certificate) if row.certificate else None,
        cms_sha256=row.cms_hash,
        signed_at=row.signed_at,
    )


async def version_out(session: AsyncSession, caller: Caller, row: ContractVersion) -> VersionOut:
    """Return one version as the caller's side sees it."""
    await session.flush()
    sides: Mapping[str, Any] = await queries.sides(session, [row.contract_id])
    return (await versions_out(session, caller, [row], sides))[0]

"""What `patentmart fsck` compares of contracts: kept bytes with their hashes, and states with signatures."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.contracts import queries
from backend.contracts.codes import ContractStatus, VersionKind, VersionStatus
from backend.contracts.models import Contract, ContractDocument, ContractSignature, ContractVersion
from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of

CONTRACT: Final = table_of(Contract)
DOCUMENT: Final = table_of(ContractDocument)
SIGNATURE: Final = table_of(ContractSignature)
VERSION: Final = table_of(ContractVersion)
ONCE_SIGNED: Final = frozenset({ContractStatus.EFFECTIVE})


async def kept_bytes(site: Site, line: Line) -> None:
    """Every paper and every signature has the hash by which it is kept."""
    hashes: sa.Select[Any] = sa.select(DOCUMENT.c.sha256)
    async for rows, _ in pages(site.database, hashes, DOCUMENT.c.sha256):
        for row in rows:
            line.looked_at += 1
            async with site.database.read() as session:
                content = await queries.document(session, row.sha256)
            if hashlib.sha256(content).hexdigest() != row.sha256:
                line.differs(f"{row.sha256}: the kept bytes have another hash")


async def versions_and_signatures(site: Site, line: Line) -> None:
    """Terms and bound bytes have their hashes, which their signatures name; all sides have signed what is signed."""
    columns = (VERSION.c.id, VERSION.c.contract_id, VERSION.c.status, VERSION.c.terms, VERSION.c.terms_hash,
               VERSION.c.bound, VERSION.c.bound_hash)  # fmt: skip
    statement: sa.Select[Any] = sa.select(*columns)

    async def signatures_and_sides(session: AsyncSession, rows: Sequence[Any]) -> tuple[Any, Any]:
        signatures = await queries.signatures(session, [row.id for row in rows])
        return signatures, await queries.sides(session, {row.contract_id for row in rows})

    async for rows, related in pages(site.database, statement, VERSION.c.id, signatures_and_sides):
        signatures, sides = related
        for row in rows:
            line.looked_at += 1
            for difference in _differences(row, signatures.get(row.id, []), sides.get(row.contract_id, [])):
                line.differs(f"{row.id}: {difference}")


def _differences(row: Any, signatures: Sequence[ContractSignature], sides: Sequence[Any]) -> list[str]:
    differences = []
    if hashlib.sha256(bytes(row.terms)).hexdigest() != row.terms_hash:
        differences.append("its terms have another hash")
    if hashlib.sha256(bytes(row.bound)).hexdigest() != row.bound_hash:
        differences.append("what its signatures bind has another hash")
    differences += [
        f"{signature.id} signs another hash" for signature in signatures if signature.bound_hash != row.bound_hash
    ]
    is_whole = {side.number for side in sides} == {signature.side_number for signature in signatures}
    if (row.status is VersionStatus.SIGNED) != is_whole:
        differences.append(f"it is {row.status.value}, and {len(signatures)} of {len(sides)} sides have signed it")
    return differences


async def contracts_and_versions(site: Site, line: Line) -> None:
    """A contract is effective where its version is signed by all, and waits where that can be signed."""
    present, in_force = VERSION.alias("present"), VERSION.alias("in_force")
    statement: sa.Select[Any] = (
        sa.select(CONTRACT.c.id, CONTRACT.c.status, CONTRACT.c.effective_at, present.c.status.label("present"),
                  in_force.c.status.label("in_force"), in_force.c.kind)
        .join(present, present.c.id == CONTRACT.c.present_version_id, isouter=True)
        .join(in_force, in_force.c.id == CONTRACT.c.terms_version_id, isouter=True)
    )  # fmt: skip
    async for rows, _ in pages(site.database, statement, CONTRACT.c.id):
        for row in rows:
            line.looked_at += 1
            is_signed = row.present is VersionStatus.SIGNED
            if is_signed != (row.effective_at is not None) or (row.status in ONCE_SIGNED and not is_signed):
                line.differs(f"{row.id}: it is {row.status.value}, its version is {row.present}")
            elif is_signed != (row.in_force is VersionStatus.SIGNED) or row.kind is VersionKind.TERMINATION:
                line.differs(f"{row.id}: the terms in force are of a version that is {row.in_force}")


CONSISTENCY_CHECKS: Final = (
    ("the papers of contracts", kept_bytes),
    ("versions of contracts and their signatures", versions_and_signatures),
    ("contracts and their versions", contracts_and_versions),
)

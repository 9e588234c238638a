"""How contracts are found; who may see them is built in: members of their sides alone, no office besides.

`find_unscoped` and `about` are for the domains above, which have found that the caller may see their own thing.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import Party, User
from backend.contracts.codes import VersionKind, VersionStatus
from backend.contracts.models import (
    Contract,
    ContractDocument,
    ContractSide,
    ContractSignature,
    ContractVersion,
)
from backend.contracts.schemas import ContractsQuery

CREATED_AT: Final[Any] = col(Contract.created_at)
ID: Final[Any] = col(Contract.id)
NUMBER: Final[Any] = col(ContractVersion.number)


def of_organisation(organisation_id: str) -> sa.ColumnElement[bool]:
    """Return which contracts an organisation is a side of."""
    contract_ids = sa.select(col(ContractSide.contract_id)).where(col(ContractSide.organisation_id) == organisation_id)
    condition: sa.ColumnElement[bool] = ID.in_(contract_ids)
    return condition


def visible_to(caller: Caller) -> sa.ColumnElement[bool]:
    """Return which contracts a caller may know of."""
    return of_organisation(caller.organisation_id)


def contracts(caller: Caller, query: ContractsQuery) -> sa.Select[Any]:
    """Return the contracts that the caller may know of and asks for."""
    statement = sa.select(Contract).where(visible_to(caller))
    if query.status:
        statement = statement.where(col(Contract.status).in_(query.status))
    if query.subject is not None:
        condition: sa.ColumnElement[bool] = col(Contract.subject) == query.subject
        statement = statement.where(condition)
    return statement


async def contract(session: AsyncSession, caller: Caller, contract_id: str) -> Contract | None:
    """Return the contract, or None where the caller may not know of it."""
    return (await session.scalars(sa.select(Contract).where(contract_id == ID, visible_to(caller)))).first()


async def find_unscoped(session: AsyncSession, contract_id: str) -> Contract | None:
    """Return the contract for a domain above, whoever asks."""
    return await session.get(Contract, contract_id)


async def about(session: AsyncSession, subject: str) -> Sequence[Contract]:
    """Return the contracts about a thing of a domain above, the first one first, whoever asks."""
    statement = sa.select(Contract).where(col(Contract.subject) == subject).order_by(CREATED_AT, ID)
    return (await session.scalars(statement)).all()


async def locked(session: AsyncSession, contract_id: str) -> Contract:
    """Return the contract, held until the end of the transaction."""
    return await session.get_one(Contract, contract_id, with_for_update=True, populate_existing=True)


async def sides(session: AsyncSession, contract_ids: Collection[str]) -> dict[str, list[ContractSide]]:
    """Return the sides of each contract, in their order."""
    statement = sa.select(ContractSide).where(col(ContractSide.contract_id).in_(contract_ids))
    found: dict[str, list[ContractSide]] = defaultdict(list)
    for side in await session.scalars(statement.order_by(col(ContractSide.contract_id), col(ContractSide.number))):
        found[side.contract_id].append(side)
    return found


def versions(contract_id: str, kinds: Collection[VersionKind]) -> sa.Select[Any]:
    """Select the versions of a contract that are of these kinds."""
    statement = sa.select(ContractVersion).where(col(ContractVersion.contract_id) == contract_id)
    return statement.where(col(ContractVersion.kind).in_(sorted(kinds)))


async def versions_by_id(session: AsyncSession, ids: Collection[str]) -> dict[str, ContractVersion]:
    """Return versions by their ids."""
    statement = sa.select(ContractVersion).where(col(ContractVersion.id).in_(ids))
    return {version.id: version for version in await session.scalars(statement)}


async def version(session: AsyncSession, contract_id: str, which: sa.ColumnElement[bool]) -> ContractVersion | None:
    """Return the one version of the contract that a condition selects."""
    statement = sa.select(ContractVersion).where(col(ContractVersion.contract_id) == contract_id, which)
    return (await session.scalars(statement.execution_options(populate_existing=True))).first()


async def open_version(session: AsyncSession, contract_id: str) -> ContractVersion | None:
    """Return the version that can be signed, whose contract the caller holds."""
    return await version(session, contract_id, col(ContractVersion.status) == VersionStatus.OPEN)


async def signatures(session: AsyncSession, version_ids: Collection[str]) -> dict[str, list[ContractSignature]]:
    """Return the signatures of each version, by the order of its sides."""
    statement = sa.select(ContractSignature).where(col(ContractSignature.version_id).in_(version_ids))
    found: dict[str, list[ContractSignature]] = defaultdict(list)
    for signature in await session.scalars(statement.order_by(col(ContractSignature.side_number))):
        found[signature.version_id].append(signature)
    return found


async def document(session: AsyncSession, sha256: str) -> bytes:
    """Return the kept bytes."""
    statement = sa.select(col(ContractDocument.content)).where(col(ContractDocument.sha256) == sha256)
    return bytes((await session.scalars(statement)).one())


async def parties(session: AsyncSession, ids: Collection[str]) -> dict[str, Party]:
    """Return parties by their ids."""
    rows = await session.scalars(sa.select(Party).where(col(Party.id).in_(ids)))
    return {party.id: party for party in rows}


async def name_of(session: AsyncSession, user_id: str) -> str:
    """Return what a person is called now."""
    return (await session.scalars(sa.select(col(User.name)).where(col(User.id) == user_id))).one()

"""Who may do what with a contract: path id → loaded, permitted contract. For all but its sides there is none.

| act | sides: viewers | sides: editors | sides: signing members | platform, others |
|---|---|---|---|---|
| see, timeline, papers | x | x | x | |
| prepare a signature | | x, verified | x | |
| sign | | | x, verified | |
| ask for a change, propose an amendment or the end | | x, verified | x | |
| refuse | | x, once verified | x | |
| draw up, revise, end | the domain whose thing it is about | | | |

A contract is held before anything that follows from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Path
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import OnceVerifiedEditor, Signatory, VerifiedEditor, Viewer
from backend.accounts.caller import Caller
from backend.contracts import queries
from backend.contracts.codes import SigningMeans, VersionKind
from backend.contracts.errors import NoSuchContract, NoSuchContractVersion, NotThatSide, SideNotStated
from backend.contracts.models import Contract, ContractSide, ContractVersion
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern

SUFFIX: Final = "01h455vb4pex5vsknk084sn02q"
ContractId = Annotated[
    str, Path(pattern=id_pattern("ctr"), description="The contract's id.", examples=[f"ctr_{SUFFIX}"])
]
AmendmentId = Annotated[
    str, Path(pattern=id_pattern("camd"), description="The amendment's id.", examples=[f"camd_{SUFFIX}"])
]


def means_of(caller: Caller) -> SigningMeans:
    """Return what proved who signs."""
    return SigningMeans(str(caller.signs_with))


@dataclass(frozen=True, slots=True)
class HeldContract:
    """A contract held for a change, its sides, and who changes it."""

    contract: Contract
    sides: Sequence[ContractSide]
    caller: Caller

    def side(self, code: str | None) -> ContractSide:
        """Return the side for which the caller acts; raise NotThatSide, SideNotStated."""
        own = [side for side in self.sides if side.organisation_id == self.caller.organisation_id]
        codes = ", ".join(side.code for side in own)
        matching = [side for side in own if code in (None, side.code)]
        if not matching:
            raise NotThatSide(sides=codes)
        if len(matching) > 1:
            raise SideNotStated(sides=codes)
        return matching[0]


@dataclass(frozen=True, slots=True)
class HeldAmendment:
    """An amendment or termination whose contract is held."""

    held: HeldContract
    version: ContractVersion


async def _seen(contract_id: ContractId, caller: Viewer, session: ReadDb) -> Contract:
    found = await queries.contract(session, caller, contract_id)
    if found is None:
        raise NoSuchContract
    return found


async def _hold(session: AsyncSession, caller: Caller, contract_id: str) -> HeldContract:
    if await queries.contract(session, caller, contract_id) is None:
        raise NoSuchContract
    contract = await queries.locked(session, contract_id)
    return HeldContract(contract, (await queries.sides(session, [contract_id]))[contract_id], caller)


async def _signable(contract_id: ContractId, caller: Signatory, session: Db) -> HeldContract:
    return await _hold(session, caller, contract_id)


async def _changeable(contract_id: ContractId, caller: VerifiedEditor, session: Db) -> HeldContract:
    return await _hold(session, caller, contract_id)


async def _refusable(contract_id: ContractId, caller: OnceVerifiedEditor, session: Db) -> HeldContract:
    return await _hold(session, caller, contract_id)


async def _refusable_amendment(
    contract_id: ContractId, amendment_id: AmendmentId, caller: OnceVerifiedEditor, session: Db
) -> HeldAmendment:
    held = await _hold(session, caller, contract_id)
    condition = col(ContractVersion.id) == amendment_id
    version = await queries.version(session, contract_id, condition)
    if version is None or version.kind is VersionKind.CONTRACT:
        raise NoSuchContractVersion
    return HeldAmendment(held, version)


SeenContract = Annotated[Contract, Depends(_seen)]
SignableContract = Annotated[HeldContract, Depends(_signable)]
ChangeableContract = Annotated[HeldContract, Depends(_changeable)]
RefusableContract = Annotated[HeldContract, Depends(_refusable)]
RefusableAmendment = Annotated[HeldAmendment, Depends(_refusable_amendment)]

"""Who may do what with the pledge of a licence's income: path id → loaded, permitted thing.

| act | licensor | licensee | pledgee | others |
|---|---|---|---|---|
| ask for it | x, verified | | | |
| see | x | x | x | |
| consent or refuse | | x | | |
| withdraw it | x, until the licensee has consented | | x, afterwards, before the registration | |
| read licence and royalties | | | x, once the licensee has consented, until it is released | |
| record registration and release | | | x | |

The patent is held before the licence, and that before the pledge.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Path
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import OnceVerifiedEditor, VerifiedEditor, Viewer
from backend.accounts.caller import Caller
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.licences import queries as licence_queries
from backend.licences.access import HeldLicence, LicenceId
from backend.licences.access import locked as hold_licence
from backend.licences.errors import NoSuchLicence
from backend.licences.models import Licence
from backend.receivable_pledges import queries
from backend.receivable_pledges.codes import ReceivablePledgeStatus
from backend.receivable_pledges.errors import (
    LicenceNotYours,
    NoSuchReceivablePledge,
    ReceivablePledgeStepNotYours,
)
from backend.receivable_pledges.models import ReceivablePledge

SUFFIX: Final = "01h455vb4pex5vsknk084sn02q"
ReceivablePledgeId = Annotated[
    str, Path(pattern=id_pattern("rcp"), description="The pledge's id.", examples=[f"rcp_{SUFFIX}"])
]


@dataclass(frozen=True, slots=True)
class HeldReceivablePledge:
    """The pledge of a licence's income held for a change with its licence, and who changes it."""

    pledge: ReceivablePledge
    licence: HeldLicence
    caller: Caller


async def _pledging(licence_id: LicenceId, caller: VerifiedEditor, session: Db) -> HeldLicence:
    found = await licence_queries.licence(session, caller, licence_id)
    if found is None:
        raise NoSuchLicence
    if found.licensor_organisation_id != caller.organisation_id:
        raise LicenceNotYours(action="pledge", by="licensor")
    return HeldLicence(await hold_licence(session, found), caller, found)


async def _seen(receivable_pledge_id: ReceivablePledgeId, caller: Viewer, session: ReadDb) -> ReceivablePledge:
    found = await queries.visible(session, caller, receivable_pledge_id)
    if found is None:
        raise NoSuchReceivablePledge
    return found


async def _held(session: AsyncSession, caller: Caller, pledge_id: str, side: str, action: str) -> HeldReceivablePledge:
    found = await queries.visible(session, caller, pledge_id)
    if found is None:
        raise NoSuchReceivablePledge
    if getattr(found, f"{side}_organisation_id") != caller.organisation_id:
        raise ReceivablePledgeStepNotYours(action=action, by=side)
    licence = await session.get_one(Licence, found.licence_id)
    whole = await hold_licence(session, licence)
    await session.refresh(found, with_for_update=True)
    return HeldReceivablePledge(found, HeldLicence(whole, caller, licence), caller)


async def _answering(
    receivable_pledge_id: ReceivablePledgeId, caller: OnceVerifiedEditor, session: Db
) -> HeldReceivablePledge:
    return await _held(session, caller, receivable_pledge_id, "licensee", "answer")


async def _withdrawing(
    receivable_pledge_id: ReceivablePledgeId, caller: OnceVerifiedEditor, session: Db
) -> HeldReceivablePledge:
    """Load it for the licensor until the licensee has consented, afterwards for the pledgee, who may have filed it."""
    found = await queries.visible(session, caller, receivable_pledge_id)
    side = "licensor" if found is None or found.status is ReceivablePledgeStatus.ASKED else "pledgee"
    held = await _held(session, caller, receivable_pledge_id, side, "withdraw")
    if side == "licensor" and held.pledge.status is not ReceivablePledgeStatus.ASKED:
        raise ReceivablePledgeStepNotYours(action="withdraw", by="pledgee")
    return held


async def _registering(
    receivable_pledge_id: ReceivablePledgeId, caller: OnceVerifiedEditor, session: Db
) -> HeldReceivablePledge:
    return await _held(session, caller, receivable_pledge_id, "pledgee", "register")


async def _reading(caller: Viewer, pledge: "SeenReceivablePledge") -> ReceivablePledge:
    if pledge.pledgee_organisation_id != caller.organisation_id:
        raise ReceivablePledgeStepNotYours(action="read_licence", by="pledgee")
    return pledge


PledgedLicence = Annotated[HeldLicence, Depends(_pledging)]
SeenReceivablePledge = Annotated[ReceivablePledge, Depends(_seen)]
ReadReceivablePledge = Annotated[ReceivablePledge, Depends(_reading)]
AnsweredReceivablePledge = Annotated[HeldReceivablePledge, Depends(_answering)]
WithdrawnReceivablePledge = Annotated[HeldReceivablePledge, Depends(_withdrawing)]
RegisteredReceivablePledge = Annotated[HeldReceivablePledge, Depends(_registering)]

"""Who may do what with requests to be heard as a holder: path id → loaded, permitted request.

| act | offices | established holder of the patent | the asker |
|---|---|---|---|
| ask | | | a verified organisation, about a row of its own or a patent that everybody sees |
| see | all | once it is proposed | its own |
| accept, refuse, take what the row brought along | x | verified | |
| end another's holding with it | x | | |
| withdraw | | | x |
"""

from dataclasses import dataclass
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Depends, Path, Request
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import Editor, VerifiedEditor, Viewer
from backend.accounts.caller import Caller
from backend.catalogue import queries as catalogue
from backend.catalogue.access import Act, PatentId, locked_patent, may
from backend.catalogue.errors import NotTheHolder
from backend.catalogue.queries import Whole
from backend.core.db import Db, ReadDb
from backend.core.ids import id_pattern
from backend.establishment import queries
from backend.establishment.errors import AlreadyHolder, NoSuchEstablishment
from backend.establishment.models import Establishment

EstablishmentId = Annotated[
    str, Path(pattern=id_pattern("est"), description="The request's id.", examples=["est_01h455vb4pex5vsknk084sn02q"])
]


@dataclass(frozen=True, slots=True)
class Asking:
    """A row of one's own, or a patent that everybody sees, and who asks to be heard as its holder."""

    whole: Whole
    caller: Caller


@dataclass(frozen=True, slots=True)
class Deciding:
    """A request held for a change together with its patent, and who decides it."""

    establishment: Establishment
    target: Whole
    caller: Caller


async def _asking(request: Request, patent_id: PatentId, caller: VerifiedEditor, session: Db) -> Asking:
    whole = await locked_patent(request, session, caller, patent_id)
    entered = whole.patent.facts_by == caller.organisation_id  # asked alike whether it was established or not
    if whole.held_by(caller.organisation_id) and not entered:
        raise AlreadyHolder
    return Asking(whole, caller)


async def _seen(establishment_id: EstablishmentId, caller: Viewer, session: ReadDb) -> sa.Row[Any]:
    row = await queries.visible(session, caller, establishment_id)
    if row is None:
        raise NoSuchEstablishment
    return row


async def load_decision(session: AsyncSession, caller: Caller, establishment_id: str) -> Deciding | None:
    """Return the request, locked behind its patent; None where it has none yet, or is not the caller's to decide."""
    found = await queries.visible(session, caller, establishment_id)
    if found is None or found[0].patent_id is None:
        return None
    target = await catalogue.load(session, found[0].patent_id, lock=True)
    establishment = await queries.locked(session, establishment_id)
    if target is None or not may(Act.RECORD, caller, target):
        return None
    return Deciding(establishment, target, caller)


async def _deciding(
    patent_id: PatentId, establishment_id: EstablishmentId, caller: VerifiedEditor, session: Db
) -> Deciding:
    found = await queries.visible(session, caller, establishment_id)
    if found is None or found[0].patent_id != patent_id:
        raise NoSuchEstablishment
    decision = await load_decision(session, caller, establishment_id)
    if decision is None:
        raise NotTheHolder
    return decision


async def _own(patent_id: PatentId, establishment_id: EstablishmentId, caller: Editor, session: Db) -> Establishment:
    found = await queries.visible(session, caller, establishment_id)
    if found is None or found[0].organisation_id != caller.organisation_id:
        raise NoSuchEstablishment
    if patent_id not in (found[0].row_id, found[0].patent_id if found[0].row_id is None else None):
        raise NoSuchEstablishment
    return await queries.locked(session, establishment_id)


AskedRow = Annotated[Asking, Depends(_asking)]
SeenEstablishment = Annotated[sa.Row[Any], Depends(_seen)]
DecidedEstablishment = Annotated[Deciding, Depends(_deciding)]
OwnEstablishment = Annotated[Establishment, Depends(_own)]

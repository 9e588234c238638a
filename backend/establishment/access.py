"""Who may do what with requests to be heard as a holder: path id → loaded, permitted request.

| act | offices | established holder of the patent | the asker |
|---|---|---|---|
| ask | | | a verified organisation, about a row of its own or a patent that everybody sees |
| see | all | once it is proposed | its own |
| accept, refuse, take what the row brought along | x | verified, another than the asker | |
| end another's holding with it | x | | |
| withdraw | | | x |
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import Depends, Path, Request
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import Editor, VerifiedEditor, Viewer
from backend.accounts.caller import Caller
from backend.core.http.problems import ChangedMeanwhile
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.establishment import queries
from backend.establishment.errors import AlreadyHolder, NoSuchEstablishment
from backend.establishment.models import Establishment
from backend.establishment.schemas import EstablishmentIn, HolderAcceptance, HolderRefusal
from backend.files.access import Reader
from backend.patents import queries as patent_queries
from backend.patents.access import Act, PatentId, locked_patent, may
from backend.patents.errors import NoSuchPatent, NotTheHolder
from backend.patents.queries import PatentAggregate

EVIDENCE: Final = "establishment"  # the kind of thing that files are attached to
EstablishmentId = Annotated[
    str, Path(pattern=id_pattern("est"), description="The request's id.", examples=["est_01h455vb4pex5vsknk084sn02q"])
]


@dataclass(frozen=True, slots=True)
class Asking:
    """A row of one's own, or a patent that everybody sees, and who asks to be heard as its holder."""

    whole: PatentAggregate
    caller: Caller


@dataclass(frozen=True, slots=True)
class Deciding:
    """A request held for a change together with its patent and the asker's row, and who decides it."""

    establishment: Establishment
    target: PatentAggregate
    row: PatentAggregate | None
    caller: Caller


def is_own_row(whole: PatentAggregate, organisation_id: str) -> bool:
    """Whether the row is the organisation's entry, asked about alike whether it was established meanwhile or not.

    Who sold what it once entered asks about a patent of others.
    """
    held = whole.patent.facts_by == organisation_id and bool(whole.held_by(organisation_id))
    return whole.patent.private_to == organisation_id or (whole.patent.is_established and held)


async def _asking(
    request: Request, patent_id: PatentId, caller: VerifiedEditor, body: EstablishmentIn, session: Db
) -> Asking:
    await queries.lock_rows(session, {patent_id, *body.patent_ids})
    whole = await locked_patent(request, session, caller, patent_id)
    is_own = is_own_row(whole, caller.organisation_id)
    if not (whole.patent.is_established or is_own):  # an office sees others' private rows
        raise NoSuchPatent
    if whole.held_by(caller.organisation_id) and not is_own:
        raise AlreadyHolder
    return Asking(whole, caller)


async def _seen(establishment_id: EstablishmentId, caller: Viewer, session: ReadDb) -> sa.Row[Any]:
    row = await queries.visible(session, caller, establishment_id)
    if row is None:
        raise NoSuchEstablishment
    return row


async def load_decision(session: AsyncSession, caller: Caller, establishment_id: str) -> Deciding | None:
    """Return the request, locked behind its patent and row; None where it is not the caller's to decide.

    Nobody but an office decides what it asked itself. Raises ChangedMeanwhile.
    """
    found = await queries.visible(session, caller, establishment_id)
    if found is None or found[0].patent_id is None:
        return None
    target_id, row_id = ids = str(found[0].patent_id), found[0].row_id
    locked = {one.patent.id: one for one in await patent_queries.lock_all(session, filter(None, ids))}
    establishment = await queries.locked(session, establishment_id)
    if (establishment.patent_id, establishment.row_id) != ids:
        raise ChangedMeanwhile
    target = locked.get(target_id)
    if target is None or not may(Act.RECORD, caller, target):
        return None
    if establishment.organisation_id == caller.organisation_id and not patent_queries.is_office(caller):
        return None
    return Deciding(establishment, target, locked.get(row_id or ""), caller)


async def _decision(
    session: AsyncSession, caller: Caller, patent_id: str, establishment_id: str, *, batch: bool
) -> Deciding:
    found = await queries.visible(session, caller, establishment_id)
    if found is None or found[0].patent_id != patent_id:
        raise NoSuchEstablishment
    if batch:
        await queries.lock_rows_of_batch(session, found[0].batch_id)
    decision = await load_decision(session, caller, establishment_id)
    if decision is None:
        raise NotTheHolder
    return decision


async def _accepting(
    patent_id: PatentId, establishment_id: EstablishmentId, caller: VerifiedEditor, body: HolderAcceptance, session: Db
) -> Deciding:
    return await _decision(session, caller, patent_id, establishment_id, batch=body.batch)


async def _refusing(
    patent_id: PatentId, establishment_id: EstablishmentId, caller: VerifiedEditor, body: HolderRefusal, session: Db
) -> Deciding:
    return await _decision(session, caller, patent_id, establishment_id, batch=body.batch)


async def _adopting(
    patent_id: PatentId, establishment_id: EstablishmentId, caller: VerifiedEditor, session: Db
) -> Deciding:
    return await _decision(session, caller, patent_id, establishment_id, batch=False)


async def _own(patent_id: PatentId, establishment_id: EstablishmentId, caller: Editor, session: Db) -> Establishment:
    found = await queries.visible(session, caller, establishment_id)
    if found is None or found[0].organisation_id != caller.organisation_id:
        raise NoSuchEstablishment
    if patent_id not in (found[0].row_id, found[0].patent_id if found[0].row_id is None else None):
        raise NoSuchEstablishment
    return await queries.locked(session, establishment_id)


AskedRow = Annotated[Asking, Depends(_asking)]
SeenEstablishment = Annotated[sa.Row[Any], Depends(_seen)]
AcceptedEstablishment = Annotated[Deciding, Depends(_accepting)]
RefusedEstablishment = Annotated[Deciding, Depends(_refusing)]
AdoptedEstablishment = Annotated[Deciding, Depends(_adopting)]
OwnEstablishment = Annotated[Establishment, Depends(_own)]


async def _of_establishment(session: AsyncSession, caller: Caller, establishment_id: str) -> bool:
    """Whoever may see a request may read the files that it names as evidence."""
    return await queries.visible(session, caller, establishment_id) is not None


FILE_READERS: Final[dict[str, Reader]] = {EVIDENCE: _of_establishment}

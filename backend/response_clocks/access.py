"""Who may do what with an organisation's answers: everybody who sees it reads, its owners set."""

from typing import Annotated

from fastapi import Depends, Path

from backend.accounts import queries as accounts
from backend.accounts.access import MaybeCaller, Owner
from backend.accounts.caller import Caller
from backend.core.errors import Forbidden, NotFound
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern

OrganisationId = Annotated[str, Path(pattern=id_pattern("org"), examples=["org_01h455vb4pex5vsknk084sn02q"])]


async def _seen(organisation_id: OrganisationId, caller: MaybeCaller, session: ReadDb) -> str:
    if await accounts.visible_organisation(session, caller, organisation_id) is None:
        raise NotFound
    return organisation_id


async def _own(organisation_id: OrganisationId, caller: Owner, session: Db) -> Caller:
    if await accounts.visible_organisation(session, caller, organisation_id, lock=True) is None:
        raise NotFound
    if organisation_id != caller.organisation_id:
        raise Forbidden
    return caller


SeenOrganisation = Annotated[str, Depends(_seen)]
OwnOrganisation = Annotated[Caller, Depends(_own)]

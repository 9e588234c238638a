"""Who may see and enter an organisation's signing certificate: its members, and its owners in person."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts import queries as accounts
from backend.accounts.access import OwnerInPerson, Viewer
from backend.accounts.caller import Caller
from backend.accounts.errors import OrganisationNotVerified
from backend.accounts.models import Organisation
from backend.contracts.certificates import service
from backend.contracts.certificates.models import OrganisationCertificate
from backend.contracts.errors import NoCertificate
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern

OrganisationId = Annotated[str, Path(pattern=id_pattern("org"), examples=["org_01h455vb4pex5vsknk084sn02q"])]


@dataclass(frozen=True, slots=True)
class OwnOrganisation:
    """The owner's organisation, held, with its certificate where it has one."""

    organisation: Organisation
    certificate: OrganisationCertificate | None
    caller: Caller


async def _seen(organisation_id: OrganisationId, caller: Viewer, session: ReadDb) -> OrganisationCertificate:
    is_own = organisation_id == caller.organisation_id
    found = await service.certificate_of(session, organisation_id) if is_own else None
    if found is None:
        raise NoCertificate
    return found


async def _hold(session: AsyncSession, organisation_id: str, caller: Caller) -> OwnOrganisation:
    if organisation_id != caller.organisation_id:
        raise NoCertificate
    organisation = await accounts.lock_organisation(session, organisation_id)
    if organisation is None:
        raise NoCertificate
    return OwnOrganisation(organisation, await service.certificate_of(session, organisation_id), caller)


async def _own(organisation_id: OrganisationId, caller: OwnerInPerson, session: Db) -> OwnOrganisation:
    own = await _hold(session, organisation_id, caller)
    if own.certificate is None:
        raise NoCertificate
    return own


async def _enterable(organisation_id: OrganisationId, caller: OwnerInPerson, session: Db) -> OwnOrganisation:
    own = await _hold(session, organisation_id, caller)
    if not caller.verified:
        raise OrganisationNotVerified
    return own


SeenCertificate = Annotated[OrganisationCertificate, Depends(_seen)]
OwnCertificate = Annotated[OwnOrganisation, Depends(_own)]
EnterableCertificate = Annotated[OwnOrganisation, Depends(_enterable)]

"""How much of imports that have not ended an organisation may have waiting, and has."""

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import Organisation
from backend.accounts.quotas.rules import Standing, standing_of
from backend.accounts.quotas.service import Usage, standing
from backend.core.settings import Settings
from backend.imports.formats.errors import ImportBytesWaiting
from backend.imports.models import WAITS, Import

TURN: Final = (  # keeps nobody from naming the organisation meanwhile
    sa.select(col(Organisation.id))
    .where(col(Organisation.id) == sa.bindparam("organisation_id"))
    .with_for_update(key_share=True)
)


def most_bytes(settings: Settings, trusted: Standing) -> int | None:
    """Return how many bytes of files may wait for one organisation, or None where there is no limit."""
    if trusted is Standing.OFFICE:
        return None
    is_verified = trusted is Standing.VERIFIED
    return settings.import_bytes_waiting if is_verified else settings.import_bytes_waiting_unverified


async def waiting_of(session: AsyncSession, organisation_id: str) -> tuple[int, int]:
    """Return how many imports of the organisation have not ended, and the bytes of their files."""
    size = sa.func.coalesce(sa.func.sum(col(Import.size)), 0)
    statement = sa.select(sa.func.count(), size).where(col(Import.organisation_id) == organisation_id, WAITS)
    count, bytes_ = (await session.execute(statement)).one()
    return count, int(bytes_)


async def make_sure_of_bytes(session: AsyncSession, settings: Settings, caller: Caller, size: int) -> None:
    """Raise ImportBytesWaiting where the file is one too many; of several at once each sees the one before."""
    most = most_bytes(settings, standing(caller))
    if most is None:
        return
    await session.execute(TURN, {"organisation_id": caller.organisation_id})
    if (await waiting_of(session, caller.organisation_id))[1] + size > most:
        raise ImportBytesWaiting(most)


async def usage(session: AsyncSession, settings: Settings, organisation: Organisation) -> Mapping[str, Usage]:
    """Return what the organisation has of imports that have not ended."""
    count, bytes_ = await waiting_of(session, organisation.id)
    trusted = standing_of(organisation.kind, organisation.status)
    return {
        "imports_waiting": Usage(count, settings.imports_waiting_per_organisation),
        "import_bytes_waiting": Usage(bytes_, most_bytes(settings, trusted)),
    }

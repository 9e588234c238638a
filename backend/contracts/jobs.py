"""The scheduled sweep: ends what was not signed in time, and forgets preparations that nothing came of."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import col

from backend.contracts import service
from backend.contracts.certificates.models import SignaturePreparation
from backend.contracts.codes import VersionStatus
from backend.contracts.models import ContractVersion
from backend.core.database.sessions import Database

BATCH: Final = 100


async def sweep(database: Database, now: datetime) -> None:
    """Do what is due, one contract at a time, so that other writers get through."""
    await _expire(database, now)
    async with database.read() as session:
        old = sa.select(col(SignaturePreparation.version_id)).where(col(SignaturePreparation.expires_at) <= now)
        is_due = (await session.execute(old.limit(1))).first() is not None
    if is_due:
        async with database.write() as session:
            await session.execute(sa.delete(SignaturePreparation).where(col(SignaturePreparation.expires_at) <= now))


async def _expire(database: Database, now: datetime) -> None:
    is_due = sa.and_(col(ContractVersion.status) == VersionStatus.OPEN, col(ContractVersion.expires_at) <= now)
    first = sa.select(col(ContractVersion.id)).where(is_due)
    first = first.order_by(col(ContractVersion.expires_at), col(ContractVersion.id)).limit(BATCH)

    while True:
        async with database.read() as session:
            ids = list(await session.scalars(first))
        for version_id in ids:  # each alone: what follows holds other things, in an order of its own
            async with database.write() as session:
                await service.expire(session, version_id, now)
        if len(ids) < BATCH:
            return

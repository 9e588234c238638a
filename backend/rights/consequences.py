"""What a change of a patent means for its rights, in the same transaction; and who is told of rights in the inbox."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.events import Happened, InlineHandler
from backend.rights.errors import GrantsConflict
from backend.rights.models import Consent, RightClaim, RightEntry


async def _merged(session: AsyncSession, happened: Happened, _at: datetime) -> None:
    """What burdens the younger row burdens the older one from now on; nothing attached to either is lost."""
    of, into = happened.data["patent_id"], happened.data["into"]
    try:
        for table in (RightEntry, RightClaim, Consent):
            moved = sa.update(table).where(col(table.patent_id) == of).values(patent_id=into)
            await session.execute(moved.execution_options(synchronize_session=False))
    except IntegrityError:
        raise GrantsConflict from None


INLINE: Final[dict[str, list[InlineHandler]]] = {"patent.merged": [_merged]}

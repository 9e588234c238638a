"""What a change of a patent or of its holders means for its licences, in the same transaction.

With its right they end and come back after the open licence has followed it (`open_licences/event_handlers.py`).
"""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.domain import MergeRule
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import EventContext, SyncHandlerTable
from backend.licences.lifecycle.licensor_contests import contest_all_of
from backend.licences.models import Licence, Payment
from backend.patents.events import HoldingDisplaced, PatentsMerged


async def _merged(session: AsyncSession, event: DomainEvent[PatentsMerged], _: EventContext) -> None:
    """What was licensed and paid on the younger row goes on on the older one."""
    of, into = event.payload.patent_id, event.payload.into
    for table in (Licence, Payment):
        moved = sa.update(table).where(col(table.patent_id) == of).values(patent_id=into)
        await session.execute(moved.execution_options(synchronize_session=False))


MERGE_RULES: Final = (MergeRule(tables=("licence", "payment"), follow=_merged),)
SYNC_HANDLERS: Final[SyncHandlerTable] = {HoldingDisplaced: [contest_all_of]}

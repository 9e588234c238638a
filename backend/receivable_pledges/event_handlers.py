"""What a merge of two patents means for pledges of licence income: they follow the licence."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.domain import MergeRule
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import EventContext
from backend.establishment.events import EstablishmentTaken
from backend.patents.events import PatentsMerged
from backend.receivable_pledges.models import ReceivablePledge


async def _merged(
    session: AsyncSession, event: DomainEvent[PatentsMerged | EstablishmentTaken], _: EventContext
) -> None:
    table, merged_id = ReceivablePledge, event.payload.patent_id
    await session.execute(
        sa.update(table).where(col(table.patent_id) == merged_id).values(patent_id=event.payload.into)
    )


MERGE_RULES: Final = (MergeRule(tables=("receivable_pledge",), follow=_merged),)

"""What follows for financing from what happens elsewhere, in the same transaction."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.domain import MergeRule
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import EventContext, SyncHandlerTable
from backend.financing.models import FinancingPatent, PledgorConsent
from backend.patents.events import PatentJoined, PatentsMerged


async def _merged(
    session: AsyncSession, event: DomainEvent[PatentsMerged | PatentJoined], _context: EventContext
) -> None:
    """A request that names the younger row names the older one from now on; one that names both names it once."""
    of, into = event.payload.patent_id, event.payload.into
    quietly = {"synchronize_session": False}
    both = sa.select(col(FinancingPatent.request_id)).where(col(FinancingPatent.patent_id) == into)
    twice = sa.and_(col(FinancingPatent.patent_id) == of, col(FinancingPatent.request_id).in_(both))
    await session.execute(sa.delete(FinancingPatent).where(twice), execution_options=quietly)
    its = col(FinancingPatent.patent_id) == of
    await session.execute(sa.update(FinancingPatent).where(its).values(patent_id=into), execution_options=quietly)
    same = sa.tuple_(col(PledgorConsent.request_id), col(PledgorConsent.party_id))
    theirs = sa.select(col(PledgorConsent.request_id), col(PledgorConsent.party_id)).where(
        col(PledgorConsent.patent_id) == into
    )
    again = sa.and_(col(PledgorConsent.patent_id) == of, same.in_(theirs))
    await session.execute(sa.delete(PledgorConsent).where(again), execution_options=quietly)
    consented = col(PledgorConsent.patent_id) == of
    await session.execute(sa.update(PledgorConsent).where(consented).values(patent_id=into), execution_options=quietly)


MERGE_RULES: Final = (MergeRule(tables=("financing_patent", "pledgor_consent"), follow=_merged),)
SYNC_HANDLERS: Final[SyncHandlerTable] = {PatentJoined: [_merged]}

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
    merged_id, into = event.payload.patent_id, event.payload.into
    options = {"synchronize_session": False}
    requests_with_both = sa.select(col(FinancingPatent.request_id)).where(col(FinancingPatent.patent_id) == into)
    named_twice = sa.and_(
        col(FinancingPatent.patent_id) == merged_id, col(FinancingPatent.request_id).in_(requests_with_both)
    )
    await session.execute(sa.delete(FinancingPatent).where(named_twice), execution_options=options)
    named = col(FinancingPatent.patent_id) == merged_id
    await session.execute(sa.update(FinancingPatent).where(named).values(patent_id=into), execution_options=options)
    request_and_party = sa.tuple_(col(PledgorConsent.request_id), col(PledgorConsent.party_id))
    asked_already = sa.select(col(PledgorConsent.request_id), col(PledgorConsent.party_id)).where(
        col(PledgorConsent.patent_id) == into
    )
    asked_twice = sa.and_(col(PledgorConsent.patent_id) == merged_id, request_and_party.in_(asked_already))
    await session.execute(sa.delete(PledgorConsent).where(asked_twice), execution_options=options)
    consents = col(PledgorConsent.patent_id) == merged_id
    await session.execute(sa.update(PledgorConsent).where(consents).values(patent_id=into), execution_options=options)


MERGE_RULES: Final = (MergeRule(tables=("financing_patent", "pledgor_consent"), follow=_merged),)
SYNC_HANDLERS: Final[SyncHandlerTable] = {PatentJoined: [_merged]}

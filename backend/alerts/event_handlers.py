"""What follows for alerts from what happens elsewhere, in the same transaction."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.events import MemberLeft
from backend.accounts.models import Member
from backend.alerts.models import Alert, AlertHit, AlertMatch
from backend.core.domain import MergeRule
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import EventContext, SyncHandlerTable
from backend.patents.events import PatentJoined, PatentsMerged


async def _merged(
    session: AsyncSession, event: DomainEvent[PatentsMerged | PatentJoined], _context: EventContext
) -> None:
    """Whoever watched the younger row watches the older one, and what a search found of it was found of the other."""
    of, into = event.payload.patent_id, event.payload.into
    await session.execute(sa.update(Alert).where(col(Alert.patent_id) == of).values(patent_id=into))
    known = sa.select(col(AlertMatch.alert_id)).where(col(AlertMatch.subject) == into)
    both = sa.and_(col(AlertMatch.subject) == of, col(AlertMatch.alert_id).in_(known))
    await session.execute(sa.delete(AlertMatch).where(both).execution_options(synchronize_session=False))
    await session.execute(sa.update(AlertMatch).where(col(AlertMatch.subject) == of).values(subject=into))
    waiting = col(AlertHit.notified_at).is_(None)
    waits = sa.select(col(AlertHit.alert_id), col(AlertHit.change)).where(col(AlertHit.subject) == into, waiting)
    same = sa.tuple_(col(AlertHit.alert_id), col(AlertHit.change)).in_(waits)
    twice = sa.and_(col(AlertHit.subject) == of, waiting, same)
    await session.execute(sa.delete(AlertHit).where(twice).execution_options(synchronize_session=False))
    await session.execute(sa.update(AlertHit).where(col(AlertHit.subject) == of).values(subject=into))


async def _member_left(session: AsyncSession, event: DomainEvent[MemberLeft], _context: EventContext) -> None:
    """An alert ends with its owner's membership."""
    member = await session.get_one(Member, event.subject)
    its = sa.and_(col(Alert.organisation_id) == member.organisation_id, col(Alert.user_id) == member.user_id)
    await session.execute(sa.delete(Alert).where(its).execution_options(synchronize_session=False))


MERGE_RULES: Final = (MergeRule(tables=("alert", "alert_match", "alert_hit"), follow=_merged),)
SYNC_HANDLERS: Final[SyncHandlerTable] = {PatentJoined: [_merged], MemberLeft: [_member_left]}

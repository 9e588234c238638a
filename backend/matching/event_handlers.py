"""What follows for matches from what happens elsewhere, in the same transaction."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.columns import table_of
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import EventContext, SyncHandlerTable
from backend.core.http.idempotency import blank_answers_of_events
from backend.matching.models import Match, MatchFeedback, StandingPair
from backend.needs.events import NeedErased
from backend.needs.models import Need

PAIR: Final = table_of(StandingPair)
MATCH: Final = table_of(Match)
FEEDBACK: Final = table_of(MatchFeedback)
NEED: Final = table_of(Need)


async def _need_erased(session: AsyncSession, event: DomainEvent[NeedErased], _context: EventContext) -> None:
    """What was derived from a need's words goes with them, and what its asker said of its matches.

    The pairs of a need that was published stay: introductions hang on them, and they hold nothing but ids.
    """
    its_pairs = sa.select(MATCH.c.id).where(MATCH.c.need_id == event.subject)
    asker = sa.select(NEED.c.organisation_id).where(NEED.c.id == event.subject).scalar_subquery()
    never_published = sa.select(NEED.c.id).where(NEED.c.id == event.subject, NEED.c.published_at.is_(None))
    await blank_answers_of_events(session, its_pairs)
    await session.execute(sa.delete(PAIR).where(PAIR.c.need_id == event.subject))
    said = sa.and_(FEEDBACK.c.match_id.in_(its_pairs), FEEDBACK.c.organisation_id == asker)
    await session.execute(sa.delete(FEEDBACK).where(said))
    await session.execute(sa.delete(MATCH).where(MATCH.c.need_id.in_(never_published)))


SYNC_HANDLERS: Final[SyncHandlerTable] = {NeedErased: [_need_erased]}

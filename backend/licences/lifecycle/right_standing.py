"""A licence lasts as long as the right: it ends with it, and goes on where the right is restored."""

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import china_day
from backend.core.events.handlers import EventContext
from backend.licences.lifecycle.reinstatement import is_there_again, reinstate
from backend.licences.lifecycle.termination import GONE, end_licence, standing_by_authority
from backend.licences.policy import licence_policy
from backend.licences.queries import RIGHT_ENDED, standing_or_ended_with_the_right
from backend.licences.states import STANDS, LicenceStatus, LicenceStep
from backend.patents import queries as patent_queries


async def follow_the_right(session: AsyncSession, patent_id: str, context: EventContext) -> None:
    """End or bring back the patent's licences with its right (Civil Code, art. 865).

    What was performed under a patent declared invalid is not reopened (Patent Law, art. 47).
    """
    licences = await standing_or_ended_with_the_right(session, patent_id)
    whole = await patent_queries.load_for(session, patent_id, context) if licences else None
    if whole is None:
        return
    policy, at = licence_policy(context.settings), context.now
    standing = await standing_by_authority(session, whole, at)
    is_gone, stands_again = standing.status in GONE, is_there_again(standing, whole)
    for licence in licences:
        on = max(standing.since or china_day(at), licence.effective_on) if is_gone else None
        if licence.status is LicenceStatus.TERMINATED and (stands_again or on not in (None, licence.ended_on)):
            await reinstate(session, whole, licence, policy, at)
        if on is not None and licence.status in STANDS:
            await end_licence(session, whole, licence, LicenceStep.TERMINATE, on, RIGHT_ENDED, policy, at)

"""How a private row becomes everybody's: where its author is verified and no established row has its numbers."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.parties.directory import is_verified
from backend.accounts.quotas.policy import QuotaPolicy
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.patents.errors import NotEstablished
from backend.patents.events import PatentEstablished
from backend.patents.fact_rules import NUMBERS
from backend.patents.models import ESTABLISHED
from backend.patents.numbers.lookup import taken
from backend.patents.numbers.taken_number_quota import check_number_quota, count_number_answers
from backend.patents.queries import PatentAggregate


async def establish(session: AsyncSession, row: PatentAggregate, now: datetime) -> bool:
    """Make a locked private row everybody's, with all whom it names as holders; False where a number is not free."""
    patent, author = row.patent, row.patent.private_to
    if await taken(session, patent.office, [number for name in NUMBERS if (number := getattr(patent, name))]):
        return False
    try:
        async with session.begin_nested():
            patent.private_to = ESTABLISHED  # nothing else changes, so that nobody reads from it whether it came about
            await session.flush()
    except IntegrityError:  # another was faster
        await session.refresh(patent)
        return False
    for holding, _ in row.living:
        holding.organisation_id = row.platform_ids.get(holding.party_id)
    others = [one for one in row.organisations if one != author]
    await append(session, DomainEvent(PatentEstablished(patent_id=patent.id), patent.id, others), now)
    return True


async def ensure_established(
    session: AsyncSession, whole: PatentAggregate, caller: Caller, quotas: QuotaPolicy, now: datetime
) -> None:
    """Raise NotEstablished where a locked row is its author's alone, so that nothing of it can bind others.

    That tells that its number is taken: it counts as a question, and raises QuotaUsedUp where none is left.

    One that only waits for the job that looks at the rows of a newly verified organisation is established now.
    """
    patent = whole.patent
    await check_number_quota(session, caller, quotas)
    if patent.is_established:
        return
    may_be = patent.merged_into is None and await is_verified(session, patent.private_to)
    if not (may_be and await establish(session, whole, now)):
        count_number_answers(session, caller, quotas)
        raise NotEstablished

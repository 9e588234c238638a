"""What ends with an open licence, and what runs on: licences already taken do (Patent Law, art. 50(2))."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.licences.models import Licence
from backend.licences.states import STANDS
from backend.open_licences.events import NoticeEnded
from backend.open_licences.models import Notice, OpenLicence
from backend.open_licences.notices import service as notices
from backend.open_licences.notices.service import outlives
from backend.open_licences.policy import OpenLicencePolicy
from backend.open_licences.states import WAITING, NoticeStatus, NoticeStep, next_notice
from backend.patents.queries import PatentAggregate
from backend.rights.entries import termination
from backend.rights.queries import in_this_patent


async def release_right(
    session: AsyncSession, whole: PatentAggregate, declared: OpenLicence, on: date, caller: Caller, now: datetime
) -> None:
    """End the ledger's entry of the open licence: from that day on others may be granted what it stood against."""
    entry = await in_this_patent(session, whole, declared.right_id or "")
    if entry is not None and entry.ended_on is None:
        await termination.end_entry(session, whole, entry, max(on, entry.starts_on), "announced", by=caller, now=now)


async def end_waiting(
    session: AsyncSession, declared: OpenLicence, on: date, policy: OpenLicencePolicy, now: datetime
) -> None:
    """End the notices not paid when the open licence ended, unless the platform's dated term lets them go on [G].

    Whether one was paid before whose payment has to be confirmed is not known yet: it ends if that counts for nothing.
    """
    statement = sa.select(Notice).where(
        col(Notice.open_licence_id) == declared.id, col(Notice.status).in_(sorted(WAITING))
    )
    for notice in await session.scalars(statement):
        if outlives(notice, policy) or notice.ended_on is not None:
            continue
        notice.status_reason, notice.ended_on = notices.ENDED_BY[declared.status], on
        notice.version += 1
        if notice.status is NoticeStatus.PAYMENT_TO_BE_CONFIRMED:
            continue
        notice.status = next_notice(notice.status, NoticeStep.END)
        await notices.append_event(session, notice, declared.organisation_id, NoticeEnded, now, None)


async def mark_ended(session: AsyncSession, declared: OpenLicence, on: date) -> None:
    """Have the licences that were taken know that the open licence has ended: annuities are lower no longer."""
    taken = sa.update(Licence).where(col(Licence.offer_id) == declared.id)
    await session.execute(taken.values(offer_ended_on=on))


async def mark_late(session: AsyncSession, declared: OpenLicence, on: date) -> None:
    """Mark the licences that took effect after the day on which the end was announced, which was recorded late."""
    statement = sa.select(Licence).where(
        col(Licence.offer_id) == declared.id,
        col(Licence.effective_on) > on,
        col(Licence.status).in_(sorted(STANDS)),
    )
    for licence in await session.scalars(statement):
        licence.flags = sorted({*licence.flags, "taken_after_withdrawal"})
        licence.version += 1

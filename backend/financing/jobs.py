"""The scheduled sweep: disclosures whose last day has passed end, and offers whose last day has passed lapse."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.clock import china_day
from backend.core.database.sessions import Database
from backend.core.jobs.batches import at_once
from backend.financing import queries
from backend.financing.codes import DisclosureStatus, OfferStatus
from backend.financing.disclosures import ending
from backend.financing.models import Disclosure, FinancingOffer
from backend.financing.offers import service as offers
from backend.financing.rules import OPEN_OFFERS, DisclosureAction

BATCH: Final = 100
Ending = Callable[[AsyncSession, str, datetime], Awaitable[None]]


async def sweep(database: Database, now: datetime) -> None:
    """Do what is due, few at a time, so that other writers get through."""
    today = china_day(now)
    past_offers = sa.and_(col(FinancingOffer.status).in_(sorted(OPEN_OFFERS)), col(FinancingOffer.valid_until) < today)
    await _end_all(database, col(FinancingOffer.id), past_offers, _lapse_offer, now)
    past = sa.and_(col(Disclosure.status) == DisclosureStatus.STANDING, col(Disclosure.ends_on) < today)
    await _end_all(database, col(Disclosure.id), past, _expire, now)


async def _end_all(database: Database, key: Any, due: sa.ColumnElement[bool], end: Ending, now: datetime) -> None:
    async def work(batch: Sequence[str]) -> None:
        async with database.write() as session:
            for row_id in sorted(batch):
                await end(session, row_id, now)

    while True:
        async with database.read() as session:
            ids = list(await session.scalars(sa.select(key).where(due).order_by(key).limit(BATCH)))
        for row_id in ids:  # each with its request in a transaction of its own: no two requests are held at once
            await at_once([row_id], work)
        if len(ids) < BATCH:
            return


async def _lapse_offer(session: AsyncSession, offer_id: str, now: datetime) -> None:
    found = await session.get_one(FinancingOffer, offer_id)
    request = await queries.locked_request(session, found.request_id)
    offer = await session.get_one(FinancingOffer, offer_id, with_for_update=True, populate_existing=True)
    is_open = offer.status in (OfferStatus.DRAFTED, OfferStatus.STANDING)
    if request is not None and is_open and offer.valid_until < china_day(now):
        await offers.lapse(session, request, offer, now)


async def _expire(session: AsyncSession, disclosure_id: str, now: datetime) -> None:
    found = await session.get_one(Disclosure, disclosure_id)
    request = await queries.locked_request(session, found.request_id)
    disclosure = await session.get_one(Disclosure, disclosure_id, with_for_update=True, populate_existing=True)
    is_past = disclosure.status is DisclosureStatus.STANDING and disclosure.ends_on < china_day(now)
    if request is not None and is_past:
        await ending.end(session, request, disclosure, DisclosureAction.EXPIRE, now)
        await ending.settle(session, request, now, DisclosureAction.EXPIRE)

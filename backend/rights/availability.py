"""Which footings of a listed patent its rights bar: kept beside the patent, in the transaction of what bars them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.clock import china_day
from backend.core.database.sessions import Database
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import EventContext
from backend.core.events.log import append
from backend.core.jobs.batches import at_once
from backend.patents import queries as patent_queries
from backend.patents.codes import DealType
from backend.patents.events import PatentOfferChanged
from backend.patents.models import PatentAvailability
from backend.patents.queries import PatentAggregate
from backend.rights.codes import Act, Permission
from backend.rights.ledger import Ledger, PermissionRequest
from backend.rights.permissions.rules import decide
from backend.rights.queries import ledger_for, ledger_of, ledgers_of

ACTS: Final = {
    DealType.ORDINARY_LICENCE: Act.GRANT_ORDINARY,
    DealType.SOLE_LICENCE: Act.GRANT_SOLE,
    DealType.EXCLUSIVE_LICENCE: Act.GRANT_EXCLUSIVE,
    DealType.ASSIGNMENT: Act.ASSIGN,
    DealType.EQUITY: Act.ASSIGN,  # a patent brought into a company passes to it
}
BATCH: Final = 100


def barred_by(ledger: Ledger, today: date) -> dict[str, list[str]]:
    """Return for each footing that cannot be had today by anybody the codes of the rules that refuse it."""
    by = frozenset(holder.party_id for holder in ledger.holders)
    found: dict[str, list[str]] = {}
    for deal_type, act in ACTS.items():
        decision = decide(ledger, PermissionRequest(act, today, by))
        refused = sorted({b.rule.code for b in decision.reasons if b.rule.leads_to is Permission.REFUSED})
        if refused:
            found[deal_type.value] = refused
    return found


def _begins_later(ledger: Ledger, today: date) -> bool:
    return ledger.register.next_on is not None or any(entry.period.start > today for entry in ledger.entries)


async def reassess(session: AsyncSession, whole: PatentAggregate, now: datetime) -> None:
    """Bring what is shown beside the patent in line with its ledger, and tell of it where that changes."""
    await _align(session, whole, await ledger_of(session, whole, now), now)


async def _align(session: AsyncSession, whole: PatentAggregate, ledger: Ledger, now: datetime) -> None:
    today = china_day(now)
    barred = barred_by(ledger, today)
    known = await session.get(PatentAvailability, whole.patent.id)
    if known is None and not barred and not _begins_later(ledger, today):
        return
    if known is None:
        known = PatentAvailability(patent_id=whole.patent.id)
        session.add(known)
    known.checked_on = today if barred or _begins_later(ledger, today) else None
    if barred == known.barred:
        return
    known.barred = barred
    payload = PatentOfferChanged(patent_id=whole.patent.id)
    await append(session, DomainEvent(payload, whole.patent.id, whole.audience), now)


async def reassess_patent(session: AsyncSession, patent_id: str, context: EventContext) -> None:
    """Ask again what a patent's rights bar, for handlers of an event."""
    whole = await patent_queries.load_for(session, patent_id, context)
    if whole is not None:
        await _align(session, whole, await ledger_for(session, whole, context), context.now)


async def sweep(database: Database, now: datetime) -> None:
    """Ask again, once a day, about what was barred: a licence may have ended, a right may have begun."""
    while await _ask_some_again(database, now) == BATCH:
        pass


async def _ask_some_again(database: Database, now: datetime) -> int:
    due, of = col(PatentAvailability.checked_on) < china_day(now), col(PatentAvailability.patent_id)
    async with database.read() as session:
        ids = (await session.scalars(sa.select(of).where(due).order_by(of).limit(BATCH))).all()

    async def ask(some: Sequence[str]) -> None:
        async with database.write() as session:
            wholes = await patent_queries.lock_all(session, some)
            ledgers = await ledgers_of(session, wholes, now)
            for whole in wholes:
                await _align(session, whole, ledgers[whole.patent.id], now)

    if ids:
        await at_once(ids, ask)
    return len(ids)

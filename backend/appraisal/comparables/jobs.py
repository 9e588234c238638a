"""The scheduled sweep: counts the closed deals once a month, and publishes the cells that may be published anew."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.appraisal.comparables import queries
from backend.appraisal.comparables.rules import VERSION, Cell, Deal, band_of, counted_until, is_due, quartiles
from backend.appraisal.events import ComparablesPublished, comparables_published
from backend.appraisal.models import ComparableCount, ComparableSnapshot
from backend.core.clock import china_day
from backend.core.database.columns import table_of
from backend.core.database.dialects import insert_into
from backend.core.database.sessions import Database
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append_many
from backend.core.ids import new_id
from backend.patents.codes import DealType

COUNT = table_of(ComparableCount)


async def sweep(database: Database, now: datetime) -> None:
    """Count the deals until the end of the last month where that was not done, in one transaction.

    Publishing on a fixed day tells nobody on which day a deal was closed.
    """
    until = counted_until(china_day(now))
    async with database.read() as session:
        if await queries.was_counted(session, until):
            return
    async with database.write() as session:
        insert = insert_into(session, COUNT).values(counted_until=until, counted_at=now)
        inserted = await session.execute(insert.on_conflict_do_nothing().returning(COUNT.c.counted_until))
        if inserted.first() is not None:
            await publish(session, until, now, is_demonstration=database.settings.patentmart_demo)


async def publish(session: AsyncSession, until: date, now: datetime, *, is_demonstration: bool) -> None:
    """Publish every cell that is due.

    What was counted while the platform was a demonstration is never counted in earnest.
    """
    before = await queries.published(session, is_demonstration=is_demonstration)
    cells = {deal["id"]: Cell(row.sector, row.deal_type, row.period) for row in before for deal in row.deals}
    made_up = set() if is_demonstration else await _made_up(session)
    deals: defaultdict[Cell, list[Deal]] = defaultdict(list)
    for deal in await queries.closed_deals(session, until, cells):
        if deal.id not in made_up:
            deals[deal.cell].append(deal)
    history: defaultdict[Cell, list[ComparableSnapshot]] = defaultdict(list)
    for row in before:
        history[Cell(row.sector, row.deal_type, row.period)].append(row)
    events: list[DomainEvent[ComparablesPublished]] = []
    for cell, cell_deals in sorted(deals.items(), key=lambda item: (item[0].sector, item[0].deal_type, item[0].period)):
        if is_due(cell_deals, {deal["id"] for row in history[cell] for deal in row.deals}):
            row = _snapshot(cell, cell_deals, history[cell], until, now, is_demonstration=is_demonstration)
            session.add(row)
            events.append(comparables_published(row))
    await append_many(session, events, now)


async def _made_up(session: AsyncSession) -> set[str]:
    rows = await queries.published(session, is_demonstration=True)
    return {deal["id"] for row in rows for deal in row.deals}


def _snapshot(
    cell: Cell,
    deals: Sequence[Deal],
    before: Sequence[ComparableSnapshot],
    until: date,
    now: datetime,
    *,
    is_demonstration: bool,
) -> ComparableSnapshot:
    for row in before:
        row.standing = False
    prices = quartiles(deals)
    return ComparableSnapshot(
        id=new_id("cmp"),
        sector=cell.sector,
        deal_type=DealType(cell.deal_type),
        period=cell.period,
        number=len(before) + 1,
        standing=True,
        is_demonstration=is_demonstration,
        rules_version=VERSION,
        counted_until=until,
        published_at=now,
        lower_fen=prices.lower_fen,
        median_fen=prices.median_fen,
        upper_fen=prices.upper_fen,
        deals_band=band_of(len(deals)),
        deals=[
            {"id": deal.id, "holder": deal.holder_id, "licensee": deal.licensee_id, "price_fen": deal.price_fen}
            for deal in deals
        ],
    )

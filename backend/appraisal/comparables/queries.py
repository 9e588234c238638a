"""How closed deals are read to be counted, and what was published of them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.appraisal.comparables.rules import Cell, Deal, period_of
from backend.appraisal.models import ComparableCount, ComparableSnapshot
from backend.appraisal.related_parties import related_pairs
from backend.core.database.columns import table_of
from backend.licences.codes import FeeForm, LicenceSource
from backend.licences.models import Licence
from backend.licences.states import LicenceStatus
from backend.licences.terms.errors import QuotePeriodWrong, QuoteTooLarge
from backend.licences.terms.models import FeeTerms
from backend.licences.terms.quote_rules import Use, quote
from backend.patents.codes import DealType, HoldingState
from backend.patents.models import Holding, Patent
from backend.reference.ipc import main_technology_field
from backend.reference.lists import lists
from backend.rights.codes import LicenceType

SNAPSHOT: Final = table_of(ComparableSnapshot)
UNDECIDED: Final = (LicenceStatus.VOID, LicenceStatus.CONTESTED)
TYPES: Final[Mapping[LicenceType, DealType]] = {
    LicenceType.OPEN: DealType.OPEN_LICENCE,
    LicenceType.ORDINARY: DealType.ORDINARY_LICENCE,
    LicenceType.SOLE: DealType.SOLE_LICENCE,
    LicenceType.EXCLUSIVE: DealType.EXCLUSIVE_LICENCE,
}


def sector_of(ipc: Sequence[str]) -> str | None:
    """Return the code of the WIPO sector of the main class, or None where it has none."""
    field = main_technology_field(ipc)
    if field is None:
        return None
    name = lists()["technology-fields"].entries[str(field)].more["sector_en"]
    return name.lower().replace(" ", "_")


def deal_type_of(licence: Licence) -> DealType:
    """Return on what footing a licence was granted."""
    return DealType.OPEN_LICENCE if licence.source is LicenceSource.OPEN_LICENCE else TYPES[licence.licence_type]


def price_of(licence: Licence) -> int | None:
    """Return the price of a licence where it was known when it was granted: lump sums over its whole term."""
    if licence.fee.get("form") != FeeForm.LUMP_SUM:
        return None
    try:
        return quote(FeeTerms(**licence.fee), Use(), licence.starts_on, licence.ends_on).total_fen or None
    except (QuotePeriodWrong, QuoteTooLarge):
        return None


async def closed_deals(session: AsyncSession, until: date, cells: Mapping[str, Cell]) -> list[Deal]:
    """Return the deals that took effect by a day, have a price, and are between unrelated sides.

    `cells` are those in which deals were counted before: each stays there whatever its patent's class becomes.
    """
    licensee_holds = sa.exists().where(
        col(Holding.patent_id) == col(Licence.patent_id),
        col(Holding.party_id) == col(Licence.licensee_party_id),
        col(Holding.state) != HoldingState.ENDED,
    )
    statement = (
        sa.select(Licence, col(Patent.ipc))
        .join(Patent, col(Patent.id) == col(Licence.patent_id))
        .where(col(Licence.effective_on) <= until, col(Licence.status).not_in(UNDECIDED), sa.not_(licensee_holds))
        .order_by(col(Licence.id))
    )
    rows = (await session.execute(statement)).all()
    related = await related_pairs(session, {_sides(row.Licence) for row in rows})
    deals = (_deal(row.Licence, row.ipc, cells) for row in rows if _sides(row.Licence) not in related)
    return [deal for deal in deals if deal is not None]


def _sides(licence: Licence) -> tuple[str, str]:
    return licence.licensor_organisation_id, licence.licensee_organisation_id


def _deal(licence: Licence, ipc: Sequence[str], cells: Mapping[str, Cell]) -> Deal | None:
    price, sector = price_of(licence), sector_of(ipc)
    cell = cells.get(licence.id)
    if cell is None and sector is not None:
        cell = Cell(sector, deal_type_of(licence).value, period_of(licence.effective_on))
    if price is None or cell is None:
        return None
    return Deal(licence.id, cell, licence.licensor_organisation_id, licence.licensee_organisation_id, price)


async def was_counted(session: AsyncSession, until: date) -> bool:
    """Whether the deals until that day were counted."""
    return await session.get(ComparableCount, until) is not None


async def published(session: AsyncSession, *, is_demonstration: bool) -> Sequence[ComparableSnapshot]:
    """Return everything that was ever published, the oldest first."""
    row = ComparableSnapshot
    statement = sa.select(row).where(col(row.is_demonstration).is_(is_demonstration))
    return (await session.scalars(statement.order_by(col(row.number), col(row.id)))).all()


def standing(*, is_demonstration: bool) -> sa.Select[Any]:
    """Select the newest publication of each cell."""
    row = ComparableSnapshot
    return sa.select(row).where(col(row.standing), col(row.is_demonstration).is_(is_demonstration))


async def of_sector(
    session: AsyncSession, sector: str, *, is_demonstration: bool, known_at: datetime | None = None
) -> list[ComparableSnapshot]:
    """Return the newest publication of each cell of a sector, or the newest by a moment."""
    row = ComparableSnapshot
    if known_at is None:
        statement = standing(is_demonstration=is_demonstration).where(col(row.sector) == sector)
    else:
        statement = sa.select(row).where(
            col(row.sector) == sector,
            col(row.is_demonstration).is_(is_demonstration),
            col(row.published_at) <= known_at,
        )
    newest: dict[tuple[str, int], ComparableSnapshot] = {}
    for snapshot in await session.scalars(statement.order_by(col(row.number))):
        newest[snapshot.deal_type, snapshot.period] = snapshot
    return [newest[key] for key in sorted(newest)]

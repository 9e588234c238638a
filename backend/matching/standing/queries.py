"""How standing pairs are found."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.database.columns import table_of
from backend.core.jobs.records import Job
from backend.imports.models import Import
from backend.imports.rules import Status
from backend.listings.bulk.service import KIND as BULK
from backend.matching.codes import StandingSide
from backend.matching.models import StandingPair
from backend.matching.standing.evaluation import TOP, Group, Place
from backend.patents.models import Listing

AT_ONCE: Final = 1_000  # ids in one statement
PAIR: Final = table_of(StandingPair)
_PLACE: Final = sa.func.row_number().over(
    partition_by=(PAIR.c.need_id, PAIR.c.side, PAIR.c.by_abstract), order_by=(PAIR.c.points.desc(), PAIR.c.listing_id)
)
_RANKED: Final = sa.select(PAIR, _PLACE.label("place")).where(PAIR.c.is_present.is_(True))


async def last_of_top(session: AsyncSession) -> dict[Group, Place]:
    """Return by group the last of its first pairs, where it has that many."""
    ranked = _RANKED.subquery("ranked")
    statement = sa.select(ranked).where(ranked.c.place == TOP)
    return {
        (row.need_id, StandingSide(row.side), row.by_abstract): (-row.points, row.listing_id)
        for row in await session.execute(statement)
    }


async def pairs_of_listings(session: AsyncSession, listing_ids: Iterable[str]) -> list[sa.Row[Any]]:
    """Return the pairs that stand, or stood, with these listings."""
    return await _pairs_where(session, PAIR.c.listing_id, listing_ids)


async def pairs_of_needs(session: AsyncSession, need_ids: Iterable[str]) -> list[sa.Row[Any]]:
    """Return the pairs that stand, or stood, with these needs."""
    return await _pairs_where(session, PAIR.c.need_id, need_ids)


async def _pairs_where(session: AsyncSession, column: sa.ColumnElement[str], ids: Iterable[str]) -> list[sa.Row[Any]]:
    found: list[sa.Row[Any]] = []
    for some in _some(ids):
        found += (await session.execute(sa.select(PAIR).where(column.in_(some)))).all()
    return found


def _some(ids: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(ids)
    return (ordered[start : start + AT_ONCE] for start in range(0, len(ordered), AT_ONCE))


async def listings_of_patents(session: AsyncSession, patent_ids: Collection[str]) -> set[str]:
    """Return the ids of all listings that these patents have or had."""
    found: set[str] = set()
    for some in _some(patent_ids):
        found |= set(await session.scalars(sa.select(col(Listing.id)).where(col(Listing.patent_id).in_(some))))
    return found


async def is_working(session: AsyncSession) -> bool:
    """Whether a file is being applied, or work on many listings done."""
    applying = sa.select(sa.literal(1)).where(col(Import.status) == Status.APPLYING).exists()
    working = sa.select(sa.literal(1)).where(col(Job.finished_at).is_(None), col(Job.kind) == BULK).exists()
    return bool((await session.execute(sa.select(sa.or_(applying, working)))).scalar_one())


@dataclass(frozen=True, slots=True)
class Patience:
    """How long what is to be told waits for more, at a moment of the real clock."""

    real: datetime
    quiet_since: datetime
    long_since: datetime


async def pending(session: AsyncSession, patience: Patience, most: int) -> Sequence[Any]:
    """Return the needs and sides with pairs to be told, once nothing was added to them for a while.

    What comes of a file, or of work on many listings, waits until that is done, but no longer than since `long_since`.
    """
    importing = sa.select(col(Import.organisation_id)).where(col(Import.status) == Status.APPLYING)
    working = sa.select(col(Job.owner)).where(col(Job.finished_at).is_(None), col(Job.kind) == BULK)
    holder = col(Listing.organisation_id)
    waits_for_work = sa.case((sa.or_(holder.in_(importing), holder.in_(working)), 1), else_=0)
    statement = (
        sa.select(PAIR.c.need_id, PAIR.c.side)
        .join(Listing, col(Listing.id) == PAIR.c.listing_id)
        .where(PAIR.c.pending_since <= patience.real)
        .group_by(PAIR.c.need_id, PAIR.c.side)
        .having(
            sa.or_(
                sa.func.min(PAIR.c.pending_since) <= patience.long_since,
                sa.and_(
                    sa.func.max(PAIR.c.pending_since) <= patience.quiet_since,
                    sa.func.max(waits_for_work) == 0,
                ),
            )
        )
        .order_by(PAIR.c.need_id, PAIR.c.side)
        .limit(most)
    )
    return (await session.execute(statement)).all()

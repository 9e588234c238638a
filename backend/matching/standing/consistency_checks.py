"""Standing pairs: of open needs and listed listings, few for each need, and told in time."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col

from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of
from backend.matching.models import StandingPair
from backend.matching.standing.evaluation import TOP
from backend.matching.standing.evaluator import LONGEST
from backend.needs.models import Need
from backend.needs.rules import OPEN
from backend.patents.codes import ListingStatus
from backend.patents.models import Listing

PAIR: Final = table_of(StandingPair)
LATE: Final = LONGEST + timedelta(hours=1)  # a file has been waited for, and what tells was not here for a while
COLUMNS: Final[tuple[Any, ...]] = (
    PAIR.c.need_id, PAIR.c.listing_id, PAIR.c.side, PAIR.c.by_abstract, PAIR.c.is_present,
    PAIR.c.pending_since, PAIR.c.told_at, PAIR.c.told_points, col(Need.status).label("need_status"),
    col(Need.organisation_id).label("asker_id"),
    col(Listing.status).label("listing_status"), col(Listing.organisation_id).label("holder_id"),
)  # fmt: skip
NEEDS: Final = sa.select(PAIR.c.need_id).group_by(PAIR.c.need_id)


async def standing_pairs(site: Site, line: Line) -> None:
    """A pair waits to be told only while it is a match of an open need with another's listing, and not long."""
    async for needs, pairs in pages(site.database, NEEDS, PAIR.c.need_id, _pairs_of):
        line.looked_at += len(pairs)
        waiting: dict[tuple[str, str, bool], int] = {}
        for pair in pairs:
            wrong = _wrong(pair, site)
            if wrong:
                line.differs(f"{pair.need_id} {pair.listing_id} {pair.side}: {' '.join(wrong)}", repaired=False)
            if pair.pending_since is not None:
                group = pair.need_id, pair.side, pair.by_abstract
                waiting[group] = waiting.get(group, 0) + 1
        for (need_id, side, _), count in waiting.items():
            if count > TOP:
                line.differs(f"{need_id} {side}: {count} pairs wait to be told, of {TOP} first.", repaired=False)
        del needs


async def _pairs_of(session: Any, needs: Sequence[sa.Row[Any]]) -> Sequence[sa.Row[Any]]:
    statement = (
        sa.select(*COLUMNS)
        .outerjoin(Need, col(Need.id) == PAIR.c.need_id)
        .outerjoin(Listing, col(Listing.id) == PAIR.c.listing_id)
        .where(PAIR.c.need_id.in_([row.need_id for row in needs]))
    )
    found: Sequence[sa.Row[Any]] = (await session.execute(statement)).all()
    return found


def _wrong(pair: sa.Row[Any], site: Site) -> list[str]:
    waits = pair.pending_since is not None
    is_late = waits and site.database.clock.real() - pair.pending_since > LATE
    is_over = pair.need_status not in OPEN or pair.listing_status is not ListingStatus.LISTED
    found = {
        "It waits to be told and is no match.": waits and not pair.is_present,
        "It waits to be told since long.": is_late,
        "It is of a need that is not open or of a listing that is not listed.": is_late and is_over,
        "Both sides are one organisation.": pair.is_present and pair.asker_id == pair.holder_id,
        "It stands, was never told, and waits for nothing.": not waits and pair.told_at is None,
        "It was told at no score.": (pair.told_at is None) is not (pair.told_points is None),
    }
    return [said for said, holds in found.items() if holds]

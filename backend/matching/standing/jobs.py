"""The scheduled sweep: forgets how pairs stood whose need is closed or whose listing is delisted, for good."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlmodel import col

from backend.core.database.columns import table_of
from backend.core.database.sessions import Database
from backend.matching.models import StandingPair
from backend.needs.codes import NeedStatus
from backend.needs.models import Need
from backend.patents.codes import ListingStatus
from backend.patents.models import Listing

BATCH: Final = 500
PAIR: Final = table_of(StandingPair)
KEYS: Final = (PAIR.c.need_id, PAIR.c.listing_id, PAIR.c.side)
CLOSED: Final = sa.select(col(Need.id)).where(col(Need.status) == NeedStatus.CLOSED)
DELISTED: Final = sa.select(col(Listing.id)).where(col(Listing.status) == ListingStatus.DELISTED)
OVER: Final = sa.or_(PAIR.c.need_id.in_(CLOSED), PAIR.c.listing_id.in_(DELISTED))


async def sweep(database: Database, now: datetime) -> None:
    """Forget them, few at a time: what was derived from a need's text is erased with its end."""
    del now
    while True:
        async with database.read() as session:
            some = (await session.execute(sa.select(*KEYS).where(OVER).limit(BATCH))).all()
        if some:
            async with database.write() as session:
                keys = [tuple(row) for row in some]
                await session.execute(sa.delete(PAIR).where(sa.tuple_(*KEYS).in_(keys), OVER))
        if len(some) < BATCH:
            return

"""Which patents' documents an event may have changed."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col

from backend.core.database.sessions import Database
from backend.patents.codes import HoldingState
from backend.patents.models import Holding

UNLISTED: Final = frozenset({"patent.registered"})  # what is listed later says so
# what changes the documents of all patents that an organisation holds, as a new name of a party does
OF_HOLDERS: Final = frozenset({"organisation.updated", "organisation.verified"})


async def touched(database: Database, events: Sequence[sa.Row[Any]]) -> list[str]:
    """Return the ids of the patents whose documents the events may have changed."""
    patents = dict.fromkeys(event.data["patent_id"] for event in events if "patent_id" in event.data)
    holders = {e.subject for e in events if e.type in OF_HOLDERS or (e.type == "party.updated" and e.data["renamed"])}
    if holders:
        async with database.read() as session:
            found = await session.execute(_held_by(holders))
            patents |= dict.fromkeys(found.scalars())
    return list(patents)


def _held_by(holders: Iterable[str]) -> sa.Select[Any]:
    mine = sa.or_(col(Holding.party_id).in_(holders), col(Holding.organisation_id).in_(holders))
    return sa.select(col(Holding.patent_id)).where(mine, col(Holding.state) != HoldingState.ENDED).distinct()

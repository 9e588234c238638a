"""What `patentmart fsck` compares of pledges: with the ledger of rights, and what realisations were distributed."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of
from backend.pledges.models import Pledge, PledgeDisposal, PledgedPatent
from backend.pledges.rules import STANDING
from backend.rights.models import RightEntry

PLEDGED = table_of(PledgedPatent)
DISPOSAL = table_of(PledgeDisposal)


async def pledges_and_rights(site: Site, line: Line) -> None:
    """A pledge that stands is in the ledger of each patent that is still pledged, and no other is."""
    key = PLEDGED.c.pledge_id
    statement: sa.Select[Any] = (
        sa.select(
            key, PLEDGED.c.patent_id, PLEDGED.c.released_on, PLEDGED.c.disposed_on, col(Pledge.status), RightEntry
        )
        .join(Pledge, col(Pledge.id) == key)
        .outerjoin(RightEntry, col(RightEntry.id) == PLEDGED.c.right_id)
    )
    async for rows, _ in pages(site.database, statement, key):
        for row in rows:
            line.looked_at += 1
            stands = row.status in STANDING and row.released_on is None and row.disposed_on is None
            entry: RightEntry | None = row.RightEntry
            in_ledger = entry is not None and entry.ended_on is None and entry.corrected_at is None
            if stands != in_ledger:
                line.differs(f"{row.pledge_id}: {row.patent_id} is pledged: {stands}; in the ledger: {in_ledger}")


async def realisations_sum_up(site: Site, line: Line) -> None:
    """What a realisation brought is distributed to the last fen, and nobody gets less than nothing."""
    key = DISPOSAL.c.id
    statement: sa.Select[Any] = sa.select(key, DISPOSAL.c.proceeds_fen, DISPOSAL.c.distribution)
    async for rows, _ in pages(site.database, statement, key):
        for row in rows:
            line.looked_at += 1
            parts = list(row.distribution.values())
            if sum(parts) != row.proceeds_fen or min(parts) < 0:
                line.differs(f"{row.id}: {row.distribution} of {row.proceeds_fen} fen")


CONSISTENCY_CHECKS = (
    ("pledges and the ledger of rights", pledges_and_rights),
    ("realisations of pledges", realisations_sum_up),
)

"""What `patentmart fsck` compares of pledges of licence income: with the ledger of rights."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of
from backend.receivable_pledges.codes import ReceivablePledgeStatus
from backend.receivable_pledges.models import ReceivablePledge
from backend.rights.models import RightEntry

PLEDGE = table_of(ReceivablePledge)


async def receivables_and_rights(site: Site, line: Line) -> None:
    """A registered pledge of a licence's income is in the ledger of its patent, and no other is."""
    key = PLEDGE.c.id
    statement: sa.Select[Any] = sa.select(key, PLEDGE.c.status, RightEntry).outerjoin(
        RightEntry, col(RightEntry.id) == PLEDGE.c.right_id
    )
    async for rows, _ in pages(site.database, statement, key):
        for row in rows:
            line.looked_at += 1
            entry: RightEntry | None = row.RightEntry
            stands = entry is not None and entry.ended_on is None and entry.corrected_at is None
            if stands != (row.status is ReceivablePledgeStatus.REGISTERED):
                line.differs(f"{row.id}: it is {row.status.value}; in the ledger: {stands}")


CONSISTENCY_CHECKS = (("pledges of licence income", receivables_and_rights),)

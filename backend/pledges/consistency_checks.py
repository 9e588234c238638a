"""What `patentmart fsck` compares of pledges: with the ledger of rights and the patents, and what realisations gave."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of
from backend.loans.codes import RepaymentStatus
from backend.loans.models import LoanRepayment
from backend.patents.models import Patent
from backend.pledges.codes import ProceedsUse
from backend.pledges.models import Pledge, PledgeDisposal, PledgedPatent, PledgeProceeds, PledgeWatch, Pledgor
from backend.pledges.rules import STANDING
from backend.rights.models import RightEntry

PLEDGE = table_of(Pledge)
PLEDGED = table_of(PledgedPatent)
DISPOSAL = table_of(PledgeDisposal)
PROCEEDS = table_of(PledgeProceeds)
LOAN_REPAYMENT = table_of(LoanRepayment)
HELD = (RepaymentStatus.COUNTED, RepaymentStatus.CLAIMED)


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


async def pledges_and_patents(site: Site, line: Line) -> None:
    """Whatever a pledge names as its patent is one that there is: it followed where two became one."""

    async def theirs(session: AsyncSession, rows: Sequence[Any]) -> tuple[dict[str, set[str]], set[str]]:
        named = await _named(session, [row.id for row in rows])
        for row in rows:
            named[row.id] |= {one["patent_id"] for one in row.confirmations}
        every = {patent_id for ids in named.values() for patent_id in ids}
        living = sa.select(col(Patent.id)).where(col(Patent.id).in_(every), col(Patent.merged_into).is_(None))
        return named, set(await session.scalars(living))

    statement: sa.Select[Any] = sa.select(PLEDGE.c.id, PLEDGE.c.confirmations)
    async for rows, (named, living) in pages(site.database, statement, PLEDGE.c.id, theirs):
        for row in rows:
            line.looked_at += 1
            for patent_id in sorted(named[row.id] - living):
                line.differs(f"{row.id}: it names {patent_id}, which is merged into another")


async def _named(session: AsyncSession, pledge_ids: Sequence[str]) -> dict[str, set[str]]:
    """Return the patents that the rows of pledges name, by the pledge's id."""
    named: dict[str, set[str]] = defaultdict(set)
    for table in (PledgedPatent, Pledgor, PledgeWatch, PledgeProceeds):
        found = sa.select(col(table.pledge_id), col(table.patent_id)).where(col(table.pledge_id).in_(pledge_ids))
        for pledge_id, patent_id in await session.execute(found):
            named[pledge_id].add(patent_id)
    for one in await session.scalars(sa.select(PledgeDisposal).where(col(PledgeDisposal.pledge_id).in_(pledge_ids))):
        named[one.pledge_id] |= set(one.patent_ids)
    return named


async def struck_proceeds(site: Site, line: Line) -> None:
    """What a struck licence payment had repaid of a loan is reversed, and what was decided is in the loan's account."""
    key = PROCEEDS.c.id
    statement: sa.Select[Any] = (
        sa.select(key, PROCEEDS.c.struck_at, PROCEEDS.c.use, LOAN_REPAYMENT.c.id.label("repayment_id"))
        .outerjoin(LOAN_REPAYMENT, sa.and_(LOAN_REPAYMENT.c.about == key, LOAN_REPAYMENT.c.status.in_(HELD)))
    )  # fmt: skip
    async for rows, _ in pages(site.database, statement, key):
        for row in rows:
            line.looked_at += 1
            if row.struck_at is not None and row.repayment_id is not None:
                line.differs(f"{row.id}: its payment was struck, and the loan's {row.repayment_id} is not reversed")
            elif row.struck_at is None and (row.use is ProceedsUse.EARLY_REPAYMENT) != (row.repayment_id is not None):
                line.differs(f"{row.id}: its use is {row.use}, its repayment {row.repayment_id}")


CONSISTENCY_CHECKS = (
    ("pledges and the ledger of rights", pledges_and_rights),
    ("realisations of pledges", realisations_sum_up),
    ("pledges and their patents", pledges_and_patents),
    ("licence income under a pledge", struck_proceeds),
)

"""Whether the quotas of what is kept count what is kept."""

from typing import Final

import sqlalchemy as sa

from backend.accounts.quotas.rules import ALL_TIME, Quota
from backend.accounts.quotas.service import UNLIMITED
from backend.core.consistency import Line, Site
from backend.core.database.columns import table_of
from backend.core.database.quota import USE, take
from backend.files.models import StoredFile

FILE: Final = table_of(StoredFile)
MEASURES: Final = (
    (Quota.FILES, sa.func.count(FILE.c.id)),
    (Quota.FILE_BYTES, sa.func.coalesce(sa.func.sum(FILE.c.size), 0)),
)


async def kept(site: Site, line: Line) -> None:
    """What is counted of each organisation's files is how many there are, and their bytes."""
    for quota, measure in MEASURES:
        async with site.database.read() as session:
            found = await session.execute(sa.select(FILE.c.organisation_id, measure).group_by(FILE.c.organisation_id))
            there = {organisation_id: int(amount) for organisation_id, amount in found}
            counted = sa.select(USE.c.subject, USE.c.used).where(USE.c.kind == quota.value, USE.c.since == ALL_TIME)
            used = {subject: int(amount) for subject, amount in await session.execute(counted)}
        line.looked_at += len(there)
        for subject in sorted({*there, *used}):
            if there.get(subject, 0) != used.get(subject, 0):
                said = f"{subject}: {quota.value} counts {used.get(subject, 0)}, there are {there.get(subject, 0)}"
                line.differs(said, repaired=await _recount(site, subject, quota, measure))


async def _recount(site: Site, subject: str, quota: Quota, measure: sa.ColumnElement[int]) -> bool:
    if site.repair:
        there = sa.select(measure).where(FILE.c.organisation_id == subject).scalar_subquery()
        same = sa.and_(USE.c.subject == subject, USE.c.kind == quota.value, USE.c.since == ALL_TIME)
        async with site.database.write() as session:
            await take(session, subject, quota.value, ALL_TIME, 0, most=UNLIMITED)  # uploads wait until it is right
            await session.execute(sa.update(USE).where(same).values(used=there))
    return site.repair

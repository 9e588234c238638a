"""Whether the names of parties are kept as they are compared."""

from typing import Final

import sqlalchemy as sa

from backend.accounts.models import Party
from backend.accounts.rules import name_key
from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of

PARTY: Final = table_of(Party)


async def parties(site: Site, line: Line) -> None:
    """Every party's name is folded as names are compared."""
    async for rows, _ in pages(site.database, sa.select(PARTY.c.id, PARTY.c.name, PARTY.c.name_key), PARTY.c.id):
        line.looked_at += len(rows)
        wrong = [row for row in rows if row.name_key != name_key(row.name)]
        if wrong and site.repair:
            async with site.database.write() as session:
                for row in wrong:
                    same = sa.and_(PARTY.c.id == row.id, PARTY.c.name == row.name)
                    await session.execute(sa.update(PARTY).where(same).values(name_key=name_key(row.name)))
        for row in wrong:
            line.differs(f"{row.id}: {row.name} is folded as {row.name_key}", repaired=site.repair)

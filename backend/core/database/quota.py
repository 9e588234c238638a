"""Counts what is used of a quota: in the database, and so across processes; one statement asks and counts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel

from backend.core.database.columns import UtcDateTime, table_of


class QuotaUse(SQLModel, table=True):
    """How much of a quota is used in the period that began at a moment."""

    __tablename__ = "quota_use"
    subject: str = Field(primary_key=True, description="Whose: an organisation's id, or the hash of an address.")
    kind: str = Field(primary_key=True, description="Which quota.")
    since: datetime = Field(
        sa_column=sa.Column(UtcDateTime, primary_key=True, index=True), description="When the period began."
    )
    used: int = Field(sa_column=sa.Column(sa.BigInteger, nullable=False))


USE: Final = table_of(QuotaUse)
TAKE: Final = sa.text(
    "INSERT INTO quota_use (subject, kind, since, used) VALUES (:subject, :kind, :since, :n)"
    " ON CONFLICT (subject, kind, since) DO UPDATE SET used = quota_use.used + excluded.used"
    " WHERE quota_use.used + excluded.used <= :most RETURNING used"
).bindparams(
    sa.bindparam("since", type_=UtcDateTime),
    sa.bindparam("n", type_=sa.BigInteger),
    sa.bindparam("most", type_=sa.BigInteger),
)
USED: Final = sa.select(USE.c.kind, USE.c.since, USE.c.used).where(USE.c.subject == sa.bindparam("subject"))


async def take(session: AsyncSession, subject: str, kind: str, since: datetime, n: int, *, most: int) -> bool:
    """Count n more and return whether they fit; where they would be more than `most`, count nothing.

    The row stays locked until the transaction ends, so that of many at once no more fit than may.
    """
    if n > most:
        return False
    parameters = {"subject": subject, "kind": kind, "since": since, "n": n, "most": most}
    return (await session.execute(TAKE, parameters)).first() is not None


async def give_back(session: AsyncSession, subject: str, kind: str, since: datetime, n: int) -> None:
    """Count n fewer of what was taken in that period."""
    same = sa.and_(USE.c.subject == subject, USE.c.kind == kind, USE.c.since == since)
    await session.execute(sa.update(USE).where(same).values(used=USE.c.used - n))


async def used_in(session: AsyncSession, subject: str, periods: Mapping[str, datetime]) -> dict[str, int]:
    """Return what the subject has used of each kind in the period that began then; 0 where nothing was counted."""
    statement = USED.where(USE.c.kind.in_(list(periods)), USE.c.since.in_(list(set(periods.values()))))
    found = {(kind, since): used for kind, since, used in await session.execute(statement, {"subject": subject})}
    return {kind: found.get((kind, since), 0) for kind, since in periods.items()}


async def forget(session: AsyncSession, before: datetime, kept: Iterable[datetime]) -> None:
    """Forget periods that began before a moment, but those that began at one of the kept moments."""
    await session.execute(sa.delete(USE).where(USE.c.since < before, USE.c.since.not_in(list(kept))))

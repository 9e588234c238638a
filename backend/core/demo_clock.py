"""The demonstration's offset of the clock, kept in the database so that every process shows the same time."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel

from backend.core.clock import Clock
from backend.core.database.columns import table_of
from backend.core.database.sessions import Database, after_commit

FOLLOWED: Final = 1.0  # seconds
log = structlog.get_logger()


class ClockOffset(SQLModel, table=True):
    """By how many seconds "now" is moved; one row."""

    __tablename__ = "clock_offset"
    id: int = Field(primary_key=True)
    seconds: float


OFFSET: Final = table_of(ClockOffset)


async def load_offset(database: Database) -> None:
    """Move the database's clock to where the demonstration has moved it."""
    clock, moves = database.clock, database.clock.moves
    async with database.read() as session:
        seconds = (await session.execute(sa.select(OFFSET.c.seconds).where(OFFSET.c.id == 1))).scalar_one_or_none()
    if clock.moves == moves:  # else it was moved here while this was read, to where it belongs
        clock.offset = timedelta(seconds=seconds or 0)


async def follow_offset(database: Database) -> None:
    """Keep the clock where any process has moved it."""
    while True:
        await asyncio.sleep(FOLLOWED)
        try:
            await load_offset(database)
        except SQLAlchemyError as away:
            log.warning("clock_not_followed", reason=type(away).__name__)


async def move_clock(session: AsyncSession, clock: Clock, now: datetime) -> timedelta:
    """Make it `now` for everybody, once the transaction is committed; give the offset that it then has."""
    offset = now - clock.real()
    if (await session.get(ClockOffset, 1)) is None:
        session.add(ClockOffset(id=1, seconds=offset.total_seconds()))
    else:
        await session.execute(sa.update(OFFSET).where(OFFSET.c.id == 1).values(seconds=offset.total_seconds()))
    after_commit(session, partial(clock.move, offset))
    return offset

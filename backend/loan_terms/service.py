"""New rows of the dated tables: those that were announced since, and those that correct a wrong one."""

from datetime import date, datetime
from typing import Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.core.database.dialects import is_sqlite
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.loan_terms import queries
from backend.loan_terms.errors import (
    AnnouncedInFuture,
    LprAnnouncedAlready,
    NoSuchLpr,
    NoSuchScheme,
    RowCorrectedAlready,
    SchemeOverlaps,
)
from backend.loan_terms.events import lpr_entered, scheme_entered
from backend.loan_terms.models import FinancingScheme, LoanPrimeRate
from backend.loan_terms.schemas import LprIn, SchemeIn

LOCK: Final = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:table, 0))")
R = TypeVar("R", LoanPrimeRate, FinancingScheme)


async def enter_lpr(session: AsyncSession, body: LprIn, caller: Caller, now: datetime) -> LoanPrimeRate:
    """Return the row of a rate that was announced, which may correct a wrong one.

    Raises AnnouncedInFuture, NoSuchLpr, RowCorrectedAlready, LprAnnouncedAlready.
    """
    today: date = china_day(now)
    if body.announced_on > today:
        raise AnnouncedInFuture(today=today)
    await _lock_table(session, LoanPrimeRate)
    if body.corrects is not None:
        await _mark_corrected(session, await session.get(LoanPrimeRate, body.corrects), NoSuchLpr, now)
    standing = await queries.standing_lpr(session, body.tenor, body.announced_on)
    if standing is not None:
        raise LprAnnouncedAlready(lpr_id=standing.id)
    row = LoanPrimeRate(
        id=new_id("lpr"), corrects_id=body.corrects, entered_at=now, **body.model_dump(exclude={"corrects"})
    )
    session.add(row)
    await append(session, lpr_entered(row, caller.user_id), now)
    return row


async def enter_scheme(session: AsyncSession, body: SchemeIn, caller: Caller, now: datetime) -> FinancingScheme:
    """Return a new row of a scheme, which may correct a wrong one.

    Raises NoSuchScheme, RowCorrectedAlready, SchemeOverlaps.
    """
    await _lock_table(session, FinancingScheme)
    if body.corrects is not None:
        await _mark_corrected(session, await session.get(FinancingScheme, body.corrects), NoSuchScheme, now)
    overlapping = await queries.overlapping_scheme(session, body.code, body.valid_from, body.valid_to)
    if overlapping is not None:
        raise SchemeOverlaps(scheme_id=overlapping.id)
    row = FinancingScheme(id=new_id("sch"), corrects_id=body.corrects, entered_at=now, **body.columns())
    session.add(row)
    await append(session, scheme_entered(row, caller.user_id), now)
    return row


async def _lock_table(session: AsyncSession, kind: type[R]) -> None:
    """Lock a table for new rows, so that none is entered between a check and what follows from it."""
    if not is_sqlite(session):
        await session.execute(LOCK, {"table": kind.__tablename__})


async def _mark_corrected(session: AsyncSession, row: R | None, missing: type[Exception], now: datetime) -> None:
    if row is None:
        raise missing
    await session.refresh(row)  # as it stands now that nobody else writes
    if row.corrected_at is not None:
        raise RowCorrectedAlready(corrected_by=(await queries.corrections(session, [row]))[row.id])
    row.corrected_at = now
    await session.flush()

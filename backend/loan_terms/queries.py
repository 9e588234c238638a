"""How rows of the dated tables are found; everybody may read them."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.loan_terms.codes import LprTenor
from backend.loan_terms.models import FinancingScheme, LoanPrimeRate
from backend.loan_terms.schemas import LprQuery, SchemesQuery

LPR_ANNOUNCED: Final = col(LoanPrimeRate.announced_on)
LPR_ID: Final = col(LoanPrimeRate.id)
SCHEME_CODE: Final = col(FinancingScheme.code)
SCHEME_ID: Final = col(FinancingScheme.id)
LPR_STANDS: Final = col(LoanPrimeRate.corrected_at).is_(None)
SCHEME_STANDS: Final = col(FinancingScheme.corrected_at).is_(None)


def _holds_on(day: date) -> sa.ColumnElement[bool]:
    """Return whether a rate is the last one of its tenor that was announced up to a day."""
    later = aliased(LoanPrimeRate)
    newer = sa.select(sa.literal(1)).where(
        col(later.tenor) == col(LoanPrimeRate.tenor),
        col(later.corrected_at).is_(None),
        col(later.announced_on) > LPR_ANNOUNCED,
        col(later.announced_on) <= day,
    )
    return sa.and_(day >= LPR_ANNOUNCED, ~newer.exists())


def lprs(query: LprQuery) -> sa.Select[Any]:
    """Return the rates that are asked for."""
    statement = sa.select(LoanPrimeRate)
    if not query.corrected:
        statement = statement.where(LPR_STANDS)
    if query.tenor is not None:
        statement = statement.where(col(LoanPrimeRate.tenor) == query.tenor)
    return statement if query.valid_on is None else statement.where(_holds_on(query.valid_on))


async def lpr_on(session: AsyncSession, tenor: LprTenor, day: date) -> LoanPrimeRate | None:
    """Return the rate that holds on a day, or None where none was announced up to then."""
    statement = lprs(LprQuery(tenor=tenor, valid_on=day))
    row: LoanPrimeRate | None = await session.scalar(statement)
    return row


async def standing_lpr(session: AsyncSession, tenor: LprTenor, announced_on: date) -> LoanPrimeRate | None:
    """Return the rate of a tenor and a day that nothing corrects."""
    statement = sa.select(LoanPrimeRate).where(
        LPR_STANDS, col(LoanPrimeRate.tenor) == tenor, col(LoanPrimeRate.announced_on) == announced_on
    )
    row: LoanPrimeRate | None = await session.scalar(statement)
    return row


def schemes(query: SchemesQuery) -> sa.Select[Any]:
    """Return the schemes that are asked for; one of which a bound is not known may hold on any day on that side."""
    statement = sa.select(FinancingScheme)
    if not query.corrected:
        statement = statement.where(SCHEME_STANDS)
    if query.code is not None:
        statement = statement.where(col(FinancingScheme.code) == query.code)
    if query.region is not None:
        statement = statement.where(col(FinancingScheme.region) == query.region)
    return statement if query.valid_on is None else statement.where(_may_hold_during(query.valid_on, query.valid_on))


def _may_hold_during(start: date | None, end: date | None) -> sa.ColumnElement[bool]:
    """Return whether a scheme may hold on some day of a time, of which a side that is None is open."""
    valid_from, valid_to = col(FinancingScheme.valid_from), col(FinancingScheme.valid_to)
    begins = sa.true() if end is None else sa.or_(valid_from.is_(None), valid_from <= end)
    ends = sa.true() if start is None else sa.or_(valid_to.is_(None), valid_to >= start)
    return sa.and_(begins, ends)


async def overlapping_scheme(
    session: AsyncSession, code: str, start: date | None, end: date | None
) -> FinancingScheme | None:
    """Return a row of a scheme that may hold on some day of a time."""
    statement = sa.select(FinancingScheme).where(
        SCHEME_STANDS, col(FinancingScheme.code) == code, _may_hold_during(start, end)
    )
    row: FinancingScheme | None = await session.scalar(statement.order_by(SCHEME_ID).limit(1))
    return row


async def corrections(
    session: AsyncSession, rows: Sequence[LoanPrimeRate] | Sequence[FinancingScheme]
) -> dict[str, str]:
    """Return by the id of each row that was corrected the id of the one in its place."""
    ids = [row.id for row in rows if row.corrected_at is not None]
    if not ids:
        return {}
    kind = type(rows[0])
    statement = sa.select(col(kind.corrects_id), col(kind.id)).where(col(kind.corrects_id).in_(ids))
    return {wrong: right for wrong, right in await session.execute(statement) if wrong is not None}

"""How the needs of a quarter are read, to be counted, and the figures that may be published."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.clock import begin_of_day, china_day
from backend.core.database.columns import table_of
from backend.introductions.figures.codes import Grouping, Row
from backend.introductions.figures.models import MatchmakingFigures
from backend.introductions.figures.rules import Case, days_between, quarter_after
from backend.introductions.models import Introduction
from backend.needs.codes import NeedStatus
from backend.needs.models import Need

FIGURES: Final = table_of(MatchmakingFigures)
IS_TOTAL: Final = FIGURES.c.kind == Row.TOTAL


async def first_published_on(session: AsyncSession) -> date | None:
    """Return the day on which the first need was published."""
    first = (await session.execute(sa.select(sa.func.min(col(Need.published_at))))).scalar_one_or_none()
    return None if first is None else china_day(first)


async def counted_quarters(session: AsyncSession, until: date) -> set[date]:
    """Return the quarters that are counted until that very day."""
    statement = sa.select(FIGURES.c.quarter).where(IS_TOTAL, FIGURES.c.counted_until == until)
    return set(await session.scalars(statement))


async def cases(session: AsyncSession, quarter: date, until: date) -> list[Case]:
    """Return the needs published in a quarter, but those taken down, with what became of them by the end of a day."""
    known_by = begin_of_day(date.fromordinal(until.toordinal() + 1))
    introduced = sa.case((col(Introduction.accepted_at) < known_by, col(Introduction.accepted_at)), else_=None)
    contracted = sa.case((col(Introduction.contracted_on) <= until, col(Introduction.contracted_on)), else_=None)
    statement = (
        sa.select(
            col(Need.id), col(Need.organisation_id), col(Need.confidential),
            col(Need.clusters), col(Need.region), col(Need.published_at),
            sa.func.min(introduced).label("introduced_at"), sa.func.min(contracted).label("contracted_on"),
        )
        .outerjoin(Introduction, col(Introduction.need_id) == col(Need.id))
        .where(col(Need.published_at) >= begin_of_day(quarter))
        .where(col(Need.published_at) < begin_of_day(quarter_after(quarter)))
        .where(col(Need.status) != NeedStatus.TAKEN_DOWN)
        .group_by(col(Need.id))
        .order_by(col(Need.id))
    )  # fmt: skip
    return [_case(row) for row in await session.execute(statement)]


def _case(row: Any) -> Case:
    published_on = china_day(row.published_at)
    introduced_on = china_day(row.introduced_at) if row.introduced_at else None
    return Case(
        id=row.id,
        organisation_id=row.organisation_id,
        confidential=row.confidential,
        clusters=tuple(dict.fromkeys(row.clusters)),
        region=row.region,
        days_to_introduction=days_between(published_on, introduced_on),
        days_to_contract=days_between(published_on, row.contracted_on),
    )


async def published(
    session: AsyncSession, grouping: Grouping, quarters: Sequence[date], until: date
) -> Sequence[MatchmakingFigures]:
    """Return the figures of the quarters as they were counted until that day, the sums and those of the grouping."""
    kinds = (Row.TOTAL, Row(grouping.value))
    statement = sa.select(MatchmakingFigures).where(
        col(MatchmakingFigures.kind).in_(kinds),
        col(MatchmakingFigures.quarter).in_(quarters),
        col(MatchmakingFigures.counted_until) == until,
        col(MatchmakingFigures.needs).is_not(None),
    )
    return (await session.scalars(statement)).all()

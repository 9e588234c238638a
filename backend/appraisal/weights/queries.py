"""How weights are found."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.appraisal.models import AppraisalWeights

KEYS: tuple[Any, ...] = (col(AppraisalWeights.valid_from), col(AppraisalWeights.recorded_at), col(AppraisalWeights.id))


async def weights_on(session: AsyncSession, day: date, known_at: datetime | None = None) -> AppraisalWeights:
    """Return the set that holds on a day; of those from the same day the last recorded; before the first, the first.

    With `known_at`, of those that were recorded by that moment.
    """
    row = AppraisalWeights
    statement = sa.select(row).where(col(row.valid_from) <= day)
    if known_at is not None:
        statement = statement.where(col(row.recorded_at) <= known_at)
    found = (await session.scalars(statement.order_by(*(key.desc() for key in KEYS)).limit(1))).first()
    return found or (await session.scalars(sa.select(row).order_by(*KEYS).limit(1))).one()

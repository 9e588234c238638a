"""Which licences have a payment overdue: of a reported royalty, or of a further year's lump sum."""

from datetime import date
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.database.columns import table_of
from backend.licences import queries
from backend.licences.codes import LumpSumPer
from backend.licences.models import Licence, Payment, RoyaltyReport
from backend.licences.receivables.allocation import instalments_of
from backend.licences.receivables.instalment_rules import InstalmentState
from backend.licences.royalties import service as royalties

AT_ONCE: Final = 1_000  # as many as one question names
LICENCE: Final = table_of(Licence)
YEARLY: Final = sa.select(Licence).where(  # and those with steps by year: a finer question differs by database
    sa.cast(LICENCE.c.fee, sa.Text).contains(f'"{LumpSumPer.YEAR.value}"')
)


async def payment_overdue(session: AsyncSession, among: sa.ColumnElement[bool], today: date) -> sa.ColumnElement[bool]:
    """Return which of some licences have a payment overdue; instalments are worked out, so those of all are read."""
    yearly = (await session.scalars(YEARLY.where(among))).all()
    made: dict[str, list[Payment]] = {}
    for first in range(0, len(yearly), AT_ONCE):
        made |= await queries.payments_made(session, [one.source_id for one in yearly[first : first + AT_ONCE]])
    late = [
        licence.id
        for licence in yearly
        if any(
            one.state(today) is InstalmentState.OVERDUE
            for one in instalments_of(licence, made.get(licence.source_id, []))[0]
        )
    ]
    unpaid = sa.exists().where(col(RoyaltyReport.licence_id) == col(Licence.id), royalties.unpaid(today))
    return sa.or_(col(Licence.id).in_(late), unpaid)

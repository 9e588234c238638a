"""How pledges of licence income are found; their three sides alone see them."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.licences.models import Payment
from backend.licences.states import PaymentStatus
from backend.receivable_pledges.models import ReceivablePledge
from backend.receivable_pledges.rules import LIVING
from backend.receivable_pledges.schemas import ReceivablePledgesQuery

ASKED_AT: Final = col(ReceivablePledge.asked_at)
ID: Final = col(ReceivablePledge.id)


def visible_to(caller: Caller) -> sa.ColumnElement[bool]:
    """Return which pledges of licence income a caller may know of."""
    organisation_id = caller.organisation_id
    row = ReceivablePledge
    return sa.or_(*(col(column) == organisation_id for column in (
        row.licensor_organisation_id, row.licensee_organisation_id, row.pledgee_organisation_id
    )))  # fmt: skip


def receivable_pledges(caller: Caller, query: ReceivablePledgesQuery) -> sa.Select[Any]:
    """Return the pledges of licence income that the caller may know of and asks for."""
    statement = sa.select(ReceivablePledge).where(visible_to(caller))
    if query.status:
        statement = statement.where(col(ReceivablePledge.status).in_(query.status))
    if query.licence_id is not None:
        statement = statement.where(col(ReceivablePledge.licence_id) == query.licence_id)
    return statement


async def visible(session: AsyncSession, caller: Caller, pledge_id: str) -> ReceivablePledge | None:
    """Return the pledge, or None where the caller may not know of it."""
    return (
        await session.scalars(
            sa.select(ReceivablePledge).where(col(ReceivablePledge.id) == pledge_id, visible_to(caller))
        )
    ).first()


async def living_of(session: AsyncSession, licence_id: str) -> ReceivablePledge | None:
    """Return the pledge of a licence's income that was asked for or stands."""
    statement = sa.select(ReceivablePledge).where(
        col(ReceivablePledge.licence_id) == licence_id, col(ReceivablePledge.status).in_(sorted(LIVING))
    )
    return (await session.scalars(statement)).first()


async def paid_on(session: AsyncSession, licence_id: str) -> int:
    """Return what was paid on a licence and counts, in fen."""
    counts = col(Payment.status).in_([PaymentStatus.RECORDED, PaymentStatus.CONFIRMED])
    statement = sa.select(sa.func.coalesce(sa.func.sum(col(Payment.amount_fen)), 0)).where(
        col(Payment.licence_id) == licence_id, counts
    )
    return int((await session.execute(statement)).scalar_one())

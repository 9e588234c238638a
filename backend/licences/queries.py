"""How licences, their payments and reports are found; what a caller may see is built in."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.codes import OrganisationKind
from backend.accounts.models import Organisation
from backend.licences.models import Licence, Payment, RoyaltyReport
from backend.licences.states import STANDS, LicenceStatus
from backend.patents import queries as patent_queries
from backend.patents.codes import HoldingState
from backend.patents.models import Holding

RIGHT_ENDED: Final = "right_ended"  # the status_reason of licences that ended with the right, and by nothing else
FOLLOWS_THE_RIGHT: Final = sa.or_(
    col(Licence.status).in_(sorted(STANDS)),
    sa.and_(col(Licence.status) == LicenceStatus.TERMINATED, col(Licence.status_reason) == RIGHT_ENDED),
)


def held_by(caller: Caller) -> sa.Select[Any]:
    """Which patents the caller's organisation is verified to hold: whoever merely says so sees nothing of others'."""
    return sa.select(col(Holding.patent_id)).where(
        col(Holding.organisation_id) == caller.organisation_id, col(Holding.state) == HoldingState.VERIFIED
    )


def party_to(caller: Caller, table: Any) -> sa.ColumnElement[bool]:
    """What is between two sides shows to both, and to offices."""
    if patent_queries.is_office(caller):
        return sa.true()
    own = caller.organisation_id
    return sa.or_(col(table.licensee_organisation_id) == own, col(table.licensor_organisation_id) == own)


def visible_licences(caller: Caller) -> sa.ColumnElement[bool]:
    """Which licences somebody may see: both sides theirs, co-owners too, since they share the fees; offices all."""
    return sa.or_(party_to(caller, Licence), col(Licence.patent_id).in_(held_by(caller)))


def visible_payments(caller: Caller) -> sa.ColumnElement[bool]:
    """Which payments somebody may see: both sides theirs, co-owners too, offices all."""
    return sa.or_(party_to(caller, Payment), col(Payment.patent_id).in_(held_by(caller)))


def visible_reports(caller: Caller) -> sa.ColumnElement[bool]:
    """Which royalty reports somebody may see: both sides theirs, offices all."""
    return party_to(caller, RoyaltyReport)


async def licence(session: AsyncSession, caller: Caller, licence_id: str) -> Licence | None:
    """The licence, or None where the caller may not see it."""
    statement = sa.select(Licence).where(col(Licence.id) == licence_id, visible_licences(caller))
    return (await session.scalars(statement)).first()


async def payments_made(session: AsyncSession, payable_ids: Sequence[str]) -> dict[str, list[Payment]]:
    """The payments for the sources of licences, before and after those took effect, in the order of their recording."""
    statement = sa.select(Payment).where(col(Payment.payable_id).in_(payable_ids))
    found: dict[str, list[Payment]] = {}
    for row in await session.scalars(statement.order_by(col(Payment.recorded_at), col(Payment.id))):
        found.setdefault(row.payable_id, []).append(row)
    return found


async def payments_of(session: AsyncSession, licence: Licence) -> list[Payment]:
    """The payments for a licence, those before its effect too, in the order in which they were recorded."""
    return (await payments_made(session, [licence.source_id])).get(licence.source_id, [])


async def periods_of(session: AsyncSession, payments: Sequence[Payment]) -> dict[str, int]:
    """The number of the reporting period that each payment pays, by the payment's id."""
    paid = {one.report_id for one in payments if one.report_id}
    if not paid:
        return {}
    statement = sa.select(col(RoyaltyReport.id), col(RoyaltyReport.number)).where(
        col(RoyaltyReport.id).in_(sorted(paid))
    )
    numbers = {row[0]: row[1] for row in await session.execute(statement)}
    return {one.id: numbers[one.report_id] for one in payments if one.report_id}


async def reports_of_all(session: AsyncSession, licence_ids: Sequence[str]) -> dict[str, list[RoyaltyReport]]:
    """The reporting periods of licences, in their order, by the licence's id."""
    statement = sa.select(RoyaltyReport).where(col(RoyaltyReport.licence_id).in_(licence_ids))
    found: dict[str, list[RoyaltyReport]] = {}
    for row in await session.scalars(statement.order_by(col(RoyaltyReport.number))):
        found.setdefault(row.licence_id, []).append(row)
    return found


async def reports_of(session: AsyncSession, licence_id: str) -> Sequence[RoyaltyReport]:
    """The reporting periods of a licence, in their order."""
    statement = sa.select(RoyaltyReport).where(col(RoyaltyReport.licence_id) == licence_id)
    return (await session.scalars(statement.order_by(col(RoyaltyReport.number)))).all()


async def standing_or_ended_with_the_right(session: AsyncSession, patent_id: str) -> Sequence[Licence]:
    """The licences of a patent that have not ended, or ended because its right did."""
    statement = sa.select(Licence).where(col(Licence.patent_id) == patent_id, FOLLOWS_THE_RIGHT)
    return (await session.scalars(statement.order_by(col(Licence.id)))).all()


async def platform(session: AsyncSession) -> Sequence[str]:
    """The platform's own organisation, which is told of what an office has to decide."""
    statement = sa.select(col(Organisation.id)).where(col(Organisation.kind) == OrganisationKind.PLATFORM)
    return (await session.scalars(statement)).all()

"""How introductions are found; who may see them is built in: both sides theirs, the platform that there are any."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import Member, User
from backend.core.database.columns import table_of
from backend.introductions.codes import IntroductionRole, MatchSide
from backend.introductions.models import Introduction, IntroductionMessage
from backend.introductions.rules import LIVING, WAITING
from backend.introductions.schemas import IntroductionsQuery
from backend.licences.models import Licence
from backend.needs.models import Need
from backend.patents.models import Listing, Patent
from backend.response_clocks.models import ResponseClock

ASKED_AT: Final = col(Introduction.asked_at)
ID: Final = col(Introduction.id)
MESSAGE_NUMBER: Final = col(IntroductionMessage.number)
LISTING: Final = table_of(Listing)
ROLE_COLUMNS: Final[dict[IntroductionRole, Any]] = {
    IntroductionRole.REQUESTER: col(Introduction.requester_organisation_id),
    IntroductionRole.ANSWERER: col(Introduction.answerer_organisation_id),
}


def of_organisation(organisation_id: str) -> sa.ColumnElement[bool]:
    """Return which introductions an organisation is a side of."""
    return sa.or_(*(column == organisation_id for column in ROLE_COLUMNS.values()))


def visible_to(caller: Caller) -> sa.ColumnElement[bool]:
    """Return which introductions a caller may know of: a side its own, the platform all."""
    return sa.true() if caller.is_platform else of_organisation(caller.organisation_id)


def introductions(caller: Caller, query: IntroductionsQuery) -> sa.Select[Any]:
    """Return the introductions that the caller may know of and asks for."""
    found = sa.select(Introduction).where(visible_to(caller))
    if query.role is not None:
        is_in_role: sa.ColumnElement[bool] = ROLE_COLUMNS[query.role] == caller.organisation_id
        found = found.where(is_in_role)
    if query.state:
        found = found.where(col(Introduction.status).in_(query.state))
    return found


async def introduction(session: AsyncSession, caller: Caller, introduction_id: str) -> Introduction | None:
    """Return the introduction, or None where the caller may not know of it."""
    statement = sa.select(Introduction).where(col(Introduction.id) == introduction_id, visible_to(caller))
    return (await session.scalars(statement)).first()


async def locked(session: AsyncSession, introduction_id: str) -> Introduction:
    """Return the introduction, held until the end of the transaction; its clock is held before it."""
    return await session.get_one(Introduction, introduction_id, with_for_update=True, populate_existing=True)


async def last_about(session: AsyncSession, match_id: str) -> Introduction | None:
    """Return the latest introduction about a match."""
    statement = sa.select(Introduction).where(col(Introduction.match_id) == match_id)
    latest = statement.order_by(col(Introduction.status).in_(LIVING).desc(), ASKED_AT.desc(), ID.desc()).limit(1)
    return (await session.scalars(latest)).first()


async def waiting_beside(session: AsyncSession, new: Introduction) -> int:
    """Return how many introductions wait that its requester asked the same organisation for.

    Of one that the requester does not know, those about the same need are counted alone: others would tell who it is.
    """
    anonymous = sa.and_(col(Introduction.by_abstract), col(Introduction.asked_by) == MatchSide.LISTING)
    if new.is_anonymous:
        alike = sa.and_(anonymous, col(Introduction.need_id) == new.need_id)
    else:
        alike = sa.and_(sa.not_(anonymous), col(Introduction.answerer_organisation_id) == new.answerer_organisation_id)
    statement = sa.select(sa.func.count()).where(
        col(Introduction.requester_organisation_id) == new.requester_organisation_id,
        col(Introduction.status).in_(sorted(WAITING)),
        alike,
    )
    return int((await session.execute(statement)).scalar_one())


async def decline_counts(session: AsyncSession, organisation_id: str, since: datetime) -> list[sa.Row[Any]]:
    """Return how often introductions that the organisation asked for were declined, by its side and the reason."""
    alike = (col(Introduction.asked_by), col(Introduction.decline_reason))
    statement = (
        sa.select(*alike, sa.func.count().label("times"))
        .where(
            col(Introduction.requester_organisation_id) == organisation_id,
            col(Introduction.asked_at) >= since,
            col(Introduction.decline_reason).is_not(None),
        )
        .group_by(*alike)
        .order_by(*alike)
    )
    found: list[Any] = list(await session.execute(statement))
    return found


async def locked_waiting(session: AsyncSession, which: sa.ColumnElement[bool]) -> list[tuple[Introduction, Any]]:
    """Return introductions that wait for an answer with their clocks, all held; the clocks first."""
    waits = sa.and_(which, col(Introduction.status).in_(sorted(WAITING)))
    ids = list(await session.scalars(sa.select(ID).where(waits).order_by(ID)))
    if not ids:
        return []
    of_clocks = sa.select(ResponseClock).where(col(ResponseClock.subject).in_(ids)).order_by(col(ResponseClock.subject))
    held = await session.scalars(of_clocks.with_for_update().execution_options(populate_existing=True))
    clocks = {clock.subject: clock for clock in held}
    still = sa.select(Introduction).where(ID.in_(ids), waits).order_by(ID).with_for_update()
    rows = await session.scalars(still.execution_options(populate_existing=True))
    return [(row, clocks[row.id]) for row in rows]


async def locked_before_licence(session: AsyncSession, licence_id: str) -> list[tuple[Introduction, date]]:
    """Return the accepted introductions of the two sides of a licence about its patent, held, the latest first.

    Beside each stands the day on which the licence took effect.
    """
    columns: tuple[Any, ...] = (Introduction, col(Licence.effective_on))
    statement = (
        sa.select(*columns)
        .join(Listing, col(Listing.id) == col(Introduction.listing_id))
        .join(Need, col(Need.id) == col(Introduction.need_id))
        .join(Licence, col(Licence.patent_id) == col(Listing.patent_id))
        .where(
            col(Licence.id) == licence_id,
            col(Need.organisation_id) == col(Licence.licensee_organisation_id),
            col(Listing.organisation_id) == col(Licence.licensor_organisation_id),
            col(Introduction.accepted_at).is_not(None),
            col(Introduction.licence_id).is_(None),
        )
        .order_by(col(Introduction.accepted_at).desc(), ID)
        .with_for_update(of=Introduction)
    )
    return [(introduction, effective_on) for introduction, effective_on in await session.execute(statement)]


async def locked_of_licence(session: AsyncSession, licence_id: str) -> Introduction | None:
    """Return the introduction that the licence is counted for, held."""
    statement = sa.select(Introduction).where(col(Introduction.licence_id) == licence_id).with_for_update()
    return (await session.scalars(statement)).first()


def messages(introduction_id: str) -> sa.Select[Any]:
    """Select the messages of an introduction."""
    return sa.select(IntroductionMessage).where(col(IntroductionMessage.introduction_id) == introduction_id)


async def patents_of(session: AsyncSession, listing_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return the id and the title of the patent of each listing, by the listing's id."""
    statement = (
        sa.select(col(Listing.id), col(Patent.id), col(Patent.title))
        .join(Patent, col(Patent.id) == col(Listing.patent_id))
        .where(col(Listing.id).in_(listing_ids))
    )
    return {listing_id: (patent_id, title) for listing_id, patent_id, title in await session.execute(statement)}


async def people(session: AsyncSession, user_ids: Collection[str]) -> dict[tuple[str, str], User]:
    """Return people who are members, by the organisation and their ids: who has left one is not reached there."""
    statement = (
        sa.select(col(Member.organisation_id), User)
        .join(User, col(User.id) == col(Member.user_id))
        .where(col(User.id).in_(user_ids), col(Member.ended_at).is_(None))
    )
    return {(organisation_id, user.id): user for organisation_id, user in await session.execute(statement)}

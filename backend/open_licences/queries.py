"""How declarations and notices are found; what a caller may see is built in."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.licences.models import Licence
from backend.licences.queries import FOLLOWS_THE_RIGHT, held_by, party_to
from backend.licences.states import STANDS
from backend.open_licences.declarations.schemas import OpenLicencesQuery
from backend.open_licences.models import Duty, Notice, OpenLicence, OpenLicenceStep
from backend.open_licences.states import ENDED, LIVING, OPEN, WAITING, OpenStatus
from backend.patents import queries as patent_queries

SHOWN: Final = sorted(OPEN | ENDED)
STANDING: Final = sa.select(OpenLicence).where(
    col(OpenLicence.patent_id) == sa.bindparam("patent_id"), col(OpenLicence.status).in_(sorted(OPEN))
)


def visible_open(caller: Caller | None) -> sa.ColumnElement[bool]:
    """Which declarations somebody may see: everyone what was announced, holders what is theirs, offices all."""
    announced = sa.and_(col(OpenLicence.status).in_(SHOWN), col(OpenLicence.announced_on).is_not(None))
    return announced if caller is None else sa.or_(announced, known_whole(caller))


def known_whole(caller: Caller) -> sa.ColumnElement[bool]:
    """Which declarations somebody sees with their duties, evidence and terms of consent: its holders', offices all.

    A co-holder sees what was submitted; a draft is its declarant's.
    """
    if patent_queries.is_office(caller):
        return sa.true()
    co_held = sa.and_(col(OpenLicence.patent_id).in_(held_by(caller)), col(OpenLicence.status) != OpenStatus.DRAFT)
    return sa.or_(co_held, col(OpenLicence.organisation_id) == caller.organisation_id)


def open_licences(caller: Caller | None, asked: OpenLicencesQuery) -> sa.Select[Any]:
    """The declarations that somebody may see and asks for."""
    found = sa.select(OpenLicence).where(visible_open(caller))
    if asked.status:
        found = found.where(col(OpenLicence.status).in_(asked.status))
    if asked.patent_id is not None:
        found = found.where(col(OpenLicence.patent_id) == asked.patent_id)
    if asked.available is not None:
        found = found.where(col(OpenLicence.available) == asked.available)
    if asked.mine:
        found = found.where(col(OpenLicence.organisation_id) == (caller.organisation_id if caller else None))
    return found


async def whole_of(session: AsyncSession, caller: Caller | None, ids: Sequence[str]) -> frozenset[str]:
    """Return those of the declarations that somebody sees whole."""
    if caller is None or not ids:
        return frozenset()
    statement = sa.select(col(OpenLicence.id)).where(col(OpenLicence.id).in_(ids), known_whole(caller))
    return frozenset(await session.scalars(statement))


async def open_licence(session: AsyncSession, caller: Caller | None, open_licence_id: str) -> OpenLicence | None:
    """The declaration, or None where the caller may not see it."""
    statement = sa.select(OpenLicence).where(col(OpenLicence.id) == open_licence_id, visible_open(caller))
    return (await session.scalars(statement)).first()


async def living_of(session: AsyncSession, patent_id: str) -> OpenLicence | None:
    """The patent's declaration that is under way or announced."""
    statement = sa.select(OpenLicence).where(
        col(OpenLicence.patent_id) == patent_id, col(OpenLicence.status).in_(sorted(LIVING))
    )
    return (await session.scalars(statement)).first()


async def standing_of(session: AsyncSession, patent_id: str) -> OpenLicence | None:
    """The patent's announced open licence."""
    return (await session.scalars(STANDING, {"patent_id": patent_id})).first()


async def concerned(session: AsyncSession, patent_ids: Sequence[str]) -> list[str]:
    """Return those of the patents that have an announced open licence, or licences, in the order of their ids."""
    declared, taken = col(OpenLicence.patent_id), col(Licence.patent_id)
    statement = sa.union(
        sa.select(declared).where(declared.in_(patent_ids), col(OpenLicence.status).in_(sorted(OPEN))),
        sa.select(taken).where(taken.in_(patent_ids), FOLLOWS_THE_RIGHT),
    )
    return sorted(await session.scalars(statement))


async def steps_of(session: AsyncSession, ids: Sequence[str]) -> dict[str, list[OpenLicenceStep]]:
    """The steps of declarations, in the order in which they were recorded."""
    statement = sa.select(OpenLicenceStep).where(col(OpenLicenceStep.open_licence_id).in_(ids))
    return _grouped(await session.scalars(statement.order_by(col(OpenLicenceStep.id))))


async def duties_of(session: AsyncSession, ids: Sequence[str]) -> dict[str, list[Duty]]:
    """The duties of declarations, in the order in which they opened."""
    statement = sa.select(Duty).where(col(Duty.open_licence_id).in_(ids)).order_by(col(Duty.id))
    return _grouped(await session.scalars(statement))


def _grouped(rows: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.open_licence_id, []).append(row)
    return found


async def licensees_of(session: AsyncSession, open_licence_id: str) -> list[str]:
    """The organisations that have a notice under way or a licence standing under a declaration."""
    waiting = sa.select(col(Notice.licensee_organisation_id)).where(
        col(Notice.open_licence_id) == open_licence_id, col(Notice.status).in_(sorted(WAITING))
    )
    standing = sa.select(col(Licence.licensee_organisation_id)).where(
        col(Licence.offer_id) == open_licence_id, col(Licence.status).in_(sorted(STANDS))
    )
    return sorted(set(await session.scalars(sa.union(waiting, standing))))


def visible_notices(caller: Caller) -> sa.ColumnElement[bool]:
    """Which notices somebody may see: both sides theirs, co-owners who are verified too; offices all."""
    return sa.or_(party_to(caller, Notice), col(Notice.patent_id).in_(held_by(caller)))


async def notice(session: AsyncSession, caller: Caller, notice_id: str) -> Notice | None:
    """The notice, or None where the caller may not see it."""
    statement = sa.select(Notice).where(col(Notice.id) == notice_id, visible_notices(caller))
    return (await session.scalars(statement)).first()

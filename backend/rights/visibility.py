"""Which entries, agreements and consents somebody may see and asks for."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import Party
from backend.patents import queries as patent_queries
from backend.patents.queries import PatentAggregate
from backend.rights.codes import RightKind
from backend.rights.models import Consent, RightEntry
from backend.rights.schemas import RightsQuery


def visible_entries(caller: Caller | None, patent_id: str, *, sees_all: bool) -> sa.ColumnElement[bool]:
    """Which entries of a patent somebody may see: holders and offices all, everyone the announced.

    A party sees its own besides, and whoever recorded an entry what it recorded.
    """
    mine = col(RightEntry.patent_id) == patent_id
    if sees_all:
        return mine
    seen: list[sa.ColumnElement[bool]] = [
        sa.and_(col(RightEntry.announced_on).is_not(None), col(RightEntry.kind) != RightKind.CO_OWNER_AGREEMENT)
    ]
    if caller is not None:
        own = sa.select(col(Party.id)).where(col(Party.organisation_id) == caller.organisation_id)
        seen += [col(RightEntry.party_id).in_(own), col(RightEntry.recorded_by) == caller.organisation_id]
    return sa.and_(mine, sa.or_(*seen))


async def seen_among(
    session: AsyncSession, caller: Caller | None, whole: PatentAggregate, rows: Iterable[RightEntry]
) -> frozenset[str]:
    """Return those of the entries that the rows speak of which somebody who does not see all of them may see."""
    ids = {right_id for row in rows for right_id in (*row.carves_out, row.corrects, row.corrected_by) if right_id}
    if not ids:
        return frozenset()
    visible = visible_entries(caller, whole.patent.id, sees_all=False)
    return frozenset(await session.scalars(sa.select(col(RightEntry.id)).where(visible, col(RightEntry.id).in_(ids))))


def entries_statement(
    caller: Caller | None, patent_id: str, query: RightsQuery, day: date, known_at: datetime,
    told_again: Mapping[str, bool], *, sees_all: bool,
) -> sa.Select[Any]:  # fmt: skip
    """The entries of a patent that somebody may see and asks for, as they stood on record at a moment.

    `told_again`: of entries whose end was told more than once, whether they held by what was known.
    """
    row = RightEntry
    statement = sa.select(row).where(visible_entries(caller, patent_id, sees_all=sees_all))
    if query.known_at is not None:
        statement = statement.where(col(row.recorded_at) <= known_at)
        statement = statement.where(sa.or_(col(row.corrected_at).is_(None), col(row.corrected_at) > known_at))
    elif query.in_force is not None:
        statement = statement.where(col(row.corrected_at).is_(None))
    if query.kind:
        statement = statement.where(col(row.kind).in_(query.kind))
    if query.in_force is not None or query.valid_on is not None:
        unknown = col(row.end_recorded_at) > known_at if query.known_at is not None else sa.false()
        holds = sa.and_(
            col(row.starts_on) <= day,
            sa.or_(col(row.ends_on).is_(None), col(row.ends_on) >= day, col(row.kind) == RightKind.PLEDGE),
            sa.or_(col(row.ended_on).is_(None), col(row.ended_on) > day, unknown),
        )
        if told_again:
            held = [right_id for right_id, holds_then in told_again.items() if holds_then]
            holds = sa.or_(sa.and_(col(row.id).not_in(list(told_again)), holds), col(row.id).in_(held))
        statement = statement.where(sa.not_(holds) if query.in_force is False else holds)
    return statement


def agreements(patent_id: str) -> sa.Select[Any]:
    """The agreements of a patent's co-owners."""
    statement = sa.select(RightEntry).where(col(RightEntry.patent_id) == patent_id)
    return statement.where(col(RightEntry.kind) == RightKind.CO_OWNER_AGREEMENT, col(RightEntry.corrected_at).is_(None))


def visible_consents(caller: Caller) -> sa.ColumnElement[bool]:
    """Which consents somebody may see: those that it asked for or is asked for; offices all."""
    if patent_queries.is_office(caller):
        return sa.true()
    return sa.or_(col(Consent.asked_by) == caller.organisation_id, is_asked_of(caller))


def is_asked_of(caller: Caller) -> sa.ColumnElement[bool]:
    """Which consents the caller's organisation is asked for; it is one party, so that an index finds them."""
    own = sa.select(col(Party.id)).where(col(Party.organisation_id) == caller.organisation_id)
    return col(Consent.party_id) == own.scalar_subquery()

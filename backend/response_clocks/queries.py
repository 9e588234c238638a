"""How clocks are found, and how organisations answer; what others may know of that is built in."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import Organisation, OrganisationKind, OrganisationStatus
from backend.core.database.columns import table_of
from backend.response_clocks import rules
from backend.response_clocks.codes import StopReason
from backend.response_clocks.models import AnswerDays, OrganisationResponsiveness, ResponseClock
from backend.response_clocks.policy import ClockPolicy
from backend.response_clocks.rules import Figures

CLOCK: Final = table_of(ResponseClock)
FIGURES: Final = table_of(OrganisationResponsiveness)
ASKER: Final = table_of(Organisation).alias("asker")
IS_RUNNING: Final = col(ResponseClock.stopped_at).is_(None)


async def locked(session: AsyncSession, subject: str) -> ResponseClock | None:
    """Return the clock of a thing, held until the end of the transaction.

    Whoever changes the thing holds its clock first, as the sweep does, which then reaches for the thing.
    """
    return await session.get(ResponseClock, subject, with_for_update=True, populate_existing=True)


async def clocks(session: AsyncSession, subjects: Collection[str]) -> dict[str, ResponseClock]:
    """Return the clocks of things, by their ids."""
    found = await session.scalars(sa.select(ResponseClock).where(col(ResponseClock.subject).in_(subjects)))
    return {clock.subject: clock for clock in found}


async def answer_days(session: AsyncSession, organisation_id: str, *, lock: bool = False) -> AnswerDays | None:
    """Return within how many days the organisation answers by its own word, or None where it never said so."""
    return await session.get(AnswerDays, organisation_id, with_for_update=lock, populate_existing=lock)


async def are_verified(session: AsyncSession, organisation_ids: Collection[str]) -> bool:
    """Whether all of the organisations are verified."""
    statement = sa.select(sa.func.count()).where(
        col(Organisation.id).in_(organisation_ids), col(Organisation.status) == OrganisationStatus.VERIFIED
    )
    return int((await session.execute(statement)).scalar_one()) == len(set(organisation_ids))


async def platform(session: AsyncSession) -> list[str]:
    """Return the platform's own organisation, which is told of what nobody answers."""
    statement = sa.select(col(Organisation.id)).where(col(Organisation.kind) == OrganisationKind.PLATFORM)
    return list(await session.scalars(statement))


def _counted(organisation_ids: Collection[str], since: date, today: date) -> Any:
    """Select the questions that count: verified sides, nothing withdrawn, decided before today.

    They are numbered for each asker, so that one who asks often counts no more than the first few times.
    """
    is_answered = sa.and_(CLOCK.c.answered_on.is_not(None), CLOCK.c.answered_on < today)
    went_unanswered = sa.and_(
        CLOCK.c.due_on < today,
        sa.or_(CLOCK.c.paused_on.is_(None), CLOCK.c.overdue_at.is_not(None)),
        sa.or_(
            CLOCK.c.stopped_because.is_(None),
            CLOCK.c.stopped_because == StopReason.ANSWERED,
            sa.and_(CLOCK.c.stopped_because == StopReason.LAPSED, CLOCK.c.overdue_at.is_not(None)),
        ),
    )
    of_asker = sa.func.row_number().over(
        partition_by=(CLOCK.c.organisation_id, CLOCK.c.asker_organisation_id),
        order_by=(CLOCK.c.asked_at, CLOCK.c.subject),
    )
    in_time = sa.and_(is_answered, CLOCK.c.answered_on <= CLOCK.c.due_on)
    return (
        sa.select(
            CLOCK.c.organisation_id,
            sa.case((in_time, 1), else_=0).label("in_time"),
            sa.case((is_answered, CLOCK.c.working_days), else_=None).label("working_days"),
            of_asker.label("of_asker"),
        )
        .join(ASKER, ASKER.c.id == CLOCK.c.asker_organisation_id)
        .where(
            CLOCK.c.organisation_id.in_(organisation_ids),
            CLOCK.c.asked_on >= since,
            CLOCK.c.counts,
            ASKER.c.status == OrganisationStatus.VERIFIED,
            sa.or_(is_answered, went_unanswered),
        )
        .subquery()
    )


async def counted_figures(
    session: AsyncSession, organisation_ids: Collection[str], since: date, today: date, policy: ClockPolicy
) -> dict[str, Figures]:
    """Return the figures of organisations, counted anew in one statement."""
    questions = _counted(organisation_ids, since, today)
    alike = (questions.c.organisation_id, questions.c.in_time, questions.c.working_days)
    statement = sa.select(*alike, sa.func.count()).where(questions.c.of_asker <= policy.per_asker).group_by(*alike)
    found: dict[str, list[tuple[bool, int | None, int]]] = {}
    for organisation_id, in_time, days, many in await session.execute(statement):
        found.setdefault(organisation_id, []).append((bool(in_time), days, many))
    return {organisation_id: rules.figures(rows) for organisation_id, rows in found.items()}


async def responsiveness(
    session: AsyncSession, organisation_ids: Collection[str], policy: ClockPolicy
) -> Mapping[str, OrganisationResponsiveness]:
    """Return how organisations answer, of those about which enough is known for everybody to know it."""
    statement = sa.select(OrganisationResponsiveness).where(
        col(OrganisationResponsiveness.organisation_id).in_(organisation_ids),
        col(OrganisationResponsiveness.questions) >= policy.published_from,
    )
    return {one.organisation_id: one for one in await session.scalars(statement)}

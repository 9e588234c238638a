"""What `patentmart fsck` compares of introductions: their states with their clocks, and licences with their sides."""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of
from backend.introductions.codes import IntroductionStatus
from backend.introductions.models import Introduction
from backend.introductions.rules import WAITING
from backend.licences.models import Licence
from backend.licences.states import LicenceStatus
from backend.response_clocks import queries as clocks
from backend.response_clocks.models import ResponseClock

INTRODUCTION: Final = table_of(Introduction)


async def introductions_and_clocks(site: Site, line: Line) -> None:
    """Each introduction has a clock, which runs while it waits and is overdue where it is."""
    key = INTRODUCTION.c.id

    async def their_clocks(session: AsyncSession, rows: Any) -> dict[str, ResponseClock]:
        return await clocks.clocks(session, [row[0] for row in rows])

    statement: sa.Select[Any] = sa.select(key, INTRODUCTION.c.status)
    async for rows, found in pages(site.database, statement, key, their_clocks):
        for row in rows:
            introduction_id, status = row.id, row.status
            line.looked_at += 1
            clock = found.get(introduction_id)
            if clock is None:
                line.differs(f"{introduction_id}: it has no clock")
            elif (status in WAITING) != (clock.stopped_at is None):
                line.differs(f"{introduction_id}: it is {status.value}, its clock stopped at {clock.stopped_at}")
            elif status is IntroductionStatus.OVERDUE and clock.overdue_at is None:
                line.differs(f"{introduction_id}: it is overdue, and its clock is not")


async def introductions_and_licences(site: Site, line: Line) -> None:
    """A licence that counts for an introduction stands between its two sides and is not void."""
    key = INTRODUCTION.c.id
    both = sa.select(key, Introduction, Licence)
    statement: sa.Select[Any] = both.join(Licence, col(Licence.id) == INTRODUCTION.c.licence_id)
    async for rows, _ in pages(site.database, statement, key):
        for row in rows:
            introduction, licence = row.Introduction, row.Licence
            line.looked_at += 1
            sides = (introduction.need_organisation_id, introduction.holder_organisation_id)
            if sides != (licence.licensee_organisation_id, licence.licensor_organisation_id):
                line.differs(f"{introduction.id}: {licence.id} is between others")
            elif licence.status is LicenceStatus.VOID:
                line.differs(f"{introduction.id}: {licence.id} is void")


CONSISTENCY_CHECKS = (
    ("introductions and their clocks", introductions_and_clocks),
    ("introductions and their licences", introductions_and_licences),
)

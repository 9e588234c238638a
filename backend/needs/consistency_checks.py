"""Needs: shown only while they may be, to whom they may be, and asked about in time."""

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Organisation, OrganisationStatus
from backend.core.clock import china_day
from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of
from backend.needs import queries, rules, steps
from backend.needs.codes import NeedStatus, TakenDownBy
from backend.needs.models import Need, NeedShown
from backend.needs.policy import need_policy
from backend.needs.rules import Part

NEED: Final = table_of(Need)
SHOWN: Final = table_of(NeedShown)
ORGANISATION: Final = table_of(Organisation)
FACTS: Final = (
    "id", "organisation_id", "status", "confidential", "abstract", "published_at", "public_at", "closed_at", "outcome",
    "ask_on", "wanted_by", "taken_down_by",
    "erased_at",
)  # fmt: skip
SAYS_SOMETHING: Final = sa.or_(
    *(NEED.c[name] != value for name, value in steps.ERASED.items() if isinstance(value, str)),
    *(sa.cast(NEED.c[name], sa.Text) != "[]" for name, value in steps.ERASED.items() if value == []),
    *(NEED.c[name].is_not(None) for name, value in steps.ERASED.items() if value is None),
)
ALL: Final = sa.select(
    *(NEED.c[name] for name in FACTS),
    ORGANISATION.c.status.label("organisation_status"),
    SAYS_SOMETHING.label("says_something"),
).outerjoin(ORGANISATION, ORGANISATION.c.id == NEED.c.organisation_id)
NOT_VERIFIED: Final = "It is shown, and its organisation is not verified."
PUBLIC_NO_MORE: Final = "Nobody is shown it, and it is public since a moment."
NAMES: Final = "It is not confidential, and organisations are named in it."
NOT_ASKED: Final = "It is open, and its asker is asked about it on no day."
WORDS: Final = "It is erased, and some of what it said is kept."
ASKED: Final = "It is not open, and its asker is asked about it."


async def needs(site: Site, line: Line) -> None:
    """What is shown is shown by verified organisations since a moment, and asked about; what is erased says nothing."""
    async for rows, names in pages(site.database, ALL, NEED.c.id, _names):
        line.looked_at += len(rows)
        for row in rows:
            mendable, other = _wrong(row, names.get(row.id, []))
            if mendable or other:
                repaired = site.repair and not other
                if repaired:
                    await _mend(site, row.id)
                line.differs(f"{row.id}: {' '.join([*mendable, *other])}", repaired=repaired)


async def _names(session: AsyncSession, rows: Sequence[sa.Row[Any]]) -> dict[str, list[str]]:
    return await queries.names_of(session, [row.id for row in rows])


def _wrong(row: sa.Row[Any], names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what is wrong with a need and can be put right, and what cannot."""
    is_open, is_closed = row.status in rules.OPEN, row.status is NeedStatus.CLOSED
    found = rules.presence(
        row.status, confidential=row.confidential, has_abstract=row.abstract is not None, named=frozenset(names)
    )
    mendable = {
        NOT_VERIFIED: is_open and row.organisation_status is not OrganisationStatus.VERIFIED,
        PUBLIC_NO_MORE: found.part is Part.NOTHING and row.public_at is not None,
        NAMES: not row.confidential and bool(names),
        NOT_ASKED: is_open and row.ask_on is None,
        ASKED: not is_open and row.ask_on is not None,
        WORDS: is_closed and row.erased_at is not None and row.says_something,
    }
    other = {
        "Everybody is shown it since no moment.": found.part is not Part.NOTHING and row.public_at is None,
        "It is open and was never published.": is_open and row.published_at is None,
        "It is closed without an outcome.": is_closed and (row.outcome is None or row.closed_at is None),
        "It is erased and not closed.": not is_closed and row.erased_at is not None,
        "It has an outcome and is not closed.": not is_closed and row.outcome is not None,
        "It was taken down by nobody.": row.status is NeedStatus.TAKEN_DOWN and row.taken_down_by is None,
    }
    return [said for said, holds in mendable.items() if holds], [said for said, holds in other.items() if holds]


async def _mend(site: Site, need_id: str) -> None:
    """Put right what follows from the rest of the need, if it is still there."""
    now, policy = site.database.clock.now(), need_policy(site.database.settings)
    async with site.database.write() as session:
        need = await queries.locked_by_id(session, need_id)
        if need is None:
            return
        asker = await session.get_one(Organisation, need.organisation_id)
        if need.status in rules.OPEN and asker.status is not OrganisationStatus.VERIFIED:
            await steps.take_down(session, None, need, TakenDownBy.NOT_VERIFIED, None, now)
        is_open = need.status in rules.OPEN
        if need.erased_at is not None:
            steps.blank(need)
        if not is_open:
            need.ask_on = None
        elif need.ask_on is None:
            need.ask_on = rules.first_asked_on(need.wanted_by, china_day(now), policy.asked_after_months)
        if not need.confidential:
            living = sa.and_(SHOWN.c.need_id == need.id, SHOWN.c.ended_at.is_(None))
            await session.execute(sa.update(SHOWN).where(living).values(ended_at=now))
        names = frozenset((await queries.names_of(session, [need.id])).get(need.id, ()))
        has_abstract = need.abstract is not None
        found = rules.presence(need.status, confidential=need.confidential, has_abstract=has_abstract, named=names)
        if found.part is Part.NOTHING:
            need.public_at = None

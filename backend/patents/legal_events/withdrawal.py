"""Legal events that count no more: they stay on record, with who withdrew them, when and why, and nothing follows."""

from collections.abc import Container, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.database.columns import iso
from backend.patents.codes import EventKind
from backend.patents.legal_events.status_rules import digest_of
from backend.patents.models import LegalEvent

WITHDRAWN: Final = "withdrawn"  # beside what the event says, so that the same may be recorded anew


def counted(details: Mapping[str, Any], known_at: datetime | None = None) -> bool:
    """Return whether an event with these details counts, or counted by what was known at a moment."""
    withdrawn = details.get(WITHDRAWN)
    if withdrawn is None:
        return True
    return known_at is not None and datetime.fromisoformat(withdrawn["at"]) > known_at


def withdraw(event: LegalEvent, by: str, reason: str, now: datetime) -> None:
    """Have an event count no more."""
    event.details = {**event.details, WITHDRAWN: {"at": iso(now), "by": by, "reason": reason}}
    event.digest = digest_of(event.kind, event.effective_on, event.details, by_authority=event.by_authority)


async def withdraw_all_of(
    session: AsyncSession, patent_id: str, recorders: Sequence[str], by: str, reason: str, now: datetime,
    but: Container[tuple[EventKind, date]],
) -> None:  # fmt: skip
    """Withdraw what these organisations said of a patent without being the authority, `but` what others say as well."""
    statement = sa.select(LegalEvent).where(
        col(LegalEvent.patent_id) == patent_id,
        col(LegalEvent.recorded_by).in_(recorders),
        col(LegalEvent.by_authority).is_(False),
    )
    for event in await session.scalars(statement):
        if counted(event.details) and (event.kind, event.effective_on) not in but:
            withdraw(event, by, reason, now)
    await session.flush()

"""How what changes in place stood at an earlier moment, as far as the moment of its change is on record."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.events.log import Event
from backend.patents.codes import HoldingState
from backend.patents.models import Holding
from backend.rights.models import RightEntry

SAID: Final = {"holding.verified": HoldingState.VERIFIED, "holding.disputed": HoldingState.DISPUTED}
AT: Final = "signed_at"
OFFICE: Final = "by_office"  # an office's word, beside those of parties


async def states_at(session: AsyncSession, holdings: Sequence[Holding], known_at: datetime) -> dict[str, HoldingState]:
    """Return by the holding's id how sure each was at a moment: the last that was said of it until then."""
    ids = [holding.id for holding in holdings]
    statement = sa.select(col(Event.subject), col(Event.type), col(Event.at)).where(
        col(Event.subject).in_(ids), col(Event.type).in_(SAID)
    )
    found = {h.id: h.state if h.state is not HoldingState.ENDED else HoldingState.ASSERTED for h in holdings}
    said = (await session.execute(statement.order_by(col(Event.id)))).all()
    found |= {subject: HoldingState.ASSERTED for subject, _, _ in said}
    return found | {subject: SAID[kind] for subject, kind, at in said if at <= known_at}


def signed_by(row: RightEntry, known_at: datetime | None) -> frozenset[str]:
    """Return whose words an agreement had at a moment, parties' and OFFICE; one of no known moment counts at any."""
    moments = row.details.get(AT, {})
    words = {*row.signed_by, *([OFFICE] if row.details.get(OFFICE) else [])}
    if known_at is None:
        return frozenset(words)
    return frozenset(word for word in words if word not in moments or datetime.fromisoformat(moments[word]) <= known_at)


def end_known(row: RightEntry, known_at: datetime) -> tuple[date | None, str | None]:
    """Return the end of an entry that was on record at a moment, and why: another may have taken its place, or none."""
    if row.end_recorded_at is None or row.end_recorded_at <= known_at:
        return row.ended_on, row.ended_because
    known = [end for end in row.details.get("ends", []) if datetime.fromisoformat(end["recorded_at"]) <= known_at]
    if not known or known[-1]["ended_on"] is None:
        return None, known[-1]["because"] if known else None
    return date.fromisoformat(known[-1]["ended_on"]), known[-1]["because"]

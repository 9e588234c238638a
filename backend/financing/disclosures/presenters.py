"""How disclosures and views are shown."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.financing.disclosures.schemas import DisclosureOut, ViewOut
from backend.financing.models import Disclosure
from backend.response_clocks import queries as clocks
from backend.response_clocks.models import ResponseClock

PLAIN = ("id", "version", "status", "request_id", "organisation_id", "recipient", "product_id", "purpose", "parts",
         "ends_on", "created_at", "sent_at", "taken_up_at", "ended_at", "decline_code", "decline_note", "receipt",
         "receipt_sha256")  # fmt: skip


def due_of(clock: ResponseClock | None) -> tuple[Any, bool | None]:
    """Return until when an answer is due, and whether the clock stands; nothing where none runs."""
    if clock is None or clock.stopped_at is not None:
        return None, None
    paused = clock.paused_on is not None
    return (None if paused else clock.due_on), paused


async def disclosures_out(session: AsyncSession, rows: Sequence[Disclosure]) -> list[DisclosureOut]:
    """Return the disclosures as both their sides see them."""
    found = await clocks.clocks(session, [row.id for row in rows])
    return [_out(row, found.get(row.id)) for row in rows]


def _out(row: Disclosure, clock: ResponseClock | None) -> DisclosureOut:
    due_on, paused = due_of(clock)
    return DisclosureOut(**{name: getattr(row, name) for name in PLAIN}, due_on=due_on, paused=paused)


def views_out(rows: Sequence[Any]) -> list[ViewOut]:
    """Return views as the enterprise reads them."""
    return [
        ViewOut(
            organisation_id=view.organisation_id,
            member_name=None if erased_at else name,
            member_role=view.member_role,
            by_program=view.key_id is not None,
            parts=view.parts,
            file_id=view.file_id,
            at=view.at,
        )
        for view, name, erased_at in ((row[0], row.member_name, row.erased_at) for row in rows)
    ]

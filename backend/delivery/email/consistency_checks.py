"""Whether what is kept of e-mails agrees: states, attempts, and the events that they tell of."""

from typing import Any, Final

import sqlalchemy as sa

from backend.core.consistency import Check, Line, Site, pages
from backend.core.database.columns import table_of
from backend.core.events.log import EVENT
from backend.delivery.email import rules
from backend.delivery.email.codes import EmailStatus
from backend.delivery.email.models import Email, EmailItem

EMAIL: Final = table_of(Email)
ITEM: Final = table_of(EmailItem)
ITEMS: Final = sa.select(sa.func.count()).where(ITEM.c.email_id == EMAIL.c.id).scalar_subquery()
LEFT: Final = (
    sa.select(sa.func.count())
    .select_from(ITEM.outerjoin(EVENT, EVENT.c.id == ITEM.c.event_id))
    .where(ITEM.c.email_id == EMAIL.c.id, EVENT.c.id.is_(None))
    .scalar_subquery()
)
STATEMENT: Final = sa.select(
    EMAIL.c.id,
    EMAIL.c.status,
    EMAIL.c.kind,
    EMAIL.c.attempts,
    EMAIL.c.tried_at,
    EMAIL.c.ended_at,
    ITEMS.label("items"),
    LEFT.label("without_event"),
)


async def emails_agree(site: Site, line: Line) -> None:
    """Compare each e-mail with what its state says of it."""
    async for rows, _ in pages(site.database, STATEMENT, EMAIL.c.id):
        for row in rows:
            line.looked_at += 1
            for flaw in _flaws(row):
                line.differs(f"{row.id} {flaw}")


def _flaws(row: sa.Row[Any]) -> list[str]:
    is_open = row.status in rules.OPEN
    was_tried = row.status in (EmailStatus.SENDING, EmailStatus.SENT, EmailStatus.UNKNOWN)
    found = {
        "has ended and does not say when": not is_open and row.ended_at is None,
        "has not ended and says when": is_open and row.ended_at is not None,
        "was tried and no attempt is kept": was_tried and (row.attempts == 0 or row.tried_at is None),
        "waits and tells of nothing": is_open and row.items == 0,
        "tells of events that are not there": row.without_event > 0,
        "was lost although it is sent again": row.status is EmailStatus.UNKNOWN and row.kind in rules.SENT_AGAIN,
    }
    return [flaw for flaw, is_so in found.items() if is_so]


CHECKS: Final[tuple[tuple[str, Check], ...]] = (("e-mails", emails_agree),)

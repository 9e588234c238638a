"""Whether what is kept of alerts agrees: their owners, what they found, and what waits for a digest."""

from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col

from backend.accounts.models import Member
from backend.alerts.evaluation.batch import MATCH
from backend.alerts.queries import ALERT, HIT
from backend.alerts.rules import SEARCHING
from backend.core.consistency import Check, Line, Site, pages

IS_MEMBER: Final = (
    sa.select(sa.literal(1))
    .where(
        col(Member.organisation_id) == ALERT.c.organisation_id,
        col(Member.user_id) == ALERT.c.user_id,
        col(Member.ended_at).is_(None),
    )
    .exists()
    .label("is_member")
)
MATCHES: Final = sa.select(sa.func.count()).where(MATCH.c.alert_id == ALERT.c.id).scalar_subquery().label("matches")
WAITING: Final = (
    sa.select(sa.func.count())
    .where(HIT.c.alert_id == ALERT.c.id, HIT.c.notified_at.is_(None))
    .scalar_subquery()
    .label("waiting")
)
STATEMENT: Final = sa.select(
    ALERT.c.id, ALERT.c.kind, ALERT.c.paused, ALERT.c.known_from, ALERT.c.notify_at, ALERT.c.waiting_since, IS_MEMBER,
    MATCHES, WAITING,
)  # fmt: skip


async def alerts_agree(site: Site, line: Line) -> None:
    """Compare each alert with what is kept for it."""
    async for rows, _ in pages(site.database, STATEMENT, ALERT.c.id):
        for row in rows:
            line.looked_at += 1
            for flaw in _flaws(row, site.database.settings.alert_matches_kept):
                line.differs(f"{row.id} {flaw}")


def _flaws(row: sa.Row[Any], most: int) -> list[str]:
    found = {
        "belongs to somebody who is no member any more": not row.is_member,
        "keeps what its search finds though it is broad, or looks at one thing": row.matches > 0
        and (row.known_from is None or row.kind not in SEARCHING),
        "keeps more of what its search finds than may be kept": row.matches > most,
        "has found something and no digest is to tell of it": row.waiting > 0
        and row.notify_at is None
        and not row.paused,
        "is about to notify and does not say since when": row.notify_at is not None and row.waiting_since is None,
    }
    return [flaw for flaw, is_so in found.items() if is_so]


CHECKS: Final[tuple[tuple[str, Check], ...]] = (("alerts", alerts_agree),)

"""A bank's watch list as one select: loans, releases and values that are due, and what happened to pledged patents."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel import col

from backend.core.database.columns import table_of
from backend.financing_figures.codes import WatchItemKind
from backend.loans.codes import LoanStatus
from backend.loans.models import Loan
from backend.pledges.codes import PledgeStatus
from backend.pledges.models import Pledge, PledgeWatch
from backend.pledges.rules import STANDING

LATE: Final = (LoanStatus.OVERDUE, LoanStatus.DEFAULTED)
DIGITS: Final = 19  # of the largest number of an occurrence
RANK: Final = {kind: len(WatchItemKind) - number for number, kind in enumerate(WatchItemKind)}
NO_TEXT: Final = sa.cast(sa.null(), sa.Text)
NO_DAY: Final = sa.cast(sa.null(), sa.Date)
NO_MOMENT: Final = sa.cast(sa.null(), table_of(PledgeWatch).c.noticed_at.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Whose list it is, and from when until when it looks."""

    bank_id: str
    since: datetime
    until: date


def watched(bank_id: str, now: datetime, today: date, days: int) -> Watched:
    """Return what is looked at so many days back and ahead."""
    return Watched(bank_id=bank_id, since=now - timedelta(days=days), until=today + timedelta(days=days))


def watch_list(about: Watched, kinds: Collection[WatchItemKind]) -> tuple[sa.Select[Any], tuple[Any, Any]]:
    """Return the list, and the columns by which it is ordered: the kind, then what is newest."""
    builders = {
        WatchItemKind.LOAN_OVERDUE: _late_loans,
        WatchItemKind.RELEASE_DUE: _releases,
        WatchItemKind.REAPPRAISAL_DUE: _values,
        WatchItemKind.PATENT_EVENT: _events,
    }
    chosen = [build(about) for kind, build in builders.items() if not kinds or kind in kinds]
    union = sa.union_all(*chosen).subquery() if len(chosen) > 1 else chosen[0].subquery()
    return sa.select(union), (union.c.rank, union.c.place)


def _late_loans(about: Watched) -> sa.Select[Any]:
    since = sa.func.coalesce(col(Loan.overdue_since), col(Loan.defaulted_on), type_=sa.Date)
    return _select(
        WatchItemKind.LOAN_OVERDUE,
        sa.func.coalesce(sa.cast(since, sa.Text), "") + col(Loan.id),
        loan_id=col(Loan.id),
        day=since,
    ).where(col(Loan.lender_organisation_id) == about.bank_id, col(Loan.status).in_(LATE))


def _releases(about: Watched) -> sa.Select[Any]:
    return _due(WatchItemKind.RELEASE_DUE, col(Pledge.release_due_on)).where(
        col(Pledge.pledgee_organisation_id) == about.bank_id,
        col(Pledge.release_due_on).is_not(None),
        col(Pledge.status) == PledgeStatus.REGISTERED,
    )


def _values(about: Watched) -> sa.Select[Any]:
    return _due(WatchItemKind.REAPPRAISAL_DUE, col(Pledge.reappraisal_due_on)).where(
        col(Pledge.pledgee_organisation_id) == about.bank_id,
        col(Pledge.reappraisal_due_on) <= about.until,
        col(Pledge.status).in_(sorted(STANDING)),
    )


def _due(kind: WatchItemKind, day: Any) -> sa.Select[Any]:
    return _select(kind, sa.cast(day, sa.Text) + col(Pledge.id), pledge_id=col(Pledge.id), day=day)


def _events(about: Watched) -> sa.Select[Any]:
    padded = sa.literal("0" * DIGITS) + sa.cast(col(PledgeWatch.number), sa.Text)
    return (
        _select(
            WatchItemKind.PATENT_EVENT,
            sa.func.substr(padded, sa.func.length(padded) - DIGITS + 1, type_=sa.Text),
            pledge_id=col(PledgeWatch.pledge_id),
            patent_id=col(PledgeWatch.patent_id),
            event=sa.cast(col(PledgeWatch.kind), sa.Text),
            noticed_at=col(PledgeWatch.noticed_at),
        )
        .join(Pledge, col(Pledge.id) == col(PledgeWatch.pledge_id))
        .where(col(Pledge.pledgee_organisation_id) == about.bank_id, col(PledgeWatch.noticed_at) >= about.since)
    )


def _select(
    kind: WatchItemKind,
    place: Any,
    *,
    loan_id: Any = NO_TEXT,
    pledge_id: Any = NO_TEXT,
    patent_id: Any = NO_TEXT,
    day: Any = NO_DAY,
    event: Any = NO_TEXT,
    noticed_at: Any = NO_MOMENT,
) -> sa.Select[Any]:
    return sa.select(
        sa.literal(RANK[kind], sa.Integer).label("rank"),
        place.label("place"),
        sa.literal(kind.value, sa.Text).label("kind"),
        loan_id.label("loan_id"),
        pledge_id.label("pledge_id"),
        patent_id.label("patent_id"),
        day.label("day"),
        event.label("event"),
        noticed_at.label("noticed_at"),
    )

"""What may happen to an introduction: its steps as a table, and when one may be asked for again."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from backend.introductions.codes import EndReason, IntroductionStatus, MatchSide
from backend.introductions.errors import IntroductionNotInState


class Action(StrEnum):
    """A step of an introduction."""

    ACCEPT = "accept"
    DECLINE = "decline"
    FALL_DUE = "fall_due"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    END = "end"


S = IntroductionStatus
TRANSITIONS: Final[dict[tuple[IntroductionStatus, Action], IntroductionStatus]] = {
    (S.ASKED, Action.FALL_DUE): S.OVERDUE,
    **{(waits, Action.ACCEPT): S.ACCEPTED for waits in (S.ASKED, S.OVERDUE)},
    **{(waits, Action.DECLINE): S.DECLINED for waits in (S.ASKED, S.OVERDUE)},
    **{(waits, Action.WITHDRAW): S.ENDED for waits in (S.ASKED, S.OVERDUE)},
    **{(waits, Action.LAPSE): S.ENDED for waits in (S.ASKED, S.OVERDUE)},
    (S.ACCEPTED, Action.END): S.ENDED,
}
WAITING: Final = frozenset({S.ASKED, S.OVERDUE})
LIVING: Final = WAITING | {S.ACCEPTED}


def next_status(status: IntroductionStatus, action: Action) -> IntroductionStatus:
    """Return the status that the step leads to; raise IntroductionNotInState where the table knows none."""
    target = TRANSITIONS.get((status, action))
    if target is None:
        raise IntroductionNotInState(status=status.value, action=action.value)
    return target


def other(side: MatchSide) -> MatchSide:
    """Return the other side of a match."""
    return MatchSide.LISTING if side is MatchSide.NEED else MatchSide.NEED


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How an introduction about a match ended: who had asked, why and on which day it was over, and who ended it."""

    status: IntroductionStatus
    asked_by: MatchSide
    over_on: date
    ended_because: EndReason | None = None
    ended_by: MatchSide | None = None


def again_from(last: Outcome, side: MatchSide, days: int) -> date | None:
    """Return the first day on which a side may ask about the match again, or None where it may at any time.

    Whoever was declined, took its question back, or did not end the contact itself waits: nobody is pressed.
    """
    is_barred = {
        EndReason.BY_A_SIDE: last.ended_by is not side,
        EndReason.WITHDRAWN: last.asked_by is side,
        None: last.status is S.DECLINED and last.asked_by is side,
    }.get(last.ended_because, False)
    return last.over_on + timedelta(days=days) if is_barred else None

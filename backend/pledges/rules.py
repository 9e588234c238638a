"""What may happen to a pledge: its steps as a table."""

from enum import StrEnum
from typing import Final

from backend.pledges.codes import PledgeStatus
from backend.pledges.errors import PledgeNotInState


class Action(StrEnum):
    """A step of a pledge."""

    FILE = "file"
    REGISTER = "register"
    REFUSE = "refuse"
    ASK_CORRECTION = "ask_correction"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"
    FILE_CHANGE = "file_change"
    FILE_RELEASE = "file_release"
    RELEASE = "release"
    REFUSE_RELEASE = "refuse_release"
    DEFAULT = "default"
    CURE = "cure"
    RECORD_DISPOSAL = "record_disposal"
    CLOSE_DISPOSAL = "close_disposal"


S, A = PledgeStatus, Action
BEFORE: Final = (S.DRAFT, S.FILED, S.CORRECTION_ASKED, S.REFUSED)
TRANSITIONS: Final[dict[tuple[PledgeStatus, Action], PledgeStatus]] = {
    **{(one, A.FILE): S.FILED for one in (S.DRAFT, S.CORRECTION_ASKED, S.REFUSED)},
    (S.FILED, A.REGISTER): S.REGISTERED,
    (S.FILED, A.REFUSE): S.REFUSED,
    (S.FILED, A.ASK_CORRECTION): S.CORRECTION_ASKED,
    **{(one, A.WITHDRAW): S.REVOKED for one in BEFORE},
    **{(one, A.REVOKE): S.REVOKED for one in (S.REGISTERED, S.RELEASE_FILED, S.DEFAULTED)},
    (S.REGISTERED, A.FILE_CHANGE): S.REGISTERED,
    (S.REGISTERED, A.FILE_RELEASE): S.RELEASE_FILED,
    **{(one, A.RELEASE): S.RELEASED for one in (S.REGISTERED, S.RELEASE_FILED, S.DEFAULTED)},  # with its last patent
    (S.RELEASE_FILED, A.REFUSE_RELEASE): S.REGISTERED,
    (S.REGISTERED, A.DEFAULT): S.DEFAULTED,
    (S.DEFAULTED, A.CURE): S.REGISTERED,
    (S.DEFAULTED, A.RECORD_DISPOSAL): S.DEFAULTED,
    (S.DEFAULTED, A.CLOSE_DISPOSAL): S.DISPOSED,
}
STANDING: Final = frozenset({S.REGISTERED, S.RELEASE_FILED, S.DEFAULTED})  # the ledger holds it
OPEN: Final = frozenset(S) - {S.RELEASED, S.DISPOSED, S.REVOKED}


def next_status(status: PledgeStatus, action: Action) -> PledgeStatus:
    """Return the status that the step leads to; raise PledgeNotInState where the table knows none."""
    target = TRANSITIONS.get((status, action))
    if target is None:
        raise PledgeNotInState(status=status.value, action=action.value)
    return target

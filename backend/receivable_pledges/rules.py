"""What may happen to the pledge of a licence's income: its steps as a table."""

from enum import StrEnum
from typing import Final

from backend.receivable_pledges.codes import ReceivablePledgeStatus
from backend.receivable_pledges.errors import ReceivablePledgeNotInState


class Action(StrEnum):
    """A step of the pledge of a licence's income."""

    CONSENT = "consent"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    REGISTER = "register"
    RELEASE = "release"


S, A = ReceivablePledgeStatus, Action
TRANSITIONS: Final[dict[tuple[ReceivablePledgeStatus, Action], ReceivablePledgeStatus]] = {
    (S.ASKED, A.CONSENT): S.CONSENTED,
    (S.ASKED, A.REFUSE): S.REFUSED,
    **{(one, A.WITHDRAW): S.WITHDRAWN for one in (S.ASKED, S.CONSENTED)},
    (S.CONSENTED, A.REGISTER): S.REGISTERED,
    (S.REGISTERED, A.RELEASE): S.RELEASED,
}
READABLE: Final = frozenset({S.CONSENTED, S.REGISTERED})  # while the pledgee reads licence and royalties
LIVING: Final = frozenset({S.ASKED, S.CONSENTED, S.REGISTERED})


def next_status(status: ReceivablePledgeStatus, action: Action) -> ReceivablePledgeStatus:
    """Return the status that the step leads to; raise ReceivablePledgeNotInState where the table knows none."""
    target = TRANSITIONS.get((status, action))
    if target is None:
        raise ReceivablePledgeNotInState(status=status.value, action=action.value)
    return target

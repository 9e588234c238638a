"""What may happen to a request to be heard as a holder, as a table; pure."""

from enum import StrEnum
from typing import Final

from backend.establishment.codes import EstablishmentState
from backend.establishment.errors import EstablishmentNotInState

S = EstablishmentState


class Step(StrEnum):
    """What is done to a request."""

    MATCH = "match"
    ESTABLISH = "establish"
    ACCEPT = "accept"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


TRANSITIONS: Final[dict[tuple[EstablishmentState, Step], EstablishmentState]] = {
    (S.ASKED, Step.MATCH): S.PROPOSED,
    (S.ASKED, Step.ESTABLISH): S.ACCEPTED,
    (S.ASKED, Step.WITHDRAW): S.WITHDRAWN,
    (S.PROPOSED, Step.ESTABLISH): S.ACCEPTED,
    (S.PROPOSED, Step.ACCEPT): S.ACCEPTED,
    (S.PROPOSED, Step.REFUSE): S.REFUSED,
    (S.PROPOSED, Step.WITHDRAW): S.WITHDRAWN,
    (S.REFUSED, Step.ACCEPT): S.ACCEPTED,
}
OFFICE_ALONE: Final = frozenset({(S.REFUSED, Step.ACCEPT)})  # what a holder refused, an office may still find right
LIVING: Final = frozenset({S.ASKED, S.PROPOSED})


def next_state(state: EstablishmentState, step: Step, *, by_office: bool) -> EstablishmentState:
    """Return the state after the step; raise EstablishmentNotInState where the table knows none."""
    target = TRANSITIONS.get((state, step))
    if target is None or ((state, step) in OFFICE_ALONE and not by_office):
        raise EstablishmentNotInState(state=state.value)
    return target

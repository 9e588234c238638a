"""What may become of a consent."""

from enum import StrEnum
from typing import Final

from backend.rights.codes import ConsentState
from backend.rights.errors import ConsentNotInState

S = ConsentState


class Step(StrEnum):
    """What is done with a consent."""

    GIVE = "given"
    REFUSE = "refused"
    USE = "used"
    REVOKE = "revoked"


TRANSITIONS: Final[dict[tuple[ConsentState, Step], ConsentState]] = {
    (S.ASKED, Step.GIVE): S.GIVEN,
    (S.ASKED, Step.REFUSE): S.REFUSED,
    (S.ASKED, Step.REVOKE): S.REVOKED,  # whoever asked takes the question back
    (S.GIVEN, Step.USE): S.USED,
    (S.GIVEN, Step.REVOKE): S.REVOKED,
}


def next_state(state: ConsentState, step: Step) -> ConsentState:
    """Return the state after the step; raise ConsentNotInState where the table knows none."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise ConsentNotInState(state=state.value) from None

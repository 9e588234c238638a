"""The steps of a pledge, one by one."""

import pytest

from backend.pledges.codes import PledgeStatus
from backend.pledges.errors import PledgeNotInState
from backend.pledges.rules import OPEN, STANDING, TRANSITIONS, Action, next_status

S = PledgeStatus


def test_what_the_ledger_holds_was_registered_and_did_not_end() -> None:
    assert {S.REGISTERED, S.RELEASE_FILED, S.DEFAULTED} == STANDING
    assert {status for (status, action), _ in TRANSITIONS.items() if action is Action.REVOKE} == STANDING


@pytest.mark.parametrize("ended", sorted(set(S) - OPEN))
@pytest.mark.parametrize("action", Action)
def test_what_has_ended_takes_no_step(ended: PledgeStatus, action: Action) -> None:
    with pytest.raises(PledgeNotInState):
        next_status(ended, action)


def test_release_and_default_exclude_each_other() -> None:
    with pytest.raises(PledgeNotInState):
        next_status(next_status(S.REGISTERED, Action.FILE_RELEASE), Action.DEFAULT)
    with pytest.raises(PledgeNotInState):
        next_status(next_status(S.REGISTERED, Action.DEFAULT), Action.FILE_RELEASE)

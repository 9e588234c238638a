"""What may happen to a holding: its steps as a table, and how shares add up."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import Final

from backend.patents.codes import HoldingState
from backend.patents.errors import HoldingNotInState, SharesExceedWhole, SharesNotWhole

S = HoldingState
REFUSED: Final = "refused: "  # how the reason of an end begins that has no day, since an office refused the holding
LIVING: Final = frozenset({S.ASSERTED, S.VERIFIED, S.DISPUTED})


class Step(StrEnum):
    """What is done to a holding."""

    VERIFY = "verified"
    REFUSE = "refused"
    DISPUTE = "disputed"
    END = "ended"


TRANSITIONS: Final[dict[tuple[HoldingState, Step], HoldingState]] = {
    (S.ASSERTED, Step.VERIFY): S.VERIFIED,
    (S.DISPUTED, Step.VERIFY): S.VERIFIED,
    (S.ASSERTED, Step.DISPUTE): S.DISPUTED,
    (S.VERIFIED, Step.DISPUTE): S.DISPUTED,
    **{(living, Step.REFUSE): S.ENDED for living in LIVING},
    **{(living, Step.END): S.ENDED for living in LIVING},
}


def next_state(state: HoldingState, step: Step) -> HoldingState:
    """Return the state after the step; raise HoldingNotInState where the table knows none."""
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise HoldingNotInState(state=state.value) from None


def check_shares(shares: Iterable[tuple[int | None, int | None]]) -> None:
    """Raise SharesExceedWhole where the known shares (numerator, denominator) come to more than the whole."""
    total = sum((Fraction(n, d) for n, d in shares if n and d), Fraction(0))
    if total > 1:
        raise SharesExceedWhole(total=total)


def check_whole(shares: Sequence[tuple[int, int] | None]) -> None:
    """Raise SharesNotWhole where everybody's share is known and they come to less than the whole."""
    known = [Fraction(*share) for share in shares if share is not None]
    if known and len(known) == len(shares) and sum(known) < 1:
        raise SharesNotWhole(total=sum(known))


def joined(one: HoldingState, other: HoldingState) -> HoldingState:
    """Return the state of a holding of which two rows spoke: contested if either is, else the surer."""
    return next(state for state in (S.DISPUTED, S.VERIFIED, S.ASSERTED) if state in (one, other))

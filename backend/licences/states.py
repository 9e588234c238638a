"""The states of payments and licences, and the steps between them, as tables."""

from enum import StrEnum
from typing import Final

from backend.licences.errors import (
    LicenceNotInState,
    PaymentNotInState,
)


class PaymentStatus(StrEnum):
    """Whether a payment counts, and why not."""

    RECORDED = "recorded"
    TO_BE_CONFIRMED = "to_be_confirmed"
    CONFIRMED = "confirmed"
    STRUCK = "struck"
    WITHDRAWN = "withdrawn"


class PaymentStep(StrEnum):
    """What happens to a payment."""

    CONFIRM = "confirm"
    CONTEST = "contest"
    LET_STAND = "let_stand"
    UPHOLD = "uphold"
    WITHDRAW = "withdraw"


class LicenceStatus(StrEnum):
    """How a licence stands."""

    AWAITING_START = "awaiting_start"
    IN_FORCE = "in_force"
    CONTESTED = "contested"
    TERMINATED = "terminated"
    EXPIRED = "expired"
    VOID = "void"


class LicenceStep(StrEnum):
    """What happens to a licence."""

    START = "start"
    CONTEST = "contest"
    LET_STAND = "let_stand"
    LET_WAIT = "let_wait"
    UPHOLD = "uphold"
    TERMINATE = "terminate"
    EXPIRE = "expire"
    REINSTATE = "reinstate"
    REINSTATE_AHEAD = "reinstate_ahead"


M, Y = PaymentStatus, PaymentStep
PAYMENT_TRANSITIONS: Final[dict[tuple[PaymentStatus, PaymentStep], PaymentStatus]] = {
    (M.RECORDED, Y.CONTEST): M.RECORDED,  # it counts until that is decided
    (M.RECORDED, Y.LET_STAND): M.RECORDED,
    (M.TO_BE_CONFIRMED, Y.CONFIRM): M.CONFIRMED,
    (M.TO_BE_CONFIRMED, Y.CONTEST): M.TO_BE_CONFIRMED,
    (M.TO_BE_CONFIRMED, Y.LET_STAND): M.CONFIRMED,
    **{(open_, Y.UPHOLD): M.STRUCK for open_ in (M.RECORDED, M.TO_BE_CONFIRMED)},
    **{(open_, Y.WITHDRAW): M.WITHDRAWN for open_ in (M.RECORDED, M.TO_BE_CONFIRMED)},
}
COUNTS: Final = frozenset({M.RECORDED, M.CONFIRMED})

L, E = LicenceStatus, LicenceStep
LICENCE_TRANSITIONS: Final[dict[tuple[LicenceStatus, LicenceStep], LicenceStatus]] = {
    (L.AWAITING_START, E.START): L.IN_FORCE,
    **{(stands, E.CONTEST): L.CONTESTED for stands in (L.AWAITING_START, L.IN_FORCE, L.CONTESTED)},
    (L.CONTESTED, E.LET_STAND): L.IN_FORCE,
    (L.CONTESTED, E.LET_WAIT): L.AWAITING_START,  # the contest is over before the licence begins
    **{(over, E.CONTEST): over for over in (L.TERMINATED, L.EXPIRED)},  # the time to contest outlives the licence
    **{(over, E.LET_STAND): over for over in (L.TERMINATED, L.EXPIRED, L.VOID)},  # it ended while contested
    **{(contested, E.UPHOLD): L.VOID for contested in (L.CONTESTED, L.TERMINATED, L.EXPIRED)},
    **{(stands, E.TERMINATE): L.TERMINATED for stands in (L.AWAITING_START, L.IN_FORCE, L.CONTESTED)},
    **{(stands, E.EXPIRE): L.EXPIRED for stands in (L.AWAITING_START, L.IN_FORCE, L.CONTESTED)},
    (L.TERMINATED, E.REINSTATE): L.IN_FORCE,  # the right that it ended with is restored
    (L.TERMINATED, E.REINSTATE_AHEAD): L.AWAITING_START,  # the same, before it was to begin
}
STANDS: Final = frozenset({L.AWAITING_START, L.IN_FORCE, L.CONTESTED})
RECORDABLE: Final = STANDS | {L.EXPIRED}  # a short licence may end before it is recorded


def next_payment(status: PaymentStatus, step: PaymentStep) -> PaymentStatus:
    """Return the payment's state after the step; raise PaymentNotInState where the table knows none."""
    try:
        return PAYMENT_TRANSITIONS[status, step]
    except KeyError:
        raise PaymentNotInState(status=status.value, step=step.value) from None


def next_licence(status: LicenceStatus, step: LicenceStep) -> LicenceStatus:
    """Return the licence's state after the step; raise LicenceNotInState where the table knows none."""
    try:
        return LICENCE_TRANSITIONS[status, step]
    except KeyError:
        raise LicenceNotInState(status=status.value, step=step.value) from None

"""The states of declarations, notices, payments and licences, and the steps between them, as tables."""

from enum import StrEnum
from typing import Final

from backend.licences.errors import (
    LicenceNotInState,
    NoticeNotInState,
    OpenLicenceNotInState,
    PaymentNotInState,
)


class OpenStatus(StrEnum):
    """How far a declaration of an open licence has come."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    FILED = "filed"
    ANNOUNCED = "announced"
    REFUSED = "refused"
    WITHDRAWAL_FILED = "withdrawal_filed"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    REVOKED = "revoked"
    EXPIRED = "expired"


class OpenStep(StrEnum):
    """What is done with a declaration, by its holders or by the patent office."""

    SUBMIT = "submit"
    FILE = "file"
    ANNOUNCE = "announce"
    ANNOUNCE_UNFILED = "announce_unfiled"
    REFUSE = "refuse"
    TAKE_BACK = "take_back"
    WITHDRAW = "withdraw"
    ANNOUNCE_WITHDRAWAL = "announce_withdrawal"
    REFUSE_WITHDRAWAL = "refuse_withdrawal"
    TERMINATE = "terminate"
    REVOKE = "revoke"
    EXPIRE = "expire"


class NoticeStatus(StrEnum):
    """How far a licensee's notice has come."""

    GIVEN = "given"
    PAYMENT_TO_BE_CONFIRMED = "payment_to_be_confirmed"
    PAID = "paid"
    EFFECTIVE = "effective"
    CONTESTED = "contested"
    LAPSED = "lapsed"
    ENDED = "ended"


class NoticeStep(StrEnum):
    """What happens to a notice."""

    PAY = "pay"
    TELL_LATE = "tell_late"
    GO_ON = "go_on"
    TAKE_EFFECT = "take_effect"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    END = "end"
    CONTEST = "contest"
    LET_STAND = "let_stand"
    UPHOLD = "uphold"


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


S, A = OpenStatus, OpenStep
# Guidelines for Patent Examination 2023, Part V ch. 11, 2 to 5; a refused withdrawal leaves the licence announced.
TRANSITIONS: Final[dict[tuple[OpenStatus, OpenStep], OpenStatus]] = {
    (S.DRAFT, A.SUBMIT): S.SUBMITTED,
    (S.SUBMITTED, A.FILE): S.FILED,
    (S.FILED, A.ANNOUNCE): S.ANNOUNCED,
    (S.FILED, A.REFUSE): S.REFUSED,
    **{(under_way, A.ANNOUNCE_UNFILED): S.ANNOUNCED for under_way in (S.DRAFT, S.SUBMITTED)},  # filed elsewhere
    (S.DRAFT, A.TAKE_BACK): S.WITHDRAWN,
    (S.SUBMITTED, A.TAKE_BACK): S.WITHDRAWN,
    (S.FILED, A.TAKE_BACK): S.WITHDRAWN,
    (S.ANNOUNCED, A.WITHDRAW): S.WITHDRAWAL_FILED,
    (S.WITHDRAWAL_FILED, A.ANNOUNCE_WITHDRAWAL): S.WITHDRAWN,
    (S.WITHDRAWAL_FILED, A.REFUSE_WITHDRAWAL): S.ANNOUNCED,
    **{(open_, A.TERMINATE): S.TERMINATED for open_ in (S.ANNOUNCED, S.WITHDRAWAL_FILED)},
    **{(open_, A.REVOKE): S.REVOKED for open_ in (S.ANNOUNCED, S.WITHDRAWAL_FILED)},
    **{(open_, A.EXPIRE): S.EXPIRED for open_ in (S.ANNOUNCED, S.WITHDRAWAL_FILED)},
}
OPEN: Final = frozenset({S.ANNOUNCED, S.WITHDRAWAL_FILED})  # a withdrawal takes effect when it is announced
ENDED: Final = frozenset({S.WITHDRAWN, S.TERMINATED, S.REVOKED, S.EXPIRED})
LIVING: Final = (
    frozenset({S.SUBMITTED, S.FILED}) | OPEN
)  # one at a time for a patent; of drafts each holder may have one

N, P = NoticeStatus, NoticeStep
NOTICE_TRANSITIONS: Final[dict[tuple[NoticeStatus, NoticeStep], NoticeStatus]] = {
    (N.GIVEN, P.PAY): N.PAID,
    (N.LAPSED, P.PAY): N.PAID,  # paid in time, recorded late
    (N.ENDED, P.PAY): N.PAID,  # paid before the withdrawal was announced, recorded after
    (N.GIVEN, P.TAKE_EFFECT): N.EFFECTIVE,  # nothing is due at the start
    (N.PAID, P.TAKE_EFFECT): N.EFFECTIVE,
    (N.GIVEN, P.LAPSE): N.LAPSED,
    (N.GIVEN, P.END): N.ENDED,
    (N.GIVEN, P.WITHDRAW): N.ENDED,
    **{
        (unpaid, P.TELL_LATE): N.PAYMENT_TO_BE_CONFIRMED
        for unpaid in (N.GIVEN, N.LAPSED, N.ENDED, N.PAYMENT_TO_BE_CONFIRMED)
    },
    (N.PAYMENT_TO_BE_CONFIRMED, P.PAY): N.PAID,
    (N.PAYMENT_TO_BE_CONFIRMED, P.GO_ON): N.GIVEN,  # nothing waits any more: it stands where it would without that
    (N.PAYMENT_TO_BE_CONFIRMED, P.LAPSE): N.LAPSED,
    (N.PAYMENT_TO_BE_CONFIRMED, P.END): N.ENDED,
    (N.PAID, P.END): N.ENDED,
    (N.EFFECTIVE, P.CONTEST): N.CONTESTED,
    (N.CONTESTED, P.CONTEST): N.CONTESTED,  # another of its payments
    (N.CONTESTED, P.LET_STAND): N.EFFECTIVE,
    (N.CONTESTED, P.UPHOLD): N.ENDED,
    (N.ENDED, P.LET_STAND): N.ENDED,  # another of its payments, after the licence is void
}
WAITING: Final = frozenset({N.GIVEN, N.PAYMENT_TO_BE_CONFIRMED, N.PAID})

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


def next_open(status: OpenStatus, step: OpenStep) -> OpenStatus:
    """Return the declaration's state after the step; raise OpenLicenceNotInState where the table knows none."""
    try:
        return TRANSITIONS[status, step]
    except KeyError:
        raise OpenLicenceNotInState(status=status.value, step=step.value) from None


def next_notice(status: NoticeStatus, step: NoticeStep) -> NoticeStatus:
    """Return the notice's state after the step; raise NoticeNotInState where the table knows none."""
    try:
        return NOTICE_TRANSITIONS[status, step]
    except KeyError:
        raise NoticeNotInState(status=status.value, step=step.value) from None


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

"""The states of declarations and notices, and the steps between them, as tables."""

from enum import StrEnum
from typing import Final

from backend.open_licences.errors import NoticeNotInState, OpenLicenceNotInState


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

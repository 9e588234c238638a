"""What may happen to a loan, a repayment and a proposal to extend: their steps as tables."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, TypeVar

from backend.loans.codes import ExtensionStatus, LoanStatus, RepaymentStatus
from backend.loans.errors import LoanNotInState

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


class LoanAction(StrEnum):
    """A step of a loan."""

    DISBURSE = "disburse"
    FALL_OVERDUE = "fall_overdue"
    CATCH_UP = "catch_up"
    REPAY = "repay"
    DEFAULT = "default"
    CURE = "cure"
    CURE_OVERDUE = "cure_overdue"
    CLOSE = "close"


class RepaymentAction(StrEnum):
    """A step of a repayment."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    REVERSE = "reverse"


class ExtensionAction(StrEnum):
    """A step of a proposal to extend a loan."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


L, R, E = LoanStatus, RepaymentStatus, ExtensionStatus
RUNNING: Final = (L.DISBURSED, L.OVERDUE)
OWED: Final = (*RUNNING, L.DEFAULTED)
LOAN_TRANSITIONS: Final[dict[tuple[LoanStatus, LoanAction], LoanStatus]] = {
    (L.AGREED, LoanAction.DISBURSE): L.DISBURSED,
    (L.DISBURSED, LoanAction.FALL_OVERDUE): L.OVERDUE,
    (L.OVERDUE, LoanAction.CATCH_UP): L.DISBURSED,
    **{(one, LoanAction.REPAY): L.REPAID for one in OWED},
    **{(one, LoanAction.DEFAULT): L.DEFAULTED for one in RUNNING},
    (L.DEFAULTED, LoanAction.CURE): L.DISBURSED,
    (L.DEFAULTED, LoanAction.CURE_OVERDUE): L.OVERDUE,
    (L.DEFAULTED, LoanAction.CLOSE): L.CLOSED,
}
REPAYMENT_TRANSITIONS: Final[dict[tuple[RepaymentStatus, RepaymentAction], RepaymentStatus]] = {
    (R.CLAIMED, RepaymentAction.CONFIRM): R.COUNTED,
    (R.CLAIMED, RepaymentAction.REFUSE): R.REFUSED,
    (R.CLAIMED, RepaymentAction.WITHDRAW): R.WITHDRAWN,
    (R.COUNTED, RepaymentAction.REVERSE): R.REVERSED,
}
EXTENSION_TRANSITIONS: Final[dict[tuple[ExtensionStatus, ExtensionAction], ExtensionStatus]] = {
    (E.PROPOSED, ExtensionAction.ACCEPT): E.AGREED,
    (E.PROPOSED, ExtensionAction.REFUSE): E.REFUSED,
    (E.PROPOSED, ExtensionAction.WITHDRAW): E.WITHDRAWN,
}
ENDED: Final = frozenset({L.REPAID, L.CLOSED})


def next_loan(status: LoanStatus, action: LoanAction) -> LoanStatus:
    """Return the status that the step leads to; raise LoanNotInState."""
    return _next(LOAN_TRANSITIONS, status, action)


def next_repayment(status: RepaymentStatus, action: RepaymentAction) -> RepaymentStatus:
    """Return the status that the step leads to; raise LoanNotInState."""
    return _next(REPAYMENT_TRANSITIONS, status, action)


def next_extension(status: ExtensionStatus, action: ExtensionAction) -> ExtensionStatus:
    """Return the status that the step leads to; raise LoanNotInState."""
    return _next(EXTENSION_TRANSITIONS, status, action)


def _next(table: Mapping[tuple[S, A], S], status: S, action: A) -> S:
    target = table.get((status, action))
    if target is None:
        raise LoanNotInState(status=status.value, action=action.value)
    return target

"""The codes of loans: stable, written as they are stored and shown."""

from enum import StrEnum


class LoanStatus(StrEnum):
    """Where a loan stands."""

    AGREED = "agreed"
    DISBURSED = "disbursed"
    OVERDUE = "overdue"
    DEFAULTED = "defaulted"
    REPAID = "repaid"
    CLOSED = "closed"


class LoanRole(StrEnum):
    """What an organisation is in a loan."""

    LENDER = "lender"
    BORROWER = "borrower"
    GUARANTOR = "guarantor"


class RepaymentSource(StrEnum):
    """Where the money of a repayment came from."""

    DEBTOR = "debtor"
    EARLY = "early"
    GUARANTOR = "guarantor"
    PROCEEDS = "proceeds"
    DISPOSAL = "disposal"


class RepaymentStatus(StrEnum):
    """Whether a repayment counts."""

    CLAIMED = "claimed"
    COUNTED = "counted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVERSED = "reversed"


class EntryKind(StrEnum):
    """What an entry of a loan's account does."""

    COSTS = "costs"
    PAYMENT_OF_DUE = "payment_of_due"
    PAYMENT_OF_ALL = "payment_of_all"
    EXTENSION = "extension"


class InstalmentStatus(StrEnum):
    """Whether an instalment is paid."""

    AHEAD = "ahead"
    DUE = "due"
    OVERDUE = "overdue"
    PAID = "paid"


class ExtensionStatus(StrEnum):
    """Where the proposal to extend a loan stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class CompensationStatus(StrEnum):
    """Whether a scheme bears what a loan lost."""

    AWAITED = "awaited"
    STANDING = "standing"
    VOID = "void"

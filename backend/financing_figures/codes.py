"""The codes of the figures of financing: stable, written as they are stored and shown."""

from enum import StrEnum


class FinancingGrouping(StrEnum):
    """By what requests are counted, beside the sum of all."""

    CLUSTER = "cluster"
    REGION = "region"
    BANK = "bank"


class Row(StrEnum):
    """What a row of figures is of."""

    TOTAL = "total"
    CLUSTER = "cluster"
    REGION = "region"
    BANK = "bank"


class Measure(StrEnum):
    """A set of requests that is counted by itself."""

    REQUESTED = "requested"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DISBURSED = "disbursed"
    FIRST_LOAN = "first_loan"
    FIRST_LOAN_KNOWN = "first_loan_known"
    OVERDUE = "overdue"


class WatchItemKind(StrEnum):
    """Why something stands on a bank's watch list, the most pressing first."""

    LOAN_OVERDUE = "loan_overdue"
    RELEASE_DUE = "release_due"
    REAPPRAISAL_DUE = "reappraisal_due"
    PATENT_EVENT = "patent_event"

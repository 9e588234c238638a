"""The codes of appraisals: stable, written as they are stored and shown."""

from enum import StrEnum


class Scenario(StrEnum):
    """What an appraisal is for; each has weights of its own."""

    LICENCE_OR_TRANSFER = "licence_or_transfer"
    FINANCING = "financing"
    REPORTING = "reporting"
    INFRINGEMENT_RELIEF = "infringement_relief"
    MANAGEMENT = "management"


class IndicatorGroup(StrEnum):
    """The groups that GB/T 42748 names; nothing but their names is taken from it."""

    LEGAL = "legal"
    TECHNICAL = "technical"
    ECONOMIC = "economic"


class ValueState(StrEnum):
    """Whether an indicator has a value: what is unknown is not zero, and what does not apply is not unknown."""

    KNOWN = "known"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Direction(StrEnum):
    """Which values are the better ones; those of a named value have their points by name."""

    HIGHER = "higher"
    LOWER = "lower"
    NAMED = "named"


class Source(StrEnum):
    """Where a value comes from."""

    REGISTER = "register"
    HOLDER_ROW = "holder_row"
    LEGAL_EVENT = "legal_event"
    HOLDER_EVENT = "holder_event"
    HOLDINGS = "holdings"
    LEDGER = "ledger"
    REGISTER_EXTRACT = "register_extract"
    LISTING = "listing"
    HOLDER_STATEMENT = "holder_statement"
    ASSESSMENT = "assessment"
    LICENCES = "licences"
    PAYMENTS = "payments"
    COMPARABLES = "comparables"


class ExtractFacet(StrEnum):
    """What an extract of the register is complete about."""

    PLEDGES = "pledges"
    LICENCES = "licences"
    RESTRICTIONS = "restrictions"
    INVALIDATIONS = "invalidations"


class ValuationMethod(StrEnum):
    """The methods among which a report of an institution chooses (Asset Appraisal Law, art. 26)."""

    MARKET = "market"
    INCOME = "income"
    COST = "cost"


class ReportKind(StrEnum):
    """Whether a law demands the appraisal, by which the time differs for which its records are kept."""

    STATUTORY = "statutory"
    VOLUNTARY = "voluntary"


class ReportSide(StrEnum):
    """The two who know of a report: each alone asserts it, both together confirm it."""

    HOLDER = "holder"
    INSTITUTION = "institution"


class ReportStatus(StrEnum):
    """Whether the other side has confirmed a report."""

    ASSERTED = "asserted"
    CONFIRMED = "confirmed"
    DENIED = "denied"


class ReportStep(StrEnum):
    """What the other side does with a report."""

    CONFIRM = "confirm"
    DENY = "deny"

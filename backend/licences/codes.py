"""The codes of licences: stable, written as they are stored and shown."""

from enum import StrEnum


class LicenceSource(StrEnum):
    """What a licence came from."""

    OPEN_LICENCE = "open_licence"
    NEGOTIATED = "negotiated"


class FeeForm(StrEnum):
    """In which form a licence is paid for."""

    FREE = "free"
    LUMP_SUM = "lump_sum"
    RUNNING_ROYALTY = "running_royalty"
    ENTRY_AND_ROYALTY = "entry_and_royalty"


class FeeBase(StrEnum):
    """What a running royalty is reckoned on."""

    NET_SALES = "net_sales"
    PROFIT = "profit"
    UNIT = "unit"


class StepBy(StrEnum):
    """What makes a royalty change: how much was used within a licence year, or which licence year it is."""

    VOLUME = "volume"
    YEAR = "year"


class LumpSumPer(StrEnum):
    """What one lump sum pays for."""

    LICENCE = "licence"
    YEAR = "year"


class Reporting(StrEnum):
    """How often the licensee reports the use."""

    YEARLY = "yearly"
    HALF_YEARLY = "half_yearly"
    QUARTERLY = "quarterly"


class Payment(StrEnum):
    """What an amount is paid for."""

    LUMP_SUM = "lump_sum"
    ENTRY_FEE = "entry_fee"
    ROYALTY = "royalty"


class Due(StrEnum):
    """From when an amount is to be paid."""

    AT_START = "at_start"
    YEAR_START = "year_start"
    AFTER_REPORT = "after_report"


class LineCode(StrEnum):
    """What a line of a quote's working shows."""

    FREE = "free"
    FIXED = "fixed"
    USE = "use"
    ROYALTY = "royalty"
    ROYALTY_OF_YEAR = "royalty_of_year"
    MINIMUM = "minimum"
    PAYABLE = "payable"

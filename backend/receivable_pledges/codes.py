"""The codes of receivable pledges: stable, written as they are stored and shown."""

from enum import StrEnum


class ReceivablePledgeStatus(StrEnum):
    """Where the pledge of a licence's income stands."""

    ASKED = "asked"
    CONSENTED = "consented"
    REFUSED = "refused"
    REGISTERED = "registered"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"

"""The codes of requests to be heard as a holder of an established patent."""

from enum import StrEnum


class EstablishmentState(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Proposal(StrEnum):
    """What a private row brings along besides facts, holding and assessments; taken only when somebody says so."""

    LEGAL_EVENTS = "legal_events"
    RIGHTS = "rights"
    LISTING = "listing"

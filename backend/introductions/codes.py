"""The codes of introductions: stable, written as they are stored and shown."""

from enum import StrEnum


class IntroductionStatus(StrEnum):
    """Where an introduction stands."""

    ASKED = "asked"
    OVERDUE = "overdue"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ENDED = "ended"


class MatchSide(StrEnum):
    """A side of a match: whose need it is, or whose listing."""

    NEED = "need"
    LISTING = "listing"


class IntroductionRole(StrEnum):
    """What an organisation does in an introduction."""

    REQUESTER = "requester"
    ANSWERER = "answerer"


class DeclineReason(StrEnum):
    """Why an introduction is declined: the reference list `decline-reasons`."""

    TOO_EARLY = "too_early"
    ALREADY_COMMITTED = "already_committed"
    PRICE = "price"
    FIELD_NOT_AVAILABLE = "field_not_available"
    BENEFIT_UNCLEAR = "benefit_unclear"
    ROUTE_UNCLEAR = "route_unclear"
    DESCRIPTION_UNCLEAR = "description_unclear"
    CAPACITY = "capacity"
    CONFLICT = "conflict"
    OTHER = "other"


class EndReason(StrEnum):
    """Why an introduction ended."""

    WITHDRAWN = "withdrawn"
    NEED_GONE = "need_gone"
    LISTING_GONE = "listing_gone"
    BY_A_SIDE = "by_a_side"


class ContactDetail(StrEnum):
    """What a person may let the other side see of himself."""

    NAME = "name"
    EMAIL = "email"

"""Codes of matches as they are stored and shown."""

from enum import StrEnum


class MatchVerdict(StrEnum):
    """What a side says of a match."""

    RELEVANT = "relevant"
    NOT_RELEVANT = "not_relevant"


class FeedbackReason(StrEnum):
    """Why it says so: the codes of a decline that fit what a listing shows, and what else it shows."""

    WRONG_PROBLEM = "wrong_problem"
    WRONG_FIELD = "wrong_field"
    TOO_EARLY = "too_early"
    PRICE = "price"
    TERMS = "terms"
    REGION = "region"
    STATUS = "status"
    TERM_LEFT = "term_left"
    BENEFIT_UNCLEAR = "benefit_unclear"
    DESCRIPTION_UNCLEAR = "description_unclear"
    OTHER = "other"


class StandingSide(StrEnum):
    """For which side a pair is evaluated by itself: each has its own order, of what it may know."""

    ASKER = "asker"
    HOLDER = "holder"

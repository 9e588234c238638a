"""What happens to matches, as events."""

from typing import Annotated

from backend.core.events.domain_event import INTERNAL, EventPayload
from backend.matching.codes import MatchVerdict


class MatchFeedbackGiven(
    EventPayload,
    name="match.feedback_given",
    audience="the organisation that said it",
    unnotified="members see it where they did it",
):
    """A side said what it thinks of a match."""

    match_id: str
    need_id: Annotated[str, INTERNAL]
    verdict: MatchVerdict


class MatchFeedbackTakenBack(
    EventPayload,
    name="match.feedback_taken_back",
    audience="the organisation that had said it",
    unnotified="members see it where they did it",
):
    """A side took back what it had said of a match."""

    match_id: str
    need_id: Annotated[str, INTERNAL]


class ListingObjectionsSummed(
    EventPayload, name="listing.objections_summed", audience="the organisation that leads the listing"
):
    """Five askers, or five more, have said what keeps them from taking a listing; only their sum is shown."""

    listing_id: str
    patent_id: str
    askers: int


class ListingsFoundForNeed(EventPayload, name="need.listings_found", audience="the need's organisation"):
    """Listings came among the first for a need, or what stood in their way fell, or they come much closer now."""

    need_id: str
    count: int
    listing_ids: list[str]


class NeedsFoundForHolder(EventPayload, name="listing.need_found", audience="the organisation that leads the listings"):
    """A need that the holder may know of came to meet listings of its own."""

    need_id: str
    count: int
    listing_ids: list[str]

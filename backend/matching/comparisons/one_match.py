"""One match with all that explains it, as the side is shown it that asks."""

from typing import Any

from backend.matching.comparisons import listings_for_need, needs_for_listing
from backend.matching.comparisons.context import Comparison, listed_now, profile_of_need
from backend.matching.errors import NoSuchMatch
from backend.matching.explanation import proposed_words
from backend.matching.presenters import improvements_out
from backend.matching.scoring.parts import PartName
from backend.matching.sides import Sides


async def one_match(at: Comparison, sides: Sides) -> dict[str, Any]:
    """Return the match, with the words that would raise it; raise NoSuchMatch where it is none any more."""
    listed = (await listed_now(at.session, at.memory, [sides.patent_id])).get(sides.patent_id)
    if listed is None or listed.offered.listing_id != sides.match.listing_id:
        raise NoSuchMatch
    if at.caller.organisation_id == sides.asker_id:
        items = await listings_for_need.match_of_need(at, sides.face, listed)
    else:
        items = await needs_for_listing.present(at, listed, [sides.face])
    if not items:
        raise NoSuchMatch
    words = proposed_words(profile_of_need(at.memory, sides.face), listed.document, sides.face)
    for part in items[0]["parts"]:
        if part["name"] == PartName.TEXT:
            part["raised_by"] = improvements_out(words)
    return items[0]

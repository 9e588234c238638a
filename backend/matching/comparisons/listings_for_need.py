"""The listings for a need, as its asker is shown them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.matching import queries
from backend.matching.comparisons.circumstances import circumstances
from backend.matching.comparisons.context import (
    Comparison,
    Page,
    RankingPage,
    listed_now,
    page_of_ranking,
    pair_out,
    profile_of_need,
)
from backend.matching.comparisons.permissions import DealPermission, permissions_of
from backend.matching.explanation import Compared, pair_score
from backend.matching.memory.needs import wanted_by
from backend.matching.models import MatchFeedback
from backend.matching.presenters import feedback_out, listing_out, permissions_out
from backend.matching.ranking import listings_for
from backend.matching.scoring.fact_rules import is_refused
from backend.matching.scoring.facts import Circumstances, Wanted
from backend.matching.scoring.feedback_rules import Liking
from backend.matching.service import ids_of_pairs, liking_for
from backend.needs.faces import Face
from backend.needs.rules import OPEN
from backend.rights.codes import Permission
from search.similarity.profile import Profile


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a need asks for, and what its pairs are compared by."""

    face: Face
    profile: Profile
    wanted: Wanted
    when: Circumstances
    liking: Liking


async def matches_of_need(at: Comparison, face: Face, page: Page) -> RankingPage:
    """Return a page of the listings for a need; what nobody can have in any way that is wanted is left out."""
    asked = _Asked(
        face,
        profile_of_need(at.memory, face),
        wanted_by(face),
        await circumstances(at.session, at.database, at.memory.listings.holders()),
        await liking_for(at.session, at.memory, face.id, at.caller),
    )
    ranked = listings_for(at.memory, asked.profile, asked.wanted, asked.when, asked.liking, face.organisation_id)
    patent_ids = [one.id for one in ranked]
    here = patent_ids[page.offset : page.offset + page.limit]
    listed = await listed_now(at.session, at.memory, here)
    return page_of_ranking(await present(at, asked, [listed[i] for i in here if i in listed]), patent_ids, page)


async def match_of_need(at: Comparison, face: Face, listed: Compared) -> list[dict[str, Any]]:
    """Return one listing as a match of a need; none where it cannot be had in any way that is wanted."""
    when = await circumstances(at.session, at.database, [listed.offered.organisation_id])
    liking = await liking_for(at.session, at.memory, face.id, at.caller)
    return await present(at, _Asked(face, profile_of_need(at.memory, face), wanted_by(face), when, liking), [listed])


async def present(at: Comparison, asked: _Asked, listed: list[Compared]) -> list[dict[str, Any]]:
    """Return the pairs of a need and these listings, as the need's asker is shown them."""
    ways = {one.document.id: _ways(asked.wanted, one) for one in listed if not is_refused(asked.wanted, one.offered)}
    permissions = await permissions_of(at.session, at.caller, ways, at.now)
    permitted = [one for one in listed if one.document.id in ways and _is_open(asked, permissions, one)]
    pairs = [(asked.face.id, one.offered.listing_id) for one in permitted]
    if asked.face.status in OPEN:
        ids = await ids_of_pairs(at.session, at.database, pairs, at.now)
    else:  # of a draft, whose text may change as often as its writer likes, nothing is kept
        ids = await queries.match_ids(at.session, pairs)
    feedback = await queries.feedback_of(at.session, at.caller.organisation_id, ids.values())
    return [
        _item(asked, one, ids.get((asked.face.id, one.offered.listing_id)), permissions[one.document.id], feedback)
        for one in permitted
    ]


def _ways(wanted: Wanted, listed: Compared) -> frozenset[str]:
    """Return the ways in which a listing can be had, of those that are wanted."""
    offered = listed.offered.deal_types
    return offered & wanted.deal_types if wanted.deal_types else offered


def _is_open(asked: _Asked, permissions: Mapping[str, list[DealPermission]], listed: Compared) -> bool:
    """Whether the ledger, as the asker is told of it, leaves any of the ways that are wanted."""
    said = permissions.get(listed.document.id)
    if said is None:
        return False
    return not (asked.wanted.deal_types and said and all(one.answer is Permission.REFUSED for one in said))


def _item(
    asked: _Asked,
    listed: Compared,
    match_id: str | None,
    permissions: list[DealPermission],
    feedback: Mapping[str, MatchFeedback],
) -> dict[str, Any]:
    explained = pair_score(asked.profile, listed, asked.wanted, asked.when, asked.liking)
    return {
        **pair_out(match_id, asked.face.id, listed, explained.score, explained.texts),
        "listing": listing_out(listed.document),
        "need": None,
        "permissions": permissions_out(permissions),
        "feedback": feedback_out(feedback.get(match_id) if match_id else None),
    }

"""The needs that a listing meets, as its holder is shown them: by nothing that the holder may not know."""

from typing import Any

import orjson

from backend.core.http.responses import to_json
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
from backend.matching.explanation import Compared, need_texts, pair_score
from backend.matching.memory.needs import wanted_by
from backend.matching.presenters import feedback_out
from backend.matching.ranking import needs_for
from backend.matching.scoring.feedback_rules import NO_FEEDBACK
from backend.matching.service import ids_of_pairs
from backend.needs import queries as need_queries
from backend.needs.faces import Face, need_out, viewer_of


async def matches_of_listing(at: Comparison, patent_id: str, page: Page) -> RankingPage:
    """Return a page of the needs that a listing meets; none where the patent is not listed."""
    listed = (await listed_now(at.session, at.memory, [patent_id])).get(patent_id)
    if listed is None:
        return page_of_ranking([], [], page)
    when = await circumstances(at.session, at.database, [listed.offered.organisation_id])
    named = await need_queries.named_ids(at.session, at.caller.organisation_id)
    need_ids = [met.need.id for met in needs_for(at.memory.needs, listed.vector, listed.offered, when, named)]
    here = need_ids[page.offset : page.offset + page.limit]
    faces = await need_queries.faces(at.session, viewer_of(at.caller), here)
    return page_of_ranking(await present(at, listed, [faces[i] for i in here if i in faces]), need_ids, page)


async def present(at: Comparison, listed: Compared, faces: list[Face]) -> list[dict[str, Any]]:
    """Return the pairs of a listing and these needs, each by what is shown of the need."""
    pairs = [(face.id, listed.offered.listing_id) for face in faces]
    ids = await ids_of_pairs(at.session, at.database, pairs, at.now)
    feedback = await queries.feedback_of(at.session, at.caller.organisation_id, ids.values())
    when = await circumstances(at.session, at.database, [listed.offered.organisation_id])
    items = []
    for face in faces:
        match_id, profile = ids[face.id, listed.offered.listing_id], profile_of_need(at.memory, face)
        score = pair_score(profile, listed, wanted_by(face), when, NO_FEEDBACK).score
        items.append(
            {
                **pair_out(match_id, face.id, listed, score, need_texts(profile, listed.vector, face)),
                "listing": None,
                "need": orjson.Fragment(to_json(need_out(face))),
                "permissions": [],
                "feedback": feedback_out(feedback.get(match_id)),
            }
        )
    return items

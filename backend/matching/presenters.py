"""How scores and matches are shown."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from backend.core.database.columns import iso
from backend.matching.comparisons.permissions import DealPermission
from backend.matching.models import MatchFeedback
from backend.matching.ranking import in_points
from backend.matching.scoring.parts import VERSION, Improvement, Part, Score
from backend.patent_search.documents import PatentDocument

Texts = Mapping[str, str]


def score_out(score: Score, highlights: Texts) -> dict[str, Any]:
    """Return a score with its parts; the parts' points add up to it."""
    return {
        "score": in_points(score.points),
        "score_version": VERSION,
        "parts": [_part(part) for part in score.parts],
        "highlights": highlights,
    }


def _part(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "points": in_points(part.points),
        "most": in_points(part.most),
        "evidence": _in_points(part.evidence),
        "raised_by": improvements_out(part.raised_by),
    }


def improvements_out(improvements: Sequence[Improvement]) -> list[dict[str, Any]]:
    """Return what would raise a part."""
    return [{"code": one.code, "points": in_points(one.points), "facts": one.facts} for one in improvements]


def _in_points(evidence: Any) -> Any:
    """Return evidence with the hundredths that stand in it, under `points`, as points."""
    if isinstance(evidence, dict):
        return {k: in_points(v) if k == "points" else _in_points(v) for k, v in evidence.items()}
    return [_in_points(one) for one in evidence] if isinstance(evidence, list) else evidence


def listing_out(document: PatentDocument) -> orjson.Fragment:
    """Return a listed patent as a search shows it, without what a search adds to it."""
    return orjson.Fragment(document.served[:-1] + b',"highlights":{},"matched_on":[]}')


def permissions_out(permissions: Sequence[DealPermission]) -> list[dict[str, Any]]:
    """Return what the ledger says of each way of having a patent."""
    return [{"deal_type": one.deal_type, "answer": one.answer, "reasons": one.reasons} for one in permissions]


def feedback_out(feedback: MatchFeedback | None) -> dict[str, Any] | None:
    """Return what an organisation said of a match."""
    if feedback is None:
        return None
    return {
        "verdict": feedback.verdict,
        "reasons": feedback.reasons,
        "note": feedback.note,
        "given_at": iso(feedback.given_at),
    }

"""Pairs of a need and a listing in the order of their scores, for the side that is shown them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from backend.matching.codes import MatchVerdict
from backend.matching.memory.matching_memory import MatchingMemory
from backend.matching.memory.needs import ABSTRACT_FACE, NeedMemory, OpenNeed
from backend.matching.scoring.fact_rules import fact_points, is_refused
from backend.matching.scoring.facts import Circumstances, Offered, Wanted
from backend.matching.scoring.feedback_rules import Liking, liking_points
from backend.matching.scoring.parts import WHOLE
from backend.matching.scoring.text_parts import text_points
from search.similarity.board import Met
from search.similarity.profile import Profile, whole_points
from search.similarity.vectors import Vector

CANDIDATES: Final = 200  # pairs that are looked at closely, by words and classes the best
LEAST: Final = 1.0  # points of words and classes below which nothing is a match


@dataclass(frozen=True, slots=True)
class Ranked:
    """A thing by its id, with the hundredths of a point of its whole score."""

    id: str
    points: int


def closest(memory: MatchingMemory, profile: Profile, without: Collection[str] = ()) -> list[Ranked]:
    """Return the listed patents whose words and classes come closest, best first, equal ones by their ids.

    They are the sums of the addends that are shown (`text_parts`), computed for all listings at once.
    """
    best = whole_points(profile, memory.listings.collection, WHOLE).best(CANDIDATES, without)
    return [Ranked(scored.id, int(scored.points)) for scored in best if scored.points >= LEAST * WHOLE]


def in_order(ranked: Iterable[Ranked]) -> list[Ranked]:
    """Return the best first; equal ones by their ids, so that ties are stable."""
    return sorted(ranked, key=lambda one: (-one.points, one.id))


def listings_for(
    memory: MatchingMemory, profile: Profile, wanted: Wanted, when: Circumstances, liking: Liking, own: str | None
) -> list[Ranked]:
    """Return the listings for a need, by the patent's id, as its asker is shown them; those of `own` are left out."""
    found = []
    for close in closest(memory, profile):
        offered = memory.listings.offers.get(close.id)
        if offered is None or offered.organisation_id == own or is_refused(wanted, offered):
            continue
        if liking.verdicts.get(offered.listing_id) is MatchVerdict.NOT_RELEVANT:
            continue
        liked = _liked(memory, liking, offered) if liking.verdicts else 0
        found.append(Ranked(close.id, close.points + fact_points(wanted, offered, when) + liked))
    return in_order(found)


def _liked(memory: MatchingMemory, liking: Liking, offered: Offered) -> int:
    vector = memory.listings.collection.vector(offered.patent_id)
    return 0 if vector is None else liking_points(liking, offered.listing_id, vector)


@dataclass(frozen=True, slots=True)
class MetNeed:
    """An open need that a listing meets, by the profile that the listing's holder may know."""

    need: OpenNeed
    profile_name: str
    points: int


def needs_for(
    needs: NeedMemory, vector: Vector, offered: Offered, when: Circumstances, shown: Collection[str]
) -> list[MetNeed]:
    """Return the open needs that a listing meets, as its holder is shown them: by no secret, best first.

    Of confidential needs those in `shown` count whole; the others by their abstract, where they have one.
    """
    found: list[MetNeed] = []
    for met in _met_by(needs, vector, shown):
        need = needs.needs.get(met.name.removesuffix(ABSTRACT_FACE))
        profile = needs.profile(met.name)
        if need is None or profile is None or need.organisation_id == offered.organisation_id:
            continue
        wanted = Wanted() if met.name.endswith(ABSTRACT_FACE) else need.wanted_as_shown
        if not may_know(need, met.name, shown) or is_refused(wanted, offered):
            continue
        points = text_points(profile, vector) + fact_points(wanted, offered, when)
        found.append(MetNeed(need, met.name, points))
        if len(found) == CANDIDATES:  # of those that the holder may know of, so that no others are noticed
            break
    return sorted(found, key=lambda met: (-met.points, met.need.id))


def _met_by(needs: NeedMemory, vector: Vector, shown: Collection[str]) -> list[Met]:
    """Return what a listing meets of what everybody may know, and of the confidential needs that its holder is shown.

    Others are not even looked at: how long it takes tells nothing of them.
    """
    found = needs.known_to_all.met_by(vector, LEAST)
    for need_id in shown:
        profile = needs.secret.profile(need_id)
        points = 0 if profile is None else text_points(profile, vector)
        if points >= LEAST * WHOLE:
            found.append(Met(need_id, points / WHOLE))
    return sorted(found, key=lambda met: (-met.points, met.name))


def may_know(need: OpenNeed, profile_name: str, shown: Collection[str]) -> bool:
    """Whether a profile of a need is made of what somebody may know who is shown the needs in `shown` whole."""
    is_whole = not need.is_confidential or need.id in shown
    return profile_name == (need.id if is_whole else need.id + ABSTRACT_FACE)


def in_points(hundredths: int) -> float:
    """Return hundredths of a point as points."""
    return hundredths / WHOLE

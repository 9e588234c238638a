"""Pairs as they stand, for either side, evaluated by themselves when a need or a listing is new or has changed."""

from bisect import insort
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from backend.matching.codes import StandingSide
from backend.matching.memory.matching_memory import MatchingMemory
from backend.matching.memory.needs import ABSTRACT_FACE, OpenNeed
from backend.matching.ranking import closest, may_know
from backend.matching.scoring.fact_rules import MOST_OF_FACTS, barriers_of, fact_points, is_refused
from backend.matching.scoring.facts import Circumstances, Offered, Wanted
from backend.matching.scoring.parts import WHOLE
from backend.matching.scoring.text_parts import text_points

TOP: Final = 10  # listings for each need, in the order of each side
ROUNDING: Final = 1.5 * WHOLE  # by which the sum of rounded addends may differ from the rounded sum
FLOOR: Final = 10 * WHOLE  # of words and classes; of what judges called right three in four have more


Group = tuple[str, StandingSide, bool]  # a need, a side, and whether that may know the need by its abstract alone
Place = tuple[int, str]  # a pair's place in its group: its points, negative, and its listing


@dataclass(frozen=True, slots=True)
class Pair:
    """A need and a listing for one side: the whole score in hundredths of a point, and what stands in its way.

    `by_abstract` where its holder may know a confidential need by no more than that.
    """

    need_id: str
    listing_id: str
    side: StandingSide
    by_abstract: bool
    points: int
    barriers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _View:
    """A need as one side may know it."""

    side: StandingSide
    by_abstract: bool
    wanted: Wanted

    def pair(self, need_id: str, offered: Offered, text: int, when: Circumstances) -> Pair | None:
        """Return the pair, of so many points of words and classes, or None where it is no match."""
        if text < FLOOR or is_refused(self.wanted, offered):
            return None
        points = text + fact_points(self.wanted, offered, when)
        barriers = barriers_of(self.wanted, offered)
        return Pair(need_id, offered.listing_id, self.side, self.by_abstract, points, barriers)


class FirstPairs:
    """Of the pairs that are taken, those that can be among the first of their need and side.

    `last` is the last of the first pairs that stand already; pairs in `kept` are taken in any case.
    """

    def __init__(self, last: Mapping[Group, Place], kept: Collection[tuple[str, StandingSide, str]]) -> None:
        self._floors = {group: -place[0] for group, place in last.items()}
        self._kept = frozenset(kept)
        self._standing: list[Pair] = []
        self._ranked: dict[Group, list[tuple[int, str, Pair]]] = {}

    def may_take(self, group: Group, listing_id: str, most: float) -> bool:
        """Whether a pair of so many points at most could be among the first."""
        return most >= self._floors.get(group, 0) or (group[0], group[1], listing_id) in self._kept

    def take(self, pair: Pair) -> None:
        """Keep the pair where it is among the first so far; equal scores by the listing's id."""
        if (pair.need_id, pair.side, pair.listing_id) in self._kept:
            self._standing.append(pair)
            return
        group = pair.need_id, pair.side, pair.by_abstract
        ranked = self._ranked.setdefault(group, [])
        insort(ranked, (-pair.points, pair.listing_id, pair))
        del ranked[TOP:]
        if len(ranked) == TOP:
            self._floors[group] = max(self._floors.get(group, 0), -ranked[-1][0])

    def pairs(self) -> list[Pair]:
        """Return what is left of those that were taken."""
        return [*self._standing, *(pair for ranked in self._ranked.values() for _, _, pair in ranked)]


def take_pairs_of_listing(memory: MatchingMemory, patent_id: str, when: Circumstances, first: FirstPairs) -> None:
    """Take the pairs of a listed patent with all open needs that it meets, for both sides."""
    offered, vector = memory.listings.offers.get(patent_id), memory.listings.collection.vector(patent_id)
    if offered is None or vector is None:
        return
    needs = memory.needs
    for met in (*needs.known_to_all.met_by(vector, FLOOR / WHOLE), *needs.secret.met_by(vector, FLOOR / WHOLE)):
        need = memory.needs.needs.get(met.name.removesuffix(ABSTRACT_FACE))
        if need is None or need.organisation_id == offered.organisation_id:
            continue
        most = met.points * WHOLE + MOST_OF_FACTS + ROUNDING
        if not any(first.may_take(group, offered.listing_id, most) for group in _groups(need.id, met.name)):
            continue
        profile = memory.needs.profile(met.name)
        text = 0 if profile is None else text_points(profile, vector)
        for view in _views(need, met.name, offered):
            pair = view.pair(need.id, offered, text, when)
            if pair is not None:
                first.take(pair)


def _groups(need_id: str, profile_name: str) -> list[Group]:
    """Return the groups in which a pair by a profile can be."""
    if profile_name.endswith(ABSTRACT_FACE):
        return [(need_id, StandingSide.HOLDER, True)]
    return [(need_id, side, False) for side in StandingSide]


def pairs_of_need(memory: MatchingMemory, need_id: str, side: StandingSide, when: Circumstances) -> list[Pair]:
    """Return the pairs of an open need with the listings that come closest, for one side."""
    need = memory.needs.needs.get(need_id)
    found: list[Pair] = []
    if need is None:
        return found
    for name in need.sought:
        profile = memory.needs.profile(name)
        for close in closest(memory, profile) if profile is not None else []:
            offered = memory.listings.offers.get(close.id)
            if offered is None or offered.organisation_id == need.organisation_id:
                continue
            views = (view for view in _views(need, name, offered) if view.side is side)
            pairs = (view.pair(need.id, offered, close.points, when) for view in views)
            found.extend(pair for pair in pairs if pair is not None)
    return list({pair.listing_id: pair for pair in found}.values())


def _views(need: OpenNeed, name: str, offered: Offered) -> Iterator[_View]:
    """Yield the need by one of its profiles, as each side may know it that may know this one."""
    if name == need.id:
        yield _View(StandingSide.ASKER, False, need.wanted)
    shown = {need.id} if offered.organisation_id in need.shown_to else frozenset[str]()
    if may_know(need, name, shown):
        by_abstract = name.endswith(ABSTRACT_FACE)
        wanted = Wanted() if by_abstract else need.wanted_as_shown
        yield _View(StandingSide.HOLDER, by_abstract, wanted)

"""Sets of requests added up in one pass, enterprise by enterprise, without keeping the requests.

The requests come in the order of their enterprises, so that of each set only sums have to be kept: how many enterprises
and who among banks and guarantors knows all requests of how many of them. Memory grows with cells and banks, never with
requests or enterprises.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from backend.financing_figures.case_rules import Case, Contribution, Place, contributions
from backend.financing_figures.codes import Measure


@dataclass(slots=True)
class Tally:
    """What is kept of a set of requests."""

    cases: int = 0
    enterprises: int = 0
    amount_fen: int = 0
    most_cases: int = 0
    most_fen: int = 0
    days: Counter[int] = field(default_factory=Counter)
    banks: set[str] = field(default_factory=set)
    known_whole: Counter[str] = field(default_factory=Counter)

    def add(self, contributions: Sequence[Contribution]) -> None:
        """Add all requests of an enterprise that are in the set; none of it may follow."""
        amount = sum(contribution.amount_fen for contribution in contributions)
        self.cases += len(contributions)
        self.enterprises += 1
        self.amount_fen += amount
        self.most_cases = max(self.most_cases, len(contributions))
        self.most_fen = max(self.most_fen, amount)
        self.days.update(contribution.days for contribution in contributions if contribution.days is not None)
        for contribution in contributions:
            self.banks |= contribution.banks
        self.known_whole.update(frozenset.intersection(*(contribution.known_to for contribution in contributions)))

    def unknown_to(self, organisation_id: str) -> int:
        """Return how many enterprises have a request in the set of which a bank or guarantor does not know."""
        return self.enterprises - self.known_whole[organisation_id]


Tallies = dict[tuple[Place, Measure], Tally]


class Counting:
    """Adds requests up that come in the order of their enterprises."""

    def __init__(self) -> None:
        self.tallies: Tallies = defaultdict(Tally)
        self._enterprise_id: str | None = None
        self._pending: defaultdict[tuple[Place, Measure], list[Contribution]] = defaultdict(list)

    def add(self, cases: Iterable[Case]) -> None:
        """Add requests; those of one enterprise stand together."""
        for case in cases:
            if case.enterprise_id != self._enterprise_id:
                self.finish()
                self._enterprise_id = case.enterprise_id
            for place, measure, contribution in contributions(case):
                self._pending[place, measure].append(contribution)

    def finish(self) -> Tallies:
        """Return the sums of all that was added."""
        for key, pending in self._pending.items():
            self.tallies[key].add(pending)
        self._pending.clear()
        return self.tallies


def joined(tallies: Collection[Tally], *, are_disjoint: bool) -> Tally:
    """Return several sets of one pass as one, never with more enterprises than there are.

    Where an enterprise may stand in several of them, it is not known how many do: then at least as many as in the
    largest are there, and at most as much is one enterprise's as if the largest of each were the same.
    """
    add = sum if are_disjoint else max
    most = max if are_disjoint else sum
    sums = Tally(
        cases=sum(tally.cases for tally in tallies),
        enterprises=add(tally.enterprises for tally in tallies),
        amount_fen=sum(tally.amount_fen for tally in tallies),
        most_cases=most(tally.most_cases for tally in tallies),
        most_fen=most(tally.most_fen for tally in tallies),
    )
    for knower in {organisation_id for tally in tallies for organisation_id in tally.known_whole}:
        sums.known_whole[knower] = sums.enterprises - add(tally.unknown_to(knower) for tally in tallies)
    for tally in tallies:
        sums.days += tally.days
        sums.banks |= tally.banks
    return sums

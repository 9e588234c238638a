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

    def add(self, of_enterprise: Sequence[Contribution]) -> None:
        """Add all requests of an enterprise that are in the set; none of it may follow."""
        amount = sum(one.amount_fen for one in of_enterprise)
        self.cases += len(of_enterprise)
        self.enterprises += 1
        self.amount_fen += amount
        self.most_cases = max(self.most_cases, len(of_enterprise))
        self.most_fen = max(self.most_fen, amount)
        self.days.update(one.days for one in of_enterprise if one.days is not None)
        for one in of_enterprise:
            self.banks |= one.banks
        self.known_whole.update(frozenset.intersection(*(one.known_to for one in of_enterprise)))

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
        for key, those in self._pending.items():
            self.tallies[key].add(those)
        self._pending.clear()
        return self.tallies


def joined(tallies: Collection[Tally], *, are_disjoint: bool) -> Tally:
    """Return several sets of one pass as one, never with more enterprises than there are.

    Where an enterprise may stand in several of them, it is not known how many do: then at least as many as in the
    largest are there, and at most as much is one enterprise's as if the largest of each were the same.
    """
    add = sum if are_disjoint else max
    most = max if are_disjoint else sum
    found = Tally(
        cases=sum(one.cases for one in tallies),
        enterprises=add(one.enterprises for one in tallies),
        amount_fen=sum(one.amount_fen for one in tallies),
        most_cases=most(one.most_cases for one in tallies),
        most_fen=most(one.most_fen for one in tallies),
    )
    for knower in {who for one in tallies for who in one.known_whole}:
        found.known_whole[knower] = found.enterprises - add(one.unknown_to(knower) for one in tallies)
    for one in tallies:
        found.days += one.days
        found.banks |= one.banks
    return found

"""How what a bank is owed is divided among the technology fields and clusters of the patents pledged for it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from backend.loan_terms.arithmetic.sharing_rules import split_by
from backend.loans.codes import LoanStatus


@dataclass(frozen=True, slots=True)
class PledgedPatentFacts:
    """A patent that is pledged for a loan; None is what is not known of it."""

    patent_id: str
    technology_field: str | None
    cluster: str | None


@dataclass(frozen=True, slots=True)
class OwedLoan:
    """A loan that is agreed or owed, and the patents that are pledged for it."""

    id: str
    status: LoanStatus
    outstanding_fen: int
    patents: Sequence[PledgedPatentFacts] = ()


@dataclass(slots=True)
class Sum:
    """Loans added up: how many, on how many patents, and the principal that is owed."""

    loan_ids: set[str] = field(default_factory=set)
    patent_ids: set[str] = field(default_factory=set)
    outstanding_fen: int = 0

    def add(self, loan: OwedLoan, patent_ids: Iterable[str], amount_fen: int) -> None:
        """Add a loan, or the part of it that falls to some of its patents."""
        self.loan_ids.add(loan.id)
        self.patent_ids.update(patent_ids)
        self.outstanding_fen += amount_fen


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a bank is owed, by status, and what of it is secured by patents, by their fields and clusters."""

    total: Sum
    pledged: Sum
    without_pledge: Sum
    by_status: Mapping[LoanStatus, Sum]
    by_field: Mapping[str | None, Sum]
    by_cluster: Mapping[str | None, Sum]


def exposure(loans: Iterable[OwedLoan]) -> Exposure:
    """Return the sums of loans. The principal of a loan is divided evenly among its patents, to the fen."""
    sums = Exposure(Sum(), Sum(), Sum(), defaultdict(Sum), defaultdict(Sum), defaultdict(Sum))
    for loan in loans:
        ids = [patent.patent_id for patent in loan.patents]
        secured = sums.pledged if ids else sums.without_pledge
        for total in (sums.total, sums.by_status[loan.status], secured):
            total.add(loan, ids, loan.outstanding_fen)
        parts = split_by(loan.outstanding_fen, dict.fromkeys(ids, 1)) if ids else {}
        for patent in loan.patents:
            part = parts[patent.patent_id]
            sums.by_field[patent.technology_field].add(loan, [patent.patent_id], part)
            sums.by_cluster[patent.cluster].add(loan, [patent.patent_id], part)
    return sums

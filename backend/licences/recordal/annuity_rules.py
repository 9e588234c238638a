"""By how much a recorded licence reduces the annuities to come (Guidelines for Patent Examination, V-11, 8)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from backend.licences.recordal.annuity_tables import AnnuityFee, AnnuityReduction
from backend.licences.terms.fee_rules import BASIS_POINTS, rounded
from backend.patents.codes import PatentKind
from backend.patents.legal_events.term_rules import due_days

SOURCE: Final = "Guidelines for Patent Examination 2023, Part V ch. 11, 8"


@dataclass(frozen=True, slots=True)
class Ground:
    """A reason for a lower annuity, in basis points of the full fee; `taken`: it is the one that counts."""

    name: str
    reduction_bp: int
    taken: bool


@dataclass(frozen=True, slots=True)
class ReducedAnnuity:
    """One annuity to come: the patent year, its due day, the full fee, all grounds, and what is left to pay.

    Amounts are None where the fee table has no row for that year; `fee_source` and `fee_mark` say how sure the fee is.
    """

    year: int
    due_on: date
    full_fen: int | None
    reduction_fen: int | None
    payable_fen: int | None
    grounds: tuple[Ground, ...]
    fee_source: str | None
    fee_mark: str | None


@dataclass(frozen=True, slots=True)
class Implementation:
    """The implementation period of a licence: from its effect to its last day, and when it was recorded.

    `ground_ended_on` is the day on which what it came from ended, such as the announcement of a withdrawal.
    """

    effective_on: date
    ends_on: date
    recorded_on: date
    ground_ended_on: date | None = None


def reduced_annuities(
    kind: PatentKind,
    filing_date: date,
    grant_date: date,
    expiry: date,
    period: Implementation,
    *,
    ground: str,
    fees: Sequence[AnnuityFee],
    reductions: Sequence[AnnuityReduction],
    other: Mapping[str, int] | None = None,
) -> tuple[ReducedAnnuity, ...]:
    """Return each annuity that falls due after the recordal day and within the implementation period.

    `ground` is that of the licence, to the end of the patent year in which what it came from ended. `other` names
    further grounds in basis points; of several only the highest counts, never their sum.
    """
    if any(not 0 <= bp <= BASIS_POINTS for bp in (other or {}).values()):
        raise ValueError("a reduction lies between 0 and 10,000 basis points")
    return tuple(
        _reduced(kind, year, due_on, fees, _grounds(due_on, period, ground, reductions, other or {}))
        for year, due_on in due_days(filing_date, grant_date, expiry)
        if due_on > period.recorded_on and period.effective_on <= due_on <= period.ends_on
    )


def _grounds(
    due_on: date,
    period: Implementation,
    ground: str,
    reductions: Sequence[AnnuityReduction],
    other: Mapping[str, int],
) -> tuple[Ground, ...]:
    found = dict(_of_licence(due_on, period, ground, reductions)) | dict(other)
    highest = max(found, key=lambda name: (found[name], name == ground, name), default=None)
    return tuple(Ground(name, bp, name == highest) for name, bp in sorted(found.items()))


def _of_licence(
    due_on: date, period: Implementation, ground: str, reductions: Sequence[AnnuityReduction]
) -> Iterator[tuple[str, int]]:
    """An annuity due on or before the day on which the ground ended belongs to a patent year begun by then."""
    if period.ground_ended_on is None or due_on <= period.ground_ended_on:
        for row in reductions:
            if row.ground == ground and row.dated.holds(due_on):
                yield row.ground, row.reduction_bp


def _reduced(
    kind: PatentKind, year: int, due_on: date, fees: Sequence[AnnuityFee], grounds: tuple[Ground, ...]
) -> ReducedAnnuity:
    row = next(
        (f for f in fees if f.kind is kind and f.first_year <= year <= f.last_year and f.dated.holds(due_on)), None
    )
    if row is None:
        return ReducedAnnuity(year, due_on, None, None, None, grounds, None, None)
    taken = sum(ground.reduction_bp for ground in grounds if ground.taken)
    off = rounded(Fraction(row.fee_fen * taken, BASIS_POINTS))
    left = row.fee_fen - off
    return ReducedAnnuity(year, due_on, row.fee_fen, off, left, grounds, row.dated.source, row.dated.mark)

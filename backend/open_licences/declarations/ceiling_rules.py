"""What an open licence normally asks at most, and where terms ask more: a changed Guideline is one more dated row."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from backend.core.errors import FieldError, Text
from backend.licences.codes import FeeBase, LumpSumPer
from backend.licences.terms.models import FeeTerms
from backend.open_licences.errors import CEILINGS_LAW, FixedFeeOverCeiling, RoyaltyOverCeiling

Kind = Literal["fixed", "net_sales", "profit"]


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that may be asked in one way, in fen or in basis points; `firm`: no reason lifts it here.

    The text says "normally" of all three. For fixed fees it names the way out, a licence of another type; for
    rates it names none, so a recorded reason lets them pass.
    """

    kind: Kind
    most: int
    firm: bool
    valid_from: date
    valid_until: date | None
    source: str
    mark: Literal["C", "C2", "G"]


CEILINGS: Final = (
    Ceiling("fixed", 2_000_000_000, True, date(2024, 1, 20), None, CEILINGS_LAW, "C"),
    Ceiling("net_sales", 2_000, False, date(2024, 1, 20), None, CEILINGS_LAW, "C"),
    Ceiling("profit", 4_000, False, date(2024, 1, 20), None, CEILINGS_LAW, "C"),
)


def ceiling(kind: Kind, on: date, table: tuple[Ceiling, ...] = CEILINGS) -> Ceiling | None:
    """Return the ceiling that holds on a day, None where there is none."""
    holds = (
        c for c in table if c.kind == kind and c.valid_from <= on and (c.valid_until is None or on <= c.valid_until)
    )
    return next(holds, None)


SAID: Final = {
    "fixed_fee_over_ceiling": Text("不得超过 {most} 分。", "At most {most} fen."),
    "royalty_over_ceiling": Text("通常不超过 {most} 个基点。", "Normally at most {most} basis points."),
}


@dataclass(frozen=True, slots=True)
class OverCeilings:
    """What asks too much: `refused` has no place in an open licence, `needs_reason` only with a reason."""

    refused: tuple[FieldError, ...]
    needs_reason: tuple[FieldError, ...]


def over_ceilings(terms: FeeTerms, *, on: date, years: int = 1) -> OverCeilings:
    """Return what goes beyond the ceilings of a day; what is due each year counts for all `years` of the term."""
    return OverCeilings(tuple(_fixed_over(terms, on, years)), tuple(_rates_over(terms, on)))


def check_ceilings(
    terms: FeeTerms, *, on: date, years: int = 1, override_reason: str | None = None, under: str = ""
) -> None:
    """Raise FixedFeeOverCeiling, or RoyaltyOverCeiling where the declarant gives no reason for a rate so high."""
    over = over_ceilings(terms, on=on, years=years)
    if over.refused:
        raise FixedFeeOverCeiling(errors=_placed(over.refused, under))
    if over.needs_reason and not (override_reason or "").strip():
        raise RoyaltyOverCeiling(errors=_placed(over.needs_reason, under))


def _fixed_over(terms: FeeTerms, on: date, years: int) -> Iterator[FieldError]:
    found = ceiling("fixed", on)
    times = years if terms.lump_sum_per is LumpSumPer.YEAR else 1
    least = (terms.minimum_per_year_fen or 0) * years
    fixed = {  # what is payable however little the patent is used
        "lump_sum_fen": (terms.lump_sum_fen or 0) * times,
        "entry_fee_fen": terms.entry_fee_fen or 0,
        "minimum_per_year_fen": least and least + (terms.entry_fee_fen or 0),
    }
    for name, amount in fixed.items():
        if found and amount > found.most:
            yield _over("fixed_fee_over_ceiling", f"/{name}", found)


def _rates_over(terms: FeeTerms, on: date) -> Iterator[FieldError]:
    kinds: dict[FeeBase | None, Kind] = {FeeBase.NET_SALES: "net_sales", FeeBase.PROFIT: "profit"}
    kind = kinds.get(terms.base)
    found = ceiling(kind, on) if kind else None
    if found is None:
        return
    if (terms.rate_bp or 0) > found.most:
        yield _over("royalty_over_ceiling", "/rate_bp", found)
    for place, step in enumerate(terms.steps):
        if (step.rate_bp or 0) > found.most:
            yield _over("royalty_over_ceiling", f"/steps/{place}/rate_bp", found)


def _over(code: str, pointer: str, found: Ceiling) -> FieldError:
    return FieldError(pointer, code, SAID[code], {"most": found.most})


def _placed(found: Iterable[FieldError], under: str) -> list[FieldError]:
    return [replace(wrong, pointer=under + wrong.pointer) for wrong in found]

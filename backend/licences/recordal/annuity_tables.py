"""The dated tables of annuities and of their reduction, read once from `data/`; a new rate is one more row there."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

from backend.patents.codes import PatentKind

DATA: Final = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Dated:
    """From when until when a row holds (None: open), where it comes from, and how sure it is (C, C2, G)."""

    valid_from: date | None
    valid_until: date | None
    source: str
    mark: str

    def holds(self, on: date) -> bool:
        """Whether the row holds on a day."""
        return (self.valid_from or on) <= on <= (self.valid_until or on)


@dataclass(frozen=True, slots=True)
class AnnuityFee:
    """The full annuity of some patent years of one kind of patent."""

    kind: PatentKind
    first_year: int
    last_year: int
    fee_fen: int
    dated: Dated


@dataclass(frozen=True, slots=True)
class AnnuityReduction:
    """By how much one ground reduces annuities."""

    ground: str
    reduction_bp: int
    dated: Dated


def _rows(file: str) -> Iterator[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _dated(row: dict[str, str]) -> Dated:
    return Dated(_day(row["valid_from"]), _day(row["valid_until"]), row["source"], row["mark"])


@cache
def annuity_fees() -> tuple[AnnuityFee, ...]:
    """Return the fee table."""
    return tuple(
        AnnuityFee(
            PatentKind(row["kind"]), int(row["first_year"]), int(row["last_year"]), int(row["fee_fen"]), _dated(row)
        )
        for row in _rows("annuity_fees.csv")
    )


@cache
def annuity_reductions() -> tuple[AnnuityReduction, ...]:
    """Return the reductions of the platform's own table."""
    return tuple(
        AnnuityReduction(row["ground"], int(row["reduction_bp"]), _dated(row))
        for row in _rows("annuity_reductions.csv")
    )

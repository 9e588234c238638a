"""What an open licence normally asks at most: a dated table, so that a change of the Guidelines is one more row."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

SOURCE: Final = "Guidelines for Patent Examination 2023, Part V ch. 11, 3.3"

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
    Ceiling("fixed", 2_000_000_000, True, date(2024, 1, 20), None, SOURCE, "C"),
    Ceiling("net_sales", 2_000, False, date(2024, 1, 20), None, SOURCE, "C"),
    Ceiling("profit", 4_000, False, date(2024, 1, 20), None, SOURCE, "C"),
)


def ceiling(kind: Kind, on: date, table: tuple[Ceiling, ...] = CEILINGS) -> Ceiling | None:
    """Return the ceiling that holds on a day, None where there is none."""
    holds = (
        c for c in table if c.kind == kind and c.valid_from <= on and (c.valid_until is None or on <= c.valid_until)
    )
    return next(holds, None)

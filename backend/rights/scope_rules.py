"""Scopes and periods of licences: what they cover, and where two of them meet.

A scope that names nothing covers everything: the whole mainland, every field of use, every way of working. A period
without an end is not limited in time (Supreme People's Court, technology contracts, art. 28).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from backend.rights.codes import Working

PROVINCE, PREFECTURE = 10_000, 100  # how many GB/T 2260 codes lie below one that ends in 0000, in 00
EVERYWHERE: Final = (0, 1_000_000)
FIELDS: Final = (1, 36)  # WIPO's 35 technology fields
WORKINGS: Final = tuple(Working)
Range = tuple[int, int]  # from, up to and not with


@dataclass(frozen=True, slots=True)
class Scope:
    """Territory as GB/T 2260 codes, fields of use as WIPO's technology fields, ways of working; empty is all."""

    territory: frozenset[str] = frozenset()
    fields: frozenset[int] = frozenset()
    working: frozenset[Working] = frozenset()

    def territory_ranges(self) -> list[Range]:
        """Return the territory as ranges of codes."""
        return [_below(int(code)) for code in sorted(self.territory)] or [EVERYWHERE]

    def field_ranges(self) -> list[Range]:
        """Return the fields as ranges of numbers."""
        return [(number, number + 1) for number in sorted(self.fields)] or [FIELDS]

    def working_ranges(self) -> list[Range]:
        """Return the ways of working as ranges of their places."""
        places = sorted(WORKINGS.index(way) for way in self.working)
        return [(place, place + 1) for place in places] or [(0, len(WORKINGS))]

    def overlaps(self, other: "Scope") -> bool:
        """Whether there is somewhere, in some field, a way of working that both cover."""
        return (  # what covers everything meets whatever the other covers, without a look at it
            (not self.territory or not other.territory or meet(self.territory_ranges(), other.territory_ranges()))
            and (not self.fields or not other.fields or meet(self.field_ranges(), other.field_ranges()))
            and (not self.working or not other.working or meet(self.working_ranges(), other.working_ranges()))
        )

    def within(self, other: "Scope") -> bool:
        """Whether the other scope covers all of this one."""
        return (
            _inside(self.territory_ranges(), other.territory_ranges())
            and _inside(self.field_ranges(), other.field_ranges())
            and _inside(self.working_ranges(), other.working_ranges())
        )


ALL: Final = Scope()


def _below(code: int) -> Range:
    width = PROVINCE if code % PROVINCE == 0 else PREFECTURE if code % PREFECTURE == 0 else 1
    return code, code + width


def meet(one: Iterable[Range], other: Iterable[Range]) -> bool:
    """Whether a range of the one meets one of the other."""
    theirs = list(other)
    return any(a < d and c < b for a, b in one for c, d in theirs)


def _inside(one: Iterable[Range], other: Iterable[Range]) -> bool:
    covering: list[Range] = []
    for start, stop in sorted(other):  # neighbours cover together what neither covers alone
        if covering and start <= covering[-1][1]:
            covering[-1] = (covering[-1][0], max(covering[-1][1], stop))
        else:
            covering.append((start, stop))
    return all(any(c <= a and b <= d for c, d in covering) for a, b in one)


@dataclass(frozen=True, slots=True)
class Period:
    """From a day on, up to and not with `stop`; None: not limited."""

    start: date
    stop: date | None = None

    @classmethod
    def of(cls, starts_on: date, ends_on: date | None, ended_on: date | None = None) -> "Period":
        """Return the period from the first to the last day; `ended_on` is the first day on which it held no more."""
        stops = [stop for stop in (ends_on and ends_on + timedelta(days=1), ended_on) if stop is not None]
        return cls(starts_on, min(stops, default=None))

    @property
    def is_empty(self) -> bool:
        """Whether no day lies in it."""
        return self.stop is not None and self.stop <= self.start

    def overlaps(self, other: "Period") -> bool:
        """Whether a day lies in both."""
        start, stop = self.start, self.stop
        theirs, until = other.start, other.stop
        if stop is not None and (stop <= start or stop <= theirs):
            return False
        return until is None or (theirs < until and start < until)

    def within(self, other: "Period") -> bool:
        """Whether every day of it lies in the other."""
        ends = other.stop is None or (self.stop is not None and self.stop <= other.stop)
        return other.start <= self.start and ends

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.start <= day and (self.stop is None or day < self.stop)

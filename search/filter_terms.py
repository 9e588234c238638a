"""What filters ask for, in no engine's terms: values of which one is enough, and bounds of numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from search.engine import Facet, Filters
from search.numbers import symbol
from search.text import normal_name

_EPOCH = date(1970, 1, 1).toordinal()
_CHINA_AHEAD = 8 * 3_600  # dates mean the China calendar
_MANY = 200  # values of one filter that are looked at; nobody types more
_OF_FACETS = (Facet.REGION, Facet.KIND, Facet.LEGAL_STATUS, Facet.CLUSTER, Facet.DEAL_TYPE, Facet.GRADE)


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter by name, the field that it looks at, and the values of which a patent must have one."""

    name: str
    field: str
    values: tuple[str, ...]

    @property
    def said(self) -> str:
        """The values as text."""
        return ", ".join(self.values)


@dataclass(frozen=True, slots=True)
class Bound:
    """A filter by name, its value as text, the number that it looks at, and the least and the most that it may be.

    `stage` is a level, `price_fen` fen, `filed` and `expires` are days as numbers of the calendar, `listed` is
    microseconds since 1970. What is not known is within no bound.
    """

    name: str
    said: str
    field: str
    low: int | None = None
    high: int | None = None


def choices(filters: Filters) -> Iterator[Choice]:
    """The filters that name values."""
    for name, field, values in _named(filters):
        if values:
            yield Choice(name, field, tuple(value.encode("utf-8", "replace").decode() for value in values[:_MANY]))


def _named(filters: Filters) -> Iterator[tuple[str, str, list[str]]]:
    yield "holder", "held_by", [wanted for value in filters.holder for wanted in _holder(value)]
    yield "ipc", "ipc", [symbol(value) for value in filters.ipc]
    for facet in _OF_FACETS:
        yield facet, facet, list(getattr(filters, facet))
    yield "technology_field", Facet.TECHNOLOGY_FIELD, [str(number) for number in filters.technology_field]
    if filters.open_licence is not None:
        yield "open_licence", Facet.OPEN_LICENCE, [str(filters.open_licence).lower()]


def _holder(value: str) -> list[str]:
    return list(dict.fromkeys((normal_name(value), value)))


def bounds(filters: Filters) -> Iterator[Bound]:
    """The filters that name a bound."""
    if filters.stage_min is not None:
        yield Bound("stage_min", str(filters.stage_min), "stage", low=filters.stage_min)
    if filters.stage_max is not None:
        yield Bound("stage_max", str(filters.stage_max), "stage", high=filters.stage_max)
    if filters.price_max_fen is not None:
        yield Bound("price_max_fen", str(filters.price_max_fen), "price_fen", high=filters.price_max_fen)
    if filters.filed_from is not None:
        yield Bound("filed_from", str(filters.filed_from), "filed", low=filters.filed_from.toordinal())
    if filters.filed_to is not None:
        yield Bound("filed_to", str(filters.filed_to), "filed", high=filters.filed_to.toordinal())
    if filters.expires_after is not None:
        yield Bound("expires_after", str(filters.expires_after), "expires", low=filters.expires_after.toordinal() + 1)
    if filters.listed_from is not None:
        seconds = (filters.listed_from.toordinal() - _EPOCH) * 86_400 - _CHINA_AHEAD
        yield Bound("listed_from", str(filters.listed_from), "listed", low=seconds * 1_000_000)

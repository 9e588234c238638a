"""What filters ask for, in no engine's terms: values of which one is enough, and bounds of numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from search.index_spec import AnyOf, End, IndexSpec, Kind, Quantity, Within

_EPOCH = date(1970, 1, 1).toordinal()
_CHINA_AHEAD = 8 * 3_600  # dates mean the China calendar
_MANY = 200  # values of one filter that are looked at; nobody types more


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter by name, the field that it looks at, and the values of which a document must have one."""

    name: str
    field: str
    values: tuple[str, ...]

    @property
    def said(self) -> str:
        """The values as text."""
        return ", ".join(self.values)


@dataclass(frozen=True, slots=True)
class Bound:
    """A filter by name, its value as text, the quantity that it looks at, and the least and the most that it may be.

    Days are numbers of the calendar, instants microseconds since 1970. What is not known is within no bound.
    """

    name: str
    said: str
    quantity: Quantity
    low: int | None = None
    high: int | None = None


def choices(spec: IndexSpec, filters: Mapping[str, Any]) -> Iterator[Choice]:
    """The filters that name values; raises ValueError where the index has no filter of a name that is given."""
    if unknown := filters.keys() - spec.filter_names:
        raise ValueError(f"the index {spec.name} has no filter {', '.join(sorted(unknown))}")
    for one in spec.filters:
        if isinstance(one, AnyOf) and (given := _listed(filters.get(one.name))):
            forms = spec.keywords_by_name[one.keyword].forms
            values = [form for value in given for form in forms(value)]
            yield Choice(
                one.name, one.keyword, tuple(value.encode("utf-8", "replace").decode() for value in values[:_MANY])
            )


def _listed(given: object) -> list[str]:
    values = given if isinstance(given, tuple | list) else () if given is None else (given,)
    return [value if isinstance(value, str) else str(value).lower() for value in values]


def bounds(spec: IndexSpec, filters: Mapping[str, Any]) -> Iterator[Bound]:
    """The filters that name a bound."""
    for one in spec.filters:
        if isinstance(one, Within) and (given := filters.get(one.name)) is not None:
            quantity = spec.quantities_by_name[one.quantity]
            number = _number(quantity.kind, given)
            if one.end is End.MOST:
                yield Bound(one.name, str(given), quantity, high=number)
            else:
                yield Bound(one.name, str(given), quantity, low=number + (one.end is End.AFTER))


def _number(kind: Kind, given: Any) -> int:
    if kind is Kind.DAY:
        ordinal: int = given.toordinal()
        return ordinal
    if kind is Kind.INSTANT:
        seconds: int = (given.toordinal() - _EPOCH) * 86_400 - _CHINA_AHEAD
        return seconds * 1_000_000
    return int(given)

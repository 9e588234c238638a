"""An index as data: where words are sought, what is filtered, counted, sorted by and marked.

Every engine makes its schema, its settings and its queries from one of these, so that another index costs a list of
fields and whatever builds its documents. The analysis of words is the same for all (`search.text`): Chinese in any
spelling and English, side by side in every field.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

LIST_SEPARATOR = " ; "
_TAKEN = frozenset(  # names that the engines need themselves
    (
        "id",
        "key",
        "served",
        "shown",
        "position",
        "every",
        "anywhere",
        "always",
        "newest",
        "mark",
        "state",
        "aside",
        "filled_to",
    )
)


@dataclass(frozen=True, slots=True)
class Tier:
    """Fields that weigh the same when words are sought in them; the first tier is that of titles.

    A weight is relative to that of ordinary text, 1.0. `near` says how much better a hit is where words stand at most
    so far from each other. In a longer text (somebody's abstract, say), whose words were not chosen for titles, the
    tier has only the share `in_long_texts` of its weight.
    """

    name: str
    weight: float
    fields: tuple[str, ...]
    near: tuple[tuple[int, float], ...] = ()
    in_long_texts: float = 1.0


def unchanged(value: str) -> Iterable[str]:
    """Return the value alone, as it is."""
    return (value,)


@dataclass(frozen=True, slots=True)
class Keyword:
    """Values that a document has or has not: `values` gives those of a document.

    `forms` gives those by which a value is asked for in a filter, of which one is enough. Where `values` gives all that
    a value lies in (H, H01, H01M), a filter finds by any of them. A facet is counted by; one that is `found_within` has
    so many values that they are looked up by any part of theirs.
    """

    name: str
    values: Callable[[Any], Iterable[str]]
    forms: Callable[[str], Iterable[str]] = unchanged
    is_facet: bool = False
    is_found_within: bool = False

    def __post_init__(self) -> None:
        """Take the name as plain text: members of an enumeration are no keys of JSON objects."""
        object.__setattr__(self, "name", str(self.name))


class Kind(Enum):
    """Kinds of quantities, in the order in which an index on disk has them."""

    LEVEL = 1
    """A small number, which bounds look at and nothing is sorted by."""
    INSTANT = 2
    """A point in time, in microseconds since 1970; the newest comes first where nothing else is asked for."""
    DAY = 3
    AMOUNT = 4


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a date of each document, its attribute `source`; only an instant is known of every document.

    `sort` is the name by which answers are sorted by it, with `-` before it in descending order. `key` is the name of
    its sort key where a facet has its own.
    """

    name: str
    source: str
    kind: Kind
    sort: str = ""
    key: str = ""

    @property
    def sort_key(self) -> str:
        """The name of its sort key, or what the names of its two begin with."""
        return self.key or self.name


class End(Enum):
    """Which end of a range a filter sets."""

    LEAST = 1
    MOST = 2
    AFTER = 3
    """The least, and not that itself."""


@dataclass(frozen=True, slots=True)
class AnyOf:
    """A filter that names values of a keyword, of which a document must have one."""

    name: str
    keyword: str


@dataclass(frozen=True, slots=True)
class Within:
    """A filter that sets one end of what a quantity may be. What is not known is within no bound."""

    name: str
    quantity: str
    end: End


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes that a query's text is searched for: the keyword that holds them, and the text field that names them.

    `spellings` gives every way in which one of a document's may be asked for.
    """

    keyword: str
    shown: str
    spellings: Callable[[str], Collection[str]]


@dataclass(frozen=True, kw_only=True, eq=False)
class IndexSpec:
    """The fields of one index. Its name and its fields' names are those that lie on disk and on a server.

    `excerpts` are the fields that can be named in `matched_on`, in this order; those with a length are excerpted for
    `highlights`. Where there are no `document_numbers` or no `classes`, a query's text is not searched for any.
    A changed list of fields is noticed, and the index asks to be rebuilt. Raise `version` where the same fields
    get other values.
    """

    name: str
    tiers: tuple[Tier, ...]
    excerpts: Mapping[str, int]
    keywords: tuple[Keyword, ...]
    quantities: tuple[Quantity, ...]
    filters: tuple[AnyOf | Within, ...] = ()
    document_numbers: Codes | None = None
    classes: Codes | None = None
    version: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError where a name is taken or names nothing, or where no instant says what is new."""
        names = [tier.name for tier in self.tiers] + [keyword.name for keyword in self.keywords]
        names += [quantity.sort_key for quantity in self.quantities]
        if twice := [name for number, name in enumerate(names) if name in {*names[:number], *_TAKEN}]:
            raise ValueError(f"the index {self.name} cannot have another field {', '.join(twice)}")
        named = {
            *(one.keyword for one in self.filters if isinstance(one, AnyOf)),
            *(one.keyword for one in (self.document_numbers, self.classes) if one is not None),
        } - self.keywords_by_name.keys()
        named |= {one.quantity for one in self.filters if isinstance(one, Within)} - self.quantities_by_name.keys()
        named |= {one.shown for one in (self.document_numbers, self.classes) if one} - self.excerpts.keys()
        if named:
            raise ValueError(f"the index {self.name} has no field {', '.join(sorted(named))}")
        if len([one for one in self.quantities if one.kind is Kind.INSTANT]) != 1:
            raise ValueError(f"the index {self.name} needs one instant, by which the newest comes first")

    @cached_property
    def keywords_by_name(self) -> Mapping[str, Keyword]:
        """The keywords by their names."""
        return {one.name: one for one in self.keywords}

    @cached_property
    def quantities_by_name(self) -> Mapping[str, Quantity]:
        """The quantities by their names."""
        return {one.name: one for one in self.quantities}

    @cached_property
    def filter_names(self) -> frozenset[str]:
        """The names of the filters."""
        return frozenset(one.name for one in self.filters)

    @cached_property
    def facets(self) -> tuple[Keyword, ...]:
        """What answers can be counted by."""
        return tuple(one for one in self.keywords if one.is_facet)

    @cached_property
    def newest(self) -> Quantity:
        """The instant by which the newest comes first."""
        return next(one for one in self.quantities if one.kind is Kind.INSTANT)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields that marks are put into, in their order."""
        return tuple(self.excerpts)


def words_of(document: Any, field: str) -> str:
    """The text of one of a document's fields."""
    value: str | Iterable[str] = getattr(document, field)
    return value if isinstance(value, str) else LIST_SEPARATOR.join(value)

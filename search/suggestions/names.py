"""The names that listed documents bear, in memory, and whether a query is or begins with one of them.

Held by document: what a document bears is put, replaced and removed with it, so that what is found never rests on a
document that is gone. One thread may change it at a time; who asks meanwhile gets the names of before or after.
"""

import re
from array import array
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple, TypeAlias

from search.suggestions.organisation_names import Strength, forms_of, key_of
from search.text import fold_evenly, normal_name

Numbers: TypeAlias = "array[int]"

MOST_FOUND: Final = 5
_LONGEST_QUERY: Final = 200  # characters, of which a name can only be at the beginning
_MOST_TOKENS: Final = 80
_MOST_SETS: Final = 1_000
_MOST_PARTS: Final = 4  # words of a person's name, of which the family's may come last
_TOKEN: Final = re.compile(r"[㐀-鿿]|[^\W_㐀-鿿]+")
_WITHOUT: Final = "-"  # before a word that is not to be found
_BETWEEN: Final = " \t,;:，；：、的"
_NOBODY: Final[Numbers] = array("I")


class Kind(StrEnum):
    """As what a name stands in a document."""

    HOLDER = "holder"
    APPLICANT = "applicant"
    INVENTOR = "inventor"


class Borne(NamedTuple):
    """A name that a document bears, with its English form where that is known."""

    kind: Kind
    name: str
    english: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFound:
    """A name that a query is or begins with, what else the query says, and the documents that bear it.

    `is_certain` is whether they may be placed first; otherwise the words may mean something else (重大 is "major").
    """

    kind: Kind
    name: str
    rest_of_query: str
    document_ids: frozenset[str]
    is_certain: bool

    @property
    def total(self) -> int:
        """How many documents bear it."""
        return len(self.document_ids)


class _Entry:
    """A name, its English form, and by kind the numbers of the documents that bear it."""

    __slots__ = ("applicant", "english", "holder", "inventor", "name")

    def __init__(self, name: str, english: str) -> None:
        self.name = name
        self.english = english
        self.holder = self.applicant = self.inventor = _NOBODY

    def bearers(self, kind: Kind) -> Numbers:
        """Return the numbers of the documents that bear it as such."""
        found: Numbers = getattr(self, kind.value)
        return found

    def add(self, kind: Kind, number: int) -> None:
        """Note that a document bears it."""
        if not self.bearers(kind):
            setattr(self, kind.value, array("I"))
        self.bearers(kind).append(number)

    def drop(self, number: int) -> None:
        """Forget that a document bears it."""
        for kind in Kind:
            bearers = self.bearers(kind)
            if number in bearers:
                bearers.remove(number)

    @property
    def is_borne(self) -> bool:
        """Whether any document bears it."""
        return bool(self.holder or self.applicant or self.inventor)

    def forms(self) -> Mapping[str, Strength]:
        """Return the keys of what it is called."""
        return _forms(self.name, self.english)


_forms: Final = lru_cache(maxsize=1_024)(forms_of)


class _Place(NamedTuple):
    """Where in a query a name ends: the key so far, where the rest begins, whether anything follows, and how."""

    key: str
    end: int
    is_whole: bool
    is_apart: bool


class Names:
    """The names of documents. `is_word` says whether a key is also an ordinary word of theirs, which many seek."""

    def __init__(self, is_word: Callable[[str], bool]) -> None:
        self._is_word = is_word
        self._numbers: dict[str, int] = {}
        self._ids: list[str] = []
        self._borne: list[tuple[_Entry, ...]] = []  # by the document's number
        self._free: list[int] = []
        self._by_form: dict[str, _Entry | tuple[_Entry, ...]] = {}
        self._sets: dict[tuple[Kind, str], frozenset[str]] = {}  # what was found lately, until something changes

    @property
    def forms(self) -> int:
        """How many keys lead to a name."""
        return len(self._by_form)

    def put(self, document_id: str, borne: Iterable[Borne]) -> None:
        """Take in what a document bears, in place of what it bore before."""
        self.remove(document_id)
        wanted = [one for one in dict.fromkeys(borne) if key_of(one.name)]
        if not wanted:
            return
        number = self._numbers[document_id] = self._number(document_id)
        entries = []
        for one in wanted:
            entry = self._entry(one)
            entry.add(one.kind, number)
            entries.append(entry)
        self._borne[number] = tuple(dict.fromkeys(entries))
        self._sets = {}

    def remove(self, document_id: str) -> None:
        """Forget what a document bears; an unknown one is passed over."""
        number = self._numbers.pop(document_id, None)
        if number is None:
            return
        for entry in self._borne[number]:
            entry.drop(number)
            if not entry.is_borne:
                self._unlink(entry)
        self._ids[number], self._borne[number] = "", ()
        self._free.append(number)
        self._sets = {}

    def _number(self, document_id: str) -> int:
        if self._free:
            number = self._free.pop()
            self._ids[number] = document_id
            return number
        self._ids.append(document_id)
        self._borne.append(())
        return len(self._ids) - 1

    def _entry(self, one: Borne) -> _Entry:
        english = normal_name(one.english)
        for entry in self._called(key_of(one.name)):
            if entry.name == one.name and entry.english == english:
                return entry
        entry = _Entry(one.name, english)
        for form in entry.forms():
            known = self._called(form)
            self._by_form[form] = (*known, entry) if known else entry
        return entry

    def _unlink(self, entry: _Entry) -> None:
        for form in entry.forms():
            left = tuple(other for other in self._called(form) if other is not entry)
            if left:
                self._by_form[form] = left if len(left) > 1 else left[0]
            else:
                del self._by_form[form]

    def _called(self, form: str) -> tuple[_Entry, ...]:
        found = self._by_form.get(form, ())
        return found if isinstance(found, tuple) else (found,)

    def found_in(self, query: str) -> list[NameFound]:
        """Return the names that the query is or begins with, of the longest that fits, those of most documents first.

        A person's name counts where nothing follows it without a blank, and as a whole query with the family's last.
        """
        place = self._longest(query)
        if place is None:
            return []
        rest = query[place.end :].strip(_BETWEEN)
        entries = self._meant(place)
        is_one = len({normal_name(entry.name) for entry in entries}) == 1
        answer: list[NameFound] = []
        for kind in Kind:
            for entry in entries:
                ids = self._bearing(kind, entry.name) if _counts(kind, place) else frozenset()
                if ids and not any(ids <= other.document_ids and other.name == entry.name for other in answer):
                    is_certain = self._is_certain(entry, kind, place) and (is_one or place.is_whole)
                    answer.append(NameFound(
                        kind=kind, name=entry.name, rest_of_query=rest, document_ids=ids, is_certain=is_certain
                    ))  # fmt: skip
        return sorted(answer, key=lambda found: -found.total)[:MOST_FOUND]

    def _meant(self, place: _Place) -> list[_Entry]:
        """The entries that are called so: those whose name it is before those that are only called so for short."""
        entries = {normal_name(entry.name): entry for entry in self._called(place.key)}.values()
        strongest = max((_strength(entry, place.key) for entry in entries), default=Strength.DERIVED)
        return [entry for entry in entries if _strength(entry, place.key) is strongest]

    def _bearing(self, kind: Kind, name: str) -> frozenset[str]:
        """The ids of the documents that bear the name, whatever their English forms of it."""
        normal, sets = normal_name(name), self._sets  # what is changed meanwhile is forgotten with these sets
        found = sets.get((kind, normal))
        if found is None:
            same = (entry for entry in self._called(key_of(name)) if normal_name(entry.name) == normal)
            found = frozenset(self._ids[number] for entry in same for number in entry.bearers(kind))
            if len(sets) < _MOST_SETS:
                sets[kind, normal] = found
        return found

    def _is_certain(self, entry: _Entry, kind: Kind, place: _Place) -> bool:
        strength = _strength(entry, place.key)
        if strength is Strength.FULL and kind is not Kind.INVENTOR:
            return True
        if strength is Strength.USUAL and place.is_whole:
            return True
        return (strength > Strength.DERIVED or place.is_whole) and place.is_apart and not self._is_word(place.key)

    def _longest(self, query: str) -> _Place | None:
        by_form = self._by_form
        even = fold_evenly(query[:_LONGEST_QUERY])
        if even.lstrip().startswith(_WITHOUT):
            return None
        key, best, words = "", None, []
        for token in islice(_TOKEN.finditer(even), _MOST_TOKENS):
            words.append(token[0])
            key += token[0]
            if key in by_form:
                place = _place(even, key, token.end())
                if any(_counts(kind, place) and entry.bearers(kind) for entry in self._called(key) for kind in Kind):
                    best = place
        if best is None and 1 < len(words) <= _MOST_PARTS:
            key = words[-1] + "".join(words[:-1])  # a person's, with the family's name last: Wei Wang
            if any(entry.inventor for entry in self._called(key)):
                return _Place(key, len(even), is_whole=True, is_apart=True)
        return best


def _strength(entry: _Entry, form: str) -> Strength:
    return entry.forms().get(form, Strength.DERIVED)


def _counts(kind: Kind, place: _Place) -> bool:
    """Whether a name of the kind can end here: a person's only where nothing follows without a blank."""
    return kind is not Kind.INVENTOR or place.is_apart


def _place(even: str, key: str, end: int) -> _Place:
    is_whole = _TOKEN.search(even, end) is None
    return _Place(key, end, is_whole=is_whole, is_apart=is_whole or _TOKEN.match(even, end) is None)

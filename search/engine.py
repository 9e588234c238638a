"""The port: what the rest of patentmart asks of a search engine, and the types it speaks in."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from search.documents import Change, Document
from search.query_parser import Reading, Word

FACET_LIMIT = 100  # values of a facet in one answer
RELEVANCE = "relevance"  # the order of the best hits first


class SearchError(Exception):
    """Search could not answer."""


class SearchUnavailable(SearchError):
    """The engine is away, overloaded, closed, or its index belongs to another process; try again later."""


class IndexWrong(SearchError):
    """A fresh index does not hold what was put into it, and is not used."""


class SearchTimeout(SearchError):
    """The search took longer than its time limit."""


@dataclass(frozen=True, slots=True)
class Marked:
    """What is marked in excerpts: a reading, and those of its words of which similar ones or parts were sought too."""

    reading: Reading
    misspelt: tuple[Word, ...] = ()
    in_parts: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question; without `sort`, by relevance where there is text and the newest first where there is none.

    `filters` are values and bounds by the names that the index's filters have: any value of each filter, all filters.
    `sort` is RELEVANCE or the name of one of the index's orders, with `-` before it in descending order; what is not
    known comes last in both directions. `among` asks for those of the documents with these ids alone. Excerpts are
    marked as `marked_by` says where that is given, else by the words of the text. With `ids_only` the answer has the
    ids of what it finds in the place of hits, at a fraction of their cost. With `explain` hits in our own order say
    what their scores are the sums of.
    """

    text: str = ""
    filters: Mapping[str, Any] = field(default_factory=dict)
    sort: str | None = None
    facets: tuple[str, ...] = ()
    offset: int = 0
    limit: int = 20
    highlight: bool = True
    among: tuple[str, ...] | None = None
    marked_by: Marked | None = None
    ids_only: bool = False
    explain: bool = False


class Meaning(StrEnum):
    """Whether the query's meaning had a part in the answer."""

    USED = "used"
    BUSY = "busy"
    """It was not known in time: words alone answer."""
    COMPUTING = "computing"
    """No document's meaning is known yet."""
    OFF = "off"
    NOT_USED = "not_used"
    """Another order was asked for, a number or a class alone, or the first page was ordered by words."""


@dataclass(frozen=True, slots=True)
class Strictest:
    """The word or filter that left nothing to find: its kind, its value, and how many there would be without it."""

    what: str
    value: str
    total_without: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a long word that found little or nothing, by which it was sought instead, and how many it finds."""

    word: str
    text: str
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What else may have been meant, and how many documents that finds.

    A text to seek instead, or the value of a filter to narrow by. Kinds: `holder`, `applicant` and `inventor` with a
    filter; `spelling`, `pinyin` and `part` with none.
    """

    kind: str
    text: str
    total: int
    filter: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """How the engine read the query's text, in its normalised form."""

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    synonyms: dict[str, list[str]] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    strictest: Strictest | None = None
    meaning: Meaning = Meaning.NOT_USED
    by_meaning: int = 0
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(slots=True)  # not frozen, which takes three times as long to make, and an answer has a hundred of them
class FacetValue:
    """One value of a facet and how many answers carry it."""

    value: str
    count: int


def most_frequent_first(counted: Iterable[tuple[str, int]]) -> list[FacetValue]:
    """The values of a facet from values and counts; of equals in their own order."""
    return [FacetValue(*pair) for pair in sorted(sorted(counted), key=itemgetter(1), reverse=True)]


class ScorePartName(StrEnum):
    """What a part of a score comes from."""

    TERM = "term"
    WORD = "word"
    ALL_WORDS = "all_words"
    CLASS = "class"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class ScorePart:
    """An addend of a score, in thousandths of a point, and the words of the query that it rests on, all of them."""

    name: ScorePartName
    what: str
    points: int
    words: tuple[str, ...]


class Hit(NamedTuple):
    """One document found: its id, the bytes to serve, marked excerpts (escaped HTML), and the fields that matched."""

    id: str
    served: bytes
    highlights: dict[str, str]
    matched_on: tuple[str, ...]
    score: float
    parts: tuple[ScorePart, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found; `position` is how far into the event stream the answering index had been fed.

    `ids` stand in the place of hits where they alone were asked for; `marked_by` is what is marked in the hits.
    """

    hits: tuple[Hit, ...]
    total: int
    total_is_exact: bool
    facets: dict[str, list[FacetValue]]
    generation: str
    position: int
    understood: Understood
    ids: tuple[str, ...] = ()
    marked_by: Marked | None = None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A fresh index that was being filled when its filling was interrupted.

    It holds every document up to the id `filled_to` as the event stream had it at `position`, `documents` in all; those
    that were refused are `aside`.
    """

    position: int
    filled_to: str
    documents: int
    aside: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Begun:
    """A filling that is gone on with: the index as it was left, and what has changed since its position."""

    index: Unfinished
    since: AsyncIterator[Sequence[Change]]


class SearchEngine(Protocol):
    """What finds the documents of one index. Every method may raise SearchUnavailable."""

    @property
    def generation(self) -> str:
        """The name of the answering state of the index: pages of one query fit together while it stays the same."""

    @property
    def needs_rebuild(self) -> bool:
        """Whether the index was missing, damaged or of an older form when it was opened, and has not been rebuilt."""

    @property
    def set_aside(self) -> Mapping[str, str]:
        """The documents that the engine refuses to take, by id, with the reason; all others can be found."""

    async def search(self, query: Query) -> Answer:
        """The answer to a query; SearchTimeout past the engine's time limit."""

    async def facet_values(self, facet: str, q: str, query: Query, limit: int) -> list[FacetValue]:
        """Values of a facet that contain `q` anywhere, most frequent first, counted over what `query` finds."""

    async def apply(self, changes: Sequence[Change], position: int) -> None:
        """Put, replace and remove by id and move to the stream position, all or nothing; the same again is harmless."""

    async def unfinished(self) -> Unfinished | None:
        """A rebuild that was interrupted and can be gone on with, or None."""

    async def rebuild(
        self, batches: AsyncIterator[Sequence[Document]], position: int, begun: Begun | None = None
    ) -> int:
        """The number of documents in a fresh index, filled while this one answered and was fed, then swapped in.

        `position` is the stream position read before the first batch: the batches hold at least all that led up to it.
        Where it goes on with what was `begun`, they hold the documents behind `filled_to` in the order of their ids.
        """

    async def position(self) -> int:
        """How far into the event stream the index has been fed; 0 when it is empty or needs a rebuild."""

    async def wait_for(self, position: int, seconds: float) -> bool:
        """Whether the index reaches the stream position within so many seconds."""

    async def count(self) -> int:
        """How many documents can be found."""

    def ids(self) -> AsyncIterator[str]:
        """The id of every document in the index, for comparing with the database."""

    async def differing(self, documents: Sequence[Document]) -> list[str]:
        """The ids of those documents that the index does not hold exactly once, with what is served and shown of it."""

    async def holds(self, ids: Sequence[str]) -> list[str]:
        """Those of the ids that are in the index."""

    async def close(self) -> None:
        """Let go of files, threads and connections."""

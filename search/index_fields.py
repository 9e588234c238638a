"""The patent index's fields as data: where words are sought, what is filtered, counted, sorted by and marked."""

from collections.abc import Callable
from dataclasses import dataclass

from search.documents import PatentDocument
from search.engine import Facet
from search.numbers import levels


@dataclass(frozen=True, slots=True)
class Tier:
    """Fields that weigh the same when words are sought in them."""

    name: str
    weight: float
    fields: tuple[str, ...]


# Title over abstract and claims over the rest. The weights were chosen by tests/bench/relevance.py.
TIERS = (
    Tier("title", 4.0, ("title", "title_en")),
    Tier("body", 1.0, ("abstract", "abstract_en", "first_claim", "keywords")),
    Tier("rest", 0.2, ("summary", "summary_en", "holders", "inventors", "applicants")),
)

# What can be named in `matched_on`, in this order; those with a length are excerpted for `highlights`.
SHOWN: dict[str, int] = {
    "title": 500,
    "title_en": 500,
    "abstract": 160,
    "abstract_en": 240,
    "first_claim": 160,
    "summary": 160,
    "summary_en": 240,
    "keywords": 0,
    "holders": 0,
    "inventors": 0,
    "applicants": 0,
    "numbers": 0,
    "ipc": 0,
}

LIST_SEPARATOR = " ; "

FACETS: dict[Facet, Callable[[PatentDocument], list[str]]] = {
    Facet.HOLDER: lambda document: list(document.holders),
    Facet.REGION: lambda document: _known(document.region),
    Facet.KIND: lambda document: _known(document.kind),
    Facet.LEGAL_STATUS: lambda document: _known(document.legal_status),
    Facet.IPC_SECTION: lambda document: _level(document, 0),
    Facet.IPC_CLASS: lambda document: _level(document, 1),
    Facet.IPC_SUBCLASS: lambda document: _level(document, 2),
    Facet.TECHNOLOGY_FIELD: lambda document: [str(field) for field in document.technology_fields],
    Facet.CLUSTER: lambda document: list(document.clusters),
    Facet.DEAL_TYPE: lambda document: list(document.deal_types),
    Facet.OPEN_LICENCE: lambda document: [str(document.open_licence).lower()],
    Facet.GRADE: lambda document: _known(document.grade),
    Facet.STAGE: lambda document: [] if document.stage is None else [str(document.stage)],
}


def words_of(document: PatentDocument, field: str) -> str:
    """The text of one of the fields named in TIERS and SHOWN."""
    value: str | tuple[str, ...] = getattr(document, field)
    return value if isinstance(value, str) else LIST_SEPARATOR.join(value)


def _known(value: str | None) -> list[str]:
    return [] if value is None else [value]


def _level(document: PatentDocument, depth: int) -> list[str]:
    return sorted({found[depth] for found in map(levels, document.ipc) if len(found) > depth})

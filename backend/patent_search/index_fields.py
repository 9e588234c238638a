"""The fields of the patents' index, and the names by which a search filters, counts and sorts."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Final, TypedDict

from backend.patent_search.documents import PatentDocument
from search.index_spec import AnyOf, Codes, End, IndexSpec, Keyword, Kind, Quantity, Tier, Within
from search.numbers import levels, spellings, symbol
from search.text import normal_name


class Facet(StrEnum):
    """What answers can be counted by."""

    HOLDER = "holder"
    REGION = "region"
    KIND = "kind"
    LEGAL_STATUS = "legal_status"
    IPC_SECTION = "ipc_section"
    IPC_CLASS = "ipc_class"
    IPC_SUBCLASS = "ipc_subclass"
    TECHNOLOGY_FIELD = "technology_field"
    CLUSTER = "cluster"
    DEAL_TYPE = "deal_type"
    OPEN_LICENCE = "open_licence"
    GRADE = "grade"
    STAGE = "stage"


class Sort(StrEnum):
    """The order of an answer; a value that is not known comes last in both directions."""

    RELEVANCE = "relevance"
    LISTED_AT = "listed_at"
    LISTED_AT_DESC = "-listed_at"
    FILING_DATE = "filing_date"
    FILING_DATE_DESC = "-filing_date"
    PRICE_FEN = "price_fen"
    PRICE_FEN_DESC = "-price_fen"
    EXPIRY_DATE = "expiry_date"
    EXPIRY_DATE_DESC = "-expiry_date"


class Filters(TypedDict, total=False):
    """What an answer must satisfy: any value of each filter, all filters; one that is left out asks nothing.

    `holder` takes names or party and organisation ids, `applicant` and `inventor` take names, `ipc` symbols of any
    level (`H`, `H01`, `H01M`, `H01M10`, `H01M10/0525`) in any spelling. Bounds include their ends, except
    `expires_after`.
    """

    holder: tuple[str, ...]
    applicant: tuple[str, ...]
    inventor: tuple[str, ...]
    region: tuple[str, ...]
    kind: tuple[str, ...]
    legal_status: tuple[str, ...]
    ipc: tuple[str, ...]
    technology_field: tuple[int, ...]
    cluster: tuple[str, ...]
    deal_type: tuple[str, ...]
    open_licence: bool | None
    grade: tuple[str, ...]
    stage_min: int | None
    stage_max: int | None
    price_max_fen: int | None
    filed_from: date | None
    filed_to: date | None
    expires_after: date | None
    listed_from: date | None


def _numbers(document: PatentDocument) -> list[str]:
    return sorted({spelling for number in document.numbers for spelling in spellings(number)})


def _classes(document: PatentDocument) -> list[str]:
    return sorted({level for symbol in document.ipc for level in levels(symbol)})


def _holders(document: PatentDocument) -> list[str]:
    return [*map(normal_name, document.holders), *document.holder_ids]


def _name_or_id(value: str) -> Iterable[str]:
    return dict.fromkeys((normal_name(value), value))


def _name(value: str) -> Iterable[str]:
    return (normal_name(value),)


def _known(value: object) -> list[str]:
    return [] if value is None else [str(value)]


def _level(document: PatentDocument, depth: int) -> list[str]:
    return sorted({found[depth] for found in map(levels, document.ipc) if len(found) > depth})


KEYWORDS: Final = (
    Keyword("number", _numbers),
    Keyword("ipc", _classes, forms=lambda value: (symbol(value),)),
    Keyword("held_by", _holders, forms=_name_or_id),
    Keyword("applied_by", lambda d: [*map(normal_name, d.applicants)], forms=_name),
    Keyword("invented_by", lambda d: [*map(normal_name, d.inventors)], forms=_name),
    Keyword(Facet.HOLDER, lambda d: d.holders, is_facet=True, is_found_within=True),
    Keyword(Facet.REGION, lambda d: _known(d.region), is_facet=True),
    Keyword(Facet.KIND, lambda d: _known(d.kind), is_facet=True),
    Keyword(Facet.LEGAL_STATUS, lambda d: _known(d.legal_status), is_facet=True),
    Keyword(Facet.IPC_SECTION, lambda d: _level(d, 0), is_facet=True),
    Keyword(Facet.IPC_CLASS, lambda d: _level(d, 1), is_facet=True),
    Keyword(Facet.IPC_SUBCLASS, lambda d: _level(d, 2), is_facet=True),
    Keyword(Facet.TECHNOLOGY_FIELD, lambda d: map(str, d.technology_fields), is_facet=True),
    Keyword(Facet.CLUSTER, lambda d: d.clusters, is_facet=True),
    Keyword(Facet.DEAL_TYPE, lambda d: d.deal_types, is_facet=True),
    Keyword(Facet.OPEN_LICENCE, lambda d: [str(d.open_licence).lower()], is_facet=True),
    Keyword(Facet.GRADE, lambda d: _known(d.grade), is_facet=True),
    Keyword(Facet.STAGE, lambda d: _known(d.stage), is_facet=True),
)
QUANTITIES: Final = (
    Quantity("stage", "stage", Kind.LEVEL, key="level"),
    Quantity("price_fen", "price_fen", Kind.AMOUNT, sort="price_fen", key="price"),
    Quantity("filed", "filing_date", Kind.DAY, sort="filing_date"),
    Quantity("expires", "expiry_date", Kind.DAY, sort="expiry_date"),
    Quantity("listed", "listed_at", Kind.INSTANT, sort="listed_at"),
)
PATENTS: Final = IndexSpec(
    name="patents",
    # Title over abstract and claims over the rest. The weights were chosen by tests/bench/relevance.py.
    tiers=(
        Tier("title", 4.0, ("title", "title_en"), near=((3, 2.0),), in_long_texts=0.5),
        Tier("body", 1.0, ("abstract", "abstract_en", "first_claim", "keywords"), near=((3, 0.5), (12, 0.5))),
        Tier("rest", 0.2, ("summary", "summary_en", "holders", "inventors", "applicants")),
    ),
    excerpts={
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
    },
    keywords=KEYWORDS,
    quantities=QUANTITIES,
    filters=(
        AnyOf("holder", "held_by"),
        AnyOf("applicant", "applied_by"),
        AnyOf("inventor", "invented_by"),
        AnyOf("ipc", "ipc"),
        *(
            AnyOf(facet.value, facet.value)
            for facet in (
                Facet.REGION, Facet.KIND, Facet.LEGAL_STATUS, Facet.CLUSTER, Facet.DEAL_TYPE, Facet.GRADE,
                Facet.TECHNOLOGY_FIELD, Facet.OPEN_LICENCE,
            )
        ),
        Within("stage_min", "stage", End.LEAST),
        Within("stage_max", "stage", End.MOST),
        Within("price_max_fen", "price_fen", End.MOST),
        Within("filed_from", "filed", End.LEAST),
        Within("filed_to", "filed", End.MOST),
        Within("expires_after", "expires", End.AFTER),
        Within("listed_from", "listed", End.LEAST),
    ),
    document_numbers=Codes("number", "numbers", spellings),
    classes=Codes("ipc", "ipc", levels),
)  # fmt: skip

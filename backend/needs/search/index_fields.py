"""The fields of the needs' index, and the names by which a search filters, counts and sorts."""

from enum import StrEnum
from typing import Final

from backend.needs.search.documents import NeedDocument
from search.index_spec import AnyOf, Codes, End, IndexSpec, Keyword, Kind, Quantity, Tier, Within
from search.numbers import levels, symbol


class NeedFacet(StrEnum):
    """What answers can be counted by."""

    CLUSTER = "cluster"
    REGION = "region"
    DEAL_TYPE = "deal_type"
    IPC_CLASS = "ipc_class"
    IPC_SUBCLASS = "ipc_subclass"
    TECHNOLOGY_FIELD = "technology_field"
    STAGE = "stage"
    LANGUAGE = "language"


class NeedSort(StrEnum):
    """The order of an answer; a value that is not known comes last in both directions."""

    RELEVANCE = "relevance"
    PUBLISHED_AT = "published_at"
    PUBLISHED_AT_DESC = "-published_at"
    BUDGET_FEN = "budget_fen"
    BUDGET_FEN_DESC = "-budget_fen"
    WANTED_BY = "wanted_by"
    WANTED_BY_DESC = "-wanted_by"


def _known(value: object) -> list[str]:
    return [] if value is None else [str(value)]


def _classes(document: NeedDocument) -> list[str]:
    return sorted({level for symbol in document.ipc for level in levels(symbol)})


def _level(document: NeedDocument, depth: int) -> list[str]:
    return sorted({found[depth] for found in map(levels, document.ipc) if len(found) > depth})


NEEDS: Final = IndexSpec(
    name="needs",
    tiers=(
        Tier("title", 4.0, ("title",), near=((3, 2.0),), in_long_texts=0.5),
        Tier("body", 1.0, ("problem", "abstract"), near=((3, 0.5), (12, 0.5))),
        Tier("rest", 0.2, ("tried", "organisation_name")),
    ),
    excerpts={"title": 200, "problem": 160, "abstract": 160, "tried": 160, "organisation_name": 0, "ipc": 0},
    keywords=(
        Keyword("ipc", _classes, forms=lambda value: (symbol(value),)),
        Keyword("organisation_id", lambda need: _known(need.organisation_id)),
        Keyword(NeedFacet.CLUSTER, lambda need: need.clusters, is_facet=True),
        Keyword(NeedFacet.REGION, lambda need: _known(need.region), is_facet=True),
        Keyword(NeedFacet.DEAL_TYPE, lambda need: need.deal_types, is_facet=True),
        Keyword(NeedFacet.IPC_CLASS, lambda need: _level(need, 1), is_facet=True),
        Keyword(NeedFacet.IPC_SUBCLASS, lambda need: _level(need, 2), is_facet=True),
        Keyword(NeedFacet.TECHNOLOGY_FIELD, lambda need: map(str, need.technology_fields), is_facet=True),
        Keyword(NeedFacet.STAGE, lambda need: _known(need.stage_min), is_facet=True),
        Keyword(NeedFacet.LANGUAGE, lambda need: _known(need.language), is_facet=True),
    ),
    quantities=(
        Quantity("stage", "stage_min", Kind.LEVEL, key="level"),
        Quantity("budget_fen", "budget_fen", Kind.AMOUNT, sort="budget_fen", key="budget"),
        Quantity("wanted", "wanted_by", Kind.DAY, sort="wanted_by"),
        Quantity("published", "published_at", Kind.INSTANT, sort="published_at"),
    ),
    filters=(
        AnyOf("ipc", "ipc"),
        *(
            AnyOf(name, name)
            for name in (
                "organisation_id",
                NeedFacet.CLUSTER.value,
                NeedFacet.REGION.value,
                NeedFacet.DEAL_TYPE.value,
                NeedFacet.TECHNOLOGY_FIELD.value,
                NeedFacet.LANGUAGE.value,
            )
        ),
        Within("stage_min", "stage", End.LEAST),
        Within("stage_max", "stage", End.MOST),
        Within("budget_min_fen", "budget_fen", End.LEAST),
        Within("wanted_from", "wanted", End.LEAST),
        Within("wanted_to", "wanted", End.MOST),
        Within("published_from", "published", End.LEAST),
    ),
    classes=Codes("ipc", "ipc", levels),
)

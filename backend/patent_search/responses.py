"""The labels of what the answers of a search of patents are counted by."""

from typing import Final

from backend.patent_search.index_fields import Facet
from backend.reference.ipc import ipc_label
from backend.reference.lists import label

LISTS: Final = {
    Facet.REGION: "regions",
    Facet.KIND: "patent-kinds",
    Facet.LEGAL_STATUS: "legal-statuses",
    Facet.TECHNOLOGY_FIELD: "technology-fields",
    Facet.CLUSTER: "clusters",
    Facet.DEAL_TYPE: "deal-types",
    Facet.GRADE: "grades",
    Facet.STAGE: "stages",
}
IPC_FACETS: Final = frozenset({Facet.IPC_SECTION, Facet.IPC_CLASS, Facet.IPC_SUBCLASS})
YES_NO: Final = {("true", "zh"): "是", ("false", "zh"): "否", ("true", "en"): "Yes", ("false", "en"): "No"}


def facet_label(facet: str, value: str, language: str) -> str:
    """Return the label of a facet's value in `language`; a holder's name is its own label."""
    if facet in IPC_FACETS:
        return ipc_label(value, language)
    if facet == Facet.OPEN_LICENCE:
        return YES_NO.get((value, language), value)
    name = LISTS.get(Facet(facet))
    return label(name, value, language) if name else value

"""The patents' index: what is in it, and what changes it."""

from typing import Final

from backend.core.search_indexing.index import SearchIndex
from backend.patent_search.affected_patents import UNLISTED, touched
from backend.patent_search.document_builder import ALL_LISTED, LISTED_COUNT, documents_of
from backend.patent_search.index_fields import PATENTS

INDEX: Final = SearchIndex(
    spec=PATENTS,
    documents=documents_of,
    affected=touched,
    ids=ALL_LISTED,
    count=LISTED_COUNT,
    passed_over=UNLISTED,
    is_first=True,
)

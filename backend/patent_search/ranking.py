"""Listed patents in the order of our own score, by what a process knows of them."""

from dataclasses import replace
from typing import Final

from fastapi import Request

from backend.core.search_indexing.answering import engine_of
from backend.patent_search import listed_texts
from backend.patent_search.index_fields import PATENTS
from backend.patent_search.listed_texts import ListedTexts
from search.ranking.known import Known
from search.ranking.ranked_search import RankedSearch

LEAST_KNOWN: Final = 0.9  # of the listed patents, whose meaning is known before it has a part in their order


def ranked_search(request: Request) -> RankedSearch:
    """Return what searches the patents for a request; until the texts are in memory, in the engine's order."""
    texts: ListedTexts = request.app.state.services[listed_texts.NAME]
    return RankedSearch(PATENTS, engine_of(request, PATENTS), _known(texts) if texts.is_filled else None)


def _known(texts: ListedTexts) -> Known:
    known = Known(collection=texts.collection, memory=texts.ranking, designs=texts.designs)
    meanings = texts.meanings
    if meanings is None or meanings.is_over:
        return known
    matrix, queries = meanings.matrix, meanings.queries
    if matrix is None or queries is None or len(matrix) < max(1, LEAST_KNOWN * len(texts.collection)):
        return replace(known, awaits_vectors=True)
    return replace(known, vectors=matrix, query_vectors=queries)

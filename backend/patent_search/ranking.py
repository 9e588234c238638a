"""Listed patents in the order of our own score, by what a process knows of them."""

from fastapi import Request

from backend.core.search_indexing.answering import engine_of
from backend.patent_search import listed_texts
from backend.patent_search.index_fields import PATENTS
from backend.patent_search.listed_texts import ListedTexts
from search.ranking.ranked_search import Known, RankedSearch


def ranked_search(request: Request) -> RankedSearch:
    """Return what searches the patents for a request; until the texts are in memory, in the engine's order."""
    texts: ListedTexts = request.app.state.services[listed_texts.NAME]
    known = Known(collection=texts.collection, asked=texts.asked, designs=texts.designs) if texts.is_filled else None
    return RankedSearch(PATENTS, engine_of(request, PATENTS), known)

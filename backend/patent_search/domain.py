"""What searching brings to the platform."""

from typing import Final

from backend.core.domain import Domain
from backend.patent_search import listed_texts, routes, suggestions
from backend.patent_search.search_index import INDEX

DOMAIN: Final = Domain(
    name="patent_search",
    literal_routers=(routes.router,),
    tags={"search": "Searching what is listed, in Chinese and English."},
    scope="catalogue",
    search_indexes=(INDEX,),
    services={listed_texts.NAME: listed_texts.listed_texts, suggestions.NAME: suggestions.search_suggestions},
)

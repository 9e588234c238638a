"""What searching brings to the platform."""

from typing import Final

from backend.core.domain import Domain
from backend.patent_search import consistency_checks, routes
from backend.patent_search.indexing import reindex

DOMAIN: Final = Domain(
    name="patent_search",
    literal_routers=(routes.router,),
    tags={"search": "Searching what is listed, in Chinese and English."},
    scope="catalogue",
    jobs={reindex.KIND: reindex.run},
    consistency_checks=(("the search index", consistency_checks.index),),
)

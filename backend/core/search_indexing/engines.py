"""The search engine that the settings name, opened for one index, and who alone feeds it."""

import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Final

from backend.core.database.sessions import Database
from backend.core.jobs.lease import Held, Taken, lease
from backend.core.search_indexing.index import SearchIndex
from backend.core.settings import Settings
from search.documents import Document, Ready
from search.embedded import schema as embedded_schema
from search.embedded.engine import EmbeddedEngine
from search.engine import SearchEngine, SearchUnavailable
from search.meilisearch import documents as meili_documents
from search.meilisearch.engine import MeilisearchEngine

FOLDER: Final = "index"
MOST: Final = 65  # processes that share a data folder
FEEDING: Final = "feeding"  # the lease of whoever feeds the search server


class FedElsewhere(SearchUnavailable):
    """Another process writes the index."""


def made_ready(settings: Settings, index: SearchIndex) -> Callable[[Document], Ready]:
    """Return what puts a document into the form that the engine takes, where there is time for it."""
    return partial(meili_documents.made_ready if settings.meili_url else embedded_schema.made_ready, index.spec)


def uid_of(settings: Settings, index: SearchIndex) -> str:
    """Return the name of the index on the Meilisearch server."""
    return settings.meili_index + index.suffix


def on_server(settings: Settings, index: SearchIndex) -> MeilisearchEngine:
    """Return the engine on the Meilisearch server that the settings name."""
    return MeilisearchEngine(
        index.spec,
        settings.meili_url,
        settings.meili_search_key.get_secret_value(),
        settings.meili_write_key.get_secret_value(),
        uid=uid_of(settings, index),
        time_limit=settings.search_time_limit_ms / 1000,
    )


def _in(settings: Settings, index: SearchIndex, number: str = "") -> EmbeddedEngine:
    path = settings.patentmart_data_dir / f"{FOLDER}{index.suffix}{number}"
    return EmbeddedEngine(index.spec, path, time_limit=settings.search_time_limit_ms / 1000)


def in_folder(settings: Settings, index: SearchIndex) -> EmbeddedEngine:
    """Return the engine in the data folder; raises SearchUnavailable where another process has it.

    Of several processes (PostgreSQL) each has a folder of its own, the first that is free.
    """
    if not settings.is_sqlite:
        for number in ("", *(f"-{number}" for number in range(2, MOST))):
            with contextlib.suppress(SearchUnavailable):
                return _in(settings, index, number)
    return _in(settings, index)


def _in_folder_alone(settings: Settings, index: SearchIndex) -> EmbeddedEngine:
    try:
        return _in(settings, index)
    except SearchUnavailable as held:
        raise FedElsewhere(str(held)) from held


@contextlib.asynccontextmanager
async def leased(settings: Settings, database: Database, index: SearchIndex) -> AsyncIterator[Held]:
    """Be the one process that feeds the index on the search server; raises FedElsewhere where another one is."""
    try:
        async with lease(database, settings, FEEDING + index.suffix) as held:
            yield held
    except Taken as taken:
        raise FedElsewhere("another process feeds the search server") from taken


@contextlib.asynccontextmanager
async def feeding(settings: Settings, database: Database, index: SearchIndex) -> AsyncIterator[SearchEngine]:
    """Yield the engine for as long as this process alone writes it; raises FedElsewhere where another one does."""
    async with contextlib.AsyncExitStack() as stack:
        if not settings.meili_url:
            embedded = _in_folder_alone(settings, index)
            stack.push_async_callback(embedded.close)
            yield embedded
            return
        await stack.enter_async_context(leased(settings, database, index))
        server = on_server(settings, index)
        stack.push_async_callback(server.close)
        await server.open()
        yield server

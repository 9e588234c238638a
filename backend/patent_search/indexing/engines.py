"""Which search engine the settings name, and who alone feeds it."""

import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Final

from backend.core.database.sessions import Database
from backend.core.jobs.lease import Held, Taken, lease
from backend.core.settings import Settings
from search.documents import PatentDocument, Ready
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


def made_ready(settings: Settings) -> Callable[[PatentDocument], Ready]:
    """Return what puts a patent into the form that the engine takes, where there is time for it."""
    return meili_documents.made_ready if settings.meili_url else embedded_schema.made_ready


def on_server(settings: Settings) -> MeilisearchEngine:
    """Return the engine on the Meilisearch server that the settings name."""
    return MeilisearchEngine(
        settings.meili_url,
        settings.meili_search_key.get_secret_value(),
        settings.meili_write_key.get_secret_value(),
        uid=settings.meili_index,
        time_limit=settings.search_time_limit_ms / 1000,
    )


def _in(settings: Settings, folder: str) -> EmbeddedEngine:
    return EmbeddedEngine(settings.patentmart_data_dir / folder, time_limit=settings.search_time_limit_ms / 1000)


def in_folder(settings: Settings) -> EmbeddedEngine:
    """Return the engine in the data folder; raises SearchUnavailable where another process has it.

    Of several processes (PostgreSQL) each has a folder of its own, the first that is free.
    """
    if not settings.is_sqlite:
        for folder in (FOLDER, *(f"{FOLDER}-{number}" for number in range(2, MOST))):
            with contextlib.suppress(SearchUnavailable):
                return _in(settings, folder)
    return _in(settings, FOLDER)


def _in_folder_alone(settings: Settings) -> EmbeddedEngine:
    try:
        return _in(settings, FOLDER)
    except SearchUnavailable as held:
        raise FedElsewhere(str(held)) from held


@contextlib.asynccontextmanager
async def leased(settings: Settings, database: Database) -> AsyncIterator[Held]:
    """Be the one process that feeds the search server; raises FedElsewhere where another one is."""
    try:
        async with lease(database, settings, FEEDING) as held:
            yield held
    except Taken as taken:
        raise FedElsewhere("another process feeds the search server") from taken


@contextlib.asynccontextmanager
async def feeding(settings: Settings, database: Database) -> AsyncIterator[SearchEngine]:
    """Yield the engine for as long as this process alone writes it; raises FedElsewhere where another one does."""
    async with contextlib.AsyncExitStack() as stack:
        if not settings.meili_url:
            embedded = _in_folder_alone(settings)
            stack.push_async_callback(embedded.close)
            yield embedded
            return
        await stack.enter_async_context(leased(settings, database))
        server = on_server(settings)
        stack.push_async_callback(server.close)
        await server.open()
        yield server

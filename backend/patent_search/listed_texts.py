"""The texts of all listed patents, as a process holds them in memory to compare others with: filled, then kept up."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import Final, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.background_tasks import beside
from backend.core.database.sessions import Database
from backend.core.domain import ServiceSite
from backend.core.events import stream
from backend.patent_search.affected_patents import UNLISTED, touched
from backend.patent_search.document_builder import ALL_LISTED, documents_of
from backend.patent_search.documents import PatentDocument
from backend.patents.codes import PatentKind
from search.ranking.known import RankingMemory
from search.semantic.query_vectors import QueryVectors
from search.semantic.vector_matrix import VectorMatrix
from search.similarity.collection import Collection
from search.similarity.vectors import Field, Vector, vector_of

NAME: Final = "listed_texts"
POLL: Final = 0.25  # seconds between two looks at the stream
BATCH: Final = 200  # patents read and made ready in one go, so that requests are served in between
TITLE, ABSTRACT, CLAIM, SUMMARY = 2.0, 1.0, 0.5, 1.0  # what a term counts by where it stands

Observer = Callable[[AsyncSession, Mapping[str, PatentDocument], Sequence[str]], Awaitable[None]]
"""Takes in what was read: a session to read more by, the documents put, and the ids of those that are gone."""


class Meanings(Protocol):
    """What the texts mean, as far as it is known: whoever has it gives it here."""

    @property
    def is_over(self) -> bool:
        """Whether it will not be known here."""

    @property
    def matrix(self) -> VectorMatrix[str] | None:
        """The vectors of listed patents by their ids, once all that are kept are read."""

    @property
    def queries(self) -> QueryVectors | None:
        """The vectors of queries, once there is a model."""


def vector_of_document(document: PatentDocument) -> Vector:
    """Return what a listed patent is compared by: its title counts most, its classes tell its trade."""
    return vector_of(text_fields(document), document.ipc)


def text_fields(document: PatentDocument) -> list[Field]:
    """Return the texts of a listed patent that are compared, with what a term counts in each."""
    return [
        Field(document.title, TITLE),
        Field(document.title_en, TITLE),
        Field(document.abstract, ABSTRACT),
        Field(document.abstract_en, ABSTRACT),
        Field(document.first_claim, CLAIM),
        Field(document.summary, SUMMARY),
        Field(document.summary_en, SUMMARY),
        Field(" ; ".join(document.keywords), SUMMARY),
    ]


class ListedTexts:
    """What each listed patent is compared by, by its id, and whoever else keeps something of the same documents."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.position = 0
        self.collection = Collection()
        self.is_filled = False
        self.designs: set[str] = set()
        self.ranking = RankingMemory()
        self.meanings: Meanings | None = None
        self._texts: dict[str, int] = {}  # hashes of the texts and classes that the vectors were made of
        self._observers: list[Observer] = []
        self._one = asyncio.Lock()

    def observe(self, observer: Observer) -> None:
        """Have the observer take in all listed patents, and from then on what changes."""
        self._observers.append(observer)
        self.is_filled = False

    def vector_of(self, document: PatentDocument) -> Vector:
        """Return what a listed patent is compared by: from memory, where its texts are those that it was made of."""
        known = self.collection.vector(document.id)
        is_present = known is not None and self._texts.get(document.id) == _texts_of(document)
        return known if known is not None and is_present else vector_of_document(document)

    async def step(self) -> int:
        """Take in what the next events changed, all listings at first; return how many events those were."""
        async with self._one:
            if not self.is_filled:
                await self._fill()
                return 1
            events, behind = await stream.events_after(self._database, self.position, without=UNLISTED)
            if events:
                await self._renew(await touched(self._database, events))
            taken, self.position = behind - self.position, behind
            return taken

    async def _fill(self) -> None:
        observers = len(self._observers)
        position = await stream.head(self._database)
        async with self._database.read() as session:
            ids = list(await session.scalars(ALL_LISTED))
        await self._renew([*(self._texts.keys() - set(ids)), *ids])
        self.position = position
        self.is_filled = len(self._observers) == observers  # one that came meanwhile has not seen all

    async def _renew(self, patent_ids: list[str]) -> None:
        for start in range(0, len(patent_ids), BATCH):
            await self._renew_some(patent_ids[start : start + BATCH])
        if patent_ids:
            await asyncio.to_thread(self.collection.settle)

    async def _renew_some(self, patent_ids: list[str]) -> None:
        async with self._database.read() as session:
            documents = await documents_of(session, patent_ids)
            vectors = await asyncio.to_thread(self._vectors, documents)
            gone = [patent_id for patent_id in patent_ids if patent_id not in documents]
            for observer in self._observers:
                await observer(session, documents, gone)
        self.collection.put(vectors)
        self._texts |= {patent_id: _texts_of(document) for patent_id, document in documents.items()}
        self.collection.remove(gone)
        self.designs.difference_update(patent_ids)
        self.designs.update(one.id for one in documents.values() if one.kind == PatentKind.DESIGN)
        for patent_id in gone:
            self._texts.pop(patent_id, None)

    def _vectors(self, documents: Mapping[str, PatentDocument]) -> dict[str, Vector]:
        return {patent_id: self.vector_of(document) for patent_id, document in documents.items()}


def _texts_of(document: PatentDocument) -> int:
    return hash((*(field.text for field in text_fields(document)), *document.ipc))


@contextlib.asynccontextmanager
async def listed_texts(site: ServiceSite) -> AsyncIterator[ListedTexts]:
    """Hold the texts of a process, filled and kept up to date beside its requests."""
    texts = ListedTexts(site.database)
    async with beside(stream.follow(texts.step, None, None, POLL)):
        yield texts

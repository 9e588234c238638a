"""The listings that texts are compared with, as a process has them in memory: filled at its start, then kept up."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.matching.scoring.facts import Offered
from backend.patent_search.affected_patents import UNLISTED, touched
from backend.patent_search.document_builder import ALL_LISTED, documents_of
from backend.patent_search.documents import PatentDocument
from backend.patents.models import PatentAvailability
from search.similarity.collection import Collection
from search.similarity.vectors import Field, Vector, vector_of

BATCH: Final = 200  # patents read and made ready in one go, so that requests are served in between
TITLE, ABSTRACT, CLAIM, SUMMARY = 2.0, 1.0, 0.5, 1.0  # what a term counts by where it stands
REFUSED: Final = sa.select(col(PatentAvailability.patent_id), col(PatentAvailability.barred)).where(
    col(PatentAvailability.patent_id).in_(sa.bindparam("ids", expanding=True))
)


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


def offered_by(document: PatentDocument, refused: Iterable[str]) -> Offered:
    """Return what a listing offers, of which `refused` cannot be had by anybody."""
    served = orjson.loads(document.served)
    checked = served["status_checked_on"]
    return Offered(
        listing_id=document.listing_id,
        patent_id=document.id,
        organisation_id=served["organisation_id"],
        deal_types=frozenset(document.deal_types),
        refused=frozenset(refused),
        stage=document.stage,
        price_fen=document.price_fen,
        region=document.region,
        expires_on=document.expiry_date,
        legal_status=document.legal_status,
        checked_on=None if checked is None else date.fromisoformat(checked),
    )


async def refused_of(session: AsyncSession, patent_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return by patent the deal types that nobody can have of it now."""
    rows = await session.execute(REFUSED, {"ids": list(patent_ids)})
    return {row.patent_id: sorted(row.barred or {}) for row in rows}


class ListingMemory:
    """The words, classes and facts of all listings, by the patent's id."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.position = 0
        self.collection = Collection()
        self.offers: dict[str, Offered] = {}
        self._patents: dict[str, str] = {}  # by listing
        self._texts: dict[str, int] = {}  # hashes of the texts and classes that the vectors were made of
        self._holders: frozenset[str] | None = frozenset()  # none where offers changed since they were looked for
        self.is_filled = False

    def vector_of(self, document: PatentDocument) -> Vector:
        """Return what a listed patent is compared by: from memory, where its texts are those that it was made of."""
        known = self.collection.vector(document.id)
        is_present = known is not None and self._texts.get(document.id) == _texts_of(document)
        return known if known is not None and is_present else vector_of_document(document)

    def holders(self) -> frozenset[str]:
        """Return the organisations that lead listings."""
        if self._holders is None:
            self._holders = frozenset(offered.organisation_id for offered in self.offers.values())
        return self._holders

    def vector_of_listing(self, listing_id: str) -> Vector | None:
        """Return what a listing is compared by, or None where it is not among those listed."""
        patent_id = self._patents.get(listing_id)
        return None if patent_id is None else self.collection.vector(patent_id)

    async def step(self) -> int:
        """Take in what the next events changed, all listings at first; return how many events those were."""
        if not self.is_filled:
            await self._fill()
            return 1
        events, behind = await stream.events_after(self._database, self.position, without=UNLISTED)
        if events:
            await self._renew(await touched(self._database, events))
        taken, self.position = behind - self.position, behind
        return taken

    async def _fill(self) -> None:
        self.position = await stream.head(self._database)
        async with self._database.read() as session:
            ids = list(await session.scalars(ALL_LISTED))
        await self._renew(ids)
        self.is_filled = True

    async def _renew(self, patent_ids: list[str]) -> None:
        for start in range(0, len(patent_ids), BATCH):
            await self._renew_some(patent_ids[start : start + BATCH])
        if patent_ids:
            await asyncio.to_thread(self.collection.settle)

    async def _renew_some(self, patent_ids: list[str]) -> None:
        async with self._database.read() as session:
            documents = await documents_of(session, patent_ids)
            refused = await refused_of(session, documents)
        vectors = await asyncio.to_thread(_vectors, documents)
        self.collection.put(vectors)
        for patent_id, document in documents.items():
            self.offers[patent_id] = offered_by(document, refused.get(patent_id, ()))
            self._patents[document.listing_id] = patent_id
            self._texts[patent_id] = _texts_of(document)
        self._forget([patent_id for patent_id in patent_ids if patent_id not in documents])
        self._holders = None

    def _forget(self, patent_ids: list[str]) -> None:
        self.collection.remove(patent_ids)
        for patent_id in patent_ids:
            offered = self.offers.pop(patent_id, None)
            self._texts.pop(patent_id, None)
            if offered is not None:
                self._patents.pop(offered.listing_id, None)


def _vectors(documents: Mapping[str, PatentDocument]) -> dict[str, Vector]:
    return {patent_id: vector_of_document(document) for patent_id, document in documents.items()}


def _texts_of(document: PatentDocument) -> int:
    return hash((*(field.text for field in text_fields(document)), *document.ipc))

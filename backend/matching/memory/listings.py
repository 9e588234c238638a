"""The listings that texts are compared with, as a process has them in memory: filled at its start, then kept up."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.matching.scoring.facts import Offered
from backend.patent_search.documents import PatentDocument
from backend.patent_search.listed_texts import ListedTexts
from backend.patents.models import PatentAvailability
from search.similarity.collection import Collection
from search.similarity.vectors import Vector

REFUSED: Final = sa.select(col(PatentAvailability.patent_id), col(PatentAvailability.barred)).where(
    col(PatentAvailability.patent_id).in_(sa.bindparam("ids", expanding=True))
)


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

    def __init__(self, texts: ListedTexts) -> None:
        self._texts = texts
        self.offers: dict[str, Offered] = {}
        self._patents: dict[str, str] = {}  # by listing
        self._holders: frozenset[str] | None = frozenset()  # none where offers changed since they were looked for
        texts.observe(self._take_in)

    @property
    def position(self) -> int:
        """How far into the stream of events it is."""
        return self._texts.position

    @property
    def is_filled(self) -> bool:
        """Whether all listings are in it."""
        return self._texts.is_filled

    @property
    def collection(self) -> Collection:
        """What each listed patent is compared by."""
        return self._texts.collection

    def vector_of(self, document: PatentDocument) -> Vector:
        """Return what a listed patent is compared by: from memory, where its texts are those that it was made of."""
        return self._texts.vector_of(document)

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
        return await self._texts.step()

    async def _take_in(
        self, session: AsyncSession, documents: Mapping[str, PatentDocument], gone: Sequence[str]
    ) -> None:
        refused = await refused_of(session, documents)
        for patent_id, document in documents.items():
            self.offers[patent_id] = offered_by(document, refused.get(patent_id, ()))
            self._patents[document.listing_id] = patent_id
        for patent_id in gone:
            offered = self.offers.pop(patent_id, None)
            if offered is not None:
                self._patents.pop(offered.listing_id, None)
        self._holders = None

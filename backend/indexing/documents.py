"""Turns rows of the database into search documents, many patents at once."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import Organisation, Party
from backend.catalogue.codes import DealType, HoldingState, ListingStatus
from backend.catalogue.models import Assessment, Holding, Listing, Patent
from backend.core.columns import iso
from backend.core.db import Database
from backend.reference.ipc import technology_fields
from search.documents import PatentDocument

BATCH: Final = 200  # small enough that requests are served in between
IDS: Final[sa.BindParameter[Any]] = sa.bindparam("ids", expanding=True)
LISTED: Final = col(Listing.status) == ListingStatus.LISTED
OF_LISTED: Final = sa.func.coalesce(col(Listing.status), "") == ListingStatus.LISTED  # SQLite would take its index,
# which most listings are in, instead of the patents' ids: 25,000 rows read for a batch of 200
PATENT_FACTS: Final = (
    "id", "office", "application_number", "publication_number", "grant_number", "kind", "title", "title_en",
    "abstract", "abstract_en", "first_claim", "ipc", "inventors", "applicants", "filing_date", "publication_date",
    "grant_date", "expiry_date", "legal_status", "status_checked_on",
)  # fmt: skip
LISTING_FACTS: Final = (
    "organisation_id", "deal_types", "price_fen", "price_note", "stage", "clusters", "keywords", "summary",
    "summary_en", "listed_at",
)  # fmt: skip
FACTS: Final[sa.Select[Any]] = (
    sa.select(
        *(getattr(Patent, name) for name in PATENT_FACTS),
        col(Listing.id).label("listing_id"),
        *(getattr(Listing, name) for name in LISTING_FACTS),
        col(Organisation.region),
    )
    .join(Listing, col(Listing.patent_id) == col(Patent.id))
    .outerjoin(Organisation, col(Organisation.id) == col(Listing.organisation_id))
    .where(col(Patent.id).in_(IDS), OF_LISTED)
)
HOLDERS: Final = (
    sa.select(
        col(Holding.patent_id), col(Holding.party_id), col(Holding.organisation_id), col(Holding.state), col(Party.name)
    )
    .join(Party, col(Party.id) == col(Holding.party_id))
    .where(col(Holding.patent_id).in_(IDS), col(Holding.state).in_([HoldingState.ASSERTED, HoldingState.VERIFIED]))
    .order_by(col(Holding.id))
)
GRADES: Final = (
    sa.select(col(Assessment.patent_id), col(Assessment.grade))
    .where(col(Assessment.patent_id).in_(IDS))
    .order_by(col(Assessment.assessed_on), col(Assessment.recorded_at), col(Assessment.id))
)
LISTED_AFTER: Final = (
    sa.select(col(Listing.patent_id))
    .where(OF_LISTED, col(Listing.patent_id) > sa.bindparam("after"))
    .order_by(col(Listing.patent_id))
    .limit(BATCH)
)


async def documents_of(session: AsyncSession, patent_ids: Iterable[str]) -> dict[str, PatentDocument]:
    """Give the document of each of the patents that is listed, by its id; the others are not public."""
    ids = {"ids": list(patent_ids)}
    rows = (await session.execute(FACTS, ids)).all()
    if not rows:
        return {}
    holders: dict[str, list[Any]] = {}
    for holder in await session.execute(HOLDERS, ids):
        holders.setdefault(holder.patent_id, []).append(holder)
    grades = {row.patent_id: row.grade for row in await session.execute(GRADES, ids)}
    return {row.id: _document(row, holders.get(row.id, []), grades.get(row.id)) for row in rows}


async def listed_documents(database: Database) -> AsyncIterator[Sequence[PatentDocument]]:
    """Give the document of every listed patent, in batches, each read at its own moment."""
    after = ""
    while True:
        async with database.read() as session:
            ids = (await session.execute(LISTED_AFTER, {"after": after})).scalars().all()
            batch = await documents_of(session, ids) if ids else {}
        if not ids:
            return
        yield list(batch.values())
        after = ids[-1]


def _document(row: Any, holders: Sequence[Any], grade: str | None) -> PatentDocument:
    fields = sorted({field for symbol in row.ipc for field in technology_fields(symbol)})
    ids = dict.fromkeys(h.party_id for h in holders) | dict.fromkeys(
        h.organisation_id for h in holders if h.organisation_id
    )
    return PatentDocument(
        id=row.id,
        listing_id=row.listing_id,
        served=_served(row, holders, fields, grade),
        title=row.title,
        title_en=row.title_en or "",
        abstract=row.abstract or "",
        abstract_en=row.abstract_en or "",
        first_claim=row.first_claim or "",
        keywords=tuple(row.keywords),
        summary=row.summary or "",
        summary_en=row.summary_en or "",
        holders=tuple(dict.fromkeys(h.name for h in holders)),
        holder_ids=tuple(ids),
        inventors=tuple(row.inventors),
        applicants=tuple(row.applicants),
        numbers=tuple(n for n in (row.application_number, row.publication_number, row.grant_number) if n),
        kind=row.kind,
        legal_status=row.legal_status,
        ipc=tuple(row.ipc),
        technology_fields=tuple(fields),
        clusters=tuple(row.clusters),
        region=row.region,
        deal_types=tuple(row.deal_types),
        open_licence=DealType.OPEN_LICENCE in row.deal_types,
        grade=grade,
        stage=row.stage,
        price_fen=row.price_fen,
        filing_date=row.filing_date,
        publication_date=row.publication_date,
        grant_date=row.grant_date,
        expiry_date=row.expiry_date,
        listed_at=row.listed_at,
    )


def _served(row: Any, holders: Sequence[Any], fields: list[int], grade: str | None) -> bytes:
    """What a search shows of it: the register's facts but the claim, who holds it, and the listing's terms."""
    shown = {name: getattr(row, name) for name in (*PATENT_FACTS, "listing_id", *LISTING_FACTS)}
    del shown["first_claim"]
    return orjson.dumps(
        shown
        | {
            "listed_at": iso(row.listed_at),
            "region": row.region,
            "technology_fields": fields,
            "grade": grade,
            "holders": [
                {"party_id": h.party_id, "organisation_id": h.organisation_id, "name": h.name, "state": h.state}
                for h in holders
            ],
        }
    )

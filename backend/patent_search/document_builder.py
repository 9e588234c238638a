"""Turns rows of the database into search documents, many patents at once."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import Organisation, Party
from backend.core.database.columns import iso
from backend.patent_search.documents import PatentDocument
from backend.patents.assessments.queries import counts
from backend.patents.codes import DealType, HoldingState, ListingStatus
from backend.patents.models import Assessment, Holding, Listing, Patent, PatentAvailability
from backend.patents.queries import apart_from_index
from backend.reference.ipc import technology_fields

IDS: Final[sa.BindParameter[Any]] = sa.bindparam("ids", expanding=True)
LISTED: Final = col(Listing.status) == ListingStatus.LISTED
OF_LISTED: Final = apart_from_index(col(Listing.status)) == ListingStatus.LISTED
NUMBERS: Final = ("application_number", "publication_number", "grant_number")
PATENT_FACTS: Final = (
    "id", "office", *NUMBERS, "kind", "title", "title_en",
    "abstract", "abstract_en", "first_claim", "ipc", "inventors", "applicants", "filing_date", "publication_date",
    "grant_date", "expiry_date", "legal_status", "status_checked_on",
)  # fmt: skip
LISTING_FACTS: Final = (
    "organisation_id", "deal_types", "price_fen", "price_note", "stage", "clusters", "keywords", "summary",
    "summary_en", "listed_at",
)  # fmt: skip
COLUMNS: Final = (
    *PATENT_FACTS,
    "listing_id",
    *LISTING_FACTS,
    "region",
    "open_licence",
    "barred",
)  # in the order of FACTS
FACTS: Final[sa.Select[Any]] = (
    sa.select(
        *(getattr(Patent, name) for name in PATENT_FACTS),
        col(Listing.id).label("listing_id"),
        *(getattr(Listing, name) for name in LISTING_FACTS),
        col(Organisation.region),
        col(PatentAvailability.open_licence),
        col(PatentAvailability.barred),
    )
    .join(Listing, col(Listing.patent_id) == col(Patent.id))
    .outerjoin(Organisation, col(Organisation.id) == col(Listing.organisation_id))
    .outerjoin(PatentAvailability, col(PatentAvailability.patent_id) == col(Patent.id))
    .where(col(Patent.id).in_(IDS), OF_LISTED)
)
HOLDERS: Final = (
    sa.select(
        *(col(getattr(Holding, name)) for name in ("patent_id", "party_id", "organisation_id", "state")),
        col(Party.name),
        col(Party.name_en),
    )
    .join(Party, col(Party.id) == col(Holding.party_id))
    .where(col(Holding.patent_id).in_(IDS), col(Holding.state).in_([HoldingState.ASSERTED, HoldingState.VERIFIED]))
    .order_by(col(Holding.id))
)
GRADES: Final = (
    sa.select(col(Assessment.patent_id), col(Assessment.grade))
    .where(col(Assessment.patent_id).in_(IDS), counts())
    .order_by(col(Assessment.assessed_on), col(Assessment.recorded_at), col(Assessment.id))
)
ALL_LISTED: Final = sa.select(col(Listing.patent_id)).where(OF_LISTED)
LISTED_COUNT: Final = sa.select(sa.func.count()).select_from(Listing).where(LISTED)


async def documents_of(session: AsyncSession, patent_ids: Iterable[str]) -> dict[str, PatentDocument]:
    """Return the document of each of the patents that is listed, by its id; the others are not public."""
    ids = {"ids": list(patent_ids)}
    connection = await session.connection()
    rows = (await connection.execute(FACTS, ids)).all()
    if not rows:
        return {}
    holders: dict[str, list[Any]] = {}
    for holder in await connection.execute(HOLDERS, ids):
        holders.setdefault(holder.patent_id, []).append(holder)
    grades = {row.patent_id: row.grade for row in await connection.execute(GRADES, ids)}
    return {row.id: _document(row, holders.get(row.id, []), grades.get(row.id)) for row in rows}


@lru_cache(maxsize=50_000)
def _fields_of(classes: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(sorted({field for symbol in classes for field in technology_fields(symbol)}))


def _document(row: Sequence[Any], holders: Sequence[Any], grade: str | None) -> PatentDocument:
    told = dict(zip(COLUMNS, row, strict=True))
    fields = _fields_of(tuple(told["ipc"]))
    return PatentDocument(
        id=told["id"],
        listing_id=told["listing_id"],
        title=told["title"],
        title_en=told["title_en"] or "",
        abstract=told["abstract"] or "",
        abstract_en=told["abstract_en"] or "",
        first_claim=told.pop("first_claim") or "",
        keywords=tuple(told["keywords"]),
        summary=told["summary"] or "",
        summary_en=told["summary_en"] or "",
        **_holder_fields(holders),
        inventors=tuple(told["inventors"]),
        applicants=tuple(told["applicants"]),
        numbers=tuple(told[name] for name in NUMBERS if told[name]),
        kind=told["kind"],
        legal_status=told["legal_status"],
        ipc=tuple(told["ipc"]),
        technology_fields=fields,
        clusters=tuple(told["clusters"]),
        region=told["region"],
        deal_types=_deal_types(told),
        open_licence=_is_open(told),
        grade=grade,
        stage=told["stage"],
        price_fen=_price(told),
        filing_date=told["filing_date"],
        publication_date=told["publication_date"],
        grant_date=told["grant_date"],
        expiry_date=told["expiry_date"],
        listed_at=told["listed_at"],
        served=_served(told, holders, fields, grade),
    )


def _holder_fields(holders: Sequence[Any]) -> dict[str, tuple[str, ...]]:
    names = {h.name: h.name_en or "" for h in holders}
    ids = dict.fromkeys([*(h.party_id for h in holders), *(h.organisation_id for h in holders if h.organisation_id)])
    return {"holders": tuple(names), "holders_en": tuple(names.values()), "holder_ids": tuple(ids)}


def _is_open(told: Mapping[str, Any]) -> bool:
    """Whether anybody can take a licence of it now; that its holder means to declare one is not enough."""
    return told["open_licence"] is not None and told["open_licence"]["available"]


def _deal_types(told: Mapping[str, Any]) -> tuple[str, ...]:
    barred = told["barred"] or {}
    others = [kind for kind in told["deal_types"] if kind != DealType.OPEN_LICENCE and kind not in barred]
    return (*others, DealType.OPEN_LICENCE.value) if _is_open(told) else tuple(others)


def _price(told: Mapping[str, Any]) -> int | None:
    """The least that it can be had for: the listing's price, or what an open licence costs at its start."""
    prices = [told["price_fen"], told["open_licence"]["due_at_start_fen"] if _is_open(told) else None]
    return min((price for price in prices if price is not None), default=None)


def _served(told: dict[str, Any], holders: Sequence[Any], fields: tuple[int, ...], grade: str | None) -> bytes:
    """What a search shows of it: the register's facts but the claim, who holds it, and the listing's terms."""
    told["listed_at"] = iso(told["listed_at"])
    told["barred"] = {kind: codes for kind, codes in (told["barred"] or {}).items() if kind in told["deal_types"]}
    told["technology_fields"] = fields
    told["grade"] = grade
    told["holders"] = [
        {"party_id": h.party_id, "organisation_id": h.organisation_id, "name": h.name, "state": h.state}
        for h in holders
    ]
    return orjson.dumps(told)

"""The register as rows of a spreadsheet, under headings that an upload recognises: what goes out can come in again."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.database.sessions import Database
from backend.core.spreadsheets import MARK, csv_lines
from backend.imports.formats.headings import heading_of
from backend.patents import queries
from backend.patents.codes import HoldingState
from backend.patents.models import Listing
from backend.patents.queries import PatentAggregate
from backend.patents.schemas import RegisterFilter
from backend.reference.lists import label

PAGE: Final = 200  # small enough that searches are served in between
BETWEEN: Final = "; "
HELD: Final = (HoldingState.ASSERTED, HoldingState.VERIFIED, HoldingState.DISPUTED)
OF_PATENT: Final = (
    "application_number", "publication_number", "grant_number", "title", "title_en", "kind", "holders", "applicants",
    "inventors", "ipc", "filing_date", "publication_date", "grant_date", "legal_status", "status_checked_on", "grade",
    "assessed_on", "abstract", "abstract_en", "first_claim",
)  # fmt: skip
OF_LISTING: Final = (
    "deal_types", "price_fen", "price_note", "stage", "clusters", "keywords", "summary", "summary_en",
)  # fmt: skip
LABELLED: Final = {
    "kind": "patent-kinds", "legal_status": "legal-statuses", "deal_types": "deal-types", "clusters": "clusters",
    "listing_status": "listing-states",
}  # fmt: skip
ONLY_OUT: Final[Mapping[str, tuple[str, str]]] = {
    "expiry_date": ("届满日期", "Expires on"),
    "listing_status": ("挂牌状态", "Listing status"),
}
COLUMNS: Final = (*OF_PATENT, "expiry_date", "listing_status", *OF_LISTING)


def headings(language: str) -> list[str]:
    """Return the headings of the columns in `language` (zh or en)."""
    return [ONLY_OUT[name][language == "en"] if name in ONLY_OUT else heading_of(name, language) for name in COLUMNS]


async def register_rows(
    database: Database, caller: Caller, asked: RegisterFilter, *, today: date, interval_months: int, language: str
) -> AsyncIterator[list[list[str]]]:
    """Yield the caller's register as rows of text, page by page, each page read at its own moment."""
    statement, key = queries.register(caller, asked, today=today, interval_months=interval_months)
    statement = statement.order_by(key.desc()).limit(PAGE)
    after: str | None = None
    while True:
        async with database.read() as session:
            wanted = statement if after is None else statement.where(key < after)
            wholes = await queries.around(session, (await session.execute(wanted)).all())
            listings = await _listings(session, wholes)
        if wholes:
            yield [_row(whole, listings.get(whole.patent.id), language) for whole in wholes]
        if len(wholes) < PAGE:
            return
        after = wholes[-1].patent.id


async def _listings(session: AsyncSession, wholes: Sequence[PatentAggregate]) -> dict[str, Listing]:
    ids = [whole.listing_id for whole in wholes if whole.listing_id]
    if not ids:
        return {}
    found = await session.scalars(sa.select(Listing).where(col(Listing.id).in_(ids)))
    return {listing.patent_id: listing for listing in found}


def _row(whole: PatentAggregate, listing: Listing | None, language: str) -> list[str]:
    values: dict[str, Any] = {name: getattr(whole.patent, name, None) for name in (*OF_PATENT, "expiry_date")}
    values |= {"holders": [name for _, name in whole.living], "grade": whole.grade, "assessed_on": whole.assessed_on}
    if listing is not None:
        values |= {name: getattr(listing, name) for name in OF_LISTING} | {"listing_status": listing.status}
    return [_cell(name, values.get(name), language) for name in COLUMNS]


def _cell(name: str, value: Any, language: str) -> str:
    if value is None:
        return ""
    said = value if isinstance(value, list) else [value]
    if name in LABELLED:
        said = [label(LABELLED[name], code, language) for code in said]
    return BETWEEN.join(map(str, said))


async def csv_bytes(pages: AsyncIterator[list[list[str]]], language: str) -> AsyncIterator[bytes]:
    """Yield the pages as CSV in UTF-8, with a byte order mark so that spreadsheets read it right."""
    yield (MARK + csv_lines([headings(language)])).encode()
    async for page in pages:
        yield csv_lines(page).encode()

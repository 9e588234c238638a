"""How listings are found, and what decides their next step."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import Organisation, OrganisationStatus
from backend.core.database.columns import table_of
from backend.listings.change_rules import Backing
from backend.listings.rules import LIVING
from backend.listings.schemas import ListingsQuery
from backend.patents.codes import HoldingState, ListingStatus
from backend.patents.models import Holding, Listing, Patent, PatentAvailability
from backend.patents.queries import apart_from_index

Row = Mapping[str, Any]  # a listing's values by column
LISTING: Final = table_of(Listing)
IS_LIVING: Final = LISTING.c.status.in_(LIVING)
PATENT_PART: Final[tuple[Any, ...]] = (
    col(Patent.title),
    col(Patent.title_en),
    col(Patent.application_number),
    col(Patent.publication_number),
    col(Patent.grant_number),
    col(Patent.legal_status),
    col(PatentAvailability.open_licence),
    col(PatentAvailability.barred),
)
BEST_FIRST: Final = (HoldingState.VERIFIED, HoldingState.ASSERTED, HoldingState.DISPUTED)


def visible_to(caller: Caller | None) -> sa.ColumnElement[bool]:
    """Which listings the caller may see: everyone the listed ones, a holder its own, platform and authority all."""
    if caller is not None and (caller.is_platform or caller.is_authority):
        return sa.true()
    listed = col(Listing.status) == ListingStatus.LISTED
    return listed if caller is None else sa.or_(listed, col(Listing.organisation_id) == caller.organisation_id)


def listings(caller: Caller | None, query: ListingsQuery) -> sa.Select[Any]:
    """The listings that the caller may see and asks for, with what they say of their patents."""
    found = (
        sa.select(Listing, *PATENT_PART)
        .join(Patent, col(Patent.id) == col(Listing.patent_id))
        .outerjoin(PatentAvailability, col(PatentAvailability.patent_id) == col(Listing.patent_id))
        .where(visible_to(caller))
    )
    if query.status:
        found = found.where(col(Listing.status).in_(query.status))
    if query.patent_id is not None:
        found = found.where(col(Listing.patent_id) == query.patent_id)
    if query.organisation_id is not None:
        found = found.where(col(Listing.organisation_id) == query.organisation_id)
    if query.mine:
        found = found.where(col(Listing.organisation_id) == (caller.organisation_id if caller else None))
    return found


async def visible_listing(session: AsyncSession, caller: Caller | None, listing_id: str) -> sa.Row[Any] | None:
    """The listing with what it says of its patent, or None where the caller may not see it."""
    found = (
        sa.select(Listing, *PATENT_PART)
        .join(Patent, col(Patent.id) == col(Listing.patent_id))
        .outerjoin(PatentAvailability, col(PatentAvailability.patent_id) == col(Listing.patent_id))
        .where(col(Listing.id) == listing_id, visible_to(caller))
    )
    return (await session.execute(found)).first()


async def locked(session: AsyncSession, caller: Caller, listing_id: str) -> Row | None:
    """The listing, held until the end of the transaction together with its patent, or None where it is not visible.

    The patent first: whoever changes its legal status holds it too and then reaches for the listing.
    """
    patent_id = (
        await session.execute(
            sa.select(col(Listing.patent_id)).where(col(Listing.id) == listing_id, visible_to(caller))
        )
    ).scalar_one_or_none()
    if patent_id is None:
        return None
    await session.get(Patent, patent_id, with_for_update=True, populate_existing=True)
    return next(iter(await locked_where(session, LISTING.c.id == listing_id)), None)


async def locked_where(session: AsyncSession, *which: sa.ColumnElement[bool]) -> list[Row]:
    """The listings of which all the conditions hold, locked in the order of their ids."""
    statement = sa.select(LISTING).where(*which).order_by(LISTING.c.id).with_for_update()
    return [dict(row) for row in (await session.execute(statement)).mappings()]


async def holding_states(
    session: AsyncSession, pairs: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], HoldingState]:
    """The surest living holding of each (patent, organisation) that has one."""
    wanted = list(pairs)
    rows = await session.execute(
        sa.select(col(Holding.patent_id), col(Holding.organisation_id), col(Holding.state)).where(
            col(Holding.patent_id).in_({p for p, _ in wanted}),
            apart_from_index(col(Holding.organisation_id)).in_({o for _, o in wanted}),
            col(Holding.state) != HoldingState.ENDED,
        )
    )
    found: dict[tuple[str, str], HoldingState] = {}
    for patent_id, organisation_id, state in rows:
        key = (patent_id, str(organisation_id))
        if key not in found or BEST_FIRST.index(state) < BEST_FIRST.index(found[key]):
            found[key] = state
    return found


async def verified_among(session: AsyncSession, organisation_ids: Iterable[str]) -> set[str]:
    """Which of the organisations are verified."""
    rows = await session.execute(
        sa.select(col(Organisation.id)).where(
            col(Organisation.id).in_(set(organisation_ids)), col(Organisation.status) == OrganisationStatus.VERIFIED
        )
    )
    return set(rows.scalars())


async def living_listing_of(session: AsyncSession, patent_id: str) -> str | None:
    """The id of the patent's living listing."""
    found = await session.execute(
        sa.select(col(Listing.id)).where(col(Listing.patent_id) == patent_id, col(Listing.status).in_(LIVING))
    )
    return found.scalar_one_or_none()


async def backing_of(session: AsyncSession, listing: Row) -> Backing:
    """What stands behind the listing; hold its patent before asking."""
    patent = await session.get_one(Patent, listing["patent_id"])
    pair = (patent.id, listing["organisation_id"])
    holdings = await holding_states(session, [pair])
    verified = await verified_among(session, [pair[1]])
    return Backing(patent.legal_status, holdings.get(pair), pair[1] in verified, patent.is_established)


async def offer_of(session: AsyncSession, patent_id: str) -> PatentAvailability | None:
    """What is shown beside the patent of what can be had of it."""
    return await session.get(PatentAvailability, patent_id)

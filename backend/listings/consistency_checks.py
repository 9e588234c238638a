"""Holdings and listings: each once, in the right name, and only shown while they may be."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Organisation, OrganisationStatus, Party
from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of
from backend.listings import queries as found_by
from backend.listings.rules import BARRED, HOLDS, Side, Standing, bars
from backend.listings.service import suspend
from backend.patents import queries
from backend.patents.codes import HoldingState, ListingStatus
from backend.patents.models import ESTABLISHED, Holding, Listing, Patent

HOLDING: Final = table_of(Holding)
LISTING: Final = table_of(Listing)
PARTY: Final = table_of(Party)
PATENT: Final = table_of(Patent)
ORGANISATION: Final = table_of(Organisation)
HELD: Final = (
    sa.select(HOLDING.c.id, HOLDING.c.organisation_id, PARTY.c.id.label("party"),
              PARTY.c.organisation_id.label("its_organisation"), PATENT.c.private_to)
    .join(PARTY, PARTY.c.id == HOLDING.c.party_id)
    .join(PATENT, PATENT.c.id == HOLDING.c.patent_id)
    .where(HOLDING.c.state != HoldingState.ENDED)
)  # fmt: skip
STATES: Final = sa.select(HOLDING.c.patent_id, HOLDING.c.organisation_id, HOLDING.c.state).where(
    HOLDING.c.patent_id.in_(sa.bindparam("ids", expanding=True)), HOLDING.c.state != HoldingState.ENDED
)
TWICE: Final = (
    ("holdings", sa.select(HOLDING.c.patent_id, HOLDING.c.party_id).where(HOLDING.c.state != HoldingState.ENDED)
     .group_by(HOLDING.c.patent_id, HOLDING.c.party_id)),
    ("listings", sa.select(LISTING.c.patent_id).where(LISTING.c.status.not_in(queries.OVER))
     .group_by(LISTING.c.patent_id)),
)  # fmt: skip


async def holdings(site: Site, line: Line) -> None:
    """A party holds a patent once, in its own organisation's name; a patent has one living listing.

    In a row that is not established nobody holds anything but its author.
    """
    async for rows, _ in pages(site.database, HELD, HOLDING.c.id):
        line.looked_at += len(rows)
        for row in rows:
            concerns = row.private_to in (ESTABLISHED, row.its_organisation)
            if row.organisation_id != (row.its_organisation if concerns else None):
                said = f"{row.id} is held by {row.organisation_id}, its party {row.party} is {row.its_organisation}"
                line.differs(said)
    for what, living in TWICE:
        async with site.database.read() as session:
            for ids in await session.execute(living.having(sa.func.count() > 1)):
                line.differs(f"{' and '.join(ids)}: several living {what}")


SHOWN: Final = (
    sa.select(
        LISTING,
        PATENT.c.legal_status,
        PATENT.c.merged_into,
        PATENT.c.private_to,
        ORGANISATION.c.status.label("organisation_status"),
    )
    .join(PATENT, PATENT.c.id == LISTING.c.patent_id)
    .outerjoin(ORGANISATION, ORGANISATION.c.id == LISTING.c.organisation_id)
    .where(queries.apart_from_index(LISTING.c.status) == ListingStatus.LISTED)
)


async def listings(site: Site, line: Line) -> None:
    """What everyone is shown may be shown: the right stands, its holder holds it and is verified, terms are there."""
    async for rows, states in pages(site.database, SHOWN, LISTING.c.id, _states):
        line.looked_at += len(rows)
        for row in rows:
            said = _bars(row, states.get((row.patent_id, row.organisation_id)))
            if said:
                repaired = site.repair and await _suspended(site, row.id)
                line.differs(f"{row.id}: {' '.join(said)}", repaired=repaired)


async def _states(session: AsyncSession, rows: Sequence[sa.Row[Any]]) -> dict[tuple[str, str], HoldingState]:
    found: dict[tuple[str, str], HoldingState] = {}
    for patent_id, organisation_id, state in await session.execute(STATES, {"ids": [row.patent_id for row in rows]}):
        key = (patent_id, organisation_id)
        found[key] = min(state, found.get(key, state), key=found_by.BEST_FIRST.index)
    return found


def _bars(row: sa.Row[Any], holding: HoldingState | None) -> list[str]:
    verified = row.organisation_status is OrganisationStatus.VERIFIED
    standing = Standing(
        status=row.status,
        suspended_by=row.suspended_by,
        legal_status=row.legal_status,
        holding=holding,
        verified=verified,
        has_deal_type=bool(row.deal_types),
        has_price=row.price_fen is not None or bool(row.price_note),
    )
    said = [reason.detail.say("en", reason.facts) for reason in bars(standing)]
    if not verified:
        said.append("Its organisation is not verified.")
    if row.private_to != ESTABLISHED:
        said.append("Its patent is its author's alone.")
    if row.listed_at is None:
        said.append("It is shown since no day.")
    return said


async def _suspended(site: Site, listing_id: str) -> bool:
    """Suspend the listing where the right or its holder's standing asks for it; give whether it is suspended."""
    async with site.database.write() as session:
        statement = sa.select(LISTING.c.patent_id).where(LISTING.c.id == listing_id)
        patent_id = (await session.execute(statement)).scalar_one()
        await session.get_one(Patent, patent_id, with_for_update=True)  # first, as whoever changes its status does
        (listing,) = await found_by.locked_where(session, LISTING.c.id == listing_id)
        if listing["status"] is not ListingStatus.LISTED:
            return True
        return await _suspend(session, listing, site.database.clock.now())


async def _suspend(session: AsyncSession, listing: found_by.Row, now: datetime) -> bool:
    backing = await found_by.backing_of(session, listing)
    which = LISTING.c.id == listing["id"]
    if backing.legal_status in BARRED:
        await suspend(session, which, Side.LEGAL_STATUS, backing.legal_status.value, now)
    elif backing.holding not in HOLDS:
        reason = "disputed" if backing.holding is HoldingState.DISPUTED else "ended"
        await suspend(session, which, Side.HOLDING, reason, now)
    elif not backing.established:
        await suspend(session, which, Side.HOLDING, "not_established", now)
    elif not backing.verified:
        await suspend(session, which, Side.HOLDING, "organisation_not_verified", now)
    else:
        return False
    return True

"""What `patentmart fsck` compares of financing: states with offers, disclosures with clocks and receipts."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.canonical import fingerprint
from backend.core.consistency import Line, Site, pages
from backend.core.database.columns import table_of
from backend.financing.codes import DisclosureStatus, OfferStatus, RecipientKind, RequestStatus
from backend.financing.models import Disclosure, FinancingOffer, FinancingRequest
from backend.financing.rules import LIVING_REQUESTS
from backend.response_clocks import queries as clocks

DISCLOSURE: Final = table_of(Disclosure)
REQUEST: Final = table_of(FinancingRequest)


async def requests_and_offers(site: Site, line: Line) -> None:
    """A request is offered where an offer stands, accepted with exactly one; a closed one has nothing open."""

    async def their_offers(session: AsyncSession, rows: Sequence[Any]) -> dict[str, list[FinancingOffer]]:
        ids = [row[0] for row in rows]
        found: dict[str, list[FinancingOffer]] = defaultdict(list)
        of_these = sa.select(FinancingOffer).where(col(FinancingOffer.request_id).in_(ids))
        for offer in await session.scalars(of_these):
            found[offer.request_id].append(offer)
        return found

    statement: sa.Select[Any] = sa.select(REQUEST.c.id, FinancingRequest)
    async for rows, found in pages(site.database, statement, REQUEST.c.id, their_offers):
        for row in rows:
            line.looked_at += 1
            for sentence in _of_request(row.FinancingRequest, found.get(row.id, [])):
                line.differs(f"{row.id}: {sentence}")


def _of_request(request: FinancingRequest, offers: Sequence[FinancingOffer]) -> list[str]:
    differences = []
    standing = [offer.id for offer in offers if offer.status is OfferStatus.STANDING]
    accepted = [offer.id for offer in offers if offer.status is OfferStatus.ACCEPTED]
    if (request.status is RequestStatus.OFFERED) != bool(standing):
        differences.append(f"it is {request.status.value}, and {len(standing)} offers stand")
    if accepted != [offer_id for offer_id in [request.accepted_offer_id] if offer_id]:
        differences.append(f"accepted offers are {accepted}, it names {request.accepted_offer_id}")
    if request.status not in LIVING_REQUESTS and any(offer.status is OfferStatus.DRAFTED for offer in offers):
        differences.append("it is closed, and an offer is drafted")
    return differences


async def disclosures(site: Site, line: Line) -> None:
    """A receipt has its hash; one of a closed request is over or kept; a bank's has a clock once it is sent."""

    async def their_clocks(session: AsyncSession, rows: Sequence[Any]) -> dict[str, Any]:
        return dict(await clocks.clocks(session, [row[0] for row in rows]))

    statement: sa.Select[Any] = sa.select(DISCLOSURE.c.id, Disclosure, REQUEST.c.status.label("of_request")).join(
        REQUEST, REQUEST.c.id == DISCLOSURE.c.request_id
    )
    async for rows, found in pages(site.database, statement, DISCLOSURE.c.id, their_clocks):
        for row in rows:
            line.looked_at += 1
            disclosure, clock = row.Disclosure, found.get(row.id)
            if fingerprint(disclosure.receipt) != disclosure.receipt_sha256:
                line.differs(f"{row.id}: its receipt has another hash")
            if disclosure.status is DisclosureStatus.STANDING and row.of_request not in LIVING_REQUESTS:
                line.differs(f"{row.id}: it stands, and its request is {row.of_request.value}")
            needs_clock = disclosure.recipient is RecipientKind.BANK and disclosure.sent_at is not None
            if needs_clock != (clock is not None):
                line.differs(f"{row.id}: it has a clock is {clock is not None}")
            elif clock is not None and disclosure.status is not DisclosureStatus.STANDING and not clock.stopped_at:
                line.differs(f"{row.id}: it is {disclosure.status.value}, and its clock runs")


CONSISTENCY_CHECKS: Final = (
    ("financing requests and their offers", requests_and_offers),
    ("financing disclosures", disclosures),
)

"""The registration's grounds, asked again of a pledge before it is filed, with what both its sides confirmed."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.canonical import fingerprint
from backend.core.errors import Reason
from backend.financing.checks import service as checks
from backend.financing.checks.service import DebtTerm, PatentChecks, PatentToPledge
from backend.financing.codes import CheckOutcome, Ground
from backend.financing.models import FinancingOffer, FinancingPatent, PledgorConsent
from backend.pledges.access import HeldPledge
from backend.pledges.codes import PledgeSide
from backend.pledges.registration.ledger_request import terms_of

BOTH_CONFIRM: Final = frozenset({Ground.SAME_DAY_APPLICATION, Ground.INVALIDATION_PENDING})


async def reasons_against(session: AsyncSession, held: HeldPledge, now: datetime) -> list[Reason]:
    """Return every reason why the office would refuse the registration of one of the patents, or would ask."""
    return [reason for one in await _run(session, held, now) for reason in one.reasons()]


async def asks(session: AsyncSession, held: HeldPledge, patent_id: str, ground: Ground, now: datetime) -> bool:
    """Whether the office would ask both sides about a ground of a patent."""
    found = {one.patent_id: one for one in await _run(session, held, now)}
    return any(one.ground is ground and one.outcome is CheckOutcome.TO_CONFIRM for one in found[patent_id].grounds)


async def _run(session: AsyncSession, held: HeldPledge, now: datetime) -> list[PatentChecks]:
    pledge = held.pledge
    offer = await session.get_one(FinancingOffer, pledge.offer_id)
    named = sa.select(FinancingPatent).where(col(FinancingPatent.request_id) == offer.request_id)
    asked = {one.patent_id: one for one in await session.scalars(named)}
    consents = sa.select(PledgorConsent).where(col(PledgorConsent.request_id) == offer.request_id)
    agreed = (await session.scalars(consents)).all()
    patents = [
        PatentToPledge(
            patent_id=one.patent_id,
            pledgors=frozenset(p.party_id for p in held.pledgors if p.patent_id == one.patent_id),
            same_day=asked[one.patent_id].same_day,
            confirmed=_confirmed(held, asked[one.patent_id], agreed),
        )
        for one in held.still_pledged()
    ]
    digest = fingerprint(terms_of(pledge, held.pledgors))
    term = DebtTerm(ends_on=pledge.debt_until, to_party=pledge.pledgee_party_id, terms_hash=digest)
    return await checks.run(session, patents, term, now)


def _confirmed(held: HeldPledge, asked: FinancingPatent, agreed: Sequence[PledgorConsent]) -> frozenset[Ground]:
    """Return the grounds that count as confirmed: where the office asks both sides, by both."""
    by_request = {Ground(one) for one in asked.confirmed}
    by_others = {Ground(one) for row in agreed if row.patent_id == asked.patent_id for one in row.confirmed}
    by_pledgor = by_request | by_others | _said(held, asked.patent_id, PledgeSide.PLEDGOR)
    by_pledgee = _said(held, asked.patent_id, PledgeSide.PLEDGEE)
    return frozenset((by_request - BOTH_CONFIRM) | (by_pledgor & by_pledgee & BOTH_CONFIRM))


def _said(held: HeldPledge, patent_id: str, side: PledgeSide) -> set[Ground]:
    said: Collection[dict[str, str]] = held.pledge.confirmations
    return {Ground(one["ground"]) for one in said if one["patent_id"] == patent_id and one["side"] == side}

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


async def is_to_confirm(session: AsyncSession, held: HeldPledge, patent_id: str, ground: Ground, now: datetime) -> bool:
    """Whether the office would ask both sides about a ground of a patent."""
    by_patent = {checks_of_patent.patent_id: checks_of_patent for checks_of_patent in await _run(session, held, now)}
    return any(
        checks_of_patent.ground is ground and checks_of_patent.outcome is CheckOutcome.TO_CONFIRM
        for checks_of_patent in by_patent[patent_id].grounds
    )


async def _run(session: AsyncSession, held: HeldPledge, now: datetime) -> list[PatentChecks]:
    pledge = held.pledge
    offer = await session.get_one(FinancingOffer, pledge.offer_id)
    request_patents_query = sa.select(FinancingPatent).where(col(FinancingPatent.request_id) == offer.request_id)
    request_patents = {patent.patent_id: patent for patent in await session.scalars(request_patents_query)}
    consents = sa.select(PledgorConsent).where(col(PledgorConsent.request_id) == offer.request_id)
    agreed = (await session.scalars(consents)).all()
    patents = [
        PatentToPledge(
            patent_id=patent.patent_id,
            pledgors=frozenset(pledgor.party_id for pledgor in held.pledgors if pledgor.patent_id == patent.patent_id),
            same_day=request_patents[patent.patent_id].same_day,
            confirmed=_confirmed(held, request_patents[patent.patent_id], agreed),
        )
        for patent in held.still_pledged()
    ]
    digest = fingerprint(terms_of(pledge, held.pledgors))
    term = DebtTerm(ends_on=pledge.debt_until, to_party=pledge.pledgee_party_id, terms_hash=digest)
    return await checks.run(session, patents, term, now)


def _confirmed(held: HeldPledge, patent: FinancingPatent, agreed: Sequence[PledgorConsent]) -> frozenset[Ground]:
    """Return the grounds that count as confirmed: where the office asks both sides, by both."""
    by_request = {Ground(code) for code in patent.confirmed}
    by_co_pledgors = {Ground(code) for row in agreed if row.patent_id == patent.patent_id for code in row.confirmed}
    by_pledgor = by_request | by_co_pledgors | _confirmed_by(held, patent.patent_id, PledgeSide.PLEDGOR)
    by_pledgee = _confirmed_by(held, patent.patent_id, PledgeSide.PLEDGEE)
    return frozenset((by_request - BOTH_CONFIRM) | (by_pledgor & by_pledgee & BOTH_CONFIRM))


def _confirmed_by(held: HeldPledge, patent_id: str, side: PledgeSide) -> set[Ground]:
    confirmations: Collection[dict[str, str]] = held.pledge.confirmations
    return {
        Ground(confirmation["ground"])
        for confirmation in confirmations
        if confirmation["patent_id"] == patent_id and confirmation["side"] == side
    }

"""What licences of pledged patents bring in: it goes to early repayment or deposit, as the pledgee says (444(2))."""

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.clock import china_day
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.licences import queries as licence_queries
from backend.licences.models import Licence, Payment
from backend.licences.states import COUNTS, PaymentStatus
from backend.loans import queries as loan_queries
from backend.loans import service as loans
from backend.loans.codes import RepaymentSource
from backend.loans.rules import OWED
from backend.pledges import queries
from backend.pledges.access import HeldPledge
from backend.pledges.codes import ProceedsUse
from backend.pledges.errors import NoSuchProceeds, PledgeNotInState
from backend.pledges.events import (
    PledgeProceedsDecided,
    PledgeProceedsEvent,
    PledgeProceedsReceived,
    PledgeProceedsReopened,
    PledgeProceedsStruck,
    pledge_event,
)
from backend.pledges.models import Pledge, PledgeProceeds
from backend.pledges.service import announce

GONE: Final = frozenset({PaymentStatus.WITHDRAWN, PaymentStatus.STRUCK})


async def receive(session: AsyncSession, licence_id: str, now: datetime) -> None:
    """Note the payments of a licence since the patent was pledged, each once, and tell the pledge's sides.

    Those that it took effect with are its too.
    """
    for payment in [one for one in await _payments(session, licence_id) if one.status in COUNTS]:
        for pledge, patent in await queries.standing_on(session, [payment.patent_id]):
            if pledge.registered_on is None or payment.value_date < pledge.registered_on:
                continue
            known = queries.proceeds(pledge.id).where(col(PledgeProceeds.payment_id) == payment.id)
            if (await session.scalars(known)).first() is not None:
                continue
            row = PledgeProceeds(
                id=new_id("prc"),
                pledge_id=pledge.id,
                patent_id=patent.patent_id,
                licence_id=licence_id,
                payment_id=payment.id,
                amount_fen=payment.amount_fen,
                received_at=now,
            )
            session.add(row)
            await _tell(session, row, PledgeProceedsReceived, now, licence_id=licence_id)


async def strike(session: AsyncSession, licence_id: str, now: datetime) -> None:
    """Note that payments of a licence do not count any more, and tell the sides and the lender of each, once.

    What was credited to the loan is the lender's word: it reverses that by the loan's own rules.
    """
    gone = [one.id for one in await _payments(session, licence_id) if one.status in GONE]
    condition = sa.and_(col(PledgeProceeds.payment_id).in_(gone), col(PledgeProceeds.struck_at).is_(None))
    rows = (await session.scalars(sa.select(PledgeProceeds).where(condition).order_by(col(PledgeProceeds.id)))).all()
    for row in rows:
        row.struck_at = now
        row.version += 1
        await _tell(session, row, PledgeProceedsStruck, now, licence_id=licence_id, use=row.use)


async def reopen(session: AsyncSession, proceeds_id: str, now: datetime) -> None:
    """Have the pledgee say anew what becomes of proceeds whose repayment counts no more; struck ones are over."""
    row = await session.get(PledgeProceeds, proceeds_id, with_for_update=True, populate_existing=True)
    if row is None or row.struck_at is not None:
        return
    row.use = row.decided_at = row.decided_by = None
    row.version += 1
    await _tell(session, row, PledgeProceedsReopened, now)


async def _payments(session: AsyncSession, licence_id: str) -> list[Payment]:
    licence = await session.get(Licence, licence_id)
    return await licence_queries.payments_of(session, licence) if licence else []


async def _tell(
    session: AsyncSession, row: PledgeProceeds, kind: type[PledgeProceedsEvent], now: datetime, **more: Any
) -> None:
    pledge = await session.get_one(Pledge, row.pledge_id)
    payload = kind(pledge_id=pledge.id, offer_id=pledge.offer_id, proceeds_id=row.id, **more)
    audience = (await queries.audiences_of(session, [pledge]))[pledge.id]
    await append(session, pledge_event(payload, audience), now)


async def decide(
    session: AsyncSession, held: HeldPledge, proceeds_id: str, use: ProceedsUse, now: datetime
) -> PledgeProceeds:
    """Return the proceeds with what becomes of them; early repayment is credited to the loan.

    Raises NoSuchProceeds, PledgeNotInState.
    """
    statement = queries.proceeds(held.pledge.id).where(col(PledgeProceeds.id) == proceeds_id).with_for_update()
    row: PledgeProceeds | None = (await session.scalars(statement)).first()
    if row is None:
        raise NoSuchProceeds
    if row.use is not None or row.struck_at is not None:
        raise PledgeNotInState(status="decided" if row.use else "struck", action="decide_proceeds")
    loan = await loan_queries.loan_of_offer(session, held.pledge.offer_id, lock=True)
    if use is ProceedsUse.EARLY_REPAYMENT and (loan is None or loan.status not in OWED):
        raise PledgeNotInState(status="nothing_owed", action="repay_early")
    row.use, row.decided_at, row.decided_by = use, now, held.caller.organisation_id
    row.version += 1
    if use is ProceedsUse.EARLY_REPAYMENT and loan is not None:
        await loans.credit(
            session, loan, row.amount_fen, china_day(now), source=RepaymentSource.PROCEEDS, about=row.id,
            by=held.caller, now=now,
        )  # fmt: skip
    await announce(session, held, PledgeProceedsDecided, now, proceeds_id=row.id, use=use)
    return row

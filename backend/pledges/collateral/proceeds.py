"""What licences of pledged patents bring in: it goes to early repayment or deposit, as the pledgee says (444(2))."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.clock import china_day
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.licences.models import Payment
from backend.licences.states import PaymentStatus
from backend.loans import queries as loan_queries
from backend.loans import service as loans
from backend.loans.codes import RepaymentSource
from backend.loans.rules import OWED
from backend.pledges import queries
from backend.pledges.access import HeldPledge, audience_of
from backend.pledges.codes import ProceedsUse
from backend.pledges.errors import NoSuchProceeds, PledgeNotInState
from backend.pledges.events import PledgeProceedsDecided, PledgeProceedsReceived, pledge_event
from backend.pledges.models import PledgeProceeds
from backend.pledges.service import announce


async def receive(session: AsyncSession, licence_id: str, now: datetime) -> None:
    """Note the payments of a licence since the patent was pledged, each once, and tell the pledge's sides."""
    counts = col(Payment.status).in_([PaymentStatus.RECORDED, PaymentStatus.CONFIRMED])
    statement = sa.select(Payment).where(col(Payment.licence_id) == licence_id, counts).order_by(col(Payment.id))
    for payment in await session.scalars(statement):
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
            payload = PledgeProceedsReceived(
                pledge_id=pledge.id, offer_id=pledge.offer_id, proceeds_id=row.id, licence_id=licence_id
            )
            pledgors = (await queries.pledgors_of(session, [pledge.id]))[pledge.id]
            await append(session, pledge_event(payload, audience_of(pledge, pledgors)), now)


async def strike(session: AsyncSession, licence_id: str, now: datetime) -> None:
    """Mark the proceeds of payments that do not count any more as struck."""
    void_payments = sa.select(col(Payment.id)).where(
        col(Payment.licence_id) == licence_id, col(Payment.status).in_([PaymentStatus.WITHDRAWN, PaymentStatus.STRUCK])
    )
    condition = sa.and_(col(PledgeProceeds.payment_id).in_(void_payments), col(PledgeProceeds.struck_at).is_(None))
    values = {"struck_at": now, "version": col(PledgeProceeds.version) + 1}
    await session.execute(sa.update(PledgeProceeds).where(condition).values(**values))


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

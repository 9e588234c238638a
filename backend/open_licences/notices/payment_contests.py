"""Contests of payments that made a licence, or came later: what becomes of the notice that the licence came from."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.licences import queries
from backend.licences.models import Licence, Payment
from backend.licences.payments import contests
from backend.licences.policy import LicencePolicy
from backend.licences.receivables.allocation import paid_at_start
from backend.licences.schemas import Contest, ContestDecision
from backend.open_licences.errors import NoticeNotInState
from backend.open_licences.models import Notice
from backend.open_licences.states import NoticeStatus, NoticeStep, next_notice
from backend.patents.queries import PatentAggregate


async def contest(
    session: AsyncSession, licence: Licence, notice: Notice, payment: Payment, given: Contest, caller: Caller,
    now: datetime,
) -> None:  # fmt: skip
    """The licensor says that the payment did not come; licence and notice stand, marked, until that is decided."""
    contests.check_contestable(payment, now)
    if payment.at_start:
        notice.status = next_notice(notice.status, NoticeStep.CONTEST)
    notice.version += 1
    await contests.contest(session, licence, payment, given, caller, now)


async def let_stand(
    session: AsyncSession, licence: Licence, notice: Notice, payment: Payment, outcome: str, decision: str | None,
    caller: Caller, now: datetime,
) -> None:  # fmt: skip
    """The contest is withdrawn or dismissed; raise NoticeNotInState where there is none that is open."""
    check_open(payment)
    await contests.let_stand(session, licence, payment, outcome, decision, caller, now)
    await _follow(session, licence, notice, payment)


async def decide(
    session: AsyncSession,
    whole: PatentAggregate,
    licence: Licence,
    notice: Notice,
    payment: Payment,
    given: ContestDecision,
    caller: Caller,
    policy: LicencePolicy,
    now: datetime,
) -> None:
    """The platform or an authority finds; raise NoticeNotInState where no contest is open."""
    check_open(payment)
    await contests.decide(session, whole, licence, payment, given, caller, policy, now)
    await _follow(session, licence, notice, payment)


def check_open(payment: Payment) -> None:
    """Raise NoticeNotInState where the payment is not contested, or that is over."""
    if not contests.is_open(payment):
        raise NoticeNotInState(status="not contested", step=NoticeStep.LET_STAND.value)


async def _follow(session: AsyncSession, licence: Licence, notice: Notice, payment: Payment) -> None:
    """Have the notice say what its payments come to, and stand as the licence that rests on them does."""
    notice.paid_fen = paid_at_start(await queries.payments_of(session, licence))
    notice.version += 1
    if not payment.at_start:
        return
    if licence.status_reason == contests.NOT_PAID and notice.status is NoticeStatus.CONTESTED:
        notice.status, notice.status_reason = next_notice(notice.status, NoticeStep.UPHOLD), contests.NOT_PAID
    elif not await contests.is_contested(session, licence):
        notice.status = next_notice(notice.status, NoticeStep.LET_STAND)

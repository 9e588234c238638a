"""A payment is withdrawn by whoever recorded it, while nothing follows from it."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.licences import queries
from backend.licences.certificates.content import CertifiedStep, chained
from backend.licences.errors import PaymentReliedOn
from backend.licences.events import LicencePaymentWithdrawn
from backend.licences.events import append_event as append_licence_event
from backend.licences.models import Licence, Payment
from backend.licences.receivables.allocation import settle
from backend.licences.states import PaymentStatus, PaymentStep, next_payment
from backend.open_licences.errors import TooManyWithdrawn
from backend.open_licences.events import NoticePaymentWithdrawn
from backend.open_licences.models import Notice, OpenLicence
from backend.open_licences.notices import service as notices
from backend.open_licences.notices.settlement import settle_notice
from backend.open_licences.policy import OpenLicencePolicy
from backend.patents.queries import PatentAggregate

MOST: Final = 20  # of one notice: whoever records and withdraws without end would fill others' inboxes


async def withdraw(
    session: AsyncSession, whole: PatentAggregate, declared: OpenLicence, notice: Notice, payment: Payment,
    licence: Licence | None, caller: Caller, policy: OpenLicencePolicy, now: datetime,
) -> None:  # fmt: skip
    """Have the payment count no more; raise PaymentNotInState, TooManyWithdrawn, or PaymentReliedOn.

    The last where something follows from it.
    """
    counted = payment.status is PaymentStatus.RECORDED
    target = next_payment(payment.status, PaymentStep.WITHDRAW)
    if counted and licence is not None and _is_relied_on(payment, now):
        raise PaymentReliedOn
    others = (await queries.payments_made(session, [notice.id])).get(notice.id, [])
    if sum(one.status is PaymentStatus.WITHDRAWN for one in others) >= MOST:
        raise TooManyWithdrawn(most=MOST)
    payment.status = target
    payment.version += 1
    if counted and licence is not None:
        await _owe_again(session, licence, payment, caller, now)
        return
    told = (session, notice, declared.organisation_id, NoticePaymentWithdrawn, now, caller.user_id)
    await notices.append_event(*told, payment_id=payment.id)
    await settle_notice(session, whole, declared, notice, policy, now, caller.user_id)


def _is_relied_on(payment: Payment, now: datetime) -> bool:
    """Return whether the licence rests on the payment, or it is for an office to decide on, or beyond contest."""
    return payment.at_start or payment.contested_at is not None or china_day(now) > payment.contestable_until


async def _owe_again(session: AsyncSession, licence: Licence, payment: Payment, caller: Caller, now: datetime) -> None:
    """What the later payment had paid is open again; that it was recorded stays in the licence's chain."""
    licence.chain = [
        *licence.chain, chained(CertifiedStep.PAYMENT_WITHDRAWN, china_day(now), payment.id, payment.amount_fen)
    ]  # fmt: skip
    licence.version += 1
    await settle(session, licence)
    await append_licence_event(session, licence, LicencePaymentWithdrawn, now, caller.user_id)

"""How a guarantor is asked to stand for a debt, and answers by its clock."""

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.financing import queries, rules
from backend.financing.access import OwnRequest
from backend.financing.codes import GuaranteeStatus, RecipientKind
from backend.financing.errors import FinancingNotInState, GuaranteeExists, NotDisclosedToGuarantor
from backend.financing.events import (
    GuaranteeAgreed,
    GuaranteeAsked,
    GuaranteeDeclined,
    GuaranteeEvent,
    guarantee_event,
)
from backend.financing.guarantees.schemas import GuaranteeAgreement, GuaranteeDecline, GuaranteeIn
from backend.financing.models import FinancingGuarantee, FinancingRequest
from backend.financing.policy import FinancingPolicy
from backend.financing.rules import GuaranteeAction
from backend.response_clocks import queries as clocks
from backend.response_clocks import service as clock_service
from backend.response_clocks.codes import StopReason
from backend.response_clocks.service import Question

KIND: Final = "financing_guarantee"


async def ask(
    session: AsyncSession, own: OwnRequest, body: GuaranteeIn, policy: FinancingPolicy, now: datetime
) -> FinancingGuarantee:
    """Return the guarantee that is asked for; the guarantor's clock runs from now on.

    Raises FinancingNotInState, NotDisclosedToGuarantor, GuaranteeExists.
    """
    request, actor = own.request, own.caller.user_id
    if request.status not in rules.SENT:
        raise FinancingNotInState(status=request.status.value, action="ask_guarantor")
    guarantor, today = body.organisation_id, china_day(now)
    disclosure = await queries.readable(session, request.id, guarantor, today, lock=True)
    if disclosure is None or disclosure.recipient is not RecipientKind.GUARANTOR:
        raise NotDisclosedToGuarantor
    if await queries.locked_living_guarantees(session, request.id, disclosure.id):
        raise GuaranteeExists
    guarantee = FinancingGuarantee(
        id=new_id("gua"),
        request_id=request.id,
        disclosure_id=disclosure.id,
        organisation_id=guarantor,
        status=GuaranteeStatus.ASKED,
        asked_amount_fen=body.amount_fen,
        asked_by=actor,
        asked_at=now,
    )
    session.add(guarantee)
    await session.flush()
    await _start_clock(session, request, guarantee, policy, now)
    borrower = request.organisation_id
    await append(session, guarantee_event(guarantee, borrower, GuaranteeAsked, actor, [borrower]), now)
    return guarantee


async def _start_clock(
    session: AsyncSession,
    request: FinancingRequest,
    guarantee: FinancingGuarantee,
    policy: FinancingPolicy,
    now: datetime,
) -> None:
    question = Question(
        kind=KIND,
        subject=guarantee.id,
        about=request.id,
        asker_organisation_id=request.organisation_id,
        organisation_id=guarantee.organisation_id,
    )
    clock = await clock_service.start(session, question, policy.clock, now)
    if await queries.open_questions(session, guarantee.disclosure_id):
        await clock_service.pause(session, clock, now)


async def agree(
    session: AsyncSession,
    request: FinancingRequest,
    guarantee: FinancingGuarantee,
    body: GuaranteeAgreement,
    caller: Caller,
    now: datetime,
) -> FinancingGuarantee:
    """Return the held guarantee, agreed to. Raises FinancingNotInState."""
    for name in ("amount_fen", "fee_bp", "counter_guarantee", "may_be_pledgee"):
        setattr(guarantee, name, getattr(body, name))
    await _answer(session, request, guarantee, GuaranteeAction.AGREE, GuaranteeAgreed, caller, now)
    return guarantee


async def decline(
    session: AsyncSession,
    request: FinancingRequest,
    guarantee: FinancingGuarantee,
    body: GuaranteeDecline,
    caller: Caller,
    now: datetime,
) -> FinancingGuarantee:
    """Return the held guarantee, declined. Raises FinancingNotInState."""
    guarantee.decline_code, guarantee.decline_note = body.code, body.note
    await _answer(session, request, guarantee, GuaranteeAction.DECLINE, GuaranteeDeclined, caller, now)
    return guarantee


async def _answer(
    session: AsyncSession,
    request: FinancingRequest,
    guarantee: FinancingGuarantee,
    action: GuaranteeAction,
    kind: type[GuaranteeEvent],
    caller: Caller,
    now: datetime,
) -> None:
    guarantee.status = rules.next_guarantee(guarantee.status, action)
    guarantee.answered_at, guarantee.answered_by = now, caller.user_id
    guarantee.version += 1
    clock = await clocks.locked(session, guarantee.id)
    if clock is not None:
        await clock_service.stop(session, clock, StopReason.ANSWERED, now)
    muted = [guarantee.organisation_id]
    await append(session, guarantee_event(guarantee, request.organisation_id, kind, caller.user_id, muted), now)

"""How disclosures end, with the clocks, offers and guarantees that rest on them, in one transaction.

The caller holds the request; all else is held here, in the order that `financing.access` names.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.events.log import append
from backend.financing import queries, rules
from backend.financing.codes import DisclosureStatus, OfferStatus, RecipientKind, RequestStatus
from backend.financing.events import (
    DisclosureDeclined,
    DisclosureEnded,
    DisclosureEvent,
    DisclosureExpired,
    DisclosureRetained,
    DisclosureWithdrawn,
    DraftOfferEnded,
    GuaranteeLapsed,
    OfferLapsed,
    OfferRejected,
    OfferWithdrawn,
    RequestBackInReview,
    RequestDeclined,
    RequestExpired,
    UnsentDisclosureEnded,
    disclosure_event,
    guarantee_event,
    offer_event,
    request_event,
)
from backend.financing.models import Disclosure, FinancingGuarantee, FinancingOffer, FinancingRequest
from backend.financing.rules import DisclosureAction, GuaranteeAction, OfferAction, RequestAction
from backend.response_clocks import queries as clocks
from backend.response_clocks import service as clock_service
from backend.response_clocks.codes import StopReason

EVENTS: Final[dict[DisclosureAction, type[DisclosureEvent]]] = {
    DisclosureAction.DECLINE: DisclosureDeclined,
    DisclosureAction.WITHDRAW: DisclosureWithdrawn,
    DisclosureAction.EXPIRE: DisclosureExpired,
    DisclosureAction.END: DisclosureEnded,
    DisclosureAction.KEEP: DisclosureRetained,
}
STOPS: Final[dict[DisclosureAction, StopReason]] = {
    DisclosureAction.DECLINE: StopReason.ANSWERED,
    DisclosureAction.WITHDRAW: StopReason.WITHDRAWN,
    DisclosureAction.EXPIRE: StopReason.LAPSED,
    DisclosureAction.END: StopReason.WITHDRAWN,
    DisclosureAction.KEEP: StopReason.ANSWERED,
}
OFFER_EVENTS: Final = {
    OfferAction.REJECT: OfferRejected,
    OfferAction.WITHDRAW: OfferWithdrawn,
    OfferAction.LAPSE: OfferLapsed,
}
OFFER_ACTIONS: Final[dict[DisclosureAction, OfferAction]] = {
    DisclosureAction.DECLINE: OfferAction.WITHDRAW,
    DisclosureAction.WITHDRAW: OfferAction.REJECT,
    DisclosureAction.EXPIRE: OfferAction.LAPSE,
    DisclosureAction.END: OfferAction.REJECT,
}


async def end(
    session: AsyncSession,
    request: FinancingRequest,
    disclosure: Disclosure,
    action: DisclosureAction,
    now: datetime,
    actor: str | None = None,
) -> None:
    """End one held disclosure, and what rests on it; raise FinancingNotInState."""
    disclosure.status = rules.next_disclosure(disclosure.status, action)
    disclosure.version += 1
    disclosure.ended_at = now
    await _stop_clock(session, disclosure.id, STOPS[action], now)
    for offer in await queries.locked_open_offers(session, request.id, disclosure.id):
        await close_offer(session, request, offer, OFFER_ACTIONS[action], now, actor)
    for guarantee in await queries.locked_living_guarantees(session, request.id, disclosure.id):
        await _lapse(session, request, guarantee, now)
    await _announce(session, request, disclosure, action, now, actor)


async def keep(session: AsyncSession, request: FinancingRequest, disclosure: Disclosure, now: datetime) -> None:
    """Let a contracting bank or guarantor keep what its contract needs, and stop its clock."""
    disclosure.status = rules.next_disclosure(disclosure.status, DisclosureAction.KEEP)
    disclosure.version += 1
    await _stop_clock(session, disclosure.id, StopReason.ANSWERED, now)
    await _announce(session, request, disclosure, DisclosureAction.KEEP, now, None)


async def end_kept(session: AsyncSession, request_id: str, now: datetime) -> None:
    """End the disclosures that contracting bank and guarantor kept, once the deal is over; readings stay listed."""
    request = await queries.locked_request(session, request_id)
    if request is None:
        return
    for disclosure in await queries.locked_living_disclosures(session, request.id):
        if disclosure.status is DisclosureStatus.KEPT:
            disclosure.status = rules.next_disclosure(disclosure.status, DisclosureAction.END)
            disclosure.version += 1
            disclosure.ended_at = now
            await _announce(session, request, disclosure, DisclosureAction.END, now, None)


async def end_all(
    session: AsyncSession,
    request: FinancingRequest,
    disclosures: Sequence[Disclosure],
    action: DisclosureAction,
    now: datetime,
    actor: str | None = None,
) -> None:
    """End held disclosures, in the order of their ids."""
    for disclosure in disclosures:
        await end(session, request, disclosure, action, now, actor)


async def _announce(
    session: AsyncSession,
    request: FinancingRequest,
    disclosure: Disclosure,
    action: DisclosureAction,
    now: datetime,
    actor: str | None,
) -> None:
    borrower = request.organisation_id
    kind = EVENTS[action] if disclosure.sent_at is not None else UnsentDisclosureEnded
    by_recipient = action is DisclosureAction.DECLINE
    muted = [disclosure.organisation_id if by_recipient else borrower] if actor else []
    await append(session, disclosure_event(disclosure, borrower, kind, actor, muted), now)


async def _stop_clock(session: AsyncSession, subject: str, reason: StopReason, now: datetime) -> None:
    clock = await clocks.locked(session, subject)
    if clock is not None:
        await clock_service.stop(session, clock, reason, now)


async def close_offer(
    session: AsyncSession,
    request: FinancingRequest,
    offer: FinancingOffer,
    action: OfferAction,
    now: datetime,
    actor: str | None = None,
) -> None:
    """Close a held offer; the enterprise hears of one that stood. Raises FinancingNotInState."""
    was_draft = offer.status is OfferStatus.DRAFTED
    if was_draft and action is OfferAction.REJECT:
        action = OfferAction.LAPSE
    offer.status = rules.next_offer(offer.status, action)
    offer.closed_at, offer.closed_by = now, actor
    offer.version += 1
    if was_draft:
        await append(session, offer_event(offer, [offer.organisation_id], DraftOfferEnded, actor), now)
        return
    borrower = request.organisation_id
    by_bank = action is OfferAction.WITHDRAW
    muted = [offer.organisation_id if by_bank else borrower] if actor else []
    await append(
        session, offer_event(offer, [borrower, offer.organisation_id], OFFER_EVENTS[action], actor, muted), now
    )


async def _lapse(
    session: AsyncSession, request: FinancingRequest, guarantee: FinancingGuarantee, now: datetime
) -> None:
    guarantee.status = rules.next_guarantee(guarantee.status, GuaranteeAction.LAPSE)
    guarantee.closed_at = now
    guarantee.version += 1
    await _stop_clock(session, guarantee.id, StopReason.LAPSED, now)
    await append(session, guarantee_event(guarantee, request.organisation_id, GuaranteeLapsed), now)


async def settle(
    session: AsyncSession, request: FinancingRequest, now: datetime, ended_by: DisclosureAction | None = None
) -> None:
    """Bring a held request in line with what is left of its disclosures and offers.

    `because` is how the last disclosure ended: with the last bank that declines, or whose time is over, the request
    ends too; where the enterprise itself withdrew the last one, it may choose others.
    """
    if request.status not in rules.SENT:
        return
    await session.flush()
    banks = [
        disclosure for disclosure in await queries.locked_living_disclosures(session, request.id)
        if disclosure.recipient is RecipientKind.BANK
    ]  # fmt: skip
    request_steps = {
        DisclosureAction.DECLINE: (RequestAction.LOSE_LAST_BANK, RequestDeclined),
        DisclosureAction.EXPIRE: (RequestAction.EXPIRE, RequestExpired),
    }
    if not banks and ended_by in request_steps:
        action, kind = request_steps[ended_by]
        await close(session, request, action, DisclosureAction.END, now)
        await append(session, request_event(request, kind), now)
    elif request.status is RequestStatus.OFFERED and not await queries.standing_offers(
        session, [disclosure.id for disclosure in banks]
    ):
        request.status = rules.next_request(request.status, RequestAction.LOSE_LAST_OFFER)
        request.version += 1
        await append(session, request_event(request, RequestBackInReview), now)


async def close(
    session: AsyncSession,
    request: FinancingRequest,
    action: RequestAction,
    of_disclosures: DisclosureAction,
    now: datetime,
    *,
    kept: frozenset[str] = frozenset(),
    actor: str | None = None,
) -> None:
    """Close a held request and end all its disclosures but those kept. Raises FinancingNotInState."""
    request.status = rules.next_request(request.status, action)
    request.closed_at = now
    request.version += 1
    living = await queries.locked_living_disclosures(session, request.id)
    ending = [
        disclosure
        for disclosure in living
        if disclosure.id not in kept and disclosure.status is DisclosureStatus.STANDING
    ]
    await end_all(session, request, ending, of_disclosures, now, actor)

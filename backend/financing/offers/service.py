"""How a bank's offer is drafted, approved, accepted, rejected and withdrawn; nothing else writes its table."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.codes import OrganisationKind
from backend.core.clock import china_day
from backend.core.errors import FieldError, Text
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.financing import queries, rules
from backend.financing.access import DisclosedRequest
from backend.financing.codes import OfferStatus, PledgeeKind, RequestStatus
from backend.financing.disclosures import ending
from backend.financing.disclosures.service import take_up
from backend.financing.errors import (
    BankNotVerified,
    FinancingNotInState,
    GuaranteeMissing,
    NotAGuarantor,
    OfferExpired,
    OfferNeedsAnother,
    OfferOutlastsDisclosure,
    TooManyOffers,
    UnknownScheme,
)
from backend.financing.events import (
    OfferAccepted,
    OfferDrafted,
    OfferStands,
    RequestAccepted,
    RequestOffered,
    offer_event,
    request_event,
)
from backend.financing.models import FinancingGuarantee, FinancingOffer, FinancingRequest
from backend.financing.offers import queries as offers
from backend.financing.offers.access import HeldOffer
from backend.financing.offers.costs import scheme_on
from backend.financing.offers.schemas import FinancingOfferIn
from backend.financing.policy import FinancingPolicy
from backend.financing.rules import DisclosureAction, OfferAction, RequestAction
from backend.financing.terms_schemas import fee_rows
from backend.response_clocks import queries as clocks
from backend.response_clocks import service as clock_service
from backend.response_clocks.codes import StopReason

NO_GUARANTOR = Text("须为已认证的担保机构。", "It must be a verified guarantor.")
TOO_LATE = Text("不得晚于披露截止日。", "It must not be later than the disclosure's last day.")
NO_SCHEME = Text("没有该方案，或未生效。", "There is no such scheme in force.")


async def draft(
    session: AsyncSession, held: DisclosedRequest, body: FinancingOfferIn, policy: FinancingPolicy, now: datetime
) -> FinancingOffer:
    """Return the draft of an offer, of which the enterprise learns once a second person has approved it.

    Raises FinancingNotInState, OfferExpired, OfferOutlastsDisclosure, NotAGuarantor, UnknownScheme, TooManyOffers.
    """
    request, disclosure, caller = held.request, held.disclosure, held.caller
    if request.status not in rules.SENT:
        raise FinancingNotInState(status="closed", action="offer")
    if body.valid_until < china_day(now):
        raise OfferExpired
    if body.valid_until > disclosure.ends_on:
        ends_on = disclosure.ends_on.isoformat()
        raise OfferOutlastsDisclosure(errors=[FieldError("/valid_until", "too_late", TOO_LATE)], ends_on=ends_on)
    await _check_named(session, body, now)
    if len(await queries.locked_open_offers(session, request.id, disclosure.id)) >= policy.open_offers:
        raise TooManyOffers(limit=policy.open_offers)
    await take_up(session, held, now)
    offer = FinancingOffer(
        id=new_id("off"),
        request_id=request.id,
        disclosure_id=disclosure.id,
        organisation_id=disclosure.organisation_id,
        status=OfferStatus.DRAFTED,
        drafted_by=caller.user_id,
        drafted_at=now,
        fees=fee_rows(body.fees),
        **body.model_dump(exclude={"fees"}),
    )
    session.add(offer)
    await session.flush()
    await append(session, offer_event(offer, [offer.organisation_id], OfferDrafted, caller.user_id), now)
    return offer


async def _check_named(session: AsyncSession, body: FinancingOfferIn, now: datetime) -> None:
    if body.guarantor_organisation_id is not None:
        guarantor = await queries.verified_organisation(session, body.guarantor_organisation_id)
        if guarantor is None or guarantor.kind is not OrganisationKind.GUARANTOR:
            error = FieldError("/guarantor_organisation_id", "not_a_guarantor", NO_GUARANTOR)
            raise NotAGuarantor(errors=[error])
    for name in ("scheme", "subsidy_scheme"):
        code = getattr(body, name)
        if code is not None and await scheme_on(session, code, china_day(now)) is None:
            raise UnknownScheme(errors=[FieldError(f"/{name}", "unknown_scheme", NO_SCHEME)])


async def approve(session: AsyncSession, held: HeldOffer, now: datetime) -> FinancingOffer:
    """Return the offer, which stands from now on: the bank has answered, and its clock stops.

    Raises OfferNeedsAnother, OfferExpired, FinancingNotInState.
    """
    request, offer, caller = held.request, held.offer, held.caller
    status = rules.next_offer(offer.status, OfferAction.APPROVE)
    if offer.drafted_by == caller.user_id:
        raise OfferNeedsAnother
    if offer.valid_until < china_day(now):
        raise OfferExpired
    if request.status not in rules.SENT:
        raise FinancingNotInState(status="closed", action="approve")
    disclosure = await queries.readable(session, request.id, offer.organisation_id, china_day(now), lock=True)
    if disclosure is None or disclosure.id != offer.disclosure_id:
        raise FinancingNotInState(status="closed", action="approve")
    disclosure.version += 1
    clock = await clocks.locked(session, disclosure.id)
    if clock is not None:
        await clock_service.stop(session, clock, StopReason.ANSWERED, now)
    offer.status, offer.approved_by, offer.approved_at = status, caller.user_id, now
    offer.version += 1
    is_first = request.status is not RequestStatus.OFFERED
    request.status = rules.next_request(request.status, RequestAction.RECEIVE_OFFER)
    sides = [request.organisation_id, offer.organisation_id]
    await append(session, offer_event(offer, sides, OfferStands, caller.user_id, [offer.organisation_id]), now)
    if is_first:
        request.version += 1
        await append(session, request_event(request, RequestOffered), now)
    return offer


async def accept(session: AsyncSession, held: HeldOffer, now: datetime) -> FinancingOffer:
    """Return the offer, accepted: all other offers and disclosures end in the same transaction.

    Raises FinancingNotInState, OfferExpired, BankNotVerified, GuaranteeMissing.
    """
    request, offer, actor = held.request, held.offer, held.caller.user_id
    status = rules.next_offer(offer.status, OfferAction.ACCEPT)
    if offer.valid_until < china_day(now):
        raise OfferExpired
    rules.next_request(request.status, RequestAction.ACCEPT)
    if await queries.verified_organisation(session, offer.organisation_id) is None:
        raise BankNotVerified
    guarantee = await _guarantee(session, request, offer)
    offer.status, offer.closed_at, offer.closed_by = status, now, actor
    offer.version += 1
    request.accepted_offer_id = offer.id
    await session.flush()
    kept = await _kept(session, request, offer, guarantee, now)
    await ending.close(session, request, RequestAction.ACCEPT, DisclosureAction.END, now, kept=kept, actor=actor)
    for other in await queries.locked_open_offers(session, request.id):
        await ending.close_offer(session, request, other, OfferAction.REJECT, now, actor)
    await append(session, request_event(request, RequestAccepted, actor), now)
    await append(session, await _accepted(session, request, offer, guarantee, now, actor), now)
    return offer


async def _guarantee(
    session: AsyncSession, request: FinancingRequest, offer: FinancingOffer
) -> FinancingGuarantee | None:
    if offer.guarantor_organisation_id is None:
        return None
    found = await offers.agreed_guarantee(session, request.id, offer.guarantor_organisation_id)
    must_be_pledgee = offer.pledgee is PledgeeKind.GUARANTOR
    if found is None or (found.amount_fen or 0) < offer.amount_fen or (must_be_pledgee and not found.may_be_pledgee):
        raise GuaranteeMissing
    return found


async def _kept(
    session: AsyncSession,
    request: FinancingRequest,
    offer: FinancingOffer,
    guarantee: FinancingGuarantee | None,
    now: datetime,
) -> frozenset[str]:
    """Let the bank and its guarantor keep what their contract needs; return the ids of their disclosures."""
    needed = {offer.disclosure_id} | ({guarantee.disclosure_id} if guarantee else set())
    for disclosure in await queries.locked_living_disclosures(session, request.id):
        if disclosure.id in needed:
            await ending.keep(session, request, disclosure, now)
    return frozenset(needed)


async def _accepted(
    session: AsyncSession,
    request: FinancingRequest,
    offer: FinancingOffer,
    guarantee: FinancingGuarantee | None,
    now: datetime,
    actor: str,
) -> DomainEvent[OfferAccepted]:
    guarantor = offer.guarantor_organisation_id
    by_guarantor = offer.pledgee is PledgeeKind.GUARANTOR and guarantor is not None
    payload = OfferAccepted(
        offer_id=offer.id,
        request_id=request.id,
        loan_id=rules.loan_of_offer(offer.id),
        bank_organisation_id=offer.organisation_id,
        borrower_organisation_id=request.organisation_id,
        patent_ids=[patent.patent_id for patent in await queries.patents_of(session, request.id)],
        amount_fen=offer.amount_fen,
        term_months=offer.term_months,
        rate_tenor=offer.rate_tenor.value,
        rate_bp=offer.rate_bp,
        method=offer.method.value,
        day_count=offer.day_count.value,
        interest_every=offer.interest_every,
        penalty_bp=offer.penalty_bp,
        fees=offer.fees,
        scheme=offer.scheme,
        subsidy_scheme=offer.subsidy_scheme,
        guarantor_organisation_id=guarantor,
        guarantee_id=guarantee.id if guarantee else None,
        guarantee_fee_bp=offer.guarantee_fee_bp,
        pledgee_organisation_id=guarantor if by_guarantor and guarantor else offer.organisation_id,
        accepted_on=china_day(now),
    )
    audience = sorted({request.organisation_id, offer.organisation_id})
    return DomainEvent(payload, offer.id, audience, actor, [request.organisation_id])


async def reject(session: AsyncSession, held: HeldOffer, now: datetime) -> FinancingOffer:
    """Return the offer, rejected; its bank may make another. Raises FinancingNotInState."""
    await _close(session, held, OfferAction.REJECT, now)
    return held.offer


async def withdraw(session: AsyncSession, held: HeldOffer, now: datetime) -> FinancingOffer:
    """Return the offer, withdrawn by its bank. Raises FinancingNotInState."""
    await _close(session, held, OfferAction.WITHDRAW, now)
    return held.offer


async def lapse(session: AsyncSession, request: FinancingRequest, offer: FinancingOffer, now: datetime) -> None:
    """End a held offer whose last day has passed; the caller holds its request."""
    await ending.close_offer(session, request, offer, OfferAction.LAPSE, now)
    await ending.settle(session, request, now)


async def _close(session: AsyncSession, held: HeldOffer, action: OfferAction, now: datetime) -> None:
    await ending.close_offer(session, held.request, held.offer, action, now, held.caller.user_id)
    await ending.settle(session, held.request, now)

"""The addresses of banks' offers."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import Viewer
from backend.accounts.caller import Caller
from backend.core.clock import Now, Today, china_day
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.preconditions import MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one
from backend.financing.access import RecordsToSee, RequestForBank
from backend.financing.codes import RecipientKind
from backend.financing.errors import FinancingStepNotYours
from backend.financing.models import FinancingOffer
from backend.financing.offers import queries, service
from backend.financing.offers.access import (
    OfferToAccept,
    OfferToApprove,
    OfferToReject,
    OfferToSee,
    OfferToWithdraw,
)
from backend.financing.offers.presenters import offers_out
from backend.financing.offers.schemas import (
    FinancingOfferIn,
    FinancingOfferOut,
    FinancingOfferPage,
    FinancingOffersQuery,
)
from backend.financing.policy import Policy

router = APIRouter(prefix="/v1", tags=["financing"], route_class=WritingRoute)
OF_REQUEST: Final = "/financing-requests/{financing_request_id}/offers"
ONE: Final = "/financing-offers/{offer_id}"
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)


async def _changed(session: AsyncSession, offer: FinancingOffer, now: Now, by: Caller) -> Response:
    await session.flush()
    (out,) = await offers_out(session, [offer], china_day(now), by.organisation_id)
    return changed(out, offer.version)


@router.post(OF_REQUEST, summary="Draft an offer", status_code=201, response_model=FinancingOfferOut,
             responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def draft_financing_offer(
    held: RequestForBank, body: FinancingOfferIn, session: Db, policy: Policy, now: Now
) -> Response:
    """As one person of the bank has it; it stands, and the enterprise sees it, once a second one has approved it."""
    offer = await service.draft(session, held, body, policy, now)
    (out,) = await offers_out(session, [offer], china_day(now), held.caller.organisation_id)
    return created(out, offer.version, f"/v1/financing-requests/{held.request.id}/offers")


@router.get(OF_REQUEST, summary="Offers for a request", response_model=FinancingOfferPage,
            responses=problem_answers(401, 403, 404, 422))  # fmt: skip
async def list_financing_offers(
    request: Request, seen: RecordsToSee, query: Annotated[PageQuery, Query()], session: ReadDb, today: Today
) -> Response:
    """Side by side for the enterprise, each with its whole cost if disbursed today; for a bank its own alone.

    A bank reads its own also once it may read the request no more.
    """
    if seen.disclosure is not None and seen.disclosure.recipient is not RecipientKind.BANK:
        raise FinancingStepNotYours(action="read_offers", by="borrower, bank")
    own = seen.caller.organisation_id
    found = queries.offers_of(seen.request.id, own if seen.disclosure is not None else None)
    keys: Any = (queries.DRAFTED_AT, queries.OFFER_ID)
    rows, cursor = await page(session, request, query, found, *keys, descending=True)
    return listed(await offers_out(session, [row[0] for row in rows], today, own), cursor)


@router.get("/financing-offers", summary="Offers that one's bank made", response_model=FinancingOfferPage,
            responses=problem_answers(401, 403, 422))  # fmt: skip
async def list_own_financing_offers(
    request: Request, caller: Viewer, query: Annotated[FinancingOffersQuery, Query()], session: ReadDb, today: Today
) -> Response:
    """With their terms and who closed them, the newest first; of requests that were withdrawn or went to others too."""
    if not caller.verified:
        return listed([], None)
    own = caller.organisation_id
    keys: Any = (queries.DRAFTED_AT, queries.OFFER_ID)
    rows, cursor = await page(session, request, query, queries.made_by(own, query.status), *keys, descending=True)
    return listed(await offers_out(session, [row[0] for row in rows], today, own), cursor)


@router.get(ONE, summary="One offer", response_model=FinancingOfferOut, responses=problem_answers(401, 403, 404))
async def get_financing_offer(request: Request, seen: OfferToSee, session: ReadDb, today: Today) -> Response:
    """For the bank that made it, also once it may read the request no more, and for the enterprise once it stood."""
    (out,) = await offers_out(session, [seen.offer], today, seen.caller.organisation_id)
    return one(request, out, seen.offer.version)


@router.post(f"{ONE}/approval", summary="Approve an offer", response_model=FinancingOfferOut, responses=STEP)
async def approve_financing_offer(seen: MayMatch, held: OfferToApprove, session: Db, now: Now) -> Response:
    """By another person of the bank than the one who drafted it, and never by a program: it stands from now on."""
    seen.check(held.offer.version)
    return await _changed(session, await service.approve(session, held, now), now, held.caller)


@router.post(f"{ONE}/acceptance", summary="Accept an offer", response_model=FinancingOfferOut, responses=STEP)
async def accept_financing_offer(seen: MayMatch, held: OfferToAccept, session: Db, now: Now) -> Response:
    """It closes the rest at once: other offers are rejected, and other banks read nothing any more.

    The answer names the loan that it makes (`loan_id`); the pledge is drawn up next, by POST /v1/pledges.
    Where the offer needs a guarantor, it has agreed before (409 `guarantee_missing`).
    """
    seen.check(held.offer.version)
    return await _changed(session, await service.accept(session, held, now), now, held.caller)


@router.post(f"{ONE}/rejection", summary="Reject an offer", response_model=FinancingOfferOut, responses=STEP)
async def reject_financing_offer(seen: MayMatch, held: OfferToReject, session: Db, now: Now) -> Response:
    """The bank may make another."""
    seen.check(held.offer.version)
    return await _changed(session, await service.reject(session, held, now), now, held.caller)


@router.post(f"{ONE}/withdrawal", summary="Withdraw an offer", response_model=FinancingOfferOut, responses=STEP)
async def withdraw_financing_offer(seen: MayMatch, held: OfferToWithdraw, session: Db, now: Now) -> Response:
    """By its bank, before it is accepted; a draft too."""
    seen.check(held.offer.version)
    return await _changed(session, await service.withdraw(session, held, now), now, held.caller)

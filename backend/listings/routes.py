"""The listings' addresses."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import Editor, MaybeCaller
from backend.accounts.quotas.policy import QuotaPolicy, Quotas
from backend.core.clock import Now
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.preconditions import IfMatch, MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one
from backend.listings import queries, service
from backend.listings.access import Held, OwnListing, SeenListing, SteerableListing, VerifiedListing
from backend.listings.change_rules import Step
from backend.listings.presenters import listing_out
from backend.listings.rules import Action
from backend.listings.schemas import (
    ListingIn,
    ListingOut,
    ListingPage,
    ListingsQuery,
    Refusal,
    Suspension,
    TermsPatch,
)
from backend.patents.models import Listing, Patent

router = APIRouter(prefix="/v1/listings", tags=["listings"], route_class=WritingRoute)
LISTING_ID: Final[Any] = col(Listing.id)
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)


@router.post("", summary="List a patent", status_code=201, response_model=ListingOut,
             responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def create_listing(caller: Editor, body: ListingIn, session: Db, now: Now) -> Response:
    """A draft of a listing for a patent that the caller's organisation holds; one living listing per patent."""
    listing, patent = await service.create(session, caller, body, now)
    offer = await queries.offer_of(session, patent.id)
    return created(listing_out(listing, patent, offer), listing["version"], f"/v1/listings/{listing['id']}")


@router.get("", summary="Listings", response_model=ListingPage, responses=problem_answers(401, 422))
async def list_listings(
    request: Request, caller: MaybeCaller, query: Annotated[ListingsQuery, Query()], session: ReadDb
) -> Response:
    """What is listed, newest first; members also see their own listings in every state, platform and authority all."""
    found = queries.listings(caller, query)
    rows, cursor = await page(session, request, query, found, LISTING_ID, descending=True)
    return listed([listing_out(row.Listing.model_dump(), row, row) for row in rows], cursor)


@router.get("/{listing_id}", summary="One listing", response_model=ListingOut, responses=problem_answers(401, 404))
async def get_listing(request: Request, row: SeenListing) -> Response:
    """A listing that is listed, or that the caller may see otherwise."""
    return one(request, listing_out(row.Listing.model_dump(), row, row), row.Listing.version)


@router.patch("/{listing_id}", summary="Change a listing's terms", response_model=ListingOut,
              responses=problem_answers(401, 403, 404, 409, 412, 422, 428))  # fmt: skip
async def change_listing(seen: IfMatch, held: OwnListing, body: TermsPatch, session: Db, now: Now) -> Response:
    """The listing with the named terms changed; one that is listed must stay fit to be shown."""
    seen.check(held.listing["version"])
    listing = await service.edit(session, held.caller, held.listing, body, now)
    return await _answer(session, listing)


async def _answer(session: AsyncSession, listing: queries.Row) -> Response:
    patent_id = listing["patent_id"]
    patent, offer = await session.get_one(Patent, patent_id), await queries.offer_of(session, patent_id)
    return changed(listing_out(listing, patent, offer), listing["version"])


async def _step(
    session: AsyncSession, held: Held, seen: MayMatch, step: Step, quotas: QuotaPolicy, now: datetime
) -> Response:
    seen.check(held.listing["version"])
    return await _answer(session, await service.take_step(session, held.caller, held.listing, step, quotas, now))


@router.post("/{listing_id}/submission", summary="Submit a draft", response_model=ListingOut, responses=STEP)
async def submit_listing(held: VerifiedListing, seen: MayMatch, session: Db, quotas: Quotas, now: Now) -> Response:
    """The draft, ready to be published; its organisation must be verified."""
    return await _step(session, held, seen, Step(Action.SUBMIT, held.side), quotas, now)


@router.post(
    "/{listing_id}/publication", summary="Publish a submitted listing", response_model=ListingOut, responses=STEP
)
async def publish_listing(held: VerifiedListing, seen: MayMatch, session: Db, quotas: Quotas, now: Now) -> Response:
    """The listing, shown to everybody; by its holder, whose organisation must be verified, or by the platform."""
    return await _step(session, held, seen, Step(Action.PUBLISH, held.side), quotas, now)


@router.post("/{listing_id}/refusal", summary="Refuse a submitted listing", response_model=ListingOut, responses=STEP)
async def refuse_listing(
    held: SteerableListing, seen: MayMatch, body: Refusal, session: Db, quotas: Quotas, now: Now
) -> Response:
    """The listing, refused by the platform with a reason; its holder may make a better one."""
    return await _step(session, held, seen, Step(Action.REFUSE, held.side, body.reason), quotas, now)


@router.post("/{listing_id}/suspension", summary="Suspend a listing", response_model=ListingOut, responses=STEP)
async def suspend_listing(
    held: SteerableListing, seen: MayMatch, body: Suspension, session: Db, quotas: Quotas, now: Now
) -> Response:
    """The listing, hidden until it is resumed; what the platform suspended only the platform resumes."""
    return await _step(session, held, seen, Step(Action.SUSPEND, held.side, body.reason), quotas, now)


@router.post(
    "/{listing_id}/resumption", summary="Resume a suspended listing", response_model=ListingOut, responses=STEP
)
async def resume_listing(held: VerifiedListing, seen: MayMatch, session: Db, quotas: Quotas, now: Now) -> Response:
    """The listing, shown to everybody again, where nothing bars it any more."""
    return await _step(session, held, seen, Step(Action.RESUME, held.side), quotas, now)


@router.post("/{listing_id}/delisting", summary="Delist a listing", response_model=ListingOut, responses=STEP)
async def delist_listing(held: SteerableListing, seen: MayMatch, session: Db, quotas: Quotas, now: Now) -> Response:
    """The listing, ended for good by its holder; the patent can be listed anew."""
    return await _step(session, held, seen, Step(Action.DELIST, held.side), quotas, now)

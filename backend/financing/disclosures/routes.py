"""The addresses of disclosures: to whom a request is shown, and who read what."""

from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Query, Request, Response

from backend.accounts.access import Viewer
from backend.accounts.quotas.policy import Quotas
from backend.core.clock import Now
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.preconditions import MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one
from backend.financing.access import RecordsToSee, RequestForBank, RequestForRecipient, RequestToChange
from backend.financing.disclosures import queries, service
from backend.financing.disclosures.access import DisclosureToSee, DisclosureToWithdraw, OwnDisclosure
from backend.financing.disclosures.presenters import disclosures_out, views_out
from backend.financing.disclosures.schemas import DisclosureIn, DisclosureOut, DisclosurePage, ViewPage
from backend.financing.policy import Policy
from backend.financing.queries import DISCLOSED_AT, DISCLOSURE_ID
from backend.financing.requests.schemas import FinancingRequestDecline

ONE: Final = "/v1/financing-requests/{financing_request_id}"
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)
router = APIRouter(prefix=ONE, tags=["financing"], route_class=WritingRoute)
received = APIRouter(prefix="/v1", tags=["financing"], route_class=WritingRoute)


@router.post("/disclosures", summary="Disclose a request to a bank or guarantor", status_code=201,
             response_model=DisclosureOut, responses=problem_answers(401, 403, 404, 409, 422, 429))  # fmt: skip
async def disclose_financing_request(
    own: RequestToChange, body: DisclosureIn, session: Db, policy: Policy, quotas: Quotas, now: Now
) -> Response:
    """One bank or guarantor, the parts that it reads, for what, and until when; with a receipt that both have.

    Of a draft nobody learns until it is submitted. To all others there is no such request.
    """
    disclosure = await service.disclose(session, own, body, policy, quotas, now)
    await session.flush()
    (out,) = await disclosures_out(session, [disclosure])
    return created(out, disclosure.version, f"/v1/financing-requests/{own.request.id}/disclosures/{disclosure.id}")


@router.get("/disclosures", summary="To whom a request is disclosed", response_model=DisclosurePage,
            responses=problem_answers(401, 403, 404, 422))  # fmt: skip
async def list_disclosures(
    request: Request, seen: RecordsToSee, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """Those that have ended too: for the enterprise all, for a bank or guarantor its own alone."""
    only = seen.caller.organisation_id if seen.disclosure else None
    keys: Any = (DISCLOSED_AT, DISCLOSURE_ID)
    found = queries.disclosures_of(seen.request.id, only)
    rows, cursor = await page(session, request, query, found, *keys, descending=True)
    return listed(await disclosures_out(session, [row[0] for row in rows]), cursor)


@router.get("/disclosures/{disclosure_id}", summary="One disclosure", response_model=DisclosureOut,
            responses=problem_answers(401, 403, 404))  # fmt: skip
async def get_disclosure(request: Request, disclosure: DisclosureToSee, session: ReadDb) -> Response:
    """Purpose, parts, days and receipt, for both its sides, also once it has ended; nothing of what it showed."""
    (out,) = await disclosures_out(session, [disclosure])
    return one(request, out, disclosure.version)


@router.delete("/disclosures/{disclosure_id}", summary="Withdraw a disclosure", response_model=DisclosureOut,
               responses=STEP)  # fmt: skip
async def withdraw_disclosure(seen: MayMatch, held: DisclosureToWithdraw, session: Db, now: Now) -> Response:
    """Its recipient reads nothing from now on; what was read stays listed, and an offer of that bank is rejected.

    The bank whose offer was accepted keeps what its contract needs until the deal is over (409 `disclosure_kept`).
    """
    seen.check(held.disclosure.version)
    disclosure = await service.withdraw(session, held.own, held.disclosure, now)
    await session.flush()
    (out,) = await disclosures_out(session, [disclosure])
    return changed(out, disclosure.version)


@router.get("/disclosures/{disclosure_id}/views", summary="Who read what", response_model=ViewPage,
            responses=problem_answers(401, 403, 404, 422))  # fmt: skip
async def list_financing_views(
    request: Request, disclosure: OwnDisclosure, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """Every reading by this disclosure: who, which parts, which file, when; for the enterprise alone."""
    number = cast("Any", queries.VIEW_NUMBER)
    rows, cursor = await page(session, request, query, queries.views_of(disclosure.id), number, descending=True)
    return listed(views_out(rows), cursor)


@received.get("/financing-disclosures", summary="What was disclosed to one's organisation",
              response_model=DisclosurePage, responses=problem_answers(401, 403, 422))  # fmt: skip
async def list_received_disclosures(
    request: Request, caller: Viewer, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """With purpose, parts, days and receipt, the newest first; those that have ended too."""
    if not caller.verified:
        return listed([], None)
    keys: Any = (DISCLOSED_AT, DISCLOSURE_ID)
    found = queries.received_by(caller.organisation_id)
    rows, cursor = await page(session, request, query, found, *keys, descending=True)
    return listed(await disclosures_out(session, [row[0] for row in rows]), cursor)


@router.post("/review", summary="Take a request up", response_model=DisclosureOut, responses=STEP)
async def take_up_financing_request(seen: MayMatch, held: RequestForBank, session: Db, now: Now) -> Response:
    """That the bank works on the request, which the enterprise sees; its first question or offer says so too."""
    seen.check(held.disclosure.version)
    disclosure = await service.take_up(session, held, now)
    await session.flush()
    (out,) = await disclosures_out(session, [disclosure])
    return changed(out, disclosure.version)


@router.post("/decline", summary="Decline a request", response_model=DisclosureOut, responses=STEP)
async def decline_financing_request(
    seen: MayMatch, held: RequestForRecipient, body: FinancingRequestDecline, session: Db, now: Now
) -> Response:
    """For a reason of `financing-decline-codes`: it ends the caller's own disclosure, and nobody else hears of it.

    Once the last bank has declined, the request is declined.
    """
    seen.check(held.disclosure.version)
    disclosure = await service.decline(session, held, body, now)
    await session.flush()
    (out,) = await disclosures_out(session, [disclosure])
    return changed(out, disclosure.version)

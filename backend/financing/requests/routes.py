"""The addresses of requests for financing and of pledgors' consents to them."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from backend.accounts.access import Viewer
from backend.accounts.quotas.policy import Quotas
from backend.core.clock import Now, Today
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.preconditions import IfMatch, MayMatch
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute, release
from backend.core.http.responses import changed, created, listed, one, plain
from backend.financing import queries
from backend.financing.access import Enterprise, RequestToEdit, RequestToSee, RequestToSubmit, RequestToTakeBack
from backend.financing.codes import Part, RequestRole, ViewedPart
from backend.financing.disclosures.views import listed_reading, parts_of_request
from backend.financing.errors import PartNotDisclosed
from backend.financing.policy import Policy
from backend.financing.requests import patent_checks, pledgors, service
from backend.financing.requests import queries as consent_queries
from backend.financing.requests.access import ConsentToGive, ConsentToRefuse, SeenConsent
from backend.financing.requests.presenters import checks_out, consents_out, lines_out, own_lines_out, request_out
from backend.financing.requests.schemas import (
    ChecksOut,
    FinancingRequestIn,
    FinancingRequestOut,
    FinancingRequestPage,
    FinancingRequestPatch,
    FinancingRequestsQuery,
    PledgorAgreement,
    PledgorConsentOut,
    PledgorConsentPage,
    PledgorConsentsQuery,
)

router = APIRouter(prefix="/v1", tags=["financing"], route_class=WritingRoute)
ALL: Final = "/financing-requests"
ONE: Final = ALL + "/{financing_request_id}"
CONSENT: Final = "/pledgor-consents/{pledgor_consent_id}"
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)


@router.post(ALL, summary="Draft a request for financing", status_code=201, response_model=FinancingRequestOut,
             responses=problem_answers(401, 403, 422, 429))  # fmt: skip
async def draft_financing_request(
    caller: Enterprise, body: FinancingRequestIn, session: Db, quotas: Quotas, now: Now
) -> Response:
    """Ten fields, all that the platform cannot know by itself; nobody sees it before it is disclosed and submitted.

    Other holders of its patents are asked at once whether they pledge them (`/v1/pledgor-consents`); those of an
    organisation that waits to be verified, which drafts and checks alike, once it is and discloses the draft.
    """
    request = await service.draft(session, caller, body, quotas, now)
    await session.flush()
    out = await request_out(session, request)
    return created(out, request.version, f"/v1/financing-requests/{request.id}")


@router.get(ALL, summary="Requests of one's own, or disclosed to one", response_model=FinancingRequestPage,
            responses=problem_answers(401, 403, 422))  # fmt: skip
async def list_financing_requests(
    request: Request, caller: Viewer, query: Annotated[FinancingRequestsQuery, Query()], session: ReadDb, today: Today
) -> Response:
    """One's own, or with `role=bank` or `role=guarantor` those that one may read today; the newest first."""
    own = caller.organisation_id
    if query.role is RequestRole.BORROWER:
        keys: Any = (queries.CREATED_AT, queries.ID)
        rows, cursor = await page(session, request, query, queries.own_requests(own), *keys, descending=True)
        return listed(own_lines_out([row[0] for row in rows]), cursor)
    if not caller.verified:
        return listed([], None)
    found = queries.disclosed_requests(own, query.role, today)
    keys = (queries.DISCLOSED_AT, queries.DISCLOSURE_ID)
    rows, cursor = await page(session, request, query, found, *keys, descending=True)
    return listed(await lines_out(session, [(row[0], row[1]) for row in rows]), cursor)


@router.get(ONE, summary="One request", response_model=FinancingRequestOut, responses=problem_answers(401, 403, 404))
async def get_financing_request(request: Request, seen: RequestToSee, session: ReadDb, now: Now) -> Response:
    """Whole for its enterprise; a bank or guarantor reads the disclosed parts, and the enterprise sees that it did."""
    if seen.disclosure is None:
        return one(request, await request_out(session, seen.request), seen.request.version)
    await release(request)
    parts = parts_of_request(seen.disclosure)
    database = request.app.state.database
    async with listed_reading(database, seen.caller, seen.disclosure.id, parts, now) as (reading, disclosure):
        found = await reading.get_one(type(seen.request), seen.request.id)
        out = await request_out(reading, found, disclosure)
    return one(request, out, out.version)


@router.patch(ONE, summary="Change the draft of a request", response_model=FinancingRequestOut,
              responses=problem_answers(401, 403, 404, 409, 412, 422, 428))  # fmt: skip
async def edit_financing_request(
    seen: IfMatch, own: RequestToEdit, body: FinancingRequestPatch, session: Db, now: Now
) -> Response:
    """What is named is changed. Where debt or patents change, other holders are asked again."""
    seen.check(own.request.version)
    request = await service.edit(session, own, body, now)
    await session.flush()
    return changed(await request_out(session, request), request.version)


@router.get(f"{ONE}/checks", summary="Whether the pledges would be registered", response_model=ChecksOut,
            responses=problem_answers(401, 403, 404, 409))  # fmt: skip
async def get_financing_checks(request: Request, seen: RequestToSee, session: ReadDb, now: Now) -> Response:
    """Every ground on which the office refuses a registration, asked now of the ledger for each patent.

    Grounds 10 and 11, and what is not on record, are confirmed by each pledgor; what refuses cannot be confirmed.
    A bank reads it where the patents are disclosed to it, and the reading is listed.
    """
    language = language_of(request)
    if seen.disclosure is None:
        return plain(checks_out(seen.request, await patent_checks.check(session, seen.request, now), language))
    if Part.PATENTS.value not in seen.disclosure.parts:
        raise PartNotDisclosed(part=Part.PATENTS.value)
    await release(request)
    database = request.app.state.database
    parts = [ViewedPart.PATENTS]
    async with listed_reading(database, seen.caller, seen.disclosure.id, parts, now) as (reading, _):
        found = await patent_checks.check(reading, seen.request, now)
    return plain(checks_out(seen.request, found, language))


@router.post(f"{ONE}/submission", summary="Submit a request", response_model=FinancingRequestOut, responses=STEP)
async def submit_financing_request(
    seen: MayMatch, own: RequestToSubmit, session: Db, policy: Policy, now: Now
) -> Response:
    """It goes to every bank and guarantor to which it is disclosed, whose clocks run from now on.

    Refused with every reason while a ground stands against a patent, or a confirmation or a consent is missing.
    """
    seen.check(own.request.version)
    request = await service.submit(session, own, policy, now)
    await session.flush()
    return changed(await request_out(session, request), request.version)


@router.post(f"{ONE}/withdrawal", summary="Withdraw a request", response_model=FinancingRequestOut, responses=STEP)
async def withdraw_financing_request(seen: MayMatch, own: RequestToTakeBack, session: Db, now: Now) -> Response:
    """Nobody reads it any more, and offers for it are rejected; what was read stays listed."""
    seen.check(own.request.version)
    request = await service.withdraw(session, own, now)
    await session.flush()
    return changed(await request_out(session, request), request.version)


@router.get("/pledgor-consents", summary="Consents to pledge for another's debt", response_model=PledgorConsentPage,
            responses=problem_answers(401, 403, 422))  # fmt: skip
async def list_pledgor_consents(
    request: Request, caller: Viewer, query: Annotated[PledgorConsentsQuery, Query()], session: ReadDb
) -> Response:
    """Those that one's organisation is asked for as holder of a patent, or that its own requests need."""
    keys: Any = (consent_queries.ASKED_AT, consent_queries.CONSENT_ID)
    found = consent_queries.consents(caller.organisation_id, query.role)
    rows, cursor = await page(session, request, query, found, *keys, descending=True)
    return listed(await consents_out(session, [row[0] for row in rows]), cursor)


@router.get(CONSENT, summary="One pledgor's consent", response_model=PledgorConsentOut,
            responses=problem_answers(401, 403, 404))  # fmt: skip
async def get_pledgor_consent(request: Request, consent: SeenConsent, session: ReadDb) -> Response:
    """What the holder is asked: for which debt it would pledge which patent."""
    (out,) = await consents_out(session, [consent])
    return one(request, out, consent.version)


@router.post(f"{CONSENT}/agreement", summary="Agree to pledge for another's debt", response_model=PledgorConsentOut,
             responses=STEP)  # fmt: skip
async def agree_to_pledge(
    seen: MayMatch, held: ConsentToGive, body: PledgorAgreement, session: Db, now: Now
) -> Response:
    """The holder pledges its patent for the debt as stated, and confirms what it knows of it."""
    seen.check(held.consent.version)
    consent = await pledgors.agree(session, held.consent, held.request, body, held.caller, now)
    await session.flush()
    (out,) = await consents_out(session, [consent])
    return changed(out, consent.version)


@router.post(f"{CONSENT}/refusal", summary="Refuse to pledge for another's debt", response_model=PledgorConsentOut,
             responses=STEP)  # fmt: skip
async def refuse_to_pledge(seen: MayMatch, held: ConsentToRefuse, session: Db, now: Now) -> Response:
    """The holder does not pledge its patent, or takes its consent back before the request is submitted."""
    seen.check(held.consent.version)
    consent = await pledgors.refuse(session, held.consent, held.request, held.caller, now)
    await session.flush()
    (out,) = await consents_out(session, [consent])
    return changed(out, consent.version)

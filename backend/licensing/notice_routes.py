"""The addresses of notices: taking an open licence, paying for it, contesting a payment."""

from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import Viewer
from backend.core.clock import Now
from backend.core.db import Db, ReadDb, WritingRoute
from backend.core.http import changed, created, listed, one
from backend.core.openapi import problem_answers
from backend.core.paging import page
from backend.core.preconditions import MayMatch
from backend.files.service import attached
from backend.licensing import answers, contesting, paying, queries, shown, taking
from backend.licensing.access import (
    ContestedPayment,
    DecidedPayment,
    LicenseesNotice,
    OfferedOpen,
    SeenNotice,
)
from backend.licensing.models import Notice, Payment
from backend.licensing.taking_schemas import (
    Contest,
    ContestDecision,
    NoticeIn,
    NoticeOut,
    NoticesOut,
    NoticesQuery,
    PaymentIn,
    PaymentOut,
)

router = APIRouter(prefix="/v1", tags=["open licences"], route_class=WritingRoute)
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)
KEYS: Final[Any] = (col(Notice.given_at), col(Notice.id))
CONTEST: Final = "/notices/{notice_id}/payments/{payment_id}"


@router.post("/open-licences/{open_licence_id}/notices", summary="Take an open licence", status_code=201,
             response_model=NoticeOut, responses=STEP)  # fmt: skip
async def give_notice(request: Request, held: OfferedOpen, body: NoticeIn, session: Db, now: Now) -> Response:
    """The licensee's written notice: it freezes the terms and the quote, and says what to pay by when.

    The holder accepts nothing: with the payment that is due at the start the licence takes effect, without any at once.
    """
    notice = await taking.give_notice(session, held.whole, held.declared, body, held.caller, now)
    out = (await shown.notices(session, request, [notice]))[0]
    return created(out, notice.version, f"/v1/notices/{notice.id}")


@router.get("/notices", summary="Notices", response_model=NoticesOut, responses=problem_answers(401, 403, 422))
async def list_notices(
    request: Request, caller: Viewer, query: Annotated[NoticesQuery, Query()], session: ReadDb
) -> Response:
    """The notices that the caller's organisation gave or was given, the newest first."""
    asked = sa.select(Notice).where(queries.visible_notices(caller))
    if query.status:
        asked = asked.where(col(Notice.status).in_(query.status))
    if query.role == "licensee":
        asked = asked.where(col(Notice.licensee_organisation_id) == caller.organisation_id)
    elif query.role == "licensor":
        asked = asked.where(col(Notice.licensor_organisation_id) == caller.organisation_id)
    rows, cursor = await page(session, request, query, asked, *KEYS, descending=True)
    return listed(await shown.notices(session, request, [row[0] for row in rows]), cursor)


@router.get("/notices/{notice_id}", summary="A notice", response_model=NoticeOut,
            responses=problem_answers(401, 403, 404))  # fmt: skip
async def get_notice(request: Request, notice: SeenNotice, session: ReadDb) -> Response:
    """A notice with its frozen quote, its payments, and what has to happen next."""
    return one(request, (await shown.notices(session, request, [notice]))[0], notice.version)


@router.post("/notices/{notice_id}/payments", summary="Record the payment", status_code=201,
             response_model=NoticeOut, responses=STEP)  # fmt: skip
async def pay_notice(
    request: Request, held: LicenseesNotice, seen: MayMatch, body: PaymentIn, session: Db, now: Now
) -> Response:
    """The notice with the payment, which counts from its evidenced value date.

    Once all that is due at the start is there the licence is effective, on the later of notice and payment.
    """
    seen.check(held.notice.version)
    await paying.pay_notice(session, held.whole, held.declared, held.notice, body, held.caller, now)
    out = (await shown.notices(session, request, [held.notice]))[0]
    return created(out, held.notice.version, f"/v1/notices/{held.notice.id}")


async def _paid(session: AsyncSession, payment: Payment) -> Response:
    files = (await attached(session, paying.EVIDENCE, [payment.id])).get(payment.id, [])
    period = (await queries.periods_of(session, [payment])).get(payment.id)
    return changed(answers.payment(payment, files, period), payment.version)


@router.post(f"{CONTEST}/contest", summary="Contest a payment", response_model=PaymentOut, responses=STEP)
async def contest_payment(found: ContestedPayment, seen: MayMatch, body: Contest, session: Db, now: Now) -> Response:
    """The payment, contested by the licensor with a reason; the licence stands, marked, until it is decided."""
    held, payment, licence = found
    seen.check(payment.version)
    await contesting.contest(session, licence, held.notice, payment, body, held.caller, now)
    return await _paid(session, payment)


@router.post(f"{CONTEST}/contest-withdrawal", summary="Withdraw a contest", response_model=PaymentOut, responses=STEP)
async def withdraw_contest(found: ContestedPayment, seen: MayMatch, session: Db, now: Now) -> Response:
    """The payment, which the licensor contests no more."""
    held, payment, licence = found
    seen.check(payment.version)
    await contesting.let_stand(session, licence, held.notice, payment, "withdrawn", None, held.caller, now)
    return await _paid(session, payment)


@router.post(f"{CONTEST}/contest-decision", summary="Decide a contest", response_model=PaymentOut, responses=STEP)
async def decide_contest(
    found: DecidedPayment, seen: MayMatch, body: ContestDecision, session: Db, now: Now
) -> Response:
    """The platform's or an authority's finding: dismissed, and it counts; upheld, and it never did.

    Without it the licence is void where less was there in time than what was due at the start.
    """
    held, payment, licence = found
    seen.check(payment.version)
    await contesting.decide(session, held.whole, licence, held.notice, payment, body, held.caller, now)
    return await _paid(session, payment)

"""The addresses of notices: taking an open licence, paying for it, confirming or contesting a payment."""

from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import Viewer
from backend.core.clock import Now
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.preconditions import MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one
from backend.files.service import attached
from backend.licences import presenters as licence_presenters
from backend.licences import queries
from backend.licences.models import Licence, Payment
from backend.licences.payments import (
    checks as payment_checks,
)
from backend.licences.schemas import Contest, ContestDecision, PaymentIn, PaymentOut
from backend.licences.states import PaymentStatus, PaymentStep
from backend.open_licences import queries as open_queries
from backend.open_licences import row_presenters
from backend.open_licences.access import (
    DecidedPayment,
    HeldPayment,
    LicenseesNotice,
    LicensorsPayment,
    OfferedOpen,
    OwnPayment,
    SeenNotice,
)
from backend.open_licences.errors import NoticeNotInState
from backend.open_licences.models import Notice
from backend.open_licences.notices import payment_confirmation, payment_contests, payment_withdrawal
from backend.open_licences.notices import payments as notice_payments
from backend.open_licences.notices import service as notices
from backend.open_licences.notices.schemas import NoticeIn, NoticeOut, NoticesOut, NoticesQuery
from backend.open_licences.policy import Policy

router = APIRouter(prefix="/v1", tags=["open licences"], route_class=WritingRoute)
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)
KEYS: Final[Any] = (col(Notice.given_at), col(Notice.id))
PAYMENT: Final = "/notices/{notice_id}/payments/{payment_id}"


@router.post("/open-licences/{open_licence_id}/notices", summary="Take an open licence", status_code=201,
             response_model=NoticeOut, responses=STEP)  # fmt: skip
async def give_notice(
    request: Request, held: OfferedOpen, body: NoticeIn, session: Db, policy: Policy, now: Now
) -> Response:
    """The licensee's written notice: it freezes the terms and the quote, and says what to pay by when.

    The holder accepts nothing: with the payment that is due at the start the licence takes effect, without any at once.
    """
    notice = await notices.give_notice(session, held.whole, held.declared, body, held.caller, policy, now)
    out = (await row_presenters.notices(session, request, [notice]))[0]
    return created(out, notice.version, f"/v1/notices/{notice.id}")


@router.get("/notices", summary="Notices", response_model=NoticesOut, responses=problem_answers(401, 403, 422))
async def list_notices(
    request: Request, caller: Viewer, query: Annotated[NoticesQuery, Query()], session: ReadDb
) -> Response:
    """The notices that the caller's organisation gave or was given, the newest first."""
    statement = sa.select(Notice).where(open_queries.visible_notices(caller))
    if query.status:
        statement = statement.where(col(Notice.status).in_(query.status))
    if query.role == "licensee":
        statement = statement.where(col(Notice.licensee_organisation_id) == caller.organisation_id)
    elif query.role == "licensor":
        statement = statement.where(col(Notice.licensor_organisation_id) == caller.organisation_id)
    rows, cursor = await page(session, request, query, statement, *KEYS, descending=True)
    return listed(await row_presenters.notices(session, request, [row[0] for row in rows]), cursor)


@router.get("/notices/{notice_id}", summary="A notice", response_model=NoticeOut,
            responses=problem_answers(401, 403, 404))  # fmt: skip
async def get_notice(request: Request, notice: SeenNotice, session: ReadDb) -> Response:
    """A notice with its frozen quote, its payments, and what has to happen next."""
    return one(request, (await row_presenters.notices(session, request, [notice]))[0], notice.version)


@router.post("/notices/{notice_id}/withdrawal", summary="Withdraw a notice", response_model=NoticeOut, responses=STEP)
async def withdraw_notice(request: Request, held: LicenseesNotice, seen: MayMatch, session: Db, now: Now) -> Response:
    """The notice, which its licensee has withdrawn before it was paid; no later payment brings it back.

    A payment that waits to be confirmed is withdrawn first.
    """
    seen.check(held.notice.version)
    await notices.withdraw(session, held.notice, held.declared.organisation_id, held.caller, now)
    return changed((await row_presenters.notices(session, request, [held.notice]))[0], held.notice.version)


@router.post("/notices/{notice_id}/payments", summary="Record the payment", status_code=201,
             response_model=NoticeOut, responses=STEP)  # fmt: skip
async def pay_notice(
    request: Request, held: LicenseesNotice, seen: MayMatch, body: PaymentIn, session: Db, policy: Policy, now: Now
) -> Response:
    """The notice with the payment, which counts from its evidenced value date.

    Once all that is due at the start is there the licence is effective, on the later of notice and payment. A payment
    told long after its value date waits until the licensor confirms it or an office decides.
    """
    seen.check(held.notice.version)
    await notice_payments.pay_notice(session, held.whole, held.declared, held.notice, body, held.caller, policy, now)
    out = (await row_presenters.notices(session, request, [held.notice]))[0]
    return created(out, held.notice.version, f"/v1/notices/{held.notice.id}")


async def _answer(session: AsyncSession, payment: Payment) -> Response:
    files = (await attached(session, payment_checks.EVIDENCE, [payment.id])).get(payment.id, [])
    period = (await queries.periods_of(session, [payment])).get(payment.id)
    return changed(licence_presenters.payment(payment, files, period), payment.version)


def _waits(found: HeldPayment) -> bool:
    return found.payment.status is PaymentStatus.TO_BE_CONFIRMED


def _licence(found: HeldPayment, step: PaymentStep) -> Licence:
    """Return the licence; of a notice that has made none yet no payment is contested."""
    if found.licence is None:
        raise NoticeNotInState(status=found.held.notice.status.value, step=step.value)
    return found.licence


@router.post(f"{PAYMENT}/withdrawal", summary="Withdraw a payment", response_model=PaymentOut, responses=STEP)
async def withdraw_payment(found: OwnPayment, seen: MayMatch, session: Db, policy: Policy, now: Now) -> Response:
    """The payment, which its payer has withdrawn: it was recorded by mistake, and nothing follows from it yet."""
    held, payment = found.held, found.payment
    seen.check(payment.version)
    about = (session, held.whole, held.declared, held.notice, payment, found.licence)
    await payment_withdrawal.withdraw(*about, held.caller, policy, now)
    return await _answer(session, payment)


@router.post(
    f"{PAYMENT}/confirmation", summary="Confirm a payment told late", response_model=PaymentOut, responses=STEP
)
async def confirm_payment(found: LicensorsPayment, seen: MayMatch, session: Db, policy: Policy, now: Now) -> Response:
    """The payment, which the licensor says has come: it counts from its value date, at the terms that held then."""
    held, payment = found.held, found.payment
    seen.check(payment.version)
    await payment_confirmation.confirm(
        session, held.whole, held.declared, held.notice, payment, held.caller, policy, now
    )
    return await _answer(session, payment)


@router.post(f"{PAYMENT}/contest", summary="Contest a payment", response_model=PaymentOut, responses=STEP)
async def contest_payment(found: LicensorsPayment, seen: MayMatch, body: Contest, session: Db, now: Now) -> Response:
    """The payment, contested by the licensor with a reason; the licence stands, marked, until it is decided.

    One that waits to be confirmed goes on waiting, for the decision.
    """
    held, payment = found.held, found.payment
    seen.check(payment.version)
    if _waits(found):
        await payment_confirmation.contest(session, held.declared, held.notice, payment, body, held.caller, now)
    else:
        licence = _licence(found, PaymentStep.CONTEST)
        await payment_contests.contest(session, licence, held.notice, payment, body, held.caller, now)
    return await _answer(session, payment)


@router.post(f"{PAYMENT}/contest-withdrawal", summary="Withdraw a contest", response_model=PaymentOut, responses=STEP)
async def withdraw_contest(found: LicensorsPayment, seen: MayMatch, session: Db, policy: Policy, now: Now) -> Response:
    """The payment, which the licensor contests no more: it counts."""
    held, payment = found.held, found.payment
    seen.check(payment.version)
    if _waits(found):
        about = (session, held.whole, held.declared, held.notice, payment)
        await payment_confirmation.give_up_contest(*about, held.caller, policy, now)
    else:
        licence = _licence(found, PaymentStep.LET_STAND)
        await payment_contests.let_stand(session, licence, held.notice, payment, "withdrawn", None, held.caller, now)
    return await _answer(session, payment)


@router.post(f"{PAYMENT}/contest-decision", summary="Decide on a payment", response_model=PaymentOut, responses=STEP)
async def decide_contest(
    found: DecidedPayment, seen: MayMatch, body: ContestDecision, session: Db, policy: Policy, now: Now
) -> Response:
    """The platform's or an authority's finding: dismissed, and it counts; upheld, and it never did.

    Without it the licence is void where less was there in time than what was due at the start. Of a payment that waits
    to be confirmed it is found whether the licensor has contested it or not answered.
    """
    held, payment = found.held, found.payment
    seen.check(payment.version)
    if _waits(found):
        about = (session, held.whole, held.declared, held.notice, payment)
        await payment_confirmation.decide(*about, body, held.caller, policy, now)
    else:
        licence = _licence(found, PaymentStep.UPHOLD)
        to_decide = (session, held.whole, licence, held.notice, payment)
        await payment_contests.decide(*to_decide, body, held.caller, policy.licences, now)
    return await _answer(session, payment)

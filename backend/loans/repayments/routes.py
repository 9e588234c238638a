"""The addresses of repayments, on their days and before them."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from sqlmodel import col

from backend.core.clock import Now, Today
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.preconditions import MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, plain
from backend.core.ids import id_pattern
from backend.loans import queries
from backend.loans.access import SUFFIX, HeldLoan, LoanToClaim, LoanToPay, LoanToRecord, LoanToSee
from backend.loans.accounting.posting import check_state
from backend.loans.errors import NoSuchRepayment
from backend.loans.models import LoanRepayment
from backend.loans.policy import Policy
from backend.loans.repayments import service
from backend.loans.repayments.presenters import quote_out, repayment_out
from backend.loans.repayments.schemas import (
    DecisionNote,
    EarlyRepaymentIn,
    EarlyRepaymentOut,
    EarlyRepaymentQuery,
    RepaymentIn,
    RepaymentOut,
    RepaymentPage,
    RepaymentsQuery,
)
from backend.loans.rules import RUNNING

router = APIRouter(prefix="/v1/loans/{loan_id}", tags=["loans"], route_class=WritingRoute)
ONE: Final = "/repayments/{repayment_id}"
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)
RepaymentId = Annotated[
    str, Path(pattern=id_pattern("rpm"), description="The repayment's id.", examples=[f"rpm_{SUFFIX}"])
]


async def _load_repayment(session: Db, held: HeldLoan, repayment_id: str) -> LoanRepayment:
    row = await queries.repayment(session, held.loan.id, repayment_id)
    if row is None:
        raise NoSuchRepayment
    return row


async def _of_lender(repayment_id: RepaymentId, held: LoanToRecord, session: Db) -> LoanRepayment:
    return await _load_repayment(session, held, repayment_id)


async def _of_borrower(repayment_id: RepaymentId, held: LoanToClaim, session: Db) -> LoanRepayment:
    return await _load_repayment(session, held, repayment_id)


RepaymentToDecide = Annotated[LoanRepayment, Depends(_of_lender)]
RepaymentToWithdraw = Annotated[LoanRepayment, Depends(_of_borrower)]


async def _changed(session: Db, row: LoanRepayment) -> Response:
    await session.flush()
    return changed(repayment_out(row), row.version)


@router.post("/repayments", summary="Record a repayment", status_code=201, response_model=RepaymentOut,
             responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def record_repayment(held: LoanToPay, body: RepaymentIn, session: Db, policy: Policy, now: Now) -> Response:
    """The lender's word counts at once, for costs, interest and principal in this order (Civil Code, art. 561).

    What the borrower says waits for the lender. At most what is due and the next instalment; what is paid of that in
    advance counts on its day. More is an early repayment. In default all that is owed is taken.
    """
    row = await service.record(session, held, body, policy, now)
    await session.flush()
    return created(repayment_out(row), row.version, f"/v1/loans/{held.loan.id}/repayments")


@router.get("/repayments", summary="Repayments of a loan", response_model=RepaymentPage,
            responses=problem_answers(401, 403, 404, 422))  # fmt: skip
async def list_repayments(
    request: Request, seen: LoanToSee, query: Annotated[RepaymentsQuery, Query()], session: ReadDb
) -> Response:
    """Each with what it counted for, and with what was owed before it; those recorded last first."""
    found = queries.repayments(seen.loan.id)
    if query.status is not None:
        found = found.where(col(LoanRepayment.status) == query.status)
    keys: Any = (col(LoanRepayment.recorded_at), col(LoanRepayment.id))
    rows, cursor = await page(session, request, query, found, *keys, descending=True)
    return listed([repayment_out(row[0]) for row in rows], cursor)


@router.post(f"{ONE}/confirmation", summary="Confirm a repayment", response_model=RepaymentOut, responses=STEP)
async def confirm_repayment(
    seen: MayMatch, held: LoanToRecord, row: RepaymentToDecide, session: Db, policy: Policy, now: Now
) -> Response:
    """By the lender, of what the borrower says that it paid: it counts from now on, on the day that it names."""
    seen.check(row.version)
    return await _changed(session, await service.confirm(session, held, row, policy, now))


@router.post(f"{ONE}/refusal", summary="Refuse to confirm a repayment", response_model=RepaymentOut, responses=STEP)
async def refuse_repayment(
    seen: MayMatch, held: LoanToRecord, row: RepaymentToDecide, body: DecisionNote, session: Db, now: Now
) -> Response:
    """By the lender, of what the borrower says that it paid, with the reason."""
    seen.check(row.version)
    return await _changed(session, await service.refuse(session, held, row, body.note, now))


@router.post(f"{ONE}/withdrawal", summary="Withdraw the claim of a repayment", response_model=RepaymentOut,
             responses=STEP)  # fmt: skip
async def withdraw_repayment(
    seen: MayMatch, held: LoanToClaim, row: RepaymentToWithdraw, session: Db, now: Now
) -> Response:
    """By the borrower, before the lender has answered."""
    seen.check(row.version)
    return await _changed(session, await service.withdraw(session, held, row, now))


@router.post(f"{ONE}/reversal", summary="Reverse a repayment", response_model=RepaymentOut, responses=STEP)
async def reverse_repayment(
    seen: MayMatch, held: LoanToRecord, row: RepaymentToDecide, body: DecisionNote, session: Db, now: Now
) -> Response:
    """By the lender, of what it recorded wrongly: from the last entry of the account backwards. It stays listed."""
    seen.check(row.version)
    return await _changed(session, await service.reverse(session, held, row, body.note, now))


@router.get("/early-repayment", summary="What an early repayment takes", response_model=EarlyRepaymentOut,
            responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def quote_early_repayment(
    seen: LoanToSee, query: Annotated[EarlyRepaymentQuery, Query()], session: ReadDb, today: Today
) -> Response:
    """On a day: what is due by then, interest by actual days, the principal, and the schedule of what is left."""
    check_state(seen.loan, "repay_early", *RUNNING)
    on = query.on or today
    return plain(quote_out(await service.quote_on(session, seen.loan, on, query.principal_fen), on))


@router.post("/early-repayment", summary="Record an early repayment", status_code=201, response_model=RepaymentOut,
             responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def record_early_repayment(
    held: LoanToPay, body: EarlyRepaymentIn, session: Db, policy: Policy, now: Now
) -> Response:
    """Of the amount that the quote for its day says; interest runs to that day (Civil Code, art. 677).

    What is left is repaid on the days of the terms. The borrower's word waits for the lender's.
    """
    row = await service.repay_early(session, held, body, policy, now)
    await session.flush()
    return created(repayment_out(row), row.version, f"/v1/loans/{held.loan.id}/repayments")

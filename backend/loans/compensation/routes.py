"""The addresses of what a scheme bears of a lost debt, and of what comes in afterwards."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import col

from backend.core.clock import Now
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import created, listed, plain
from backend.loans import queries
from backend.loans.access import LoanToRecord, LoanToSee
from backend.loans.compensation import lender_statements
from backend.loans.compensation.presenters import awaited_out, compensation_out, recovery_out
from backend.loans.compensation.schemas import CompensationIn, CompensationOut, RecoveryIn, RecoveryOut, RecoveryPage
from backend.loans.compensation.service import scheme_of
from backend.loans.errors import NoCompensation
from backend.loans.models import LoanRecovery
from backend.loans.policy import Policy

router = APIRouter(prefix="/v1/loans/{loan_id}", tags=["loans"], route_class=WritingRoute)


@router.get("/compensation", summary="Who bears what of a lost debt", response_model=CompensationOut,
            responses=problem_answers(401, 403, 404))  # fmt: skip
async def get_compensation(seen: LoanToSee, session: ReadDb) -> Response:
    """By the loan's scheme: each role's part of the loss, whose claim the debt is since, and what came in on it."""
    row = await queries.compensation(session, seen.loan.id)
    if row is not None:
        return plain(await compensation_out(session, seen.loan, row))
    scheme = await scheme_of(session, seen.loan)
    if scheme is None:
        raise NoCompensation
    return plain(awaited_out(scheme))


@router.post("/compensation", summary="State how a scheme compensates", status_code=201,
             response_model=CompensationOut, responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def state_compensation(held: LoanToRecord, body: CompensationIn, session: Db, now: Now) -> Response:
    """By the lender, of a scheme whose text does not say when it compensates, or by which shares.

    What the text says is computed by itself at its moment: at the default, or once the realisation is closed.
    """
    row = await lender_statements.state(session, held, body, now)
    await session.flush()
    out = await compensation_out(session, held.loan, row)
    return created(out, held.loan.version, f"/v1/loans/{held.loan.id}/compensation")


@router.post("/recoveries", summary="Record a recovery", status_code=201, response_model=RecoveryOut,
             responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def record_recovery(held: LoanToRecord, body: RecoveryIn, session: Db, policy: Policy, now: Now) -> Response:
    """By the lender, of what came in after the loan was closed; it is split by what each bore, to the fen."""
    row = await lender_statements.record_recovery(session, held, body, policy, now)
    await session.flush()
    return created(recovery_out(row), 1, f"/v1/loans/{held.loan.id}/recoveries")


@router.get("/recoveries", summary="Recoveries of a loan", response_model=RecoveryPage,
            responses=problem_answers(401, 403, 404, 422))  # fmt: skip
async def list_recoveries(
    request: Request, seen: LoanToSee, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """What came in after a compensation and who gets what of it, those recorded last first."""
    keys: Any = (col(LoanRecovery.recorded_at), col(LoanRecovery.id))
    rows, cursor = await page(session, request, query, queries.recoveries(seen.loan.id), *keys, descending=True)
    return listed([recovery_out(row[0]) for row in rows], cursor)

"""The addresses of loans: what was agreed, its disbursement, statement, schedule and costs."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import col

from backend.accounts.access import Viewer
from backend.core.clock import Now, Today
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.preconditions import MayMatch
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one, plain
from backend.files.service import attach
from backend.loans import queries, service
from backend.loans.access import LoanToDisburse, LoanToRecord, LoanToSee, SeenLoan
from backend.loans.accounting import costs
from backend.loans.accounting.posting import EVIDENCE
from backend.loans.accounting.statements import account_to_read
from backend.loans.models import LoanCosts
from backend.loans.policy import Policy
from backend.loans.presenters import costs_out, loan_out, schedule_out, statement_out
from backend.loans.schemas import (
    CostsIn,
    CostsOut,
    CostsPage,
    DayQuery,
    DisbursementIn,
    LoanOut,
    LoanPage,
    LoansQuery,
    ScheduleOut,
    StatementOut,
)

router = APIRouter(prefix="/v1/loans", tags=["loans"], route_class=WritingRoute)
ONE: Final = "/{loan_id}"


@router.get("", summary="Loans of one's own", response_model=LoanPage, responses=problem_answers(401, 403, 422))
async def list_loans(
    request: Request, caller: Viewer, query: Annotated[LoansQuery, Query()], session: ReadDb
) -> Response:
    """Those in which the caller's organisation is lender, borrower or guarantor, the newest first."""
    found = queries.loans(caller, query.status, query.role)
    rows, cursor = await page(session, request, query, found, queries.AGREED_AT, queries.ID, descending=True)
    return listed([loan_out(SeenLoan(row[0], caller)) for row in rows], cursor)


@router.get(ONE, summary="One loan", response_model=LoanOut, responses=problem_answers(401, 403, 404))
async def get_loan(request: Request, seen: LoanToSee) -> Response:
    """As it was agreed, and where it stands; for its lender, its borrower and its guarantor."""
    return one(request, loan_out(seen), seen.loan.version)


@router.post(f"{ONE}/disbursements", summary="Record the disbursement", response_model=LoanOut,
             responses=problem_answers(401, 403, 404, 409, 412, 422))  # fmt: skip
async def disburse_loan(seen: MayMatch, held: LoanToDisburse, body: DisbursementIn, session: Db, now: Now) -> Response:
    """By the lender, of the whole amount at once, from the day on which the pledge was registered.

    The rate is fixed by the loan prime rate of that day and the offer's margin; where the table has none, the
    disbursement is refused until the platform has entered it.
    """
    seen.check(held.loan.version)
    await service.disburse(session, held.loan, body.disbursed_on, now, by=held.caller)
    files = {"kind": EVIDENCE, "subject": held.loan.id, "pointer": "/evidence_files"}
    await attach(session, held.caller, body.evidence_files, now=now, **files)
    await session.flush()
    return changed(loan_out(held), held.loan.version)


@router.get(f"{ONE}/statement", summary="What is owed on a day", response_model=StatementOut,
            responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def get_statement(
    request: Request, seen: LoanToSee, query: Annotated[DayQuery, Query()], session: ReadDb, today: Today
) -> Response:
    """Costs, interest, penalty and principal at the end of the day, from what was recorded up to then."""
    account = await account_to_read(session, seen.loan, query.on or today)
    return plain(statement_out(seen.loan, account, language_of(request)))


@router.get(f"{ONE}/schedule", summary="The schedule of a loan", response_model=ScheduleOut,
            responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def get_schedule(seen: LoanToSee, query: Annotated[DayQuery, Query()], session: ReadDb, today: Today) -> Response:
    """Each instalment with what was paid of it; those ahead as they are after all repayments and extensions."""
    account = await account_to_read(session, seen.loan, query.on or today)
    return plain(await schedule_out(session, seen.loan, account))


@router.post(f"{ONE}/costs", summary="Enter costs of enforcement", status_code=201, response_model=CostsOut,
             responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def enter_loan_costs(held: LoanToRecord, body: CostsIn, session: Db, policy: Policy, now: Now) -> Response:
    """By the lender, of a loan that is overdue or in default, with their evidence; payments count for them first."""
    row = await costs.enter(session, held, body, policy, now)
    return created(costs_out(row), 1, f"/v1/loans/{held.loan.id}/costs")


@router.get(f"{ONE}/costs", summary="Costs of enforcing a loan", response_model=CostsPage,
            responses=problem_answers(401, 403, 404, 422))  # fmt: skip
async def list_loan_costs(
    request: Request, seen: LoanToSee, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """In the order in which they were entered."""
    keys: Any = (col(LoanCosts.number),)
    rows, cursor = await page(session, request, query, queries.costs(seen.loan.id), *keys)
    return listed([costs_out(row[0]) for row in rows], cursor)

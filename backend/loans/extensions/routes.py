"""The addresses of extensions: proposed by one side, agreed to by the other."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import col

from backend.core.clock import Now
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.preconditions import MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed
from backend.loans import queries
from backend.loans.access import LoanToDecline, LoanToExtend, LoanToSee, SeenLoan
from backend.loans.codes import LoanRole
from backend.loans.extensions import service
from backend.loans.extensions.schemas import ExtensionIn, ExtensionOut, ExtensionPage
from backend.loans.models import LoanExtension
from backend.loans.policy import Policy

router = APIRouter(prefix="/v1/loans/{loan_id}/extension", tags=["loans"], route_class=WritingRoute)
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)
PLAIN: Final = frozenset(ExtensionOut.model_fields) - {"proposed_by"}


def _out(row: LoanExtension, seen: SeenLoan) -> ExtensionOut:
    by_lender = row.proposed_by_organisation == seen.loan.lender_organisation_id
    return ExtensionOut(
        **row.model_dump(include=set(PLAIN)), proposed_by=LoanRole.LENDER if by_lender else LoanRole.BORROWER
    )


@router.post("", summary="Propose an extension", status_code=201, response_model=ExtensionOut,
             responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def propose_extension(held: LoanToExtend, body: ExtensionIn, session: Db, now: Now) -> Response:
    """By the lender or the borrower, of a loan that runs and of which nothing is due and unpaid; one at a time."""
    row = await service.propose(session, held, body, now)
    return created(_out(row, held), row.version, f"/v1/loans/{held.loan.id}/extension")


@router.get("", summary="Extensions of a loan", response_model=ExtensionPage,
            responses=problem_answers(401, 403, 404, 422))  # fmt: skip
async def list_extensions(
    request: Request, seen: LoanToSee, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """All proposals with their answers, the newest first."""
    keys: Any = (col(LoanExtension.proposed_at), col(LoanExtension.id))
    rows, cursor = await page(session, request, query, queries.extensions(seen.loan.id), *keys, descending=True)
    return listed([_out(row[0], seen) for row in rows], cursor)


@router.post("/acceptance", summary="Agree to an extension", response_model=ExtensionOut, responses=STEP)
async def accept_extension(seen: MayMatch, held: LoanToExtend, session: Db, policy: Policy, now: Now) -> Response:
    """By the side that did not propose it: the term is longer from today on, at the rate that was proposed.

    Interest up to today at the rate before falls due with the next instalment.
    """
    seen.check(held.loan.version)
    row = await service.accept(session, held, policy, now)
    return changed(_out(row, held), row.version)


@router.post("/refusal", summary="Refuse an extension", response_model=ExtensionOut, responses=STEP)
async def refuse_extension(seen: MayMatch, held: LoanToDecline, session: Db, now: Now) -> Response:
    """By the side that did not propose it."""
    seen.check(held.loan.version)
    row = await service.refuse(session, held, now)
    return changed(_out(row, held), row.version)


@router.post("/withdrawal", summary="Withdraw an extension", response_model=ExtensionOut, responses=STEP)
async def withdraw_extension(seen: MayMatch, held: LoanToDecline, session: Db, now: Now) -> Response:
    """By the side that proposed it."""
    seen.check(held.loan.version)
    row = await service.withdraw(session, held, now)
    return changed(_out(row, held), row.version)

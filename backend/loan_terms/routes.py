"""The addresses of the dated tables behind loans, and the calculator."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from backend.accounts.access import PlatformStaff
from backend.core.clock import Now
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import created, listed, one, plain
from backend.loan_terms import queries, service
from backend.loan_terms.access import Limited, SeenLpr, SeenScheme
from backend.loan_terms.calculation import cost_of, rates_of
from backend.loan_terms.calculator_schemas import LoanCostsIn, LoanCostsOut
from backend.loan_terms.presenters import costs_out, lprs_out, schemes_out
from backend.loan_terms.schemas import LprIn, LprOut, LprPage, LprQuery, SchemeIn, SchemeOut, SchemePage, SchemesQuery

tables = APIRouter(prefix="/v1/reference", tags=["loan terms"], route_class=WritingRoute)
calculator = APIRouter(prefix="/v1", tags=["loan terms"], route_class=WritingRoute)
VERSION: Final = 1


@tables.get("/lpr", summary="Loan prime rates", response_model=LprPage, responses=problem_answers(422))
async def list_lpr(request: Request, query: Annotated[LprQuery, Query()], session: ReadDb) -> Response:
    """The loan prime rates as they were announced, the latest first, each with its source.

    With `valid_on` those that held on a day.
    """
    keys = (queries.LPR_ANNOUNCED, queries.LPR_ID)
    rows, cursor = await page(session, request, query, queries.lprs(query), *keys, descending=True)
    return listed(await lprs_out(session, [row[0] for row in rows]), cursor)


@tables.get("/lpr/{lpr_id}", summary="One loan prime rate", response_model=LprOut, responses=problem_answers(404))
async def get_lpr(request: Request, row: SeenLpr, session: ReadDb) -> Response:
    """One announcement, also where it was corrected since."""
    return one(request, (await lprs_out(session, [row]))[0], VERSION + (row.corrected_at is not None))


@tables.post("/lpr", summary="Enter a loan prime rate", status_code=201, response_model=LprOut,
             responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def enter_lpr(caller: PlatformStaff, body: LprIn, session: Db, now: Now) -> Response:
    """A rate that was announced; a wrong one is named in `corrects`, and stays to be read with the reason."""
    row = await service.enter_lpr(session, body, caller, now)
    return created((await lprs_out(session, [row]))[0], VERSION, f"/v1/reference/lpr/{row.id}")


@tables.get("/schemes", summary="Schemes of risk sharing and subsidy", response_model=SchemePage,
            responses=problem_answers(422))  # fmt: skip
async def list_schemes(request: Request, query: Annotated[SchemesQuery, Query()], session: ReadDb) -> Response:
    """Who bears which share of a loss, what is subsidised, and up to what; what no text says is null."""
    keys = (queries.SCHEME_CODE, queries.SCHEME_ID)
    rows, cursor = await page(session, request, query, queries.schemes(query), *keys)
    return listed(await schemes_out(session, [row[0] for row in rows], language_of(request)), cursor)


@tables.get("/schemes/{scheme_id}", summary="One scheme", response_model=SchemeOut, responses=problem_answers(404))
async def get_scheme(request: Request, row: SeenScheme, session: ReadDb) -> Response:
    """One row of a scheme, also where it was corrected since."""
    (out,) = await schemes_out(session, [row], language_of(request))
    return one(request, out, VERSION + (row.corrected_at is not None))


@tables.post("/schemes", summary="Enter a scheme", status_code=201, response_model=SchemeOut,
             responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def enter_scheme(request: Request, caller: PlatformStaff, body: SchemeIn, session: Db, now: Now) -> Response:
    """A scheme for a time; a wrong row is named in `corrects`, and stays to be read with the reason."""
    row = await service.enter_scheme(session, body, caller, now)
    (out,) = await schemes_out(session, [row], language_of(request))
    return created(out, VERSION, f"/v1/reference/schemes/{row.id}")


@calculator.post("/loan-costs", summary="What a loan costs", response_model=LoanCostsOut,
                 responses=problem_answers(422, 429), dependencies=[Limited])  # fmt: skip
async def calculate_loan_costs(request: Request, body: LoanCostsIn, session: ReadDb) -> Response:
    """Schedule, fees, subsidy and effective yearly rate of any terms, so that offers can be compared.

    Nothing is kept, and no account is needed; how many calculations one address may ask for in a minute is limited.
    """
    rates = await rates_of(session, body)
    return plain(costs_out(cost_of(body, rates), rates, language_of(request)))

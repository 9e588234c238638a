"""The addresses of pledges of licence income."""

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import Viewer
from backend.accounts.caller import Caller
from backend.core.clock import Now
from backend.core.database.columns import iso
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.preconditions import MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one, plain
from backend.licences import queries as licence_queries
from backend.licences.models import Licence, RoyaltyReport
from backend.receivable_pledges import queries, service
from backend.receivable_pledges.access import (
    AnsweredReceivablePledge,
    HeldReceivablePledge,
    PledgedLicence,
    ReadReceivablePledge,
    RegisteredReceivablePledge,
    SeenReceivablePledge,
    WithdrawnReceivablePledge,
)
from backend.receivable_pledges.models import ReceivablePledge
from backend.receivable_pledges.schemas import (
    LicenceIncomeOut,
    ReceivablePledgeAnswer,
    ReceivablePledgeIn,
    ReceivablePledgeOut,
    ReceivablePledgePage,
    ReceivablePledgesQuery,
    ReceivableRegistration,
    ReceivableRelease,
    RoyaltyPeriodOut,
)

router = APIRouter(prefix="/v1", tags=["receivable pledges"], route_class=WritingRoute)
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)
ONE: Final = "/receivable-pledges/{receivable_pledge_id}"
SHOWN: Final = frozenset(
    {"id", "version", "status", "licence_id", "patent_id", "licensor_organisation_id", "licensee_organisation_id",
     "pledgee_organisation_id", "note", "asked_at", "answered_at", "answer_note", "registration_number", "right_id"}
)  # fmt: skip


def _out(row: ReceivablePledge, caller: Caller) -> ReceivablePledgeOut:
    role: Literal["licensor", "licensee", "pledgee"] = "licensor"
    if caller.organisation_id == row.pledgee_organisation_id:
        role = "pledgee"
    elif caller.organisation_id == row.licensee_organisation_id:
        role = "licensee"
    days = {"registered_on": iso(row.registered_on), "released_on": iso(row.released_on)}
    return ReceivablePledgeOut(**row.model_dump(include=set(SHOWN)), role=role, **days)


async def _changed(session: AsyncSession, held: HeldReceivablePledge) -> Response:
    await session.flush()
    return changed(_out(held.pledge, held.caller), held.pledge.version)


@router.post("/licences/{licence_id}/receivable-pledges", summary="Pledge what a licence brings in", status_code=201,
             response_model=ReceivablePledgeOut, responses=problem_answers(401, 403, 404, 409, 422))  # fmt: skip
async def pledge_licence_income(held: PledgedLicence, body: ReceivablePledgeIn, session: Db, now: Now) -> Response:
    """The pledge of a licence's income to a bank or guarantor, which the licensee is asked to consent to."""
    row = await service.ask(session, held, body, now)
    await session.flush()
    return created(_out(row, held.caller), row.version, f"/v1/receivable-pledges/{row.id}")


@router.get("/receivable-pledges", summary="Pledges of licence income of one's own",
            response_model=ReceivablePledgePage, responses=problem_answers(401, 403, 422))  # fmt: skip
async def list_receivable_pledges(
    request: Request, caller: Viewer, query: Annotated[ReceivablePledgesQuery, Query()], session: ReadDb
) -> Response:
    """Those in which the caller's organisation is licensor, licensee or pledgee, newest first."""
    found = queries.receivable_pledges(caller, query)
    rows, cursor = await page(session, request, query, found, queries.ASKED_AT, queries.ID, descending=True)
    return listed([_out(row[0], caller) for row in rows], cursor)


@router.get(ONE, summary="One pledge of licence income", response_model=ReceivablePledgeOut,
            responses=problem_answers(401, 403, 404))  # fmt: skip
async def get_receivable_pledge(request: Request, caller: Viewer, row: SeenReceivablePledge) -> Response:
    """The pledge as the caller's side sees it."""
    return one(request, _out(row, caller), row.version)


@router.post(f"{ONE}/answer", summary="Consent to the pledge of licence income", response_model=ReceivablePledgeOut,
             responses=STEP)  # fmt: skip
async def answer_receivable_pledge(
    seen: MayMatch, held: AnsweredReceivablePledge, body: ReceivablePledgeAnswer, session: Db, now: Now
) -> Response:
    """The pledge, consented to or refused by the licensee; a consent lets the pledgee read licence and royalties."""
    seen.check(held.pledge.version)
    await service.answer(session, held, body, now)
    return await _changed(session, held)


@router.post(f"{ONE}/withdrawal", summary="Take the pledge of licence income back",
             response_model=ReceivablePledgeOut, responses=STEP)  # fmt: skip
async def withdraw_receivable_pledge(
    seen: MayMatch, held: WithdrawnReceivablePledge, session: Db, now: Now
) -> Response:
    """The pledge, taken back by the licensor before the licensee consented, or given up by the pledgee afterwards."""
    seen.check(held.pledge.version)
    await service.withdraw(session, held, now)
    return await _changed(session, held)


@router.post(f"{ONE}/registration", summary="Record the registration", response_model=ReceivablePledgeOut,
             responses=STEP)  # fmt: skip
async def register_receivable_pledge(
    seen: MayMatch, held: RegisteredReceivablePledge, body: ReceivableRegistration, session: Db, now: Now
) -> Response:
    """The pledge as the pledgee had it registered; it stands in the patent's rights, and the licensee is told."""
    seen.check(held.pledge.version)
    await service.register(session, held, body, now)
    return await _changed(session, held)


@router.post(f"{ONE}/release", summary="Release licence income", response_model=ReceivablePledgeOut, responses=STEP)
async def release_receivable_pledge(
    seen: MayMatch, held: RegisteredReceivablePledge, body: ReceivableRelease, session: Db, now: Now
) -> Response:
    """The pledge, released by the pledgee: the income is the licensor's own again."""
    seen.check(held.pledge.version)
    await service.release(session, held, body, now)
    return await _changed(session, held)


@router.get(f"{ONE}/licence", summary="What the licence brings in", response_model=LicenceIncomeOut,
            responses=problem_answers(401, 403, 404, 409))  # fmt: skip
async def get_licence_income(pledge: ReadReceivablePledge, session: ReadDb) -> Response:
    """The licence with its royalties and payments, for the pledgee while the licensee's consent stands."""
    service.check_readable(pledge)
    licence = await session.get_one(Licence, pledge.licence_id)
    reports = await licence_queries.reports_of(session, licence.id)
    return plain(
        LicenceIncomeOut(
            licence_id=licence.id,
            patent_id=licence.patent_id,
            status=licence.status.value,
            licence_type=licence.licence_type.value,
            starts_on=str(iso(licence.starts_on)),
            ends_on=str(iso(licence.ended_on or licence.ends_on)),
            fee=licence.fee,
            due_at_start_fen=licence.due_at_start_fen,
            paid_fen=await queries.paid_on(session, licence.id),
            periods=[_period(report) for report in reports],
        )
    )


def _period(report: RoyaltyReport) -> RoyaltyPeriodOut:
    days = {name: iso(getattr(report, name)) for name in ("starts_on", "ends_on", "report_due_on", "pay_by")}
    return RoyaltyPeriodOut(number=report.number, amount_fen=report.amount_fen, paid_fen=report.paid_fen, **days)

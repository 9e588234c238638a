"""The addresses of what is recorded about a patent: holdings, legal events, assessments; and the annuity calendar."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import MaybeCaller, SignedIn
from backend.accounts.caller import Caller
from backend.accounts.models import Party
from backend.core.clock import Now, Today
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.preconditions import MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed
from backend.files.schemas import FileRef
from backend.files.service import attached
from backend.patents import evidence, presenters, queries
from backend.patents.access import (
    MOVED,
    Act,
    ClaimedPatent,
    HoldingToDispute,
    HoldingToEnd,
    HoldingToVerify,
    PatentRecords,
    PermittedHolding,
    RecordedPatent,
    SeenPatent,
    may,
)
from backend.patents.assessments import service as assessments_service
from backend.patents.holdings import service as holdings_service
from backend.patents.holdings.rules import Step
from backend.patents.legal_events import service as events_service
from backend.patents.models import Assessment, Holding, LegalEvent, Patent
from backend.patents.record_schemas import (
    AnnuitiesOut,
    AnnuitiesQuery,
    AssessmentIn,
    AssessmentOut,
    AssessmentsOut,
    Dispute,
    Ending,
    HoldingOut,
    HoldingsOut,
    HoldingsQuery,
    LegalEventIn,
    LegalEventOut,
    LegalEventsOut,
    LegalEventsQuery,
    Verification,
)
from backend.patents.register.routes import settings_of

router = APIRouter(prefix="/v1", tags=["patents"], route_class=WritingRoute)
READ: Final = MOVED | problem_answers(401, 404, 422)
Files = Mapping[str, Sequence[FileRef]]
KNOWN: Final[dict[int | str, dict[str, Any]]] = {200: {"model": LegalEventOut, "description": "On record already."}}
ACTION: Final = MOVED | problem_answers(401, 403, 404, 409, 412, 422)
VERSION: Final = 1  # of what never changes
HOLDING_ID: Final[Any] = col(Holding.id)
EVENT_KEYS: Final[Any] = (col(LegalEvent.effective_on), col(LegalEvent.id))
ASSESSMENT_KEYS: Final[Any] = (col(Assessment.assessed_on), col(Assessment.id))
DUE_KEYS: Final[Any] = (col(Patent.annuity_due_on), col(Patent.id))


@router.get("/patents/{patent_id}/holdings", summary="Who holds a patent", response_model=HoldingsOut, responses=READ)
async def list_holdings(
    request: Request, whole: SeenPatent, caller: MaybeCaller, query: Annotated[HoldingsQuery, Query()], session: ReadDb
) -> Response:
    """Every holding of the patent, oldest first, those that ended too; evidence shows to its holders and offices.

    Whoever merely says to hold the patent beside others sees its own alone.
    """
    statement = sa.select(Holding, col(Party.name)).join(Party, col(Party.id) == col(Holding.party_id))
    statement = statement.where(col(Holding.patent_id) == whole.patent.id)
    if query.state:
        statement = statement.where(col(Holding.state).in_(query.state))
    rows, cursor = await page(session, request, query, statement, HOLDING_ID)
    files = await attached(session, evidence.HOLDING, [row[0].id for row in rows])
    return listed([_holding(row, whole, caller, files) for row in rows], cursor)


@router.post("/patents/{patent_id}/holdings", summary="Say who holds a patent", status_code=201,
             response_model=HoldingOut, responses=ACTION)  # fmt: skip
async def claim_holding(seen: MayMatch, claim: ClaimedPatent, session: Db, now: Now) -> Response:
    """A holding, asserted until an office verifies it: of the caller's organisation, or of the party named."""
    seen.check(claim.whole.patent.version)
    holding = await holdings_service.claim(session, claim.whole, claim.caller, claim.body, now)
    presented = await _present(session, claim.whole, holding, claim.caller)
    return created(presented, holding.version, f"/v1/patents/{holding.patent_id}/holdings")


@router.post("/patents/{patent_id}/holdings/{holding_id}/verification", summary="Verify a holding",
             response_model=HoldingOut, responses=ACTION)  # fmt: skip
async def verify_holding(seen: MayMatch, held: HoldingToVerify, body: Verification, session: Db, now: Now) -> Response:
    """The platform's or an authority's finding: verified, or refused, which ends the holding."""
    seen.check(held.holding.version)
    step = Step.VERIFY if body.outcome == "verified" else Step.REFUSE
    await holdings_service.verify(session, held.whole, held.holding, step, body.reason, now, actor=held.caller.user_id)
    return await _answer(session, held)


@router.post("/patents/{patent_id}/holdings/{holding_id}/dispute", summary="Dispute a holding",
             response_model=HoldingOut, responses=ACTION)  # fmt: skip
async def dispute_holding(seen: MayMatch, held: HoldingToDispute, body: Dispute, session: Db, now: Now) -> Response:
    """The holding is contested until an office verifies or refuses it; meanwhile its holder's listing is suspended."""
    seen.check(held.holding.version)
    by = held.caller.user_id
    await holdings_service.dispute(session, held.whole, held.holding, body.reason, now, actor=by)
    return await _answer(session, held)


@router.post("/patents/{patent_id}/holdings/{holding_id}/end", summary="End a holding",
             response_model=HoldingOut, responses=ACTION)  # fmt: skip
async def end_holding(seen: MayMatch, held: HoldingToEnd, body: Ending, session: Db, now: Now) -> Response:
    """The party no longer holds the patent since the day given; its listing is suspended."""
    seen.check(held.holding.version)
    by = held.caller.user_id
    await holdings_service.end(session, held.whole, held.holding, body.ended_on, body.reason, now, actor=by)
    return await _answer(session, held)


def _holding(row: Any, whole: queries.PatentAggregate, caller: Caller | None, files: Files) -> HoldingOut:
    return presenters.present_holding(row[0], row[1], whole, caller, files.get(row[0].id, ()))


async def _present(
    session: AsyncSession, whole: queries.PatentAggregate, holding: Holding, caller: Caller
) -> HoldingOut:
    name = next(name for known, name in whole.holders if known.id == holding.id)
    files = await attached(session, evidence.HOLDING, [holding.id])
    return presenters.present_holding(holding, name, whole, caller, files.get(holding.id, ()))


async def _answer(session: AsyncSession, held: PermittedHolding) -> Response:
    return changed(await _present(session, held.whole, held.holding, held.caller), held.holding.version)


@router.get("/patents/{patent_id}/legal-events", summary="What the register announced", response_model=LegalEventsOut,
            responses=READ)  # fmt: skip
async def list_legal_events(
    request: Request, whole: SeenPatent, query: Annotated[LegalEventsQuery, Query()], session: ReadDb
) -> Response:
    """The legal events of the patent, in the order in which they took effect."""
    statement = sa.select(LegalEvent).where(col(LegalEvent.patent_id) == whole.patent.id)
    if query.kind:
        statement = statement.where(col(LegalEvent.kind).in_(query.kind))
    rows, cursor = await page(session, request, query, statement, *EVENT_KEYS)
    return listed([_event(row[0]) for row in rows], cursor)


@router.post("/patents/{patent_id}/legal-events", summary="Record a legal event", status_code=201,
             response_model=LegalEventOut,
             responses=KNOWN | ACTION)  # fmt: skip
async def record_legal_event(
    seen: MayMatch, held: RecordedPatent, body: LegalEventIn, session: Db, now: Now
) -> Response:
    """The event, with all that follows at once: status, term, annuities, holders, and what becomes of a listing.

    Offices speak for the register; a holder's statement about its own patent counts until the register says otherwise.
    """
    seen.check(held.whole.patent.version)
    event, is_new = await events_service.record(session, held.whole, held.caller, body, now)
    out = _event(event)
    address = f"/v1/patents/{event.patent_id}/legal-events"
    return created(out, VERSION, address) if is_new else changed(out, VERSION)


def _event(event: LegalEvent) -> LegalEventOut:
    return LegalEventOut(**event.model_dump(include=set(LegalEventOut.model_fields)))


@router.get("/patents/{patent_id}/assessments", summary="Stock-taking grades", response_model=AssessmentsOut,
            responses=MOVED | problem_answers(401, 403, 404, 422))  # fmt: skip
async def list_assessments(
    request: Request, whole: PatentRecords, caller: SignedIn, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """Every assessment of the patent, the newest first; for its holders and offices.

    Whoever merely says to hold the patent beside others sees what it recorded itself.
    """
    statement = sa.select(Assessment).where(col(Assessment.patent_id) == whole.patent.id)
    if not may(Act.SEE_RECORDS, caller, whole):
        statement = statement.where(col(Assessment.organisation_id) == caller.organisation_id)
    rows, cursor = await page(session, request, query, statement, *ASSESSMENT_KEYS, descending=True)
    files = await attached(session, evidence.ASSESSMENT, [row[0].id for row in rows])
    return listed([presenters.present_assessment(row[0], files.get(row[0].id, ())) for row in rows], cursor)


@router.post("/patents/{patent_id}/assessments", summary="Grade a patent", status_code=201,
             response_model=AssessmentOut, responses=ACTION)  # fmt: skip
async def assess_patent(
    request: Request, seen: MayMatch, held: RecordedPatent, body: AssessmentIn, session: Db, now: Now
) -> Response:
    """An assessment: who graded, when, by what method; the newest one shows."""
    seen.check(held.whole.patent.version)
    grades = settings_of(request).grades
    assessment = await assessments_service.assess(session, held.whole, held.caller, body, grades, now)
    files = await attached(session, evidence.ASSESSMENT, [assessment.id])
    presented = presenters.present_assessment(assessment, files.get(assessment.id, ()))
    return created(presented, VERSION, f"/v1/patents/{assessment.patent_id}/assessments")


@router.get("/annuities", summary="The annuity calendar", response_model=AnnuitiesOut,
            responses=problem_answers(401, 403, 422))  # fmt: skip
async def list_annuities(
    request: Request, caller: SignedIn, query: Annotated[AnnuitiesQuery, Query()], session: ReadDb, today: Today
) -> Response:
    """The next unpaid annuity of each patent in force that the caller's organisation holds, the earliest first.

    Due each year on the filing anniversary; for six months after it can be paid with a surcharge. Where no payment is
    on record, the next to come is shown.
    """
    due = col(Patent.annuity_due_on)
    statement = sa.select(Patent).where(queries.register_of(caller), due.is_not(None))
    if query.due_before is not None:
        statement = statement.where(due < query.due_before)
    rows, cursor = await page(session, request, query, statement, *DUE_KEYS)
    return listed([presenters.present_annuity(row[0], today) for row in rows], cursor)

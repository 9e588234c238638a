"""The patents' addresses: entered, found, changed, listed."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response

from backend.accounts.access import Editor, MaybeCaller, SignedIn
from backend.accounts.parties.directory import names_then
from backend.accounts.quotas.policy import Quotas
from backend.core.clock import Now, Today
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.preconditions import IfMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one
from backend.core.settings import Settings
from backend.patents import presenters, queries
from backend.patents.access import MOVED, EditedPatent, SeenPatent
from backend.patents.errors import NoSuchPatent, NumberMalformed
from backend.patents.legal_events.status_rules import status_at
from backend.patents.numbers.canonical import NumberWrong, parse_number
from backend.patents.register import service as patents_service
from backend.patents.schemas import (
    PastQuery,
    PatentEntered,
    PatentIn,
    PatentOut,
    PatentPatch,
    PatentsOut,
    PatentsQuery,
)

router = APIRouter(prefix="/v1/patents", tags=["patents"], route_class=WritingRoute)
KNOWN: Final[dict[int | str, dict[str, Any]]] = {
    200: {"model": PatentEntered, "description": "The patent was there, and was completed."}
}


def settings_of(request: Request) -> Settings:
    """Return the app's settings."""
    settings: Settings = request.app.state.settings
    return settings


@router.post("", summary="Enter a patent", status_code=201, response_model=PatentEntered,
             responses=KNOWN | problem_answers(401, 403, 409, 422))  # fmt: skip
async def enter_patent(
    request: Request, caller: Editor, body: PatentIn, session: Db, quotas: Quotas, now: Now, today: Today
) -> Response:
    """The patent that has these numbers: a new one, or the one that is there, held by the caller's organisation too.

    What others entered stays; `not_taken` names the facts that differ. Offices name the holders.
    """
    whole, is_new, not_taken = await patents_service.enter(session, caller, body, quotas, now)
    values = presenters.values_of(whole, caller, today, settings_of(request))
    out = PatentEntered(**values, not_taken=not_taken)
    address = f"/v1/patents/{whole.patent.id}"
    return created(out, out.version, address) if is_new else changed(out, out.version)


@router.get("", summary="Own register", response_model=PatentsOut, responses=problem_answers(401, 403, 422))
async def list_patents(
    request: Request, caller: SignedIn, query: Annotated[PatentsQuery, Query()], session: ReadDb, today: Today
) -> Response:
    """The patents that the caller's organisation holds, newest entries first; platform and authority see every one."""
    settings = settings_of(request)
    statement, key = queries.register(caller, query, today=today, interval_months=settings.assessment_interval_months)
    rows, cursor = await page(session, request, query, statement, key, descending=True)
    wholes = await queries.around(session, rows)
    return listed([presenters.patent_out(whole, caller, today, settings) for whole in wholes], cursor)


@router.get("/by-number/{number:path}", summary="Find a patent by its number", response_model=PatentOut,
            responses=problem_answers(401, 404, 422))  # fmt: skip
async def get_by_number(
    request: Request,
    number: Annotated[str, Path(max_length=100, examples=["ZL201710601862.3"], description="In any spelling.")],
    caller: MaybeCaller,
    session: ReadDb,
    today: Today,
) -> Response:
    """The patent that has this application, publication or grant number, spelt in whatever way."""
    try:
        asked = parse_number(number)
    except NumberWrong as wrong:
        raise NumberMalformed("path:number", wrong.code, wrong.detail, wrong.cure) from None
    whole = await queries.by_number(session, caller, asked)
    if whole is None:
        raise NoSuchPatent
    return one(request, presenters.patent_out(whole, caller, today, settings_of(request)), whole.patent.version)


@router.get("/{patent_id}", summary="One patent", response_model=PatentOut,
            responses=MOVED | problem_answers(401, 404, 422))  # fmt: skip
async def get_patent(
    request: Request,
    whole: SeenPatent,
    caller: MaybeCaller,
    query: Annotated[PastQuery, Query()],
    session: ReadDb,
    now: Now,
    today: Today,
) -> Response:
    """What the register says of the patent and who holds it; `valid_on` and `known_at` ask for the past.

    `valid_on`: what held on that day; `known_at`: by what was known at that moment. A lapse holds from the day on which
    the annuity fell due, though it became known later.
    """
    settings = settings_of(request)
    if query.valid_on is None and query.known_at is None:
        return one(request, presenters.patent_out(whole, caller, today, settings), whole.patent.version)
    valid_on, known_at = query.valid_on or today, query.known_at or now
    facts = await queries.facts_of(session, [whole.patent.id], query.known_at)
    standing = status_at(facts[whole.patent.id], valid_on=valid_on, known_at=known_at, expiry=whole.patent.expiry_date)
    names = await names_then(session, {h.party_id for h, _ in whole.holders}, valid_on=valid_on, known_at=known_at)
    out = presenters.present_as_of(
        whole, caller, standing, valid_on=valid_on, known_at=known_at, names=names, settings=settings
    )
    return one(request, out, whole.patent.version)


@router.patch("/{patent_id}", summary="Change register facts", response_model=PatentOut,
              responses=MOVED | problem_answers(401, 403, 404, 409, 412, 422, 428))  # fmt: skip
async def change_patent(
    request: Request,
    seen: IfMatch,
    held: EditedPatent,
    body: PatentPatch,
    session: Db,
    quotas: Quotas,
    now: Now,
    today: Today,
) -> Response:
    """The patent with the facts sent changed; a number that another row of the same patent has merges the two.

    By who entered the facts, the sole holder, the platform or an authority; another term, by the last two only.
    """
    seen.check(held.whole.patent.version)
    whole = await patents_service.change(session, held.whole, held.caller, body, quotas, now)
    await session.flush()
    return changed(presenters.patent_out(whole, held.caller, today, settings_of(request)), whole.patent.version)

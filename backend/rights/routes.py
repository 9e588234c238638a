"""The addresses of the ledger: what burdens a patent, and what may be done with it."""

from datetime import date, datetime
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import MaybeCaller
from backend.accounts.caller import Caller
from backend.accounts.quotas.policy import Quotas
from backend.core.clock import Now, china_day
from backend.core.database.columns import iso
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import PageQuery, page
from backend.core.http.preconditions import MayMatch
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import VARY, changed, created, listed, plain, to_json
from backend.files.service import attached
from backend.patents.access import MOVED
from backend.patents.queries import PatentAggregate
from backend.rights import presenters, queries, visibility
from backend.rights.access import (
    AgreedPatent,
    AgreementsOf,
    CorrectedRight,
    OwnRight,
    PermissionsOf,
    RecordedRight,
    RightsOf,
    sees_records,
)
from backend.rights.agreements import service as agreements
from backend.rights.codes import Act
from backend.rights.entries import correction, service
from backend.rights.errors import DatesReversed
from backend.rights.historical_state import states_at
from backend.rights.ledger import Ledger
from backend.rights.models import RightEntry
from backend.rights.permissions.requests import ask_for
from backend.rights.permissions.rules import decide
from backend.rights.permissions.schemas import PermissionsOut, PermissionsQuery
from backend.rights.schemas import (
    AgreementIn,
    AgreementOut,
    AgreementsOut,
    RightCorrection,
    RightEnding,
    RightOut,
    RightsOut,
    RightsQuery,
)

router = APIRouter(prefix="/v1/patents/{patent_id}", tags=["rights"], route_class=WritingRoute)
READ: Final = MOVED | problem_answers(401, 404, 422)
ACTION: Final = MOVED | problem_answers(401, 403, 404, 409, 412, 422)
KNOWN: Final[dict[int | str, dict[str, Any]]] = {200: {"model": AgreementOut, "description": "Entered before."}}
RIGHT_KEYS: Final[Any] = (col(RightEntry.recorded_at), col(RightEntry.id))


@router.get("/rights", summary="What burdens a patent", response_model=RightsOut, responses=READ)
async def list_rights(
    request: Request,
    whole: RightsOf,
    caller: MaybeCaller,
    query: Annotated[RightsQuery, Query()],
    session: ReadDb,
    now: Now,
) -> Response:
    """The register's word, the holders, and the entries, as they stand or as they stood.

    Holders and offices see every entry, a party its own, everyone what the office announced. By `known_at` each entry
    has the end that was on record then; the entry's `details.ends` has all that another took the place of.
    """
    day, known_at = query.valid_on or china_day(now), query.known_at or now
    sees_all = sees_records(caller, whole)
    ledger = await queries.ledger_of(session, whole, now, valid_on=query.valid_on, known_at=query.known_at)
    told = await _present_ends(session, whole, query, day)
    asked = visibility.entries_statement(caller, whole.patent.id, query, day, known_at, told, sees_all=sees_all)
    rows, cursor = await page(session, request, query, asked, *RIGHT_KEYS)
    past = query.valid_on is not None or query.known_at is not None
    states = await states_at(session, [held for held, _ in whole.holders], known_at) if past else None
    standing = presenters.standing(whole, ledger, day, known_at, sees_all=sees_all, states=states)
    entries = [row[0] for row in rows]
    items = await _present(session, entries, caller, whole, query.known_at)
    out = {"patent_id": whole.patent.id, "valid_on": day.isoformat(), "known_at": iso(known_at)}
    body = orjson.dumps(out)[:-1] + b',"standing":' + to_json(standing)
    body += b',"items":[' + b",".join(map(to_json, items)) + b'],"next_cursor":' + orjson.dumps(cursor) + b"}"
    return Response(body, 200, {"Vary": VARY}, "application/json")


async def _present_ends(
    session: AsyncSession, whole: PatentAggregate, query: RightsQuery, day: date
) -> dict[str, bool]:
    """Give, by known_at, the entries whose end was told more than once: whether each held by the end known then."""
    if query.known_at is None:
        return {}
    rows = await queries.entries_of(session, whole.patent.id)
    return {row.id: queries.period_of(row, query.known_at).holds(day) for row in rows if "ends" in row.details}


async def _present(
    session: AsyncSession,
    rows: list[RightEntry],
    caller: Caller | None,
    whole: PatentAggregate,
    known_at: datetime | None = None,
) -> list[RightOut]:
    names = await queries.names_of(session, [row.party_id for row in rows])
    theirs = await queries.organisations_of(session, [row.party_id for row in rows])
    files = await attached(session, service.EVIDENCE, [row.id for row in rows])
    everything = sees_records(caller, whole)
    own = caller.organisation_id if caller else None
    seen = None if everything else await visibility.seen_among(session, caller, whole, rows)
    return [
        presenters.right_out(
            row,
            names,
            files.get(row.id, []),
            seen,
            whole_of_it=everything or (own is not None and own in (theirs.get(row.party_id or ""), row.recorded_by)),
            known_at=known_at,
        )
        for row in rows
    ]


@router.post("/rights", summary="Record a right", status_code=201, response_model=RightOut, responses=ACTION)
async def record_right(seen: MayMatch, held: RecordedRight, session: Db, quotas: Quotas, now: Now) -> Response:
    """An entry of the ledger: a fact established elsewhere, with evidence, or a grant made here.

    A grant made here is refused where the ledger does not permit it, with all reasons. A fact is always recorded; what
    stood against it is noted on it, and every offer that it bars becomes unavailable at once.
    """
    seen.check(held.whole.patent.version)
    entry = await service.record(session, held.whole, held.caller, held.body, quotas, now)
    out = (await _present(session, [entry], held.caller, held.whole))[0]
    return created(out, entry.version, f"/v1/patents/{entry.patent_id}/rights")


@router.post("/rights/{right_id}/end", summary="End a right", response_model=RightOut, responses=ACTION)
async def end_right(seen: MayMatch, held: OwnRight, body: RightEnding, session: Db, now: Now) -> Response:
    """The entry, which holds no more from a day on; by its party, whoever recorded it, the platform or an authority."""
    seen.check(held.entry.version)
    entry = await service.end(session, held.whole, held.caller, held.entry, body, now)
    return changed((await _present(session, [entry], held.caller, held.whole))[0], entry.version)


@router.post("/rights/{right_id}/correction", summary="Correct a right", status_code=201, response_model=RightOut,
             responses=ACTION)  # fmt: skip
async def correct_right(
    seen: MayMatch, held: CorrectedRight, body: RightCorrection, session: Db, quotas: Quotas, now: Now
) -> Response:
    """The entry that takes the place of a wrong one, which stays on record as what was believed until now."""
    seen.check(held.entry.version)
    entry = await correction.correct(session, held.whole, held.caller, held.entry, body, quotas, now)
    out = (await _present(session, [entry], held.caller, held.whole))[0]
    return created(out, entry.version, f"/v1/patents/{entry.patent_id}/rights")


@router.get("/permissions", summary="What may be done with a patent", response_model=PermissionsOut, responses=READ)
async def get_permissions(
    request: Request,
    whole: PermissionsOf,
    caller: MaybeCaller,
    query: Annotated[PermissionsQuery, Query()],
    session: ReadDb,
    now: Now,
) -> Response:
    """For each act whether it may be done now, and every reason why not: rule, how sure, since when, what lifts it.

    Parties and entries are named to holders and offices; the reasons are for everyone who may see the patent. For
    others what nobody announced counts as if it covered everything, for all time from today: that something private
    stands against an act is told, not where and when it does.
    """
    day, known_at = query.valid_on or china_day(now), query.known_at or now
    if query.ends_on and query.ends_on < (query.starts_on or day):
        raise DatesReversed
    language, sees_all = language_of(request), sees_records(caller, whole)
    own = None if sees_all else await queries.parties_of(session, caller)
    ledger = await queries.ledger_of(session, whole, now, valid_on=query.valid_on, known_at=query.known_at, own=own)
    to = await service.party_known(session, caller, query.to_party) if query.to_party else None
    announced = frozenset(entry.id for entry in ledger.entries if entry.is_announced)
    acting = {act: query.by or _acting(act, query, ledger, whole, caller) for act in query.act or Act}
    items = [
        presenters.permission(
            act, decide(ledger, ask_for(act, query, to, by, day)), language, sees_all=sees_all, announced=announced
        )
        for act, by in acting.items()
    ]
    shown_by = next(iter(acting.values())) if sees_all else []
    return plain(PermissionsOut(patent_id=whole.patent.id, by=shown_by, valid_on=day, known_at=known_at, items=items))


def _acting(
    act: Act, query: PermissionsQuery, ledger: Ledger, whole: PatentAggregate, caller: Caller | None
) -> list[str]:
    """Who would act: of a sub-licence the licensee; else the caller's organisation as a holder, else all holders."""
    licensee = [entry.party_id for entry in ledger.entries if entry.id == query.licence and entry.party_id]
    if act is Act.SUB_LICENSE and licensee:
        return licensee
    own = whole.held_by(caller.organisation_id) if caller else []
    return sorted({h.party_id for h in own} or {h.party_id for h in queries.living(whole)})


@router.get("/co-owner-agreements", summary="Agreements of co-owners", response_model=AgreementsOut,
            responses=MOVED | problem_answers(401, 403, 404, 422))  # fmt: skip
async def list_agreements(
    request: Request, whole: AgreementsOf, query: Annotated[PageQuery, Query()], session: ReadDb
) -> Response:
    """What the co-owners agreed about the exercise of their right; for holders and offices."""
    asked = visibility.agreements(whole.patent.id)
    rows, cursor = await page(session, request, query, asked, *RIGHT_KEYS)
    files = await attached(session, service.EVIDENCE, [row[0].id for row in rows])
    return listed([agreements.agreement_out(row[0], whole, files.get(row[0].id, [])) for row in rows], cursor)


@router.post("/co-owner-agreements", summary="Enter an agreement of co-owners", status_code=201,
             response_model=AgreementOut, responses=KNOWN | ACTION)  # fmt: skip
async def enter_agreement(seen: MayMatch, held: AgreedPatent, body: AgreementIn, session: Db, now: Now) -> Response:
    """The agreement, which binds once every co-owner on the platform has entered the same, or an office has."""
    seen.check(held.whole.patent.version)
    entry, is_new = await agreements.enter(session, held.whole, held.caller, body, now)
    files = (await attached(session, service.EVIDENCE, [entry.id])).get(entry.id, [])
    out = agreements.agreement_out(entry, held.whole, files)
    address = f"/v1/patents/{entry.patent_id}/co-owner-agreements"
    return created(out, entry.version, address) if is_new else changed(out, entry.version)

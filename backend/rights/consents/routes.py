"""The addresses of consents."""

from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import Viewer
from backend.accounts.quotas.policy import Quotas
from backend.core.clock import Now
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.preconditions import MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import VARY, changed, listed, one, to_json
from backend.files.service import attached
from backend.patents.access import MOVED
from backend.rights import presenters, queries, visibility
from backend.rights.access import AskedPatent
from backend.rights.consents import service as consents
from backend.rights.consents.access import AnsweredConsent, AskedConsent, SeenConsent
from backend.rights.models import Consent
from backend.rights.permissions.schemas import (
    ConsentAnswer,
    ConsentIn,
    ConsentOut,
    ConsentsAsked,
    ConsentsOut,
    ConsentsQuery,
)

router = APIRouter(prefix="/v1", tags=["rights"], route_class=WritingRoute)
ACTION: Final = MOVED | problem_answers(401, 403, 404, 409, 412, 422)
ASKED_KEYS: Final[Any] = (col(Consent.asked_at), col(Consent.id))


async def _present(session: AsyncSession, rows: list[Consent]) -> list[ConsentOut]:
    names = await queries.names_of(session, [row.party_id for row in rows])
    files = await attached(session, consents.EVIDENCE, [row.id for row in rows])
    return [presenters.consent(row, names[row.party_id], files.get(row.id, [])) for row in rows]


@router.get("/consents", summary="Consents", response_model=ConsentsOut, responses=problem_answers(401, 403, 422))
async def list_consents(
    request: Request, caller: Viewer, query: Annotated[ConsentsQuery, Query()], session: ReadDb
) -> Response:
    """The consents that the caller's organisation asked for or is asked for, the newest first."""
    statement = sa.select(Consent).where(visibility.visible_consents(caller))
    if query.state:
        statement = statement.where(col(Consent.state).in_(query.state))
    if query.act:
        statement = statement.where(col(Consent.act).in_(query.act))
    if query.side == "asked_by_us":
        statement = statement.where(col(Consent.asked_by) == caller.organisation_id)
    elif query.side == "asked_of_us":
        statement = statement.where(visibility.is_asked_of(caller))
    rows, cursor = await page(session, request, query, statement, *ASKED_KEYS, descending=True)
    return listed(await _present(session, [row[0] for row in rows]), cursor)


@router.post("/patents/{patent_id}/consents", summary="Ask for consent", status_code=201,
             response_model=ConsentsAsked, responses=ACTION)  # fmt: skip
async def ask_for_consents(
    seen: MayMatch, held: AskedPatent, body: ConsentIn, session: Db, quotas: Quotas, now: Now
) -> Response:
    """Asks a co-owner, a pledgee or whoever's right stands in the way, or every other holder, to consent to an act.

    The consent is bound to the act and to the SHA-256 of the terms; one that was asked for already is given again.
    A licensee asks its licensors in this way to consent to a sub-licence.
    """
    seen.check(held.whole.patent.version)
    asked = await consents.ask(session, held.whole, held.caller, body, quotas, now)
    out = ConsentsAsked(items=await _present(session, asked))
    address = f"/v1/patents/{held.whole.patent.id}/consents/{asked[0].id}"
    return Response(to_json(out), 201, {"Location": address, "Vary": VARY}, "application/json")


@router.get("/patents/{patent_id}/consents/{consent_id}", summary="A consent", response_model=ConsentOut,
            responses=problem_answers(401, 403, 404))  # fmt: skip
async def get_consent(request: Request, found: SeenConsent, session: ReadDb) -> Response:
    """A consent with the terms that it is about, for whoever asked and whoever is asked."""
    return one(request, (await _present(session, [found]))[0], found.version)


@router.post("/patents/{patent_id}/consents/{consent_id}/answer", summary="Answer a consent",
             response_model=ConsentOut, responses=ACTION)  # fmt: skip
async def answer_consent(seen: MayMatch, held: AnsweredConsent, body: ConsentAnswer, session: Db, now: Now) -> Response:
    """Given or refused by the party that is asked; for one off the platform by whoever asked, with evidence."""
    seen.check(held.consent.version)
    found = await consents.answer(session, held, body, now)
    return changed((await _present(session, [found]))[0], found.version)


@router.post("/patents/{patent_id}/consents/{consent_id}/revocation", summary="Revoke a consent",
             response_model=ConsentOut, responses=ACTION)  # fmt: skip
async def revoke_consent(seen: MayMatch, held: AskedConsent, session: Db, now: Now) -> Response:
    """The consent counts no more; one that was used already stays."""
    seen.check(held.consent.version)
    found = await consents.revoke(session, held, now)
    return changed((await _present(session, [found]))[0], found.version)

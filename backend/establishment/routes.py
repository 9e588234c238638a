"""The addresses of requests to be heard as a holder of an established patent."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import Editor, Viewer
from backend.accounts.caller import Caller
from backend.accounts.quotas.policy import Quotas
from backend.core.clock import Now
from backend.core.errors import NotFound
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.preconditions import MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import accepted, changed, listed, one
from backend.establishment import decision, queries, service
from backend.establishment.access import (
    AcceptedEstablishment,
    AdoptedEstablishment,
    AskedRow,
    Deciding,
    OwnEstablishment,
    RefusedEstablishment,
    SeenEstablishment,
)
from backend.establishment.models import Establishment
from backend.establishment.presenters import present
from backend.establishment.schemas import (
    Adoption,
    EstablishmentAsked,
    EstablishmentDecided,
    EstablishmentIn,
    EstablishmentOut,
    EstablishmentsOut,
    EstablishmentsQuery,
    HolderAcceptance,
    HolderRefusal,
)
from backend.patents.access import MOVED

router = APIRouter(prefix="/v1", tags=["patents"], route_class=WritingRoute)
ACTION: Final = MOVED | problem_answers(401, 403, 404, 409, 412, 422)
OF_PATENT: Final = "/patents/{patent_id}/establishments/{establishment_id}"
KEY: Final[Any] = col(Establishment.id)


async def _answer(session: AsyncSession, caller: Caller, establishment: Establishment) -> Response:
    await session.flush()
    row = await queries.visible(session, caller, establishment.id)
    if row is None:
        raise NotFound
    presented = (await present(session, caller, [row]))[0]
    return changed(presented, establishment.version)


async def _decided(session: AsyncSession, deciding: Deciding) -> Response:
    one, caller = deciding.establishment, deciding.caller
    await session.flush()
    row = await queries.visible(session, caller, one.id)
    if row is None:
        raise NotFound
    presented = (await present(session, caller, [row]))[0]
    remaining = await queries.remaining_of_batch(session, caller, one.batch_id)
    return changed(EstablishmentDecided(**presented.model_dump(), remaining=remaining), one.version)


@router.post("/patents/{patent_id}/establishment", summary="Ask to be heard as a holder", status_code=202,
             response_model=EstablishmentAsked, responses=ACTION | problem_answers(429))  # fmt: skip
async def ask_establishment(
    seen: MayMatch, asking: AskedRow, body: EstablishmentIn, session: Db, quotas: Quotas, now: Now
) -> Response:
    """Takes in the request, with its evidence; what others hold is looked at after the answer.

    A row whose numbers nobody else has is established at once. Where somebody holds the patent, its holders and the
    offices are told who asks and why, and nothing changes until one of them accepts it. By verified organisations.
    """
    seen.check(asking.whole.patent.version)
    requests = await service.ask(session, asking, body, quotas, now)
    await session.flush()
    found = [await queries.visible(session, asking.caller, request.id) for request in requests]
    presented = await present(session, asking.caller, [row for row in found if row is not None])
    batch_id = requests[0].batch_id
    return accepted(EstablishmentAsked(batch_id=batch_id, items=presented), f"/v1/establishments?batch_id={batch_id}")


@router.get("/establishments", summary="Requests to be heard as a holder", response_model=EstablishmentsOut,
            responses=problem_answers(401, 403, 422))  # fmt: skip
async def list_establishments(
    request: Request, caller: Viewer, query: Annotated[EstablishmentsQuery, Query()], session: ReadDb
) -> Response:
    """Those that one's organisation made, and those about patents that it holds, the newest first; offices see all."""
    statement = queries.requests_for(caller, query)
    rows, cursor = await page(session, request, query, statement, KEY, descending=True)
    return listed(await present(session, caller, rows), cursor)


@router.get("/establishments/{establishment_id}", summary="One request to be heard as a holder",
            response_model=EstablishmentOut, responses=problem_answers(401, 403, 404, 422))  # fmt: skip
async def get_establishment(request: Request, row: SeenEstablishment, caller: Viewer, session: ReadDb) -> Response:
    """Who asks, on what evidence, and how it was decided."""
    return one(request, (await present(session, caller, [row]))[0], row[0].version)


@router.post(f"{OF_PATENT}/acceptance", summary="Accept a holder", response_model=EstablishmentDecided,
             responses=ACTION)  # fmt: skip
async def accept_establishment(
    seen: MayMatch, deciding: AcceptedEstablishment, body: HolderAcceptance, session: Db, quotas: Quotas, now: Now
) -> Response:
    """The asker holds the patent from now on; its row's id leads its author to the established one.

    Its facts fill gaps, its holding and assessments come over; of its legal events, rights and listing what is named in
    `takes`. An office may find with it that others' holdings were wrong. Of a batch, what cannot be joined waits on.
    """
    seen.check(deciding.establishment.version)
    await decision.accept(session, deciding, body, quotas, now)
    if body.batch:
        await decision.accept_batch(session, deciding, body, quotas, now)
    return await _decided(session, deciding)


@router.post(f"{OF_PATENT}/refusal", summary="Refuse a holder", response_model=EstablishmentDecided,
             responses=ACTION)  # fmt: skip
async def refuse_establishment(
    seen: MayMatch, deciding: RefusedEstablishment, body: HolderRefusal, session: Db, now: Now
) -> Response:
    """Nothing changes but that the asker is told, with the reason; an office may still find it right."""
    seen.check(deciding.establishment.version)
    await service.refuse(session, deciding, body.reason, now)
    if body.batch:
        await decision.refuse_batch(session, deciding, body, now)
    return await _decided(session, deciding)


@router.post(f"{OF_PATENT}/adoption", summary="Take what a holder's row brought along",
             response_model=EstablishmentOut, responses=ACTION)  # fmt: skip
async def adopt_proposals(
    seen: MayMatch, deciding: AdoptedEstablishment, body: Adoption, session: Db, now: Now
) -> Response:
    """Legal events, rights and the listing of an accepted asker's row become the patent's, as far as they are named."""
    seen.check(deciding.establishment.version)
    request = await decision.adopt(session, deciding, body.takes, now)
    return await _answer(session, deciding.caller, request)


@router.post(f"{OF_PATENT}/withdrawal", summary="Withdraw a request to be heard as a holder",
             response_model=EstablishmentOut, responses=ACTION)  # fmt: skip
async def withdraw_establishment(
    seen: MayMatch, establishment: OwnEstablishment, caller: Editor, session: Db, now: Now
) -> Response:
    """The request counts no more; holders who had been told of it hear that."""
    seen.check(establishment.version)
    await service.withdraw(session, establishment, caller, now)
    return await _answer(session, caller, establishment)

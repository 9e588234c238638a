"""The needs' addresses."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import Editor, Viewer
from backend.accounts.caller import Caller
from backend.accounts.quotas.policy import Quotas
from backend.core.clock import Now
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.preconditions import IfMatch, MayMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, created, listed, one
from backend.needs import queries, service, steps
from backend.needs.access import OwnNeed, SeenNeed, VerifiedNeed, WatchedNeed
from backend.needs.codes import FaceKind, TakenDownBy
from backend.needs.errors import NoSuchNeed
from backend.needs.faces import Face, need_out, viewer_of
from backend.needs.models import Need
from backend.needs.policy import Policy, acting_for
from backend.needs.schemas import Closure, NeedIn, NeedOut, NeedPage, NeedPatch, NeedsQuery, Takedown

router = APIRouter(prefix="/v1/needs", tags=["needs"], route_class=WritingRoute)
NEED_ID: Final[Any] = col(Need.id)
STEP: Final = problem_answers(401, 403, 404, 409, 412, 422)


async def _shown(session: AsyncSession, face: Face) -> NeedOut:
    if face.face is not FaceKind.OWN:
        return need_out(face)
    return need_out(face, (await queries.names_of(session, [face.id])).get(face.id, []))


async def _as_seen(session: AsyncSession, caller: Caller, need: Need) -> NeedOut:
    await session.flush()
    face = await queries.face(session, viewer_of(caller), need.id)
    if face is None:
        raise NoSuchNeed
    return await _shown(session, face)


async def _answer(session: AsyncSession, caller: Caller, need: Need) -> Response:
    return changed(await _as_seen(session, caller, need), need.version)


@router.post("", summary="Draft a need", status_code=201, response_model=NeedOut,
             responses=problem_answers(401, 403, 409, 422))  # fmt: skip
async def create_need(caller: Editor, body: NeedIn, session: Db, quotas: Quotas, now: Now) -> Response:
    """A draft of a need, which nobody but the asker's organisation sees until it is published."""
    need = await service.create(session, acting_for(caller, quotas), body, now)
    return created(await _as_seen(session, caller, need), need.version, f"/v1/needs/{need.id}")


@router.get("", summary="Needs of one's own, and those shown to one", response_model=NeedPage,
            responses=problem_answers(401, 403, 422))  # fmt: skip
async def list_needs(
    request: Request, caller: Viewer, query: Annotated[NeedsQuery, Query()], session: ReadDb
) -> Response:
    """The organisation's own needs in every state and the confidential ones that name it, newest first.

    The platform sees all that were published; everybody's are found by GET /v1/needs/search.
    """
    viewer = viewer_of(caller)
    found = queries.needs_for(viewer, query)
    rows, cursor = await page(session, request, query, found, queries.SHOWN_SINCE, NEED_ID, descending=True)
    faces = [queries.face_from(row, viewer) for row in rows]
    names = await queries.names_of(session, [face.id for face in faces if face.face is FaceKind.OWN])
    own = [names.get(face.id, []) if face.face is FaceKind.OWN else None for face in faces]
    return listed([need_out(face, shown_to) for face, shown_to in zip(faces, own, strict=True)], cursor)


@router.get("/{need_id}", summary="One need", response_model=NeedOut, responses=problem_answers(401, 404))
async def get_need(request: Request, face: SeenNeed, session: ReadDb) -> Response:
    """As much of a need as the caller may see: `face` says how much that is."""
    return one(request, await _shown(session, face), face.version or 0)


@router.patch("/{need_id}", summary="Change a need", response_model=NeedOut,
              responses=problem_answers(401, 403, 404, 409, 412, 422, 428))  # fmt: skip
async def change_need(
    seen: IfMatch, held: OwnNeed, body: NeedPatch, session: Db, policy: Policy, quotas: Quotas, now: Now
) -> Response:
    """The need with what is named changed; a published one that becomes confidential leaves the search and the feed."""
    seen.check(held.need.version)
    need = await service.edit(session, acting_for(held.caller, quotas), held.need, body, policy, now)
    return await _answer(session, held.caller, need)


@router.delete("/{need_id}", summary="Erase a need", status_code=204,
               responses=problem_answers(401, 403, 404, 409, 412, 428))  # fmt: skip
async def erase_need(seen: IfMatch, held: OwnNeed, session: Db, now: Now) -> Response:
    """Erases all that a draft or a closed need says, with what was derived from it and what its asker said of matches.

    A draft is gone. Of a closed need it stays that there was one, for what hangs on it: when, with which outcome, and
    the clusters, the region and the confidentiality that it is counted by.
    """
    seen.check(held.need.version)
    await steps.erase(session, held.caller.user_id, held.need, now)
    return Response(None, 204)


@router.post("/{need_id}/publication", summary="Publish a need, or say that it still stands", response_model=NeedOut,
             responses=STEP)  # fmt: skip
async def publish_need(
    seen: MayMatch, held: VerifiedNeed, session: Db, policy: Policy, quotas: Quotas, now: Now
) -> Response:
    """The need, shown to everybody or, where it is confidential, to those named in it; by verified organisations.

    Of one that is shown already, its asker says so that it still stands, and is asked later what became of it.
    """
    seen.check(held.need.version)
    need = await steps.publish(session, acting_for(held.caller, quotas), held.need, policy, now)
    return await _answer(session, held.caller, need)


@router.post("/{need_id}/closure", summary="Close a need with its outcome", response_model=NeedOut, responses=STEP)
async def close_need(seen: MayMatch, held: OwnNeed, body: Closure, session: Db, now: Now) -> Response:
    """The need, closed for good; what became of it is shown to its own organisation alone."""
    seen.check(held.need.version)
    need = await steps.close(session, held.caller.user_id, held.need, body.outcome, now)
    return await _answer(session, held.caller, need)


@router.post("/{need_id}/takedown", summary="Take a need down", response_model=NeedOut, responses=STEP)
async def take_need_down(seen: MayMatch, held: WatchedNeed, body: Takedown, session: Db, now: Now) -> Response:
    """The need, shown to nobody until its asker has changed it and published it again; by the platform's staff."""
    seen.check(held.need.version)
    need = await steps.take_down(session, held.caller.user_id, held.need, TakenDownBy.PLATFORM, body.reason, now)
    return await _answer(session, held.caller, need)

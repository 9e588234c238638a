"""How matches are shown to a person: its address."""

from fastapi import APIRouter, Request, Response

from backend.accounts.access import Person
from backend.core.database.columns import table_of
from backend.core.database.dialects import insert_into
from backend.core.http.openapi import problem_answers
from backend.core.http.preconditions import IfMatch
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, one
from backend.matching.models import MatchingSetting
from backend.matching.schemas import MatchingSettings, MatchingSettingsOut

router = APIRouter(prefix="/v1/me/matching-settings", tags=["matches"], route_class=WritingRoute)


def _out(known: MatchingSetting | None) -> MatchingSettingsOut:
    if known is None:
        return MatchingSettingsOut(order_by_feedback=True, version=0)
    return MatchingSettingsOut(order_by_feedback=known.order_by_feedback, version=known.version)


@router.get(
    "", summary="How one is shown matches", response_model=MatchingSettingsOut, responses=problem_answers(401, 403)
)
async def read_matching_settings(request: Request, caller: Person, session: ReadDb) -> Response:
    """Whether what one's organisation said of matches changes the order that one is shown."""
    out = _out(await session.get(MatchingSetting, caller.user_id))
    return one(request, out, out.version)


@router.put(
    "",
    summary="Change how one is shown matches",
    response_model=MatchingSettingsOut,
    responses=problem_answers(401, 403, 412, 428),
)
async def put_matching_settings(body: MatchingSettings, caller: Person, seen: IfMatch, session: Db) -> Response:
    """Switches the order made of one's organisation's own words on or off, for oneself."""
    known = await session.get(MatchingSetting, caller.user_id, with_for_update=True)
    before = _out(known)
    seen.check(before.version)
    if known is None or before.order_by_feedback != body.order_by_feedback:
        row = {
            "user_id": caller.user_id,
            "order_by_feedback": body.order_by_feedback,
            "version": before.version + 1,
        }
        put = insert_into(session, table_of(MatchingSetting)).values(row)
        await session.execute(put.on_conflict_do_update(index_elements=["user_id"], set_=row))
        before = MatchingSettingsOut(order_by_feedback=body.order_by_feedback, version=before.version + 1)
    return changed(before, before.version)

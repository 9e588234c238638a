"""The address of the demonstration's clock: deadlines can be seen to fire."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from backend.accounts.access import PlatformStaff
from backend.core.clock import Clock
from backend.core.demo_clock import move_clock
from backend.core.http.openapi import problem_answers
from backend.core.http.request_transaction import Db, WritingRoute
from backend.core.http.responses import plain
from backend.core.settings import Settings
from backend.demo.errors import NotADemonstration
from backend.demo.jobs import ask_to_catch_up
from backend.demo.schemas import ClockIn, ClockOut


async def _demo_only(request: Request) -> None:
    settings: Settings = request.app.state.settings
    if not settings.patentmart_demo:
        raise NotADemonstration


async def _clock(request: Request) -> Clock:
    clock: Clock = request.app.state.clock
    return clock


TheClock = Annotated[Clock, Depends(_clock)]
router = APIRouter(
    prefix="/v1/demo", tags=["demonstration"], route_class=WritingRoute, dependencies=[Depends(_demo_only)]
)


def _present(now: datetime, offset: timedelta) -> Response:
    return plain(ClockOut(now=now, offset_seconds=offset.total_seconds()))


@router.get("/clock", summary="Read the demonstration's clock", response_model=ClockOut,
            responses=problem_answers(401, 403, 404))  # fmt: skip
async def read_clock(clock: TheClock, _: PlatformStaff) -> Response:
    """The moment that it is for everybody on this platform; 404 outside demonstration mode."""
    return _present(clock.now(), clock.offset)


@router.put("/clock", summary="Move the demonstration's clock", response_model=ClockOut,
            responses=problem_answers(401, 403, 404))  # fmt: skip
async def put_clock(body: ClockIn, clock: TheClock, _: PlatformStaff, session: Db) -> Response:
    """Make it that moment for everybody; what falls due by it happens within seconds.

    The clock goes on from there. Moved back, it undoes nothing: what has happened meanwhile stays. Sign-ins, API keys
    and limits go by the real time. Nobody can miss another's change of a clock, so no If-Match is asked for.
    """
    offset = await move_clock(session, clock, body.now)
    await ask_to_catch_up(session)
    return _present(body.now, offset)

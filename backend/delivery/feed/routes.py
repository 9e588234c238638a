"""The feed of changes: page by page, waiting for more, or as a stream of server-sent events."""

import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from fastapi.sse import EventSourceResponse, format_sse_event

from backend.accounts.access import MaybeCaller, client_address
from backend.accounts.caller import Caller
from backend.accounts.session_checks import Standing
from backend.core.errors import NotSignedIn
from backend.core.events import stream
from backend.core.http.openapi import problem_answers
from backend.core.http.request_transaction import release
from backend.core.http.responses import plain
from backend.core.http.routing import ReadingRoute
from backend.delivery.errors import UnknownPlace
from backend.delivery.event_rendering import change_of, place_token, read_place
from backend.delivery.event_selection import check_types
from backend.delivery.feed.queries import FeedPage, audiences, events_for
from backend.delivery.feed.schemas import FROM_NOW, ChangeOut, ChangesOut, ChangesQuery
from backend.delivery.feed.stream_limits import StreamReader, reader_of

router = APIRouter(prefix="/v1/changes", tags=["changes"], route_class=ReadingRoute)

STREAM: Final = "text/event-stream"
LIFETIME: Final = 900.0  # seconds of a stream: then its client comes back
QUIET: Final = 15.0  # seconds after which a stream says that it is still there
SLICE: Final = 1.0  # seconds of waiting in one go, so that a process that stops is not held up
ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {STREAM: {"schema": {"type": "string", "description": "`id`, `event` and `data`: a change."}}}}
}


class Feed:
    """What one caller is told, from a place on, as long as it may be."""

    def __init__(self, request: Request, caller: Caller | None, query: ChangesQuery, place: int) -> None:
        self._standing = Standing(request, caller)
        self.state, self.place, self.limit = request.app.state, place, query.limit
        self._audience = audiences(caller.organisation_id if caller else None)
        self._types = query.types.split(",") if query.types else []
        check_types(self._types, self.state.registry.events, in_query=True)

    async def next(self, seconds: float) -> FeedPage:
        """Return the next events, after a wait where there are none; raise NotSignedIn where access has ended."""
        until = time.monotonic() + seconds
        while True:
            await self._standing.check()
            found = await events_for(self.state.database, self.place, self._audience, self._types, self.limit)
            self.place = found.reached
            left = until - time.monotonic()
            if found.events or left <= 0 or self.state.stopping:
                return found
            if found.is_end:
                await self.state.watch.beyond(self.place, min(left, SLICE))

    def changes_of(self, found: FeedPage) -> list[ChangeOut]:
        """Return the events as they are told."""
        return [change_of(self.state.settings, self.state.registry.events, event) for event in found.events]

    def token(self) -> str:
        """Return where to go on."""
        return place_token(self.state.settings, self.place)


@router.get("", summary="What has changed", response_model=ChangesOut, responses={**ANSWERS, **problem_answers()})
async def changes(
    request: Request,
    query: Annotated[ChangesQuery, Query()],
    caller: MaybeCaller,
    last_event_id: Annotated[str | None, Header(description="Where a broken stream went on.", max_length=100)] = None,
) -> Response:
    """Every change of what is public, in one order without gaps, removals included; a member's own besides.

    Ask again with `next_after`. With `Accept: text/event-stream` the changes come as server-sent events for a quarter
    of an hour, then the client comes back by itself. Within seconds after the sign-in, the key or the membership has
    ended, a stream ends, and who waits is answered 401. Who waits counts as a stream while there is nothing to tell.
    """
    await release(request)  # nobody waits with a connection to the database in hand
    feed = Feed(request, caller, query, await _place(request, last_event_id or query.after))
    who = reader_of(caller, client_address(request))
    if STREAM in request.headers.get("accept", ""):
        request.app.state.streams.check(who)
        events = _events(feed, who)
        begun = _begun(await anext(events), events)  # counted from here on, so that of many at once no more pass
        return EventSourceResponse(begun, headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
    found = await feed.next(0)
    if query.wait and not found.events:
        request.app.state.streams.check(who)
        with request.app.state.streams.counted(who):
            found = await feed.next(query.wait)
    return plain(ChangesOut(items=feed.changes_of(found), next_after=feed.token(), more=not found.is_end))


async def _place(request: Request, after: str | None) -> int:
    if after is None:
        return 0
    if after == FROM_NOW:
        return await stream.now(request.app.state.database)
    place = read_place(request.app.state.settings, after)
    if place is None:
        raise UnknownPlace
    return place


async def _begun(first: bytes, events: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    async with aclosing(events):
        yield first
        async for event in events:
            yield event


async def _events(feed: Feed, who: StreamReader) -> AsyncGenerator[bytes]:
    """Yield the changes as they come, with a word now and then so that nobody between takes the stream for dead."""
    with feed.state.streams.counted(who):
        until = time.monotonic() + LIFETIME
        yield format_sse_event(comment="patentmart", retry=2_000, id=feed.token())  # who comes back misses nothing
        while time.monotonic() < until and not feed.state.stopping:
            try:
                found = await feed.next(QUIET)
            except NotSignedIn:
                return  # who comes back learns why
            for event, change in zip(found.events, feed.changes_of(found), strict=True):
                token = place_token(feed.state.settings, event.seq)
                data = orjson.dumps(change.model_dump(mode="json")).decode()
                yield format_sse_event(data_str=data, event=change.type, id=token)
            if not found.events:
                yield format_sse_event(comment="still here", id=feed.token())

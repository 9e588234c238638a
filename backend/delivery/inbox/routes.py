"""The inbox: what happened to what an organisation has, told to each of its members."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import Person, Viewer
from backend.accounts.caller import Caller
from backend.core.http.openapi import problem_answers
from backend.core.http.paging import page
from backend.core.http.preconditions import IfMatch
from backend.core.http.problems import language_of
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import changed, one, plain
from backend.core.ids import id_pattern
from backend.delivery.email.rules import frequency_of
from backend.delivery.event_rendering import message_of
from backend.delivery.inbox import queries, service
from backend.delivery.inbox.email_address import email_address_of
from backend.delivery.inbox.schemas import (
    InboxOut,
    InboxQuery,
    MessageOut,
    NotificationSettings,
    NotificationSettingsOut,
    ReadThrough,
    UnreadOut,
)
from backend.delivery.models import Inbox, Message

router = APIRouter(prefix="/v1", tags=["inbox"], route_class=WritingRoute)
NUMBER: Final[Any] = col(Message.number)
MessageId = Annotated[str, Path(pattern=id_pattern("msg"), examples=["msg_01h455vb4pex5vsknk084sn02q"])]


def _categories(request: Request) -> list[str]:
    return sorted({told.category for told in request.app.state.registry.notifications.values()})


def _present(request: Request, message: Message, *, read: bool) -> MessageOut:
    state = request.app.state
    return message_of(
        state.settings,
        state.registry.events,
        state.registry.notifications,
        message,
        read=read,
        language=language_of(request),
    )


@router.get("/inbox", summary="Read the inbox", response_model=InboxOut, responses=problem_answers(401, 403))
async def read_inbox(
    request: Request, query: Annotated[InboxQuery, Query()], caller: Viewer, session: ReadDb
) -> Response:
    """What happened to what the organisation has since one joined it, the newest first; not what one did oneself.

    A program reads the same without marks: to it everything is unread.
    """
    if query.category is not None:
        service.check_categories([query.category], _categories(request), "query:/category")
    inbox = await queries.inbox_of(session, caller)
    statement = queries.messages(caller, inbox, unread=query.unread, category=query.category)
    rows, cursor = await page(session, request, query, statement, NUMBER, descending=True)
    unread = await queries.unread(session, caller, inbox)
    items = [_present(request, row[0], read=bool(row.is_read)) for row in rows]
    out = InboxOut(items=items, next_cursor=cursor, unread=unread.count, unread_is_exact=unread.is_exact)
    return plain(out)


@router.put(
    "/inbox/{message_id}/read",
    summary="Mark a message as read",
    response_model=MessageOut,
    responses=problem_answers(401, 403, 404),
)
async def mark_message(request: Request, message_id: MessageId, caller: Person, session: Db) -> Response:
    """Notes that the member has read it, for himself alone; a second time changes nothing."""
    inbox = await queries.inbox_of(session, caller)
    message = await queries.message_of(session, caller, inbox, message_id)
    await service.mark(session, caller, inbox, message)
    return plain(_present(request, message, read=True))


@router.put(
    "/inbox/read",
    summary="Mark everything up to a message as read",
    response_model=UnreadOut,
    responses=problem_answers(401, 403, 404),
)
async def mark_through(body: ReadThrough, caller: Person, session: Db) -> Response:
    """Notes that the member has read the message and all that his list shows before it; all else stays unread."""
    inbox = await queries.inbox_of(session, caller, lock=True)
    message = await queries.message_of(session, caller, inbox, body.through)
    await service.mark_through(session, caller, inbox, message)
    unread = await queries.unread(session, caller, inbox)
    return plain(UnreadOut(unread=unread.count, unread_is_exact=unread.is_exact))


async def _settings(request: Request, caller: Caller, session: AsyncSession, inbox: Inbox) -> NotificationSettingsOut:
    categories = _categories(request)
    return NotificationSettingsOut(
        off=inbox.off,
        categories=categories,
        email={category: frequency_of(inbox.email, (), category) for category in categories},
        language=inbox.language,
        address=await email_address_of(session, request.app.state.settings, caller.user_id, language_of(request)),
        version=inbox.version,
    )


@router.get(
    "/me/notification-settings",
    summary="What one is told",
    response_model=NotificationSettingsOut,
    responses=problem_answers(401, 403),
)
async def read_notification_settings(request: Request, caller: Person, session: ReadDb) -> Response:
    """Which categories one has switched off here, how often e-mails tell of each, and whether they go at all."""
    inbox = await queries.inbox_of(session, caller)
    return one(request, await _settings(request, caller, session, inbox), inbox.version)


@router.put(
    "/me/notification-settings",
    summary="Change what one is told",
    response_model=NotificationSettingsOut,
    responses=problem_answers(401, 403, 412, 428),
)
async def put_notification_settings(
    request: Request, body: NotificationSettings, caller: Person, seen: IfMatch, session: Db
) -> Response:
    """Switches categories off, for oneself in this organisation; switched on again, they show what came meanwhile.

    E-mails go to a confirmed address: at once, in a digest each day or each Monday, or not at all, by category. What
    has legal effect is sent at once whatever is chosen.
    """
    service.check_categories(body.off, _categories(request), "/off")
    service.check_categories(list(body.email or ()), _categories(request), "/email")
    inbox = await queries.inbox_of(session, caller, lock=True)
    seen.check(inbox.version)
    await service.choose(session, caller, inbox, body.off, body.email, body.language)
    return changed(await _settings(request, caller, session, inbox), inbox.version)

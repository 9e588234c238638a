"""Which messages a member sees, and which of them he has not read; a program sees them with no marks of its own."""

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import Member
from backend.core.errors import NotFound
from backend.delivery.models import Inbox, Message, MessageMark

COUNTED: Final = 999  # unread messages are counted so far


@dataclass(frozen=True, slots=True)
class Unread:
    """How many messages are unread, and whether that is all of them."""

    count: int
    is_exact: bool


def is_person(caller: Caller) -> bool:
    """Whether a person asks: a program has no marks, no settings and did nothing itself."""
    return caller.key_id is None


async def inbox_of(session: AsyncSession, caller: Caller, *, lock: bool = False) -> Inbox:
    """Return the caller's inbox; one that has never been touched is a fresh one, which is not in the session."""
    statement = sa.select(Inbox).where(
        col(Inbox.organisation_id) == caller.organisation_id, col(Inbox.user_id) == caller.user_id
    )
    found = (
        (await session.scalars(statement.with_for_update() if lock else statement)).first()
        if is_person(caller)
        else None
    )
    return found or Inbox(organisation_id=caller.organisation_id, user_id=caller.user_id)


def _since_joined(caller: Caller) -> sa.ColumnElement[bool]:
    joined = (
        sa.select(sa.func.max(col(Member.joined_at)))
        .where(
            col(Member.organisation_id) == caller.organisation_id,
            col(Member.user_id) == caller.user_id,
            col(Member.ended_at).is_(None),
        )
        .scalar_subquery()
    )
    return col(Message.at) >= joined


def visible_to(caller: Caller, inbox: Inbox) -> sa.ColumnElement[bool]:
    """Which messages the caller sees: the organisation's since he joined it, but not of what he did himself.

    Messages to one member are seen by him alone, and by no program.
    """
    for_all = col(Message.user_id).is_(None)
    for_caller = sa.or_(for_all, col(Message.user_id) == caller.user_id) if is_person(caller) else for_all
    seen = [col(Message.organisation_id) == caller.organisation_id, _since_joined(caller), for_caller]
    if is_person(caller):
        seen.append(sa.func.coalesce(col(Message.actor), "") != caller.user_id)
        if inbox.off:
            seen.append(col(Message.category).not_in(inbox.off))
    return sa.and_(*seen)


def is_read(caller: Caller, inbox: Inbox) -> sa.ColumnElement[bool]:
    """Which messages the caller has read."""
    if not is_person(caller):
        return sa.false()
    mark = sa.exists().where(col(MessageMark.number) == col(Message.number), col(MessageMark.user_id) == caller.user_id)
    return sa.or_(col(Message.number) <= inbox.read_through, mark)


def messages(caller: Caller, inbox: Inbox, *, unread: bool | None, category: str | None) -> sa.Select[*tuple[Any, ...]]:
    """The caller's messages, each with whether he has read it."""
    read = is_read(caller, inbox)
    statement = sa.select(Message, read.label("is_read")).where(visible_to(caller, inbox))
    if unread is not None:
        statement = statement.where(~read if unread else read)
    return statement if category is None else statement.where(col(Message.category) == category)


async def unread(session: AsyncSession, caller: Caller, inbox: Inbox) -> Unread:
    """Return how many messages the caller has not read, counted up to COUNTED."""
    some = sa.select(col(Message.number)).where(visible_to(caller, inbox), ~is_read(caller, inbox)).limit(COUNTED + 1)
    found = (await session.execute(sa.select(sa.func.count()).select_from(some.subquery()))).scalar_one()
    return Unread(min(found, COUNTED), is_exact=found <= COUNTED)


async def message_of(session: AsyncSession, caller: Caller, inbox: Inbox, message_id: str) -> Message:
    """Return a message that the caller sees; raise NotFound."""
    statement = sa.select(Message).where(visible_to(caller, inbox), col(Message.id) == message_id)
    found: Message | None = (await session.scalars(statement)).first()
    if found is None:
        raise NotFound
    return found

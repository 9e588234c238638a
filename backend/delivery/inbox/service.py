"""What changes in a member's inbox: what is read, and what is not to be told."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.database.columns import table_of
from backend.core.database.dialects import insert_into
from backend.core.errors import FieldError, Malformed, Text
from backend.delivery.email.codes import EmailLanguage, Frequency
from backend.delivery.inbox.queries import is_read, visible_to
from backend.delivery.models import Inbox, Message, MessageMark

INBOX: Final = table_of(Inbox)
MESSAGE: Final = table_of(Message)
MARK: Final = table_of(MessageMark)
NO_SUCH_CATEGORY: Final = Text("可用的类别：{categories}。", "The categories are: {categories}.")


def check_categories(said: Sequence[str], known: Collection[str], pointer: str) -> None:
    """Raise Malformed where a category is none."""
    facts = {"categories": ", ".join(sorted(known))}
    wrong = [
        FieldError(f"{pointer}/{place}" if len(said) > 1 else pointer, "no_such_category", NO_SUCH_CATEGORY, facts)
        for place, category in enumerate(said)
        if category not in known
    ]
    if wrong:
        raise Malformed(errors=wrong)


async def mark(session: AsyncSession, caller: Caller, inbox: Inbox, message: Message) -> None:
    """Note that the caller has read the message."""
    if message.number is None or message.number <= inbox.read_through:
        return
    row = {"number": message.number, "user_id": caller.user_id}
    await session.execute(insert_into(session, MARK).values(row).on_conflict_do_nothing())


async def mark_through(session: AsyncSession, caller: Caller, inbox: Inbox, message: Message) -> None:
    """Note that the caller has read everything up to the message that he is shown; what he has read stays read."""
    through = message.number or 0
    if through <= inbox.read_through:
        return
    if inbox.off:
        await _mark_visible(session, caller, inbox, through)
        return
    chosen = {"off": inbox.off, "email": inbox.email, "language": inbox.language}
    row = {**_own(caller), "read_through": through, **chosen, "version": inbox.version}
    further = sa.case((INBOX.c.read_through < through, through), else_=INBOX.c.read_through)
    put = insert_into(session, INBOX).values(row)
    keys = ["organisation_id", "user_id"]
    await session.execute(put.on_conflict_do_update(index_elements=keys, set_={"read_through": further}))
    of_organisation = sa.select(MESSAGE.c.number).where(
        MESSAGE.c.organisation_id == caller.organisation_id, MESSAGE.c.number <= through
    )
    mine = sa.and_(MARK.c.user_id == caller.user_id, MARK.c.number <= through, MARK.c.number.in_(of_organisation))
    await session.execute(sa.delete(MARK).where(mine))
    inbox.read_through = through


async def _mark_visible(session: AsyncSession, caller: Caller, inbox: Inbox, through: int) -> None:
    """Mark each message that is shown: of what is switched off, up to the same one, he has read nothing."""
    statement = sa.select(MESSAGE.c.number, sa.literal(caller.user_id)).where(
        visible_to(caller, inbox), ~is_read(caller, inbox), MESSAGE.c.number <= through
    )
    put = insert_into(session, MARK).from_select(["number", "user_id"], statement)
    await session.execute(put.on_conflict_do_nothing())


async def choose(
    session: AsyncSession,
    caller: Caller,
    inbox: Inbox,
    categories: Sequence[str],
    email: Mapping[str, Frequency] | None,
    language: EmailLanguage | None,
) -> None:
    """Tell the caller nothing of these categories, and of all others again; by e-mail as often as he says."""
    chosen = inbox.email if email is None else {name: email[name].value for name in sorted(email)}
    values = {"off": sorted(set(categories)), "email": chosen, "language": language or inbox.language}
    if all(getattr(inbox, name) == value for name, value in values.items()):
        return
    for name, value in values.items():
        setattr(inbox, name, value)
    inbox.version += 1
    row = {**_own(caller), "read_through": inbox.read_through, **values, "version": inbox.version}
    put = insert_into(session, INBOX).values(row)
    changed = {**{name: put.excluded[name] for name in values}, "version": inbox.version}
    await session.execute(put.on_conflict_do_update(index_elements=["organisation_id", "user_id"], set_=changed))


def _own(caller: Caller) -> dict[str, str]:
    return {"organisation_id": caller.organisation_id, "user_id": caller.user_id}

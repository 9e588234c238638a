"""Takes an e-mail that came back from a mail server's pipe, beside a running server or without one."""

import contextlib
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from backend.core.clock import Clock
from backend.core.database.sessions import Database, EventHandlers
from backend.core.errors import Problem
from backend.core.settings import Settings
from backend.delivery.email.bounces.reports import read_notification, receive

LARGEST: Final = 1_000_000  # bytes of a notification
OK, BAD_DATA, COME_AGAIN = 0, 65, 75  # of sysexits.h: for 75 a mail server keeps the message and tries again


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of it: the exit code, and a line for the mail server's log."""

    code: int
    text: str


async def run(settings: Settings, handlers: EventHandlers, raw: bytes, returned_to: str | None) -> Ended:
    """Return what came of a message to the address for bounces."""
    if len(raw) > LARGEST:
        return Ended(BAD_DATA, "The message is too large for a report.")
    try:
        bounce = read_notification(raw, returned_to)
        if bounce is None:
            return Ended(OK, "It reports no failure.")
        async with contextlib.AsyncExitStack() as stack:
            database = Database(settings, Clock(), handlers)
            stack.push_async_callback(database.close)
            async with database.write() as session:
                stopped = await receive(session, database, bounce)
    except Problem as refused:
        return Ended(BAD_DATA, refused.title.say("en", {}))
    except (SQLAlchemyError, OSError) as away:
        return Ended(COME_AGAIN, f"The database is away: {type(away).__name__}.")
    return Ended(OK, "The address is stopped." if stopped else "It is noted.")

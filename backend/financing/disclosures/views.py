"""Reading what was disclosed: allowed and listed in one transaction, so that nothing is read without a trace.

A withdrawal and a reading hold the disclosure one after the other: a reading either is listed before the withdrawal,
or finds that there is no such request.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.core.database.columns import table_of
from backend.core.database.dialects import insert_into
from backend.core.database.sessions import Database
from backend.financing import queries
from backend.financing.codes import Part, ViewedPart
from backend.financing.errors import NoSuchFinancingRequest
from backend.financing.models import Disclosure, FinancingView

VIEW: Final = table_of(FinancingView)
SHOWN_WITH_REQUEST: Final = (
    (Part.COMPANY, ViewedPart.COMPANY),
    (Part.PATENTS, ViewedPart.PATENTS),
    (Part.DOCUMENTS, ViewedPart.DOCUMENTS),
)


@asynccontextmanager
async def listed_reading(
    database: Database, caller: Caller, disclosure_id: str, parts: Collection[ViewedPart], now: datetime
) -> AsyncIterator[tuple[AsyncSession, Disclosure]]:
    """Yield a session to read with, and the disclosure, once the reading is listed; it counts once this has ended.

    Raises NoSuchFinancingRequest where the disclosure has ended meanwhile.
    """
    async with database.write() as session:
        disclosure = await queries.readable_shared(session, disclosure_id, china_day(now))
        if disclosure is None:
            raise NoSuchFinancingRequest
        await note(session, disclosure, caller, parts, now)
        yield session, disclosure


async def note(
    session: AsyncSession,
    disclosure: Disclosure,
    caller: Caller,
    parts: Collection[ViewedPart],
    now: datetime,
    file_id: str | None = None,
) -> None:
    """Record a reading in the ledger of views."""
    row = {
        "disclosure_id": disclosure.id,
        "organisation_id": caller.organisation_id,
        "user_id": caller.user_id,
        "member_role": caller.role.value,
        "key_id": caller.key_id,
        "parts": sorted(part.value for part in parts),
        "file_id": file_id,
        "at": now,
    }
    await session.execute(insert_into(session, VIEW).values(row))


def parts_of_request(disclosure: Disclosure) -> list[ViewedPart]:
    """Return what somebody reads who reads the request itself."""
    return [ViewedPart.REQUEST, *(viewed for part, viewed in SHOWN_WITH_REQUEST if part.value in disclosure.parts)]

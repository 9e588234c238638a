"""What an organisation may send as files in a day: counted before a body is read, by the length that it says.

Who says no length has as much set aside as there may come, and is given back what did not. So no more is ever on its
way than may be, whether it is kept in the end or refused.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import Request

from backend.accounts.caller import Caller
from backend.accounts.quotas.rules import Quota, begin_of, limit_of
from backend.accounts.quotas.service import standing, used_up
from backend.core.database.quota import give_back, take, used_in
from backend.core.database.sessions import Database
from backend.core.http.body_limits import ArrivingBody

AROUND: Final = 20_000  # bytes of a form beside its file: exact is what is counted when the file is kept


def arriving(request: Request) -> ArrivingBody | None:
    """Return the request's body on its way in, or None where it has none."""
    body = request.receive
    return body if isinstance(body, ArrivingBody) and body.is_missing else None


@asynccontextmanager
async def charged(request: Request, sender: Caller) -> AsyncIterator[None]:
    """Count the body in advance and hold it to that; raise QuotaUsedUp where it does not fit, with nothing read."""
    database: Database = request.app.state.database
    body, real = arriving(request), database.clock.real()
    most = limit_of(database.settings, Quota.UPLOAD_BYTES, standing(sender))
    if body is None or most is None:
        yield
        return
    subject, kind, since = sender.organisation_id, Quota.UPLOAD_BYTES.value, begin_of(Quota.UPLOAD_BYTES, real)
    refusal = used_up(Quota.UPLOAD_BYTES, most, real)
    async with database.write() as session:
        n = body.declared
        if n is None:
            left = most - (await used_in(session, subject, {kind: since}))[kind]
            n = min(left, body.limit)
        if n < 0 or not await take(session, subject, kind, since, n, most=most):
            raise refusal
    body.tighten(n, refusal)
    try:
        yield
    finally:
        if body.declared is None and body.seen < n:
            async with database.write() as session:
                await give_back(session, subject, kind, since, n - body.seen)

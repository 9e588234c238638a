"""The request's transaction: the one place that begins and commits.

A route that writes is a `WritingRoute`. Its first use of `Db` begins the transaction, learns who asks, claims the
idempotency key and opens a savepoint; when the handler is done or has refused, the answer is recorded, all is
committed, and only then is the reply sent.
"""

from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from backend.core.database.bulk_writes import flush
from backend.core.database.sessions import Database
from backend.core.errors import Problem
from backend.core.events.log import ADD, LAST_WITH_COMMIT
from backend.core.fast_path.connections import CONNECTION, command, connection_of, driver_of, keep_short, pipeline
from backend.core.http import idempotency, problems
from backend.core.http.routing import READER, Handler, ReadingRoute


class ReplayedAnswer(Exception):
    """The first answer to this Idempotency-Key is there and is given again."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


class Identify(Protocol):
    """Asks who asks; what it gives tells, keeps that in request.state and gives the scope of idempotency keys."""

    async def __call__(self, request: Request, session: AsyncSession) -> Callable[[], Awaitable[str]]:
        """Send the question."""


class WriteTransaction:
    """One request's transaction, from its first use to the recorded answer."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.database: Database = request.app.state.database
        self.session: AsyncSession | None = None
        self.holds = False  # whether the handler's savepoint stands
        self.known = idempotency.Known.NONE  # what record of the key is in the way
        self.key: str | None = None
        self.caller = ""
        self.marks = idempotency.Marks()

    async def open(self) -> AsyncSession:
        """Return the request's session; the first call begins, identifies, claims the key and opens the savepoint."""
        if self.session is not None:
            return self.session
        key = None
        if self.request.method == "POST" and self.request.app.state.honours_keys(self.request.url.path):
            key = idempotency.read_key(self.request)
        if key is not None:
            self.marks = await idempotency.fingerprint(self.request)
        self.session = self.database.writer_session()
        connection = await self.session.connection()
        self.session.info[CONNECTION] = connection
        if self.database.is_sqlite:
            keep_short(connection)
        else:
            self.session.info[LAST_WITH_COMMIT] = None
        await self._begin(connection, self.session, key)
        return self.session

    async def _begin(self, connection: AsyncConnection, session: AsyncSession, key: str | None) -> None:
        """Learn who asks and whether the key was used, and open the savepoint, in one way there and back."""
        identify: Identify = self.request.app.state.identify
        scope = self.request.app.state.scope_of(self.request)
        asked = tell = None
        async with nullcontext() if scope is None else pipeline(connection):
            self.caller = await (await identify(self.request, session))() if scope is None else scope
            if key is not None:  # before the savepoint: a rollback to it would give the key's lock away
                asked = await idempotency.ask(
                    connection, is_sqlite=self.database.is_sqlite, caller=self.caller, key=key
                )
            await command(connection, "SAVEPOINT request")
            if scope is not None:
                tell = await identify(self.request, session)
        if tell is not None:
            await tell()
        if asked is not None:
            replayed, self.known = await idempotency.first_answer(
                asked,
                marks=self.marks,
                now=self.database.clock.real(),
                event_token=self.request.app.state.event_token,
            )
            if replayed is not None:
                raise ReplayedAnswer(replayed)
            self.key = key  # from here on: who could not claim it must not record under it
        self.holds = True

    async def refuse(self) -> None:
        """Undo what the handler did, and keep the traces that a refusal must leave."""
        if self.holds and self.session is not None:
            self.holds = False
            self.session.expunge_all()
            connection = await connection_of(self.session)
            await command(connection, "ROLLBACK TO SAVEPOINT request")
            for statement, values in self.session.info.pop("traces", ()):
                await connection.execute(statement, values)

    async def finish(self, response: Response) -> Response:
        """Record the answer and commit; from here on it is kept."""
        session = self.session
        if session is None:
            return response
        if self.holds:
            await flush(session)
        event_id = await self._keep(session, response, session.info.get(LAST_WITH_COMMIT) if self.holds else None)
        if event_id is not None:
            response.headers["Event-Id"] = self.request.app.state.event_token(event_id)
        driver = driver_of(await connection_of(session))
        await driver.commit()  # the session itself would only add its own end, which comes with the request's
        for follow in session.info.get("after_commit", ()):
            follow()
        self.database.written.set()
        return response

    async def _keep(self, session: AsyncSession, response: Response, last: dict[str, Any] | None) -> int | None:
        """Record the answer, on PostgreSQL with the last event and the commit; give the number of the last event."""
        connection = await connection_of(session)
        number = session.info.get("event_id") if self.holds else None
        record = self._record(response, number)
        if record is not None and self.known is not idempotency.Known.NONE:
            await connection.execute(idempotency.FORGET, {"c": self.caller, "k": self.key})
        if last is None and record is None:
            return number
        added = None
        async with pipeline(connection):
            if last is not None:
                added = await ADD.send(connection, last)
            if record is not None:
                await (idempotency.KEEP if last is None else idempotency.KEEP_WITH_LAST).send(connection, record)
            if not self.database.is_sqlite:
                await command(connection, "COMMIT")
        return number if added is None else int((await added.rows())[0][0])

    def _record(self, response: Response, event_id: int | None) -> dict[str, Any] | None:
        if self.key is None:
            return None
        return idempotency.to_keep(
            response,
            caller=self.caller,
            key=self.key,
            marks=self.marks,
            known=self.known,
            now=self.database.clock.real(),
            event_id=event_id,
        )

    async def close(self) -> None:
        """Release the connection; what was not committed is undone."""
        if self.session is not None:
            await self.session.close()


class WritingRoute(ReadingRoute):
    """A route that owns its transaction: commits before it replies, and undoes what it refuses."""

    def make_handler(self) -> Handler:
        """Wrap the endpoint in its transaction."""
        inner = super().make_handler()

        async def handle(request: Request) -> Response:
            transaction = WriteTransaction(request)
            request.state.transaction = transaction
            try:
                try:
                    response = await inner(request)
                except Problem as problem:
                    await transaction.refuse()
                    response = problems.respond(request, problem)
                return await transaction.finish(response)
            except ReplayedAnswer as replay:
                return replay.response
            finally:
                await transaction.close()

        return handle


async def _write_session(request: Request) -> AsyncSession:
    transaction: WriteTransaction = request.state.transaction
    return await transaction.open()


async def reading(request: Request) -> AsyncSession:
    """Return the request's session for reading; its route closes it."""
    session: AsyncSession | None = request.scope.get(READER)
    if session is None:
        database: Database = request.app.state.database
        session = request.scope[READER] = database.reader_session()
    return session


async def release(request: Request) -> None:
    """Release the request's session for reading, before something that takes long."""
    session: AsyncSession | None = request.scope.pop(READER, None)
    if session is not None:
        await session.close()


Db = Annotated[AsyncSession, Depends(_write_session)]
ReadDb = Annotated[AsyncSession, Depends(reading)]

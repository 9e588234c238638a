"""Who may send a file, and whether there is room for it: settled before the first byte of it is read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

import sqlalchemy as sa
from fastapi import Request, Response
from sqlmodel import col

from backend.accounts.access import EDITOR, find_caller
from backend.accounts.caller import Caller
from backend.core.db import WritingRoute
from backend.core.routing import Handler
from backend.core.settings import Settings
from backend.imports.errors import ImportsFull, ImportsWaiting, UploadsAtOnce, UploadsFull
from backend.imports.models import WAITS, Import

AT_THE_DOOR: Final = 4  # senders looked at in one moment: however many come, other requests get their turn
PATIENCE: Final = 10.0  # seconds that an upload waits, unread, for others to be taken in
OWN: Final = col(Import.organisation_id) == sa.bindparam("by")
WAITING: Final = sa.select(sa.func.count(), sa.func.count().filter(OWN)).select_from(Import).where(WAITS)


class Slots:
    """How many files are taken in at once, in all and for one organisation, in this process."""

    def __init__(self, settings: Settings) -> None:
        self.door = asyncio.Semaphore(AT_THE_DOOR)
        self._all = asyncio.Semaphore(settings.uploads_at_once)
        self._most_of_one = settings.uploads_at_once_per_organisation
        self._of_one: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def taken(self, organisation_id: str) -> AsyncIterator[None]:
        """Hold a place while the file comes in; raise UploadsAtOnce or UploadsFull where none comes free in time."""
        own = self._of_one.setdefault(organisation_id, asyncio.Semaphore(self._most_of_one))
        await _acquire(own, UploadsAtOnce)
        try:
            await _acquire(self._all, UploadsFull)
            try:
                yield
            finally:
                self._all.release()
        finally:
            own.release()


async def _acquire(slots: asyncio.Semaphore, refusal: type[UploadsAtOnce | UploadsFull]) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            await slots.acquire()
    except TimeoutError:
        raise refusal from None


async def _sender(request: Request) -> Caller:
    async with request.app.state.database.read() as session:
        return EDITOR.permitted(await find_caller(request, session), request)


async def _make_sure_of_room(request: Request, organisation_id: str) -> None:
    settings: Settings = request.app.state.settings
    async with request.app.state.database.read() as session:
        waiting, own = (await session.execute(WAITING, {"by": organisation_id})).one()
    if own >= settings.imports_waiting_per_organisation:
        raise ImportsWaiting(waiting=own)
    if waiting >= settings.imports_waiting:
        raise ImportsFull


class UploadRoute(WritingRoute):
    """A route that takes a file: strangers, viewers and whoever has too many under way are refused unread."""

    def make_handler(self) -> Handler:
        """Wrap the reading of the body."""
        inner = super().make_handler()

        async def handle(request: Request) -> Response:
            slots: Slots = request.app.state.upload_slots
            async with slots.door:
                sender = await _sender(request)
            async with slots.taken(sender.organisation_id):
                await _make_sure_of_room(request, sender.organisation_id)
                return await inner(request)

        return handle

"""How many files are taken in at one moment, whatever they are for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

from backend.core.errors import Text, TooMany, Unavailable
from backend.core.settings import Settings

AT_THE_DOOR: Final = 4  # senders looked at in one moment: however many come, other requests get their turn
PATIENCE: Final = 10.0  # seconds that an upload waits, unread, for others to be taken in


class UploadsAtOnce(TooMany):
    """The organisation sends several files at this moment; more are taken once those have arrived."""

    code = "too_many_uploads"
    title = Text("贵机构正在同时上传过多文件", "Your organisation is sending too many files at once")

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "10"})


class UploadsFull(Unavailable):
    """Many organisations send files at this moment; none was taken yet of this one."""

    code = "uploads_full"
    title = Text("同时上传的文件过多", "Too many files are being sent at once")

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "10"})


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

"""How many files are taken in at one moment, whatever they are for, and which parts their form may have."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final
from weakref import WeakValueDictionary

from fastapi import Request

from backend.core.errors import FieldError, Malformed, Text, TooMany, Unavailable
from backend.core.settings import Settings

AT_THE_DOOR: Final = 4  # senders looked at in one moment: however many come, other requests get their turn
PATIENCE: Final = 10.0  # seconds that an upload waits, unread, for others to be taken in
MOST_TOLD: Final = 20
NO_SUCH_PART: Final = Text("表单没有这一项；可用的项：{known}。", "The form has no such part. It has: {known}.")
MORE_THAN_ONCE: Final = Text("这一项出现了多次，只能有一次。", "This part is there more than once; it may be once.")


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


def only_parts(*known: str) -> Callable[[Request], Awaitable[None]]:
    """Return what raises Malformed for a form's part that is none of the known, or that comes twice: none gets lost."""

    async def check(request: Request) -> None:
        given = Counter(name for name, _ in (await request.form()).multi_items())
        facts = {"known": ", ".join(known)}
        wrong = [
            FieldError(f"/{name[:100]}", "given_twice", MORE_THAN_ONCE)
            if name in known
            else FieldError(f"/{name[:100]}", "extra_forbidden", NO_SUCH_PART, facts)
            for name, times in given.items()
            if name not in known or times > 1
        ]
        if wrong:
            raise Malformed(errors=wrong[:MOST_TOLD])

    return check


class UploadSlots:
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

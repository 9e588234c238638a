"""The service that counts unanswered searches beside a process's requests: a search itself writes nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

import structlog
from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError

from backend.accounts.access import client_address
from backend.core.background_tasks import beside
from backend.core.clock import china_day
from backend.core.database.sessions import Database
from backend.core.domain import ServiceSite
from backend.unanswered_searches.service import keep
from backend.unanswered_searches.tally import Noted, Tally

NAME: Final = "unanswered_searches"
EVERY: Final = 20.0  # seconds between two writings
AT_ONCE: Final = 200  # rows in one transaction

log = structlog.get_logger()


class Recorder:
    """Counts what one process could not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._key = database.settings.key(NAME)
        self._tally = Tally()
        self._writing = asyncio.Lock()

    def note(self, noted: Noted) -> None:
        """Remember a search that found nothing."""
        self._tally.note(noted)

    async def write(self) -> None:
        """Write down what was noted since the last time."""
        async with self._writing:
            noted = self._tally.take()
            if not noted:
                return
            day = china_day(self._database.clock.now())
            counted = await asyncio.to_thread(self._tally.count, noted, day)
            for start in range(0, len(counted), AT_ONCE):
                async with self._database.write() as session:
                    await keep(session, counted[start : start + AT_ONCE], day, self._key)

    async def write_on(self) -> None:
        """Write down every few seconds, until it is cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.write()
            except SQLAlchemyError:
                log.exception("unanswered_searches_lost")


@contextlib.asynccontextmanager
async def recording(site: ServiceSite) -> AsyncIterator[Recorder]:
    """Count what this process cannot answer, and write down the rest at its end."""
    recorder = Recorder(site.database)
    async with beside(recorder.write_on()):
        yield recorder
    with contextlib.suppress(SQLAlchemyError):
        await recorder.write()


def note_unanswered(request: Request, text: str, *, is_narrowed: bool) -> None:
    """Have a search counted that found nothing."""
    recorder: Recorder | None = request.app.state.services.get(NAME)
    if recorder is not None:
        recorder.note(Noted(text, is_narrowed, client_address(request)))

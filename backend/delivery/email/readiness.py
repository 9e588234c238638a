"""Whether e-mails can be sent, and how many wait."""

import asyncio
import time
from typing import Final

import sqlalchemy as sa
from aiosmtplib import SMTPException
from sqlmodel import col

from backend.core.database.sessions import Database
from backend.core.observability import Metrics
from backend.core.settings import Settings
from backend.delivery.email.models import Email
from backend.delivery.email.rules import OPEN
from backend.delivery.email.smtp import connection_to

CHECK: Final = "email"
CHECKED: Final = 30.0  # seconds for which it is known whether the server answers
LONGEST_CHECK: Final = 3.0  # seconds
WAITING: Final = sa.select(sa.func.count()).select_from(Email).where(col(Email.status).in_(OPEN))


async def measure(database: Database, metrics: Metrics) -> None:
    """Set how many e-mails wait."""
    async with database.read() as session:
        metrics.emails_waiting.set((await session.execute(WAITING)).scalar_one())


class ServerCheck:
    """Tells whether the server answers, asked once in a while however often somebody wants to know."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = asyncio.Lock()
        self._known: tuple[float, str | None] | None = None

    async def line(self) -> str:
        """Return how e-mails go; raise ConnectionError where the server does not answer."""
        if not self._settings.sends_email:
            return "not configured: everything stays in the inbox"
        async with self._lock:
            if self._known is None or time.monotonic() - self._known[0] > CHECKED:
                self._known = time.monotonic(), await self._ask()
            away = self._known[1]
        if away is not None:
            raise ConnectionError(away)
        return f"the server answers ({self._settings.smtp_tls})"

    async def _ask(self) -> str | None:
        """Return why the server cannot be used, by the kind of the error, or None."""
        smtp = connection_to(self._settings, LONGEST_CHECK)
        try:
            async with asyncio.timeout(LONGEST_CHECK):
                await smtp.connect()
        except (SMTPException, OSError) as away:
            return type(away).__name__
        finally:
            smtp.close()
        return None

"""Hands e-mails to the server of the settings, and tells how far a conversation came that did not end well."""

import asyncio
import re
import ssl
import time
from dataclasses import dataclass
from enum import Enum
from typing import Final

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from backend.core.settings import Settings
from backend.delivery.email.codes import BounceKind
from backend.delivery.email.messages.rendering import Outgoing
from backend.delivery.email.rules import bounce_of

STEPS: Final = 8  # of a conversation, each within the setting's time
IDLE: Final = 10.0  # seconds that a connection waits for another message
PERMANENT: Final = 500
ENHANCED: Final = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")


class Result(Enum):
    """How an attempt ended."""

    SENT = "the server has taken it"
    REFUSED = "the server will never take it"
    PUT_OFF = "the server does not take it now"
    UNREACHABLE = "there was no conversation, or not as far as the message"
    UNKNOWN = "the message was under way, and nobody knows whether it was taken"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: the code and status of the reply, and what a refusal says of the address."""

    result: Result
    reply: str | None = None
    bounce: BounceKind | None = None


def connection_to(settings: Settings, seconds: float) -> SMTP:
    """Return a connection, not open yet, each of whose steps takes so many seconds at most."""
    return SMTP(
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_user or None,
        password=settings.smtp_password.get_secret_value() or None,
        use_tls=settings.smtp_tls == "tls",
        start_tls=settings.smtp_tls == "starttls",
        tls_context=None if settings.smtp_tls == "none" else ssl.create_default_context(),
        timeout=seconds,
    )


def _outcome_of(refused: SMTPResponseException) -> Outcome:
    """Return what a reply means; who is refused himself, by name or password, is not the address's fault."""
    enhanced = ENHANCED.match(refused.message)
    reply = f"{refused.code} {enhanced[1]}" if enhanced else str(refused.code)
    if not isinstance(refused, SMTPRecipientRefused | SMTPDataError):
        return Outcome(Result.UNREACHABLE, reply)
    if refused.code < PERMANENT:
        return Outcome(Result.PUT_OFF, reply)
    of_address = isinstance(refused, SMTPRecipientRefused)
    bounce = bounce_of(enhanced[1] if enhanced else None, code=refused.code) if of_address else None
    return Outcome(Result.REFUSED, reply, bounce)


class SmtpSender:
    """Sends messages until it is closed, several at once, over connections that are used again."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: list[tuple[SMTP, float]] = []

    @property
    def longest(self) -> float:
        """Return how many seconds an attempt takes at most."""
        return STEPS * self._settings.smtp_timeout_seconds

    async def _ready(self) -> SMTP:
        """Return a connection that a message can be sent over."""
        while self._idle:
            smtp, since = self._idle.pop()
            try:
                if time.monotonic() - since < IDLE:
                    await smtp.rset()
                    return smtp
            except (SMTPException, OSError):
                pass
            smtp.close()
        smtp = connection_to(self._settings, self._settings.smtp_timeout_seconds)
        await smtp.connect()
        return smtp

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Return what came of one attempt; nothing the server does raises."""
        smtp, is_under_way = None, False
        try:
            async with asyncio.timeout(self.longest):
                smtp = await self._ready()
                await smtp.mail(outgoing.sender)
                await smtp.rcpt(outgoing.recipient)
                is_under_way = True
                await smtp.data(outgoing.message)
                outcome = Outcome(Result.SENT)
        except SMTPResponseException as refused:
            outcome = _outcome_of(refused)
        except (SMTPException, OSError, ValueError):
            if smtp is not None:
                smtp.close()
            return Outcome(Result.UNKNOWN if is_under_way else Result.UNREACHABLE)
        if smtp is not None and smtp.is_connected:
            self._idle.append((smtp, time.monotonic()))
        return outcome

    async def close(self) -> None:
        """Take leave of the server."""
        for smtp, _ in self._idle:
            smtp.close()
        self._idle.clear()

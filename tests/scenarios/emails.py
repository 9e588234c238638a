"""A server that e-mails are handed to, which really speaks SMTP, and the members who get them."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import sqlalchemy as sa
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI
from sqlmodel import col

from backend.accounts.models import Member as Seat
from backend.accounts.models import User
from backend.app import create_app
from backend.core.clock import Clock
from backend.core.domain import Registry
from backend.core.errors import Text
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.settings import Settings
from backend.domains import REGISTRY
from backend.patents.codes import LegalStatus
from backend.patents.events import PatentStatusChanged
from tests.scenarios.members import Member

LOOK = 0.05  # seconds
LINK = re.compile(r"https?://\S+")


@dataclass
class Received:
    """One e-mail as it came, with its envelope."""

    sender: str
    recipient: str
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """The message as a mail program reads it."""
        found = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found

    def part(self, kind: str) -> str:
        """Return the text or HTML part."""
        body = self.message.get_body((kind,))
        assert body is not None
        return str(body.get_content())

    @property
    def text(self) -> str:
        return self.part("plain")

    @property
    def unsubscribe_path(self) -> str:
        """The path that one click posts to."""
        found = re.fullmatch(r"<https?://[^/]+(/\S+)>", str(self.message["List-Unsubscribe"]))
        assert found is not None
        return found[1]


@dataclass
class Catcher:
    """What came; `answer` says to a recipient and `taken` to a message what else than 250."""

    port: int = 0
    answer: Callable[[str], str | None] = lambda _address: None
    taken: Callable[[Received], str | None] = lambda _received: None
    got: list[Received] = field(default_factory=list)
    greeted: int = 0

    async def handle_EHLO(  # noqa: N802 - the library's name
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.greeted += 1
        return responses

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        said = self.answer(address)
        if said is None:
            envelope.rcpt_tos.append(address)
        return said or "250 2.1.5 Ok"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        received = Received(envelope.mail_from or "", envelope.rcpt_tos[0], envelope.content)
        said = self.taken(received)
        if said is None:
            self.got.append(received)
        return said or "250 2.0.0 Ok"

    def to(self, address: str) -> list[Received]:
        """Return what came for an address."""
        return [one for one in self.got if one.recipient == address]

    async def until(self, address: str, count: int = 1, seconds: float = 20) -> list[Received]:
        """Return what came for an address once it is so many."""
        for _ in range(int(seconds / LOOK)):
            if len(self.to(address)) >= count:
                return self.to(address)
            await asyncio.sleep(LOOK)
        raise AssertionError([one.message["Subject"] for one in self.got])


@asynccontextmanager
async def run_catcher(port: int = 0) -> AsyncIterator[Catcher]:
    """Run a server for e-mails on this machine."""
    catcher = Catcher()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(catcher, hostname="catcher.example", loop=loop, enable_SMTPUTF8=True), "127.0.0.1", port
    )
    catcher.port = server.sockets[0].getsockname()[1]
    try:
        yield catcher
    finally:
        server.close()


def mail_settings(settings: Settings, port: int, **more: Any) -> Settings:
    """Return the settings of a platform that sends e-mails to the catcher."""
    said: dict[str, Any] = {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_tls": "none",
        "smtp_timeout_seconds": 5,
        "email_from": "no-reply@patentmart.example",
        "email_bounce_address": "bounces@patentmart.example",
        "patentmart_public_url": "https://patentmart.example",
    }
    return settings.model_copy(update=said | more)


@dataclass
class Moved:
    """A clock's source that a test moves on."""

    by: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by


@asynccontextmanager
async def running_platform(
    settings: Settings, moved: Moved | None = None, registry: Registry = REGISTRY
) -> AsyncIterator[FastAPI]:
    """Run an app that sends e-mails."""
    app = create_app(settings, Clock(moved or Moved()), registry=registry)
    async with app.router.lifespan_context(app):
        yield app


async def confirm_address(app: FastAPI, member: Member, at: datetime | None = None) -> None:
    """Have the member's address confirmed, as by the link that he was sent."""
    async with app.state.database.write() as session:
        same = col(User.email) == member.user_email
        await session.execute(sa.update(User).where(same).values(email_confirmed_at=at or app.state.clock.now()))


async def happen(app: FastAPI, member: Member, event: Any, subject: str = "lic_x", **more: Any) -> int:
    """Have something happen that the member's organisation is told of, and return the event's number."""
    async with app.state.database.write() as session:
        await append(session, DomainEvent(event, subject, [member.organisation_id], **more), app.state.clock.now())
        return int(session.info["event_id"])

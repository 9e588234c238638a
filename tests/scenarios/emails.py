"""A server that e-mails are handed to, which really speaks SMTP, and the members who get them."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import httpx
import sqlalchemy as sa
from aiosmtpd.smtp import SMTP, Envelope, Session
from fastapi import FastAPI
from sqlmodel import col

from backend.accounts.events import MemberJoined
from backend.accounts.models import User
from backend.app import create_app
from backend.core.clock import Clock
from backend.core.database.columns import table_of
from backend.core.domain import Registry
from backend.core.events import stream
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.settings import Settings
from backend.delivery.email.codes import EmailKind, EmailStatus
from backend.delivery.email.identity import address_hash
from backend.delivery.email.models import Email
from backend.delivery.email.projection import FOLLOWER
from backend.domains import REGISTRY
from backend.licences.events import LicenceEffective
from tests.scenarios.members import Member, add_member, register_organisation

ACCOUNT_SUBJECTS = {
    said for template in REGISTRY.emails.values() if not template.is_only_email for said in template.subject
}
LOOK = 0.05  # seconds
BOUNCE_TOKEN = "f3b1c2d4e5a69788f3b1c2d4e5a69788"
SETTINGS = "/v1/me/notification-settings"
EMAIL = table_of(Email)
EFFECTIVE = LicenceEffective(patent_id="pat_x", licence_id="lic_x", open_licence_id=None)  # it has legal effect
JOINED = MemberJoined()  # it has none


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
    begun: list[str] = field(default_factory=list)  # the Message-ID of each message that came whole
    hold: asyncio.Event | None = None  # no answer to a message before it is set
    takes: float = 0.0  # seconds before an answer to a message

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
        self.begun.append(str(received.message["Message-ID"]))
        if self.hold is not None:
            await self.hold.wait()
        if self.takes:
            await asyncio.sleep(self.takes)
        said = self.taken(received)
        if said is None:
            self.got.append(received)
        return said or "250 2.0.0 Ok"

    def to(self, address: str) -> list[Received]:
        """Return what came for an address, but what accounts are sent about themselves: see `about_account`."""
        return [one for one in self.got if one.recipient == address and not _is_about_account(one)]

    def about_account(self, address: str) -> list[Received]:
        """Return what came for an address about the account itself, such as the link that confirms it."""
        return [one for one in self.got if one.recipient == address and _is_about_account(one)]

    async def until(self, address: str, count: int = 1, seconds: float = 20) -> list[Received]:
        """Return what came for an address once it is so many."""
        for _ in range(int(seconds / LOOK)):
            if len(self.to(address)) >= count:
                return self.to(address)
            await asyncio.sleep(LOOK)
        raise AssertionError([one.message["Subject"] for one in self.got])


def _is_about_account(received: Received) -> bool:
    return str(received.message["Subject"]) in ACCOUNT_SUBJECTS


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


@asynccontextmanager
async def asking(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Ask an app that runs."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def confirm_address(app: FastAPI, member: Member, at: datetime | None = None) -> None:
    """Have the member's address confirmed, as by the link that he was sent."""
    async with app.state.database.write() as session:
        same = col(User.email) == member.user_email
        await session.execute(sa.update(User).where(same).values(email_confirmed_at=at or app.state.clock.now()))


async def register_reader(client: httpx.AsyncClient, app: FastAPI, *, is_sent: bool = True, **choice: Any) -> Member:
    """Return the owner of a fresh organisation who has confirmed his address, and what made it has been told.

    Where nothing can be sent, nobody waits until the link that confirms the address was: `is_sent`.
    """
    mine = await register_organisation(client)
    await caught_up(app)
    if is_sent:
        await email_ended(app, mine.user_email)
    await confirm_address(app, mine)
    await choose(client, mine, **{"language": "en", **choice})
    return mine


async def add_reader(client: httpx.AsyncClient, app: FastAPI, owner: Member, **choice: Any) -> Member:
    """Return a further member, who has confirmed his address too."""
    colleague = await add_member(client, owner)
    await caught_up(app)
    await confirm_address(app, colleague)
    await choose(client, colleague, **{"language": "en", **choice})
    return colleague


async def choose(client: httpx.AsyncClient, member: Member, **choice: Any) -> dict[str, Any]:
    """Change what the member is told."""
    seen = (await client.get(SETTINGS, headers=member.headers)).headers["ETag"]
    answer = await client.put(SETTINGS, json={"off": [], **choice}, headers={**member.headers, "If-Match": seen})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def caught_up(app: FastAPI) -> None:
    """Wait until all that has happened is followed."""
    cursor = sa.select(stream.CURSOR.c.position).where(stream.CURSOR.c.name == FOLLOWER)
    last = await stream.now(app.state.database)
    for _ in range(400):
        async with app.state.database.read() as session:
            if (await session.execute(cursor)).scalar_one() >= last:
                return
        await asyncio.sleep(LOOK)
    raise AssertionError("the e-mails are behind")


async def emails_of(app: FastAPI, member: Member, **as_due: Any) -> list[sa.Row[Any]]:
    """Return what is kept of the e-mails to the member's organisation, once one of them is as it is due to be."""
    own = sa.select(EMAIL).where(EMAIL.c.organisation_id == member.organisation_id).order_by(EMAIL.c.number)
    for _ in range(400):
        async with app.state.database.read() as session:
            found = list((await session.execute(own)).all())
        if not as_due or any(all(getattr(one, name) == due for name, due in as_due.items()) for one in found):
            return found
        await asyncio.sleep(LOOK)
    raise AssertionError(found)


async def email_of(app: FastAPI, member: Member, **as_due: Any) -> sa.Row[Any]:
    """Return what is kept of the one e-mail that is as it is due to be, once it is."""
    found = await emails_of(app, member, **as_due)
    (one,) = [one for one in found if all(getattr(one, name) == due for name, due in as_due.items())]
    return one


async def make_due(app: FastAPI, email_id: str) -> None:
    """Have the e-mail be tried now."""
    async with app.state.database.write() as session:
        same = EMAIL.c.id == email_id
        await session.execute(sa.update(EMAIL).where(same).values(next_at=app.state.clock.real()))


async def happen(app: FastAPI, member: Member, event: Any, subject: str = "lic_x", **more: Any) -> int:
    """Have something happen that the member's organisation is told of, and return the event's number."""
    async with app.state.database.write() as session:
        await append(session, DomainEvent(event, subject, [member.organisation_id], **more), app.state.clock.now())
        return int(session.info["event_id"])


async def email_ended(app: FastAPI, address: str) -> None:
    """Wait until the first e-mail to the address about its account has come to its end."""
    to_it = EMAIL.c.address_hash == address_hash(app.state.database.settings, address)
    is_over = EMAIL.c.status.not_in([EmailStatus.WAITING, EmailStatus.SENDING])
    ended = sa.select(EMAIL.c.id).where(EMAIL.c.kind == EmailKind.ACCOUNT, to_it, is_over)
    for _ in range(400):
        async with app.state.database.read() as session:
            if (await session.execute(ended)).first() is not None:
                return
        await asyncio.sleep(LOOK)
    raise AssertionError(f"nothing was sent to {address}")

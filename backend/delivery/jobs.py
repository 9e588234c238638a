"""What a process that works does to tell of events: inboxes filled; deliveries made, sent, and forgotten in the end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.core.background_tasks import beside
from backend.core.database.sessions import Database
from backend.core.domain import Registry
from backend.core.events import stream
from backend.core.observability import Metrics
from backend.delivery.email.dispatcher import EmailDispatcher
from backend.delivery.email.projection import EmailProjection
from backend.delivery.email.smtp import SmtpSender
from backend.delivery.inbox.projection import InboxProjection
from backend.delivery.models import Delivery
from backend.delivery.webhooks import rules as webhook_rules
from backend.delivery.webhooks.codes import DeliveryStatus
from backend.delivery.webhooks.dispatcher import Dispatcher
from backend.delivery.webhooks.fan_out import fan_out
from backend.delivery.webhooks.sender import WebhookSender

GRACE: Final = 2.0  # seconds for what is left to tell when the process ends
POLL: Final = 1.0  # seconds between two looks for what is due
INBOX_POLL: Final = 0.5  # … and for what members are to be told
log = structlog.get_logger()


@contextlib.asynccontextmanager
async def delivering(database: Database, registry: Registry, metrics: Metrics) -> AsyncIterator[None]:
    """Deliver until the end."""
    async with _telling(database, registry), _mailing(database, registry, metrics):
        yield


@contextlib.asynccontextmanager
async def _mailing(database: Database, registry: Registry, metrics: Metrics) -> AsyncIterator[None]:
    """Write and send e-mails until the end."""
    projection = EmailProjection(database, registry)
    dispatcher = EmailDispatcher(database, registry, SmtpSender(database.settings), metrics)
    made = asyncio.Event()
    work = [stream.follow(projection.step, None, made, INBOX_POLL)]
    if database.settings.sends_email:  # what waits from the time before stays for the next server
        work.append(stream.follow(dispatcher.send_due, made, None, POLL))
    try:
        async with beside(*work):
            yield
    finally:
        await dispatcher.close()
        with contextlib.suppress(SQLAlchemyError, TimeoutError):
            async with asyncio.timeout(GRACE):
                await projection.finish()


@contextlib.asynccontextmanager
async def _telling(database: Database, registry: Registry) -> AsyncIterator[None]:
    """Fill inboxes and send to webhooks until the end."""
    made = asyncio.Event()
    async with WebhookSender(private=database.settings.webhook_private_addresses) as post:
        office = Dispatcher(database, database.settings, registry.events, post)
        # woken by nobody: a write must not wait for webhooks, nor the index miss what wakes it
        making = stream.follow(lambda: fan_out(database), None, made, POLL)
        inboxes = InboxProjection(database, registry.notifications, registry.patent_titles)
        filling = stream.follow(inboxes.step, None, None, INBOX_POLL)
        try:
            sending = stream.follow(office.send_due, made, None, POLL)
            verifying = stream.follow(office.send_verifications, None, None, POLL)
            async with beside(making, filling, sending, verifying):
                yield
        finally:
            await office.close()
            with contextlib.suppress(SQLAlchemyError, TimeoutError):  # a database that is away keeps nobody from ending
                async with asyncio.timeout(GRACE):
                    await inboxes.finish()


async def sweep(database: Database, _now: datetime) -> None:
    """Forget deliveries that ended long ago; real time counts, as in their keeping."""
    old = database.clock.real() - webhook_rules.KEPT
    newer = aliased(Delivery)  # the last of a subject stays: the next one counts on from it
    has_newer = sa.exists().where(
        col(newer.webhook_id) == col(Delivery.webhook_id),
        col(newer.subject) == col(Delivery.subject),
        col(newer.sequence) > col(Delivery.sequence),
    )
    over = sa.and_(col(Delivery.status) != DeliveryStatus.WAITING, col(Delivery.created_at) < old, has_newer)
    async with database.write() as session:
        await session.execute(sa.delete(Delivery).where(over).execution_options(synchronize_session=False))

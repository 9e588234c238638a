"""Sends what is due: organisations take turns, of each subject the oldest first, and notes what came of it."""

import asyncio
import random
from collections.abc import Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.codes import OrganisationStatus
from backend.accounts.models import Organisation
from backend.core.database.columns import iso
from backend.core.database.sessions import Database
from backend.core.events.log import EVENT
from backend.core.settings import Settings
from backend.delivery.event_rendering import EventTypes, change_of
from backend.delivery.models import Delivery, Webhook
from backend.delivery.webhooks import rules as webhook_rules
from backend.delivery.webhooks import service as webhooks
from backend.delivery.webhooks import verification_requests
from backend.delivery.webhooks.codes import DeliveryFailure, DeliveryStatus, DisabledBecause, WebhookStatus
from backend.delivery.webhooks.fair_share import AT_ONCE, Busy, Place, next_due
from backend.delivery.webhooks.sender import Message, Outcome, WebhookSender
from backend.delivery.webhooks.verification_requests import Asked

CLAIMED: Final = timedelta(seconds=60)  # longer than an attempt takes: then whoever claimed it is gone

log = structlog.get_logger()


class Dispatcher:
    """Keeps sending for a process that works."""

    def __init__(self, database: Database, settings: Settings, events: EventTypes, post: WebhookSender) -> None:
        self._database, self._settings, self._events, self._post = database, settings, events, post
        self._under_way: dict[asyncio.Task[None], Place] = {}

    def _begin(self, place: Place, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way[task] = place
        task.add_done_callback(self._under_way.pop)

    async def send_due(self) -> int:
        """Begin what is due and there is room for; give how many that are."""
        busy = Busy.of(self._under_way.values())
        if busy.total >= AT_ONCE:
            return 0
        real = self._database.clock.real()
        async with self._database.read() as session:
            chosen = await next_due(session, real, busy)
        claimed = await self._claim(chosen, real) if chosen else []
        for delivery, place in claimed:
            self._begin(place, self._send(delivery))
        return len(claimed)

    async def send_verifications(self) -> int:
        """Begin the requests that prove addresses, one for each time that somebody asked; give how many."""
        room = AT_ONCE - len(self._under_way)
        real = self._database.clock.real()
        async with self._database.read() as session:
            if room <= 0 or not await verification_requests.are_due(session, real):
                return 0
        async with self._database.write() as session:
            claimed = await verification_requests.claim_due(session, real, room)
        for webhook in claimed:
            asked = verification_requests.request_of(self._settings, webhook, real)
            self._begin(Place(webhook.organisation_id, webhook.id), self._verify(asked))
        return len(claimed)

    async def _verify(self, asked: Asked) -> None:
        try:
            outcome = await self._post.send(asked.message, self._database.clock.real(), reads=True)
            async with self._database.write() as session:
                clock = self._database.clock
                await verification_requests.note(session, asked, outcome, real=clock.real(), now=clock.now())
        except Exception:  # whoever asked may ask again
            log.exception("verification_failed", webhook=asked.webhook_id)

    async def _claim(self, numbers: Sequence[int], real: datetime) -> list[tuple[Delivery, Place]]:
        """Put off those that nobody else claims, so that they come again if this process ends."""
        async with self._database.write() as session:
            free = (
                sa.select(Delivery, col(Webhook.organisation_id))
                .join(Webhook, col(Webhook.id) == col(Delivery.webhook_id))
                .where(
                    col(Delivery.number).in_(numbers),
                    col(Delivery.status) == DeliveryStatus.WAITING,
                    col(Delivery.next_at) <= real,
                )
            )
            claimed = (await session.execute(free.with_for_update(skip_locked=True, of=Delivery))).all()
            for delivery, _ in claimed:
                delivery.next_at = real + CLAIMED
        return [(delivery, Place(organisation_id, delivery.webhook_id)) for delivery, organisation_id in claimed]

    async def _send(self, delivery: Delivery) -> None:
        try:
            message = await self._message(delivery)
            if message is None:
                await self._drop(delivery.id)
                return
            at = self._database.clock.real()
            outcome = await self._post.send(message, at)
            async with self._database.write() as session:
                await self._note(session, delivery.id, outcome)
        except Exception:  # it comes again when its claim is over
            log.exception("delivery_failed", delivery=delivery.id)

    async def _drop(self, delivery_id: str) -> None:
        """Drop what came to a webhook just as it was disabled, or whose organisation is no longer verified."""
        waits = sa.and_(col(Delivery.id) == delivery_id, col(Delivery.status) == DeliveryStatus.WAITING)
        given_up = {"status": DeliveryStatus.GIVEN_UP, "failure": DeliveryFailure.DISABLED}
        async with self._database.write() as session:
            await session.execute(sa.update(Delivery).where(waits).values(given_up))

    async def _message(self, delivery: Delivery) -> Message | None:
        async with self._database.read() as session:
            statement = sa.select(Webhook).join(Organisation, col(Organisation.id) == col(Webhook.organisation_id))
            verified = col(Organisation.status) == OrganisationStatus.VERIFIED
            found = await session.scalars(statement.where(col(Webhook.id) == delivery.webhook_id, verified))
            webhook = found.first()
            event = (await session.execute(sa.select(EVENT).where(EVENT.c.id == delivery.event_id))).one()
        if webhook is None or webhook.status is not WebhookStatus.ACTIVE:
            return None
        change = change_of(self._settings, self._events, event)
        values = {
            "type": event.type,
            "timestamp": iso(event.at),
            "data": {**change.model_dump(mode="json"), "sequence": delivery.sequence},
        }
        secrets = webhooks.signing_secrets(self._settings, webhook, self._database.clock.real())
        return Message(webhook.url, delivery.id, orjson.dumps(values).decode(), secrets)

    async def _note(self, session: AsyncSession, delivery_id: str, outcome: Outcome) -> None:
        """Keep what came of an attempt; a webhook that only fails for too long, or is gone, is disabled."""
        statement = sa.select(Delivery, Webhook).join(Webhook, col(Webhook.id) == col(Delivery.webhook_id))
        found = (await session.execute(statement.where(col(Delivery.id) == delivery_id).with_for_update())).first()
        if found is None:  # taken away meanwhile
            return
        delivery, webhook = found
        real = self._database.clock.real()
        delivery.attempts += 1
        delivery.tried_at, delivery.answered, delivery.failure = real, outcome.answered, outcome.failure
        if outcome.failure is None:
            delivery.status, delivery.delivered_at = DeliveryStatus.DELIVERED, real
            webhook.failing_since = None
            return
        again = webhook_rules.next_try(delivery.attempts, real, random.random())
        if delivery.status is DeliveryStatus.WAITING:
            delivery.status = DeliveryStatus.WAITING if again else DeliveryStatus.GIVEN_UP
            delivery.next_at = again or real
            await self._put_off_next(session, delivery)
        webhook.failing_since = webhook.failing_since or real
        if webhook.status is WebhookStatus.ACTIVE:
            await self._give_up(session, webhook, outcome, real)

    async def _put_off_next(self, session: AsyncSession, delivery: Delivery) -> None:
        """Look for those that wait for this one no earlier than for it."""
        behind = sa.and_(
            col(Delivery.webhook_id) == delivery.webhook_id,
            col(Delivery.subject) == delivery.subject,
            col(Delivery.status) == DeliveryStatus.WAITING,
            col(Delivery.sequence) > delivery.sequence,
            col(Delivery.next_at) < delivery.next_at,
        )
        put_off = sa.update(Delivery).where(behind).values(next_at=delivery.next_at)
        await session.execute(put_off.execution_options(synchronize_session=False))

    async def _give_up(self, session: AsyncSession, webhook: Webhook, outcome: Outcome, real: datetime) -> None:
        now = self._database.clock.now()
        await session.flush()
        if outcome.answered == webhook_rules.GONE:
            await webhooks.disable(session, webhook, DisabledBecause.GONE, now)
        elif webhook.failing_since is not None and real - webhook.failing_since >= webhook_rules.PATIENCE:
            await webhooks.disable(session, webhook, DisabledBecause.FAILING, now)

    async def close(self) -> None:
        """Wait for what is under way; what does not end comes again."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=webhook_rules.GRACE)
        for task in self._under_way:
            task.cancel()

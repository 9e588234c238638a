"""Sends what is due: of each subject the oldest first, a few of each webhook at once, and notes what came of it."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import orjson
import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.core.columns import iso
from backend.core.db import Database
from backend.core.events import EVENT
from backend.core.settings import Settings
from backend.delivery import rules, webhooks
from backend.delivery.codes import DeliveryFailure, DeliveryStatus, DisabledBecause, WebhookStatus
from backend.delivery.models import Delivery, Webhook
from backend.delivery.sending import Message, Outcome, Post
from backend.delivery.telling import change_of

AT_ONCE: Final = 50  # deliveries under way in this process …
OF_ONE: Final = 5  # … and of one webhook, so that a slow one keeps nobody waiting
CLAIMED: Final = timedelta(seconds=60)  # longer than an attempt takes: then whoever claimed it is gone

log = structlog.get_logger()
EARLIER: Final = aliased(Delivery)
IS_DUE: Final = sa.and_(col(Delivery.status) == DeliveryStatus.WAITING, col(Delivery.next_at) <= sa.bindparam("at"))
WHOSE: Final = sa.select(col(Delivery.webhook_id)).where(IS_DUE).distinct()
DUE: Final = (
    sa.select(col(Delivery.number))
    .where(IS_DUE, col(Delivery.webhook_id) == sa.bindparam("webhook_id"))
    .where(
        ~sa.exists().where(
            col(EARLIER.webhook_id) == col(Delivery.webhook_id),
            col(EARLIER.subject) == col(Delivery.subject),
            col(EARLIER.sequence) < col(Delivery.sequence),
            col(EARLIER.status) == DeliveryStatus.WAITING,
        )
    )
    .order_by(col(Delivery.next_at), col(Delivery.number))
    .limit(OF_ONE)
)


class PostOffice:
    """Keeps sending for a process that works."""

    def __init__(self, database: Database, settings: Settings, removals: frozenset[str], post: Post) -> None:
        self._database, self._settings, self._removals, self._post = database, settings, removals, post
        self._under_way: dict[asyncio.Task[None], str] = {}

    async def send_due(self) -> int:
        """Begin what is due and there is room for; give how many that are."""
        room = AT_ONCE - len(self._under_way)
        if room <= 0:
            return 0
        real = self._database.clock.real()
        chosen = await self._chosen(real, room)
        if not chosen:
            return 0
        claimed = await self._claim(chosen, real)
        for delivery in claimed:
            task = asyncio.create_task(self._send(delivery))
            self._under_way[task] = delivery.webhook_id
            task.add_done_callback(self._under_way.pop)
        return len(claimed)

    async def _chosen(self, real: datetime, room: int) -> list[int]:
        """Give what is due, of each webhook the oldest few, whichever has most to be sent."""
        busy = Counter(self._under_way.values())
        chosen: list[int] = []
        async with self._database.read() as session:
            whose = list((await session.execute(WHOSE, {"at": real})).scalars())
            random.shuffle(whose)
            for webhook_id in whose:
                free = min(OF_ONE - busy[webhook_id], room - len(chosen))
                if free > 0:
                    due = await session.execute(DUE, {"at": real, "webhook_id": webhook_id})
                    chosen += [number for number in due.scalars() if number is not None][:free]
        return chosen

    async def _claim(self, numbers: Sequence[int], real: datetime) -> Sequence[Delivery]:
        """Put off those that nobody else claims, so that they come again if this process ends."""
        async with self._database.write() as session:
            free = sa.select(Delivery).where(
                col(Delivery.number).in_(numbers),
                col(Delivery.status) == DeliveryStatus.WAITING,
                col(Delivery.next_at) <= real,
            )
            claimed = (await session.scalars(free.with_for_update(skip_locked=True))).all()
            for delivery in claimed:
                delivery.next_at = real + CLAIMED
        return claimed

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
        """Give up what came to a webhook just as it was disabled."""
        waits = sa.and_(col(Delivery.id) == delivery_id, col(Delivery.status) == DeliveryStatus.WAITING)
        given_up = {"status": DeliveryStatus.GIVEN_UP, "failure": DeliveryFailure.DISABLED}
        async with self._database.write() as session:
            await session.execute(sa.update(Delivery).where(waits).values(given_up))

    async def _message(self, delivery: Delivery) -> Message | None:
        async with self._database.read() as session:
            webhook = await session.get(Webhook, delivery.webhook_id)
            event = (await session.execute(sa.select(EVENT).where(EVENT.c.id == delivery.event_id))).one()
        if webhook is None or webhook.status is not WebhookStatus.ACTIVE:
            return None
        change = change_of(self._settings, self._removals, event)
        said = {
            "type": event.type,
            "timestamp": iso(event.at),
            "data": {**change.model_dump(mode="json"), "sequence": delivery.sequence},
        }
        numbers = [webhook.secret_number]
        if webhook.secret_number > 1 and self._database.clock.real() - webhook.secret_changed_at < rules.OLD_SECRET:
            numbers.append(webhook.secret_number - 1)
        secrets = tuple(webhooks.secret_of(self._settings, webhook, number) for number in numbers)
        return Message(webhook.url, delivery.id, orjson.dumps(said).decode(), secrets)

    async def _note(self, session: AsyncSession, delivery_id: str, outcome: Outcome) -> None:
        """Keep what came of an attempt; a webhook that only fails for too long, or is gone, is disabled."""
        asked = sa.select(Delivery, Webhook).join(Webhook, col(Webhook.id) == col(Delivery.webhook_id))
        found = (await session.execute(asked.where(col(Delivery.id) == delivery_id).with_for_update())).first()
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
        again = rules.next_try(delivery.attempts, real, random.random())
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
        if outcome.answered == rules.GONE:
            await webhooks.disable(session, webhook, DisabledBecause.GONE, now)
        elif webhook.failing_since is not None and real - webhook.failing_since >= rules.PATIENCE:
            await webhooks.disable(session, webhook, DisabledBecause.FAILING, now)

    async def close(self) -> None:
        """Wait for what is under way; what does not end comes again."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=rules.GRACE)
        for task in self._under_way:
            task.cancel()

"""Whose deliveries are sent next: organisations take turns, and none has more than its share under way."""

import random
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.delivery.models import Delivery, Webhook
from backend.delivery.webhooks.codes import DeliveryStatus

AT_ONCE: Final = 100  # messages under way in one process …
OF_ORGANISATION: Final = 10  # … of one organisation, whatever the number of its webhooks …
OF_WEBHOOK: Final = 5  # … and of one webhook, so that a slow one leaves room for its organisation's others

EARLIER: Final = aliased(Delivery)
IS_DUE: Final = sa.and_(col(Delivery.status) == DeliveryStatus.WAITING, col(Delivery.next_at) <= sa.bindparam("at"))
WHOSE: Final = (
    sa.select(col(Webhook.organisation_id), col(Webhook.id))
    .where(sa.exists().where(IS_DUE, col(Delivery.webhook_id) == col(Webhook.id)))
    .order_by(col(Webhook.id))
)
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
    .limit(OF_WEBHOOK)
)


class Place(NamedTuple):
    """Whose a message is."""

    organisation_id: str
    webhook_id: str


@dataclass(frozen=True, slots=True)
class Busy:
    """How many messages are under way, in all, of each organisation and of each webhook."""

    total: int
    organisations: Mapping[str, int]
    webhooks: Mapping[str, int]

    @classmethod
    def of(cls, under_way: Collection[Place]) -> "Busy":
        """Return the count of what is under way."""
        organisations = Counter(place.organisation_id for place in under_way)
        return cls(len(under_way), organisations, Counter(place.webhook_id for place in under_way))

    def room_of(self, organisation_id: str) -> int:
        """Return how many more messages of the organisation may be sent now."""
        return max(0, min(OF_ORGANISATION - self.organisations.get(organisation_id, 0), AT_ONCE - self.total))

    def room_of_webhook(self, webhook_id: str) -> int:
        """Return how many more messages of the webhook may be sent now, as far as its organisation has room."""
        return max(0, OF_WEBHOOK - self.webhooks.get(webhook_id, 0))


def in_turn(waiting: Mapping[str, Sequence[int]], busy: Busy) -> list[int]:
    """Return what is sent next of what waits for each organisation: each time one of whoever has least under way."""
    under_way = {organisation: busy.organisations.get(organisation, 0) for organisation in waiting}
    queues = {organisation: iter(numbers) for organisation, numbers in waiting.items()}
    chosen: list[int] = []
    while queues and len(chosen) < AT_ONCE - busy.total:
        least = min(queues, key=under_way.__getitem__)
        number = next(queues[least], None) if under_way[least] < OF_ORGANISATION else None
        if number is None:
            del queues[least]
        else:
            chosen.append(number)
            under_way[least] += 1
    return chosen


async def next_due(session: AsyncSession, at: datetime, busy: Busy) -> list[int]:
    """Return the numbers of the deliveries that are due and have their turn."""
    webhooks: dict[str, list[str]] = {}
    for organisation_id, webhook_id in await session.execute(WHOSE, {"at": at}):
        webhooks.setdefault(organisation_id, []).append(webhook_id)
    heard = sorted(webhooks, key=lambda one: (busy.organisations.get(one, 0), random.random()))
    waiting = {}
    for organisation_id in heard[: AT_ONCE - busy.total]:
        room = busy.room_of(organisation_id)
        waiting[organisation_id] = await _due_of(session, at, busy, webhooks[organisation_id], room)
    return in_turn(waiting, busy)


async def _due_of(session: AsyncSession, at: datetime, busy: Busy, webhooks: Iterable[str], room: int) -> list[int]:
    """Return what is due of one organisation's webhooks, the idlest webhook first."""
    found: list[int] = []
    for webhook_id in sorted(webhooks, key=lambda one: (busy.webhooks.get(one, 0), random.random())):
        if len(found) >= room:
            break
        due = await session.execute(DUE, {"at": at, "webhook_id": webhook_id})
        found += [number for number in due.scalars() if number is not None][: busy.room_of_webhook(webhook_id)]
    return found[:room]

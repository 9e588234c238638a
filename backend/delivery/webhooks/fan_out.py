"""Makes a delivery of each event for each webhook that is to be told of it."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.codes import OrganisationStatus
from backend.accounts.models import Organisation
from backend.core.clock import Clock
from backend.core.database.bulk_writes import put_many
from backend.core.database.columns import table_of
from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.events.domain_event import PUBLIC
from backend.core.ids import new_id
from backend.delivery.models import Delivery, Webhook
from backend.delivery.webhooks import rules as webhook_rules
from backend.delivery.webhooks.codes import DeliveryStatus, WebhookStatus
from backend.delivery.webhooks.service import FOLLOWER

DELIVERY = table_of(Delivery)


async def fan_out(database: Database) -> int:
    """Take the next events of the stream; give how many. Any number of processes may try."""
    return await stream.consume(database, FOLLOWER, partial(_deliver, database.clock))


async def _deliver(clock: Clock, session: AsyncSession, happened: Sequence[sa.Row[Any]]) -> None:
    active = sa.select(Webhook).where(col(Webhook.status) == WebhookStatus.ACTIVE).order_by(col(Webhook.id))
    webhooks = (await session.scalars(active)).all()
    if not webhooks:  # nobody listens: the next webhook begins where the stream is then
        await session.execute(sa.delete(stream.CURSOR).where(stream.CURSOR.c.name == FOLLOWER))
        return
    heard = await _verified(session, {webhook.organisation_id for webhook in webhooks})
    told = [webhook for webhook in webhooks if webhook.organisation_id in heard]
    wanted = [(webhook, event) for event in happened for webhook in told if _is_for(webhook, event)]
    last = await _last(session, {w.id for w, _ in wanted}, {e.subject for _, e in wanted})
    real = clock.real()
    rows = []
    for webhook, event in wanted:
        place = webhook.id, event.subject
        last[place] = last.get(place, 0) + 1
        rows.append(
            {
                "id": new_id("dlv"),
                "webhook_id": webhook.id,
                "event_id": event.id,
                "type": event.type,
                "subject": event.subject,
                "sequence": last[place],
                "status": DeliveryStatus.WAITING,
                "attempts": 0,
                "next_at": real,
                "created_at": real,
            }
        )
    await put_many(session, DELIVERY, rows)


async def _verified(session: AsyncSession, organisations: set[str]) -> set[str]:
    verified = col(Organisation.status) == OrganisationStatus.VERIFIED
    statement = sa.select(col(Organisation.id)).where(col(Organisation.id).in_(organisations), verified)
    return set((await session.scalars(statement)).all())


def _is_for(webhook: Webhook, event: sa.Row[Any]) -> bool:
    heard = PUBLIC in event.audience or webhook.organisation_id in event.audience
    return heard and event.seq > webhook.after and webhook_rules.wants(webhook.types, event.type)


async def _last(session: AsyncSession, webhooks: set[str], subjects: set[str]) -> dict[tuple[str, str], int]:
    if not subjects:
        return {}
    place = DELIVERY.c.webhook_id, DELIVERY.c.subject
    statement = sa.select(*place, sa.func.max(DELIVERY.c.sequence)).group_by(*place)
    found = await session.execute(statement.where(place[0].in_(webhooks), place[1].in_(subjects)))
    return {(webhook, subject): last for webhook, subject, last in found}

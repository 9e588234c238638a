"""Webhooks made, changed, given new secrets, taken away; and deliveries sent again."""

import base64
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core import events, stream
from backend.core.errors import FieldError, Malformed, NotFound
from backend.core.events import Happened
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.delivery import rules
from backend.delivery.codes import DeliveryFailure, DeliveryStatus, DisabledBecause, WebhookStatus
from backend.delivery.errors import NotToBeSent, TooManyWebhooks
from backend.delivery.models import Delivery, Webhook
from backend.delivery.webhook_schemas import NewWebhook, WebhookChange

FOLLOWER: Final = "webhooks"  # the cursor's name; there is one while any webhook is active


def secret_of(settings: Settings, webhook: Webhook, number: int | None = None) -> str:
    """Give a secret of the webhook, the present one where no number is said; it is derived and kept nowhere."""
    key = settings.key(f"webhook {webhook.id} {number or webhook.secret_number}")
    return "whsec_" + base64.b64encode(key).decode()


async def follow_from_here(session: AsyncSession) -> int:
    """Give the end of the stream, and have the webhooks' cursor there unless it follows already.

    The cursor first: who has it may take a while, and numbering must not wait for that.
    """
    insert = sqlite.insert if session.info["database"].lite else postgresql.insert
    stay = {"position": stream.CURSOR.c.position}  # locks the row, so that nobody takes it away meanwhile
    put = insert(stream.CURSOR).values(name=FOLLOWER, position=stream.HEAD.scalar_subquery())
    await session.execute(put.on_conflict_do_update(index_elements=["name"], set_=stay))
    return await stream.now_within(session)


def _check_url(settings: Settings, url: str) -> None:
    flaw = rules.url_flaw(url, private=settings.webhook_private_addresses)
    if flaw is not None:
        raise Malformed(errors=[FieldError("/url", "url_not_allowed", flaw)])


async def _tell(session: AsyncSession, webhook: Webhook, what: str, now: datetime, **data: str) -> None:
    await events.append(session, Happened(f"webhook.{what}", webhook.id, [webhook.organisation_id], data), now)


async def make(
    session: AsyncSession, caller: Caller, body: NewWebhook, settings: Settings, *, now: datetime, real: datetime
) -> Webhook:
    """Give the new webhook, told of what comes from now on; raise Malformed for its address, TooManyWebhooks."""
    _check_url(settings, body.url)
    mine = sa.select(sa.func.count()).select_from(Webhook).where(col(Webhook.organisation_id) == caller.organisation_id)
    if (await session.execute(mine)).scalar_one() >= rules.MOST:
        raise TooManyWebhooks
    webhook = Webhook(
        id=new_id("whk"),
        organisation_id=caller.organisation_id,
        url=body.url,
        types=sorted(set(body.types)),
        description=body.description,
        status=WebhookStatus.ACTIVE,
        after=await follow_from_here(session),
        secret_changed_at=real,
        created_at=real,
    )
    session.add(webhook)
    await session.flush()
    await _tell(session, webhook, "made", now)
    return webhook


async def own(session: AsyncSession, caller: Caller, webhook_id: str, *, lock: bool = False) -> Webhook:
    """Give a webhook of the caller's organisation; raise NotFound."""
    asked = sa.select(Webhook).where(
        col(Webhook.id) == webhook_id, col(Webhook.organisation_id) == caller.organisation_id
    )
    webhook: Webhook | None = (await session.scalars(asked.with_for_update() if lock else asked)).first()
    if webhook is None:
        raise NotFound
    return webhook


async def change(
    session: AsyncSession, webhook: Webhook, body: WebhookChange, settings: Settings, now: datetime
) -> None:
    """Change what was said; made active again, it is told of what comes from now on. Raise Malformed."""
    said = body.model_dump(exclude_unset=True)
    if "url" in said:
        _check_url(settings, said["url"])
    if "types" in said:
        said["types"] = sorted(set(said["types"]))
    status = said.pop("status", webhook.status)
    for name, value in said.items():
        setattr(webhook, name, value)
    if status != webhook.status:
        if status == WebhookStatus.ACTIVE:
            webhook.status, webhook.disabled_because, webhook.failing_since = WebhookStatus.ACTIVE, None, None
            webhook.after = await follow_from_here(session)
        else:
            await disable(session, webhook, DisabledBecause.BY_MEMBER, now)
    webhook.version += 1
    session.add(webhook)
    await _tell(session, webhook, "changed", now)


async def disable(session: AsyncSession, webhook: Webhook, because: DisabledBecause, now: datetime) -> None:
    """Have nothing more sent to the webhook; what waits is given up, and can be sent again later."""
    webhook.status, webhook.disabled_because = WebhookStatus.DISABLED, because
    webhook.version += 1
    session.add(webhook)
    waits = sa.and_(col(Delivery.webhook_id) == webhook.id, col(Delivery.status) == DeliveryStatus.WAITING)
    why = sa.func.coalesce(col(Delivery.failure), DeliveryFailure.DISABLED)
    given_up = sa.update(Delivery).where(waits).values(status=DeliveryStatus.GIVEN_UP, failure=why)
    await session.execute(given_up.execution_options(synchronize_session=False))
    await _tell(session, webhook, "disabled", now, because=because.value)


async def renew_secret(session: AsyncSession, webhook: Webhook, *, now: datetime, real: datetime) -> None:
    """Give the webhook its next secret; the one before signs besides for a day."""
    webhook.secret_number += 1
    webhook.secret_changed_at = real
    webhook.version += 1
    session.add(webhook)
    await _tell(session, webhook, "secret_renewed", now)


async def remove(session: AsyncSession, webhook: Webhook, now: datetime) -> None:
    """Take the webhook away with its deliveries."""
    await session.execute(sa.delete(Delivery).where(col(Delivery.webhook_id) == webhook.id))
    await session.delete(webhook)
    await session.flush()
    await _tell(session, webhook, "removed", now)


async def send_again(session: AsyncSession, webhook: Webhook, delivery_id: str, real: datetime) -> Delivery:
    """Have a delivery sent once more, with all its attempts before it; raise NotFound, NotToBeSent."""
    asked = sa.select(Delivery).where(col(Delivery.id) == delivery_id, col(Delivery.webhook_id) == webhook.id)
    delivery: Delivery | None = (await session.scalars(asked.with_for_update())).first()
    if delivery is None:
        raise NotFound
    if webhook.status is not WebhookStatus.ACTIVE:
        raise NotToBeSent
    delivery.status, delivery.attempts, delivery.next_at = DeliveryStatus.WAITING, 0, real
    session.add(delivery)
    return delivery

"""Webhooks made, changed, given new secrets, taken away; and deliveries sent again."""

import base64
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.queries import lock_organisation
from backend.accounts.quotas.policy import QuotaPolicy
from backend.core.database.dialects import insert_into
from backend.core.errors import FieldError, Malformed, NotFound
from backend.core.events import stream
from backend.core.events.domain_event import DomainEvent, EventPayload
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.core.settings import Settings
from backend.delivery.errors import NotToBeSent, TooManyWebhooks, WebhookUnproven
from backend.delivery.models import Delivery, Webhook
from backend.delivery.webhooks import rules as webhook_rules
from backend.delivery.webhooks import verification as webhook_verification
from backend.delivery.webhooks.codes import DeliveryFailure, DeliveryStatus, DisabledBecause, WebhookStatus
from backend.delivery.webhooks.events import (
    WebhookChanged,
    WebhookDisabled,
    WebhookMade,
    WebhookRemoved,
    WebhookSecretRenewed,
    WebhookVerified,
)
from backend.delivery.webhooks.schemas import NewWebhook, WebhookChange
from backend.delivery.webhooks.usage import webhooks_of

FOLLOWER: Final = "webhooks"  # the cursor's name; there is one while any webhook is active


def secret_of(settings: Settings, webhook: Webhook, number: int | None = None) -> str:
    """Return a secret of the webhook, the present one where no number is said; it is derived and kept nowhere."""
    key = settings.key(f"webhook {webhook.id} {number or webhook.secret_number}")
    return "whsec_" + base64.b64encode(key).decode()


def signing_secrets(settings: Settings, webhook: Webhook, real: datetime) -> tuple[str, ...]:
    """Return the secrets that sign what is sent now: the present one, and for a day the one before."""
    numbers = [webhook.secret_number]
    if webhook.secret_number > 1 and real - webhook.secret_changed_at < webhook_rules.OLD_SECRET:
        numbers.append(webhook.secret_number - 1)
    return tuple(secret_of(settings, webhook, number) for number in numbers)


async def follow_from_here(session: AsyncSession) -> int:
    """Return the end of the stream, and have the webhooks' cursor there unless it follows already.

    The cursor first: who has it may take a while, and numbering must not wait for that.
    """
    stay = {"position": stream.CURSOR.c.position}  # locks the row, so that nobody takes it away meanwhile
    put = insert_into(session, stream.CURSOR).values(name=FOLLOWER, position=stream.HEAD.scalar_subquery())
    await session.execute(put.on_conflict_do_update(index_elements=["name"], set_=stay))
    return await stream.now_within(session)


def _check_url(settings: Settings, url: str) -> None:
    flaw = webhook_rules.url_flaw(url, private=settings.webhook_private_addresses)
    if flaw is not None:
        raise Malformed(errors=[FieldError("/url", "url_not_allowed", flaw)])


async def _append(session: AsyncSession, webhook: Webhook, payload: EventPayload, now: datetime) -> None:
    await append(session, DomainEvent(payload, webhook.id, [webhook.organisation_id]), now)


async def make(
    session: AsyncSession, caller: Caller, body: NewWebhook, settings: Settings, quotas: QuotaPolicy, now: datetime
) -> Webhook:
    """Return the new webhook, unproven, its address about to be asked for its token.

    Raises Malformed for its address, TooManyWebhooks, QuotaUsedUp.
    """
    _check_url(settings, body.url)
    await lock_organisation(session, caller.organisation_id)  # of several at once each counts the one before
    if await webhooks_of(session, caller.organisation_id) >= settings.webhooks_per_organisation:
        raise TooManyWebhooks(limit=settings.webhooks_per_organisation)
    webhook = Webhook(
        id=new_id("whk"),
        organisation_id=caller.organisation_id,
        url=body.url,
        types=sorted(set(body.types)),
        description=body.description,
        status=WebhookStatus.UNPROVEN,
        after=0,
        secret_changed_at=quotas.real,
        created_at=quotas.real,
    )
    await webhook_verification.ask(session, caller, webhook, quotas)
    await session.flush()
    await _append(session, webhook, WebhookMade(), now)
    return webhook


async def own(session: AsyncSession, caller: Caller, webhook_id: str, *, lock: bool = False) -> Webhook:
    """Return a webhook of the caller's organisation; raise NotFound."""
    statement = sa.select(Webhook).where(
        col(Webhook.id) == webhook_id, col(Webhook.organisation_id) == caller.organisation_id
    )
    webhook: Webhook | None = (await session.scalars(statement.with_for_update() if lock else statement)).first()
    if webhook is None:
        raise NotFound
    return webhook


async def change(
    session: AsyncSession,
    caller: Caller,
    webhook: Webhook,
    body: WebhookChange,
    settings: Settings,
    quotas: QuotaPolicy,
    now: datetime,
) -> None:
    """Change what was said; a new address is proved first, and nothing is sent until it is.

    Raises Malformed, WebhookUnproven, QuotaUsedUp.
    """
    changes = body.model_dump(exclude_unset=True)
    status = changes.pop("status", None)
    is_moved = changes.get("url", webhook.url) != webhook.url
    if is_moved:
        _check_url(settings, changes["url"])
        webhook.verified_at = None
    if "types" in changes:
        changes["types"] = sorted(set(changes["types"]))
    for name, value in changes.items():
        setattr(webhook, name, value)
    if status == WebhookStatus.DISABLED:
        if webhook.status is not WebhookStatus.DISABLED:
            await disable(session, webhook, DisabledBecause.BY_MEMBER, now)
    elif is_moved and webhook.status is not WebhookStatus.DISABLED:
        await _begin_proof(session, caller, webhook, quotas)
    elif status == WebhookStatus.ACTIVE:
        await _make_active(session, caller, webhook, quotas)
    webhook.version += 1
    session.add(webhook)
    await _append(session, webhook, WebhookChanged(), now)


async def _make_active(session: AsyncSession, caller: Caller, webhook: Webhook, quotas: QuotaPolicy) -> None:
    """Have a disabled webhook told of what comes from now on, or its address proved first where that is not done."""
    if webhook.status is WebhookStatus.UNPROVEN:
        raise WebhookUnproven
    if webhook.status is WebhookStatus.ACTIVE:
        return
    if webhook.verified_at is None:
        await _begin_proof(session, caller, webhook, quotas)
    else:
        await _activate(session, webhook)


async def _begin_proof(session: AsyncSession, caller: Caller, webhook: Webhook, quotas: QuotaPolicy) -> None:
    await _give_up_waiting(session, webhook)
    webhook.status, webhook.disabled_because, webhook.failing_since = WebhookStatus.UNPROVEN, None, None
    await webhook_verification.ask(session, caller, webhook, quotas)


async def _activate(session: AsyncSession, webhook: Webhook) -> None:
    webhook.status, webhook.disabled_because, webhook.failing_since = WebhookStatus.ACTIVE, None, None
    webhook.after = await follow_from_here(session)


async def prove(session: AsyncSession, webhook: Webhook, *, now: datetime, real: datetime) -> None:
    """Note that the address has answered with its token: the webhook is told of what comes from now on."""
    webhook.verified_at = real
    await _activate(session, webhook)
    webhook.version += 1
    session.add(webhook)
    await _append(session, webhook, WebhookVerified(), now)


async def disable(session: AsyncSession, webhook: Webhook, because: DisabledBecause, now: datetime) -> None:
    """Have nothing more sent to the webhook; what waits is given up, and can be sent again later."""
    webhook.status, webhook.disabled_because = WebhookStatus.DISABLED, because
    webhook.verification_due_at = None
    webhook.version += 1
    session.add(webhook)
    await _give_up_waiting(session, webhook)
    await _append(session, webhook, WebhookDisabled(because=because), now)


async def _give_up_waiting(session: AsyncSession, webhook: Webhook) -> None:
    waits = sa.and_(col(Delivery.webhook_id) == webhook.id, col(Delivery.status) == DeliveryStatus.WAITING)
    why = sa.func.coalesce(col(Delivery.failure), DeliveryFailure.DISABLED)
    given_up = sa.update(Delivery).where(waits).values(status=DeliveryStatus.GIVEN_UP, failure=why)
    await session.execute(given_up.execution_options(synchronize_session=False))


async def renew_secret(session: AsyncSession, webhook: Webhook, *, now: datetime, real: datetime) -> None:
    """Renew the webhook's secret; the one before signs besides for a day."""
    webhook.secret_number += 1
    webhook.secret_changed_at = real
    webhook.version += 1
    session.add(webhook)
    await _append(session, webhook, WebhookSecretRenewed(), now)


async def remove(session: AsyncSession, webhook: Webhook, now: datetime) -> None:
    """Take the webhook away with its deliveries."""
    await session.execute(sa.delete(Delivery).where(col(Delivery.webhook_id) == webhook.id))
    await session.delete(webhook)
    await session.flush()
    await _append(session, webhook, WebhookRemoved(), now)


async def send_again(session: AsyncSession, webhook: Webhook, delivery_id: str, real: datetime) -> Delivery:
    """Have a delivery sent once more, with all its attempts before it; raise NotFound, NotToBeSent, WebhookUnproven."""
    statement = sa.select(Delivery).where(col(Delivery.id) == delivery_id, col(Delivery.webhook_id) == webhook.id)
    delivery: Delivery | None = (await session.scalars(statement.with_for_update())).first()
    if delivery is None:
        raise NotFound
    if webhook.status is WebhookStatus.UNPROVEN:
        raise WebhookUnproven
    if webhook.status is not WebhookStatus.ACTIVE:
        raise NotToBeSent
    delivery.status, delivery.attempts, delivery.next_at = DeliveryStatus.WAITING, 0, real
    session.add(delivery)
    return delivery

"""Sends the requests that prove webhooks' addresses, and notes what came of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.codes import OrganisationStatus
from backend.accounts.models import Organisation
from backend.core.database.columns import iso
from backend.core.settings import Settings
from backend.delivery.models import Webhook
from backend.delivery.webhooks import service as webhooks
from backend.delivery.webhooks.codes import DeliveryFailure, WebhookStatus
from backend.delivery.webhooks.sender import Message, Outcome
from backend.delivery.webhooks.verification import TYPE, is_answered, token_of

IS_DUE: Final = sa.and_(
    col(Webhook.status) == WebhookStatus.UNPROVEN, col(Webhook.verification_due_at) <= sa.bindparam("at")
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to be sent: which one of the webhook it is, what it says, and the token that is to come back."""

    webhook_id: str
    number: int
    message: Message
    token: str


async def are_due(session: AsyncSession, real: datetime) -> bool:
    """Whether any request is due."""
    return (await session.execute(sa.select(sa.exists().where(IS_DUE)), {"at": real})).scalar_one()


async def claim_due(session: AsyncSession, real: datetime, most: int) -> Sequence[Webhook]:
    """Return the webhooks that a request is due to, taken by nobody else; it is sent once, or not at all."""
    verified = sa.exists().where(
        col(Organisation.id) == col(Webhook.organisation_id), col(Organisation.status) == OrganisationStatus.VERIFIED
    )
    free = sa.select(Webhook).where(IS_DUE, verified).order_by(col(Webhook.verification_due_at)).limit(most)
    found = (await session.scalars(free.with_for_update(skip_locked=True), {"at": real})).all()
    for webhook in found:
        webhook.verification_due_at, webhook.verification_sent_at = None, real
    return found


def request_of(settings: Settings, webhook: Webhook, real: datetime) -> Asked:
    """Return the request to the webhook's address."""
    token = token_of(settings, webhook)
    values = {
        "type": TYPE,
        "timestamp": iso(real),
        "data": {"webhook_id": webhook.id, "token": token},
    }
    name = f"{webhook.id}_{webhook.verification_number}"
    message = Message(
        webhook.url, name, orjson.dumps(values).decode(), webhooks.signing_secrets(settings, webhook, real)
    )
    return Asked(webhook.id, webhook.verification_number, message, token)


async def note(session: AsyncSession, asked: Asked, outcome: Outcome, *, real: datetime, now: datetime) -> None:
    """Keep what came of a request, unless the webhook was changed or asked again meanwhile; proved, it is active."""
    webhook = await session.get(Webhook, asked.webhook_id, with_for_update=True, populate_existing=True)
    if webhook is None or webhook.verification_number != asked.number or webhook.status is not WebhookStatus.UNPROVEN:
        return
    failure = outcome.failure
    if failure is None and not is_answered(asked.token, outcome.body):
        failure = DeliveryFailure.TOKEN
    webhook.verification_answered, webhook.verification_failure = outcome.answered, failure
    if failure is None:
        await webhooks.prove(session, webhook, now=now, real=real)

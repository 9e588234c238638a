"""What follows for webhooks from what happens to members: they are the organisation's, and stay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.codes import Role
from backend.accounts.events import MemberLeft, MemberRoleChanged
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import EventContext, SyncHandlerTable
from backend.core.events.log import append
from backend.delivery.models import Webhook
from backend.delivery.webhooks.events import WebhookSecretsKnown


async def _member_left(session: AsyncSession, event: DomainEvent[MemberLeft], context: EventContext) -> None:
    if event.payload.role_before is not Role.VIEWER:
        await _ask_for_new_secrets(session, event.audience, context.now)


async def _role_changed(session: AsyncSession, event: DomainEvent[MemberRoleChanged], context: EventContext) -> None:
    if event.payload.role_before is Role.OWNER:
        await _ask_for_new_secrets(session, event.audience, context.now)


async def _ask_for_new_secrets(session: AsyncSession, audience: Sequence[str], now: datetime) -> None:
    """Tell the organisation that somebody who is gone may know its webhooks' secrets, whoever sent him away."""
    (organisation_id,) = audience
    statement = sa.select(col(Webhook.id)).where(col(Webhook.organisation_id) == organisation_id).limit(1)
    if (await session.execute(statement)).first() is not None:
        await append(session, DomainEvent(WebhookSecretsKnown(), organisation_id, [organisation_id]), now)


SYNC_HANDLERS: Final[SyncHandlerTable] = {
    MemberLeft: [_member_left],
    MemberRoleChanged: [_role_changed],
}

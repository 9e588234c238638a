"""What follows for webhooks from what happens to members: they are the organisation's, and stay."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.codes import Role
from backend.accounts.members.service import ROLE_BEFORE
from backend.core.events import log as event_log
from backend.core.events.log import DomainEvent, SyncHandler
from backend.delivery.models import Webhook

SECRETS_KNOWN: Final = "webhook.secrets_known"


async def _member_left(session: AsyncSession, event: DomainEvent, at: datetime) -> None:
    if event.data[ROLE_BEFORE] != Role.VIEWER:
        await _ask_for_new_secrets(session, event, at)


async def _role_changed(session: AsyncSession, event: DomainEvent, at: datetime) -> None:
    if event.data[ROLE_BEFORE] == Role.OWNER:
        await _ask_for_new_secrets(session, event, at)


async def _ask_for_new_secrets(session: AsyncSession, event: DomainEvent, at: datetime) -> None:
    """Tell the organisation that somebody who is gone may know its webhooks' secrets, whoever sent him away."""
    (organisation_id,) = event.audience
    asked = sa.select(col(Webhook.id)).where(col(Webhook.organisation_id) == organisation_id).limit(1)
    if (await session.execute(asked)).first() is not None:
        await event_log.append(session, DomainEvent(SECRETS_KNOWN, organisation_id, [organisation_id]), at)


SYNC_HANDLERS: Final[dict[str, list[SyncHandler]]] = {
    "member.left": [_member_left],
    "member.role_changed": [_role_changed],
}

"""How many webhooks an organisation has and may have."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import Organisation
from backend.accounts.quotas.service import Usage
from backend.core.settings import Settings
from backend.delivery.models import Webhook


async def webhooks_of(session: AsyncSession, organisation_id: str) -> int:
    """Return how many webhooks the organisation has."""
    statement = sa.select(sa.func.count()).select_from(Webhook).where(col(Webhook.organisation_id) == organisation_id)
    return int((await session.execute(statement)).scalar_one())


async def usage(session: AsyncSession, settings: Settings, organisation: Organisation) -> Mapping[str, Usage]:
    """Return what the organisation has of webhooks."""
    return {"webhooks": Usage(await webhooks_of(session, organisation.id), settings.webhooks_per_organisation)}

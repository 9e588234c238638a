"""What keeps the last person of an organisation from going: needs that others see."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.errors import Reason, Text
from backend.needs.models import Need
from backend.needs.queries import IS_OPEN

OPEN: Final = Text("单位有 {number} 条公开的需求。", "The organisation has {number} open needs.")
CURE: Final = Text("请先关闭：POST /v1/needs/{id}/closure。", "Close them first, by POST /v1/needs/{id}/closure.")


async def of_leaving(session: AsyncSession, organisation_id: str) -> Sequence[Reason]:
    """Return why the organisation cannot be left by everybody; nothing where it can."""
    its = sa.and_(col(Need.organisation_id) == organisation_id, IS_OPEN)
    number = (await session.execute(sa.select(sa.func.count()).select_from(Need).where(its))).scalar_one()
    return [Reason("needs_stand", OPEN, cure=CURE, facts={"number": number, "id": "{id}"})] if number else []

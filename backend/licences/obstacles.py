"""What keeps the last person of an organisation from going: licences that have not ended."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.errors import Reason, Text
from backend.licences.models import Licence
from backend.licences.states import LicenceStatus

LIVING: Final = (LicenceStatus.AWAITING_START, LicenceStatus.IN_FORCE, LicenceStatus.CONTESTED)
LIVES: Final = Text(
    "单位是 {number} 项未终止许可的一方。", "The organisation is a side of {number} licences that have not ended."
)
CURE: Final = Text(
    "请待许可届满或终止，或先邀请他人成为 owner。",
    "Wait for their end or terminate them, or have somebody else become an owner.",
)


async def of_leaving(session: AsyncSession, organisation_id: str) -> Sequence[Reason]:
    """Return why the organisation cannot be left by everybody; nothing where it can."""
    its = sa.or_(
        col(Licence.licensor_organisation_id) == organisation_id,
        col(Licence.licensee_organisation_id) == organisation_id,
    )
    counting = sa.select(sa.func.count()).select_from(Licence).where(its, col(Licence.status).in_(LIVING))
    number = (await session.execute(counting)).scalar_one()
    return [Reason("licences_live", LIVES, cure=CURE, facts={"number": number})] if number else []

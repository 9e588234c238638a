"""Stand-ins: parties off the platform whom an office or an established holder named by the name of an organisation.

The legal person of exactly that name takes the stand-in's place once it is verified by its credit code. A natural
person never does: many bear one name.
"""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.accounts.models import Party
from backend.catalogue.codes import HoldingState
from backend.catalogue.models import Holding, Patent

STANDING: Final = aliased(Holding)
STAND_IN: Final = aliased(Party)
CERTAIN: Final = (HoldingState.ASSERTED, HoldingState.VERIFIED)


def stands_in(name_key: str) -> sa.ColumnElement[bool]:
    """Return which patents a stand-in with this folded name holds."""
    return sa.exists().where(
        col(STANDING.patent_id) == col(Patent.id),
        col(STANDING.state).in_(CERTAIN),
        col(STAND_IN.id) == col(STANDING.party_id),
        col(STAND_IN.organisation_id).is_(None),
        col(STAND_IN.person) == "legal",
        col(STAND_IN.name_key) == name_key,
    )


async def take_place(session: AsyncSession, patent_id: str, own: Party, name_key: str | None) -> bool:
    """Have the organisation hold what its stand-in was said to hold; return whether there was one."""
    if name_key is None:
        return False
    named = sa.select(col(Party.id)).where(
        col(Party.name_key) == name_key, col(Party.organisation_id).is_(None), col(Party.person) == "legal"
    )
    own_living = sa.select(col(Holding.id)).where(
        col(Holding.patent_id) == patent_id,
        col(Holding.party_id) == own.id,
        col(Holding.state) != HoldingState.ENDED,
    )
    if (await session.execute(own_living.limit(1))).first() is not None:
        return False
    standing = sa.select(Holding).where(
        col(Holding.patent_id) == patent_id, col(Holding.state).in_(CERTAIN), col(Holding.party_id).in_(named)
    )
    holding = (await session.scalars(standing.order_by(col(Holding.id)).limit(1))).first()
    if holding is None:
        return False
    holding.party_id, holding.organisation_id = own.id, own.organisation_id
    holding.version += 1
    await session.flush()
    return True

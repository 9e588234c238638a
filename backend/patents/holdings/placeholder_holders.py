"""Stand-ins: parties off the platform whom an office or an established holder named by the name of an organisation.

The legal person of exactly that name takes the stand-in's place once it is verified by its credit code. A natural
person never does: many bear one name. A stand-in counts under the name that it bore when it was said to hold the
patent: whoever entered a party may rename it later, and would bring in whomever it likes, itself included. Only where
an office entered it does its new name count. Nobody takes a stand-in's place where it was a holder itself before.
"""

from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from backend.accounts.codes import OrganisationStatus
from backend.accounts.models import Organisation, Party, PartyName
from backend.patents.codes import HoldingState
from backend.patents.models import Holding, Patent
from backend.patents.visibility import OFFICES, held_once

STANDING: Final = aliased(Holding)
STAND_IN: Final = aliased(Party)
CERTAIN: Final = (HoldingState.ASSERTED, HoldingState.VERIFIED)


def renamed_since(party: Any, holding: Any) -> sa.ColumnElement[bool]:
    """Return which parties bear another name than when they were said to hold the patent, and not by an office's word.

    `party` and `holding` are the tables' columns, or aliases of the models.
    """
    by_office = sa.exists().where(
        col(Organisation.id) == party.created_by,
        col(Organisation.kind).in_(OFFICES),
        col(Organisation.status) == OrganisationStatus.VERIFIED,
    )
    since = sa.exists().where(
        col(PartyName.party_id) == party.id,
        col(PartyName.recorded_at) > holding.recorded_at,
        col(PartyName.name_key) != party.name_key,
    )
    return sa.and_(since, sa.not_(by_office))


def stands_in(name_key: str, organisation_id: str) -> sa.ColumnElement[bool]:
    """Return which patents a stand-in with this folded name holds, where the organisation of that name never did."""
    standing = sa.exists().where(
        col(STANDING.patent_id) == col(Patent.id),
        col(STANDING.state).in_(CERTAIN),
        col(STAND_IN.id) == col(STANDING.party_id),
        col(STAND_IN.organisation_id).is_(None),
        col(STAND_IN.person) == "legal",
        col(STAND_IN.name_key) == name_key,
        sa.not_(renamed_since(STAND_IN, STANDING)),
    )
    return sa.and_(standing, sa.not_(held_once(organisation_id)))


async def take_place(session: AsyncSession, patent_id: str, own: Party, name_key: str | None) -> bool:
    """Have the organisation hold what its stand-in was said to hold; return whether there was one."""
    if name_key is None:
        return False
    own_ever = sa.select(col(Holding.id)).where(col(Holding.patent_id) == patent_id, col(Holding.party_id) == own.id)
    if (await session.execute(own_ever.limit(1))).first() is not None:
        return False
    standing = (
        sa.select(Holding)
        .join(STAND_IN, col(STAND_IN.id) == col(Holding.party_id))
        .where(
            col(Holding.patent_id) == patent_id,
            col(Holding.state).in_(CERTAIN),
            col(STAND_IN.name_key) == name_key,
            col(STAND_IN.organisation_id).is_(None),
            col(STAND_IN.person) == "legal",
            sa.not_(renamed_since(STAND_IN, Holding)),
        )
    )
    holding = (await session.scalars(standing.order_by(col(Holding.id)).limit(1))).first()
    if holding is None:
        return False
    holding.party_id, holding.organisation_id = own.id, own.organisation_id
    holding.version += 1
    await session.flush()
    return True

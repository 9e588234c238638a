"""What keeps the last person of an organisation from going: declarations and notices that stand."""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.core.errors import Reason, Text
from backend.open_licences.models import Notice, OpenLicence
from backend.open_licences.states import LIVING, WAITING

DECLARED: Final = Text(
    "单位有 {number} 项有效的开放许可声明。", "The organisation has {number} open licences that stand."
)
WITHDRAW: Final = Text("请先撤回声明。", "Withdraw them first.")
GIVEN: Final = Text("单位有 {number} 项未了结的通知。", "The organisation has {number} notices that are not settled.")
SETTLE: Final = Text("请先付款或撤回通知。", "Pay or withdraw them first.")


async def of_leaving(session: AsyncSession, organisation_id: str) -> Sequence[Reason]:
    """Return why the organisation cannot be left by everybody; nothing where it can."""
    declared = sa.and_(col(OpenLicence.organisation_id) == organisation_id, col(OpenLicence.status).in_(sorted(LIVING)))
    given = sa.and_(col(Notice.licensee_organisation_id) == organisation_id, col(Notice.status).in_(sorted(WAITING)))
    found = []
    for code, table, those, said, cure in (
        ("open_licences_live", OpenLicence, declared, DECLARED, WITHDRAW),
        ("notices_wait", Notice, given, GIVEN, SETTLE),
    ):
        number = (await session.execute(sa.select(sa.func.count()).select_from(table).where(those))).scalar_one()
        if number:
            found.append(Reason(code, said, cure=cure, facts={"number": number}))
    return found

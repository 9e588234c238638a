"""A person's data, out; and the person's account, erased."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Final

import orjson
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.codes import OrganisationKind
from backend.accounts.models import Member, Organisation
from backend.accounts.personal_data.erasure import end_accounts, lock_organisations_of, only_owned_by
from backend.accounts.personal_data.errors import ErasureNotPossible
from backend.accounts.personal_data.schemas import ErasureOut, KeptOut
from backend.accounts.queries import LIVING
from backend.core.database.columns import iso
from backend.core.database.sessions import Database
from backend.core.errors import Reason, Text
from backend.core.personal_data import Erasure, LeavingObstacle, PersonalData, export, is_kept

OTHERS: Final = Text(
    "单位 {organisation} 还有其他成员，而您是其唯一所有者。", "{organisation} has other members, and no other owner."
)
MAKE_OWNER: Final = Text("请先将另一成员设为 owner。", "Make another member an owner first.")
LAST_OF_PLATFORM: Final = Text("平台须有一位所有者。", "The platform keeps an owner.")


async def written(
    database: Database, sources: Sequence[PersonalData], user_id: str, language: str, at: datetime
) -> AsyncIterator[bytes]:
    """Yield the JSON of all that is kept about the person, a page of one place at a time."""
    yield b'{"user_id":' + orjson.dumps(user_id) + b',"made_at":' + orjson.dumps(iso(at)) + b',"sections":['
    for number, data in enumerate(sources):
        head = {"name": data.name, "purpose": data.purpose.say(language, {}), "on_erasure": data.erasure.value}
        yield (b"," if number else b"") + orjson.dumps(head)[:-1] + b',"items":['
        first = True
        async for page in export(database, data, user_id):
            yield (b"" if first else b",") + b",".join(orjson.dumps(row, default=str) for row in page)
            first = False
        yield b"]}"
    yield b"]}"


async def erase(
    session: AsyncSession,
    user_id: str,
    sources: Sequence[PersonalData],
    obstacles: Sequence[LeavingObstacle],
    language: str,
    kept_days: int,
    *,
    now: datetime,
    real: datetime,
) -> ErasureOut:
    """Return what became of the account's data; the account is locked. Raises ErasureNotPossible with each reason."""
    await lock_organisations_of(session, [user_id])
    if reasons := await _reasons(session, user_id, obstacles):
        raise ErasureNotPossible(reasons=reasons)
    kept = [data for data in sources if data.kept_because and await is_kept(session, data, user_id)]
    await end_accounts(session, [user_id], sources, superseded=False, actor=user_id, now=now, real=real)
    until = real + timedelta(days=kept_days)
    return ErasureOut(
        user_id=user_id,
        erased=[data.name for data in sources if data.kept_because is None],
        kept=[
            KeptOut(
                name=data.name,
                what=data.purpose.say(language, {}),
                why=data.kept_because.say(language, {}) if data.kept_because else "",
                until=until if data.erasure is Erasure.PSEUDONYMISED else None,
            )
            for data in kept
        ],
    )


async def _reasons(session: AsyncSession, user_id: str, obstacles: Sequence[LeavingObstacle]) -> list[Reason]:
    found: list[Reason] = []
    for _, organisation in await only_owned_by(session, [user_id]):
        if organisation.kind is OrganisationKind.PLATFORM:
            found.append(Reason("last_owner", LAST_OF_PLATFORM, cure=MAKE_OWNER))
        elif await _has_others(session, organisation, user_id):
            facts = {"organisation": organisation.name}
            found.append(Reason("last_owner", OTHERS, cure=MAKE_OWNER, facts=facts))
        else:
            for obstacle in obstacles:
                found += await obstacle(session, organisation.id)
    return found


async def _has_others(session: AsyncSession, organisation: Organisation, user_id: str) -> bool:
    statement = sa.select(col(Member.id)).where(
        col(Member.organisation_id) == organisation.id, LIVING, col(Member.user_id) != user_id
    )
    return (await session.scalars(statement.limit(1))).first() is not None

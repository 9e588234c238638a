"""Who may read the files of messages: the two sides of the introduction."""

from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.domain import FileReader
from backend.introductions import thread
from backend.introductions.models import Introduction, IntroductionMessage
from backend.introductions.queries import of_organisation


async def _of_message(session: AsyncSession, caller: Caller, message_id: str) -> bool:
    statement = (
        sa.select(col(Introduction.id))
        .join(IntroductionMessage, col(IntroductionMessage.introduction_id) == col(Introduction.id))
        .where(col(IntroductionMessage.id) == message_id, of_organisation(caller.organisation_id))
    )
    return (await session.execute(statement)).first() is not None


FILE_READERS: Final[dict[str, FileReader]] = {thread.EVIDENCE: _of_message}

"""The messages of an introduction: written and read by its two sides alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import Quota
from backend.accounts.quotas.service import use_quota
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.files.service import attach, attached
from backend.introductions.access import HeldIntroduction
from backend.introductions.codes import IntroductionStatus
from backend.introductions.errors import IntroductionNotInState
from backend.introductions.events import IntroductionMessageSent, introduction_event
from backend.introductions.models import IntroductionMessage
from backend.introductions.schemas import IntroductionMessageIn, IntroductionMessageOut

EVIDENCE: Final = "introduction_message"


async def send(
    session: AsyncSession, held: HeldIntroduction, given: IntroductionMessageIn, quotas: QuotaPolicy, now: datetime
) -> IntroductionMessage:
    """Return the message, which the other side reads from now on.

    Raises IntroductionNotInState where nobody writes yet or any more, Malformed for a file, QuotaUsedUp.
    """
    introduction, caller = held.introduction, held.caller
    if introduction.status is not IntroductionStatus.ACCEPTED:
        raise IntroductionNotInState(status=introduction.status.value, action="write")
    await use_quota(session, caller, Quota.INTRODUCTION_MESSAGES, quotas)
    message = IntroductionMessage(
        id=new_id("imsg"),
        introduction_id=introduction.id,
        organisation_id=caller.organisation_id,
        user_id=caller.user_id,
        text=given.text,
        sent_at=now,
    )
    session.add(message)
    await session.flush()
    await attach(session, caller, given.files, kind=EVIDENCE, subject=message.id, pointer="/files", now=now)
    actor, own = caller.user_id, [caller.organisation_id]
    await append(session, introduction_event(introduction, IntroductionMessageSent, actor, own), now)
    return message


async def messages_out(
    session: AsyncSession, caller: Caller, messages: Sequence[IntroductionMessage]
) -> list[IntroductionMessageOut]:
    """Return the messages as the caller reads them, with their files."""
    files = await attached(session, EVIDENCE, [message.id for message in messages])
    return [
        IntroductionMessageOut(
            id=message.id,
            organisation_id=message.organisation_id,
            sent_by=message.user_id if message.organisation_id == caller.organisation_id else None,
            text=message.text,
            files=files.get(message.id, []),
            sent_at=message.sent_at,
        )
        for message in messages
    ]

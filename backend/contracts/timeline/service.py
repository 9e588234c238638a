"""What was done to a thing, noted in the transaction that did it; for contracts, and for domains above about theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.contracts.timeline.models import TimelineEntry


@dataclass(frozen=True, slots=True)
class TimelineFile:
    """A file as the timeline names it."""

    name: str
    sha256: str


async def record(
    session: AsyncSession,
    *,
    subject: str,
    kind: str,
    by: Caller | None,
    now: datetime,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    files: Sequence[TimelineFile] = (),
) -> None:
    """Note what was done to the thing; `by` is null where time alone did it, `old` and `new` are what it changed."""
    session.add(
        TimelineEntry(
            subject=subject,
            kind=kind,
            organisation_id=by.organisation_id if by else None,
            user_id=by.user_id if by else None,
            key_id=by.key_id if by else None,
            old=dict(old) if old else None,
            new=dict(new) if new else None,
            files=[asdict(file) for file in files],
            at=now,
        )
    )


def entries(*subjects: str) -> sa.Select[Any]:
    """Select what was done to the things, which the caller has found that it may see."""
    return sa.select(TimelineEntry).where(col(TimelineEntry.subject).in_(subjects))

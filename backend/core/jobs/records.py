"""Job records: status, progress and results of long work, as its owner sees it."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import Field, SQLModel

from backend.core.database.columns import BIG, coded, json_column, moment, table_of
from backend.core.ids import new_id

OPEN: Final = sa.text("finished_at IS NULL")


class WorkStatus(StrEnum):
    """How far a piece of work has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Job(SQLModel, table=True):
    """A piece of long work asked for by an organisation."""

    __tablename__ = "job"
    __table_args__ = (
        sa.Index("ix_job_open", "kind", postgresql_where=OPEN, sqlite_where=OPEN),
        sa.Index("ix_job_kind", "kind", "id"),
    )
    id: str = Field(primary_key=True)
    kind: str
    owner: str = Field(index=True, description="The organisation's id.")
    status: WorkStatus = Field(sa_column=coded(WorkStatus))
    done: int = 0
    total: int = 0
    asked: dict[str, Any] = Field(sa_column=json_column())
    summary: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    created_at: datetime = Field(sa_column=moment())
    started_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    finished_at: datetime | None = Field(default=None, sa_column=moment(nullable=True))
    version: int = 1


class JobResult(SQLModel, table=True):
    """What came of one item of a piece of work."""

    __tablename__ = "job_result"
    __table_args__ = (sa.UniqueConstraint("job_id", "number"),)
    id: int | None = Field(default=None, sa_column=sa.Column(BIG, primary_key=True, autoincrement=True))
    job_id: str = Field(sa_column=sa.Column(sa.ForeignKey("job.id"), nullable=False))
    number: int
    subject: str
    outcome: str
    detail: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))


RESULT: Final = table_of(JobResult)


async def begin_job(
    session: AsyncSession, *, kind: str, owner: str, asked: dict[str, Any], total: int, now: datetime
) -> Job:
    """Return a new waiting job; enqueue its work in the same transaction."""
    job = Job(
        id=new_id("job"), kind=kind, owner=owner, status=WorkStatus.WAITING, total=total, asked=asked, created_at=now
    )
    session.add(job)
    await session.flush()
    return job


async def record_results(session: AsyncSession, job: Job, results: Sequence[dict[str, Any]], now: datetime) -> None:
    """Keep the results of the next items and move the job's progress, in the transaction of their effect.

    Each result holds `subject`, `outcome` and optionally `detail`.
    """
    rows = [
        {
            "job_id": job.id,
            "number": job.done + n,
            "subject": r["subject"],
            "outcome": r["outcome"],
            "detail": r.get("detail"),
        }
        for n, r in enumerate(results, start=1)
    ]
    if rows:
        await (await session.connection()).execute(sa.insert(RESULT), rows)
    job.done += len(rows)
    job.started_at = job.started_at or now
    job.status = WorkStatus.RUNNING
    job.version += 1
    session.add(job)


def finish_job(job: Job, status: WorkStatus, summary: dict[str, Any], now: datetime) -> None:
    """Mark the job as ended with a summary."""
    job.status, job.summary, job.finished_at = status, summary, now
    job.version += 1

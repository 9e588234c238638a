"""Long work is begun with the change that asks for it, or not at all."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from backend.core.database.sessions import Database
from backend.core.jobs import queue
from backend.core.jobs.records import RESULT, Job, WorkStatus, begin_job

pytestmark = pytest.mark.both_databases

JOB: sa.Table = Job.__table__  # type: ignore[attr-defined]  # SQLModel makes it at run time


async def outcomes(database: Database, job_id: str) -> list[str]:
    async with database.read() as session:
        asked = sa.select(RESULT.c.outcome).where(RESULT.c.job_id == job_id).order_by(RESULT.c.number)
        return list((await session.execute(asked)).scalars())


async def finished(database: Database, job_id: str) -> Any:
    for _ in range(200):
        async with database.read() as session:
            job = (await session.execute(sa.select(JOB).where(JOB.c.id == job_id))).one()
        if job.status is WorkStatus.DONE:
            return job
        await asyncio.sleep(0.05)
    raise AssertionError(job)


async def test_work_asked_for_in_a_transaction_is_done_once_it_is_committed(spared, app: FastAPI):
    database = app.state.database
    async with database.write() as session:
        job = await begin_job(session, kind="t", owner="org", asked={}, total=3, now=datetime.now(UTC))
        await queue.enqueue(session, "tests.count", job.id)
        await asyncio.sleep(0.6)  # the queue is looked at meanwhile
        assert await outcomes(database, job.id) == []
    row = await finished(database, job.id)
    assert (row.done, await outcomes(database, job.id)) == (3, ["1", "2", "3"])
    asked = await spared.post("/v1/spare/jobs", json={"name": "wanted"})
    assert (await finished(database, asked.json()["id"])).done == 10


async def test_work_asked_for_by_a_refused_request_is_never_done(spared, app: FastAPI):
    database = app.state.database
    name = sa.column("name")  # others come meanwhile: what every minute does, what a moved clock asks for
    table = sa.table("workflow_status", name, schema=None if database.is_sqlite else "dbos")
    workflows = sa.select(sa.func.count()).select_from(table).where(name == "tests.count")
    async with database.read() as session:
        before = (await session.execute(workflows)).scalar_one()
    refused = await spared.post("/v1/spare/jobs", json={"name": "refused"})
    assert refused.status_code == 409
    async with database.read() as session:
        assert (await session.execute(workflows)).scalar_one() == before
        named = sa.select(sa.func.count()).select_from(JOB).where(JOB.c.kind == "tests.count", JOB.c.done < JOB.c.total)
        assert (await session.execute(named)).scalar_one() == 0


@pytest.mark.usefixtures("spared")
async def test_what_is_due_already_is_not_asked_for_twice(app: FastAPI):
    database, jobs = app.state.database, app.state.jobs
    for _ in range(2):
        async with database.write() as session:
            job = await begin_job(session, kind="t", owner="org", asked={}, total=3, now=datetime.now(UTC))
        twice = [jobs.enqueue_once(database, "tests.count", job.id, queue=queue.LOW) for _ in range(2)]
        came = await asyncio.gather(*twice, return_exceptions=True)
        assert [type(one) for one in came if one is not None] == [queue.AlreadyDue]
        assert (await finished(database, job.id)).done == 3
        for _ in range(200):
            if not await jobs.is_due("tests.count"):
                break
            await asyncio.sleep(0.05)
        assert await outcomes(database, job.id) == ["1", "2", "3"]


async def test_a_sweep_that_fails_keeps_no_other_from_its_turn(app: FastAPI):
    turns = []

    async def fails(_database: Database, _now: datetime) -> None:
        raise RuntimeError("out of order")

    async def takes_its_turn(_database: Database, now: datetime) -> None:
        turns.append(now)

    usual, app.state.registry.sweeps = app.state.registry.sweeps, (fails, takes_its_turn)
    try:
        await asyncio.to_thread(queue._sweep, datetime.now(UTC), None)
    finally:
        app.state.registry.sweeps = usual
    assert len(turns) >= 1

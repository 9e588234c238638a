"""Long work is begun with the change that asks for it, or not at all."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from backend.core import jobs
from backend.core.db import Database
from backend.core.settings import Settings
from backend.core.work import RESULT, Job, WorkStatus, begin_job
from tests.core import served
from tests.machine import postgres_url

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
        await jobs.enqueue(session, "tests.count", job.id)
        await asyncio.sleep(0.6)  # the queue is looked at meanwhile
        assert await outcomes(database, job.id) == []
    row = await finished(database, job.id)
    assert (row.done, await outcomes(database, job.id)) == (3, ["1", "2", "3"])
    asked = await spared.post("/v1/spare/jobs", json={"name": "wanted"})
    assert (await finished(database, asked.json()["id"])).done == 10


async def test_work_asked_for_by_a_refused_request_is_never_done(spared, app: FastAPI):
    database = app.state.database
    workflows = sa.select(sa.func.count()).select_from(
        sa.table("workflow_status", sa.column("name"), schema=None if database.lite else "dbos")
    )
    async with database.read() as session:
        before = (await session.execute(workflows)).scalar_one()
    refused = await spared.post("/v1/spare/jobs", json={"name": "refused"})
    assert refused.status_code == 409
    async with database.read() as session:
        assert (await session.execute(workflows)).scalar_one() == before
        named = sa.select(sa.func.count()).select_from(JOB).where(JOB.c.kind == "tests.count", JOB.c.done < JOB.c.total)
        assert (await session.execute(named)).scalar_one() == 0


async def test_a_sweep_that_fails_keeps_no_other_from_its_turn(app: FastAPI):
    turns = []

    async def fails(_database: Database, _now: datetime) -> None:
        raise RuntimeError("out of order")

    async def takes_its_turn(_database: Database, now: datetime) -> None:
        turns.append(now)

    usual, app.state.sweeps = app.state.sweeps, (fails, takes_its_turn)
    try:
        await asyncio.to_thread(jobs._sweep, datetime.now(UTC), None)
    finally:
        app.state.sweeps = usual
    assert len(turns) >= 1


def test_what_a_killed_process_had_under_way_is_done_by_the_next_and_nothing_twice(settings: Settings, tmp_path: Path):
    database, log = "" if settings.lite else postgres_url("killed"), tmp_path / "log"
    with served.server(tmp_path, database, log) as client:
        asked = [client.post("/v1/spare/jobs", json={"name": str(n)}) for n in range(10)]
        ids = {answer.json()["id"] for answer in asked}
        progress: dict[str, int] = {}
        while sum(progress.values()) < 10:
            progress = client.get("/v1/spare/jobs").json()
        assert sum(progress.values()) < 100, "all was done before the kill"
    with served.server(tmp_path, database, log) as client:
        until = time.monotonic() + 30
        while sum(client.get("/v1/spare/jobs").json().values()) < 100:
            assert time.monotonic() < until, client.get("/v1/spare/jobs").json()
            time.sleep(0.1)
        assert client.get("/v1/spare/jobs").json() == dict.fromkeys(ids, 10)
        assert acknowledged_are_kept(client, asked)


def acknowledged_are_kept(client: httpx.Client, asked: list[httpx.Response]) -> bool:
    results = client.get("/v1/spare/results").json()
    return all(results[a.json()["id"]] == [str(n) for n in range(1, 11)] for a in asked)

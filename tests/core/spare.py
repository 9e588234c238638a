"""Endpoints and work of our own behind the core's routes, for promises that no domain breaks on purpose."""

import secrets
from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Response
from pydantic import Field

from backend.core.clock import Now
from backend.core.database.sessions import persist_on_refusal
from backend.core.errors import Conflict
from backend.core.events import log as event_log
from backend.core.events.domain_event import DomainEvent, EventPayload
from backend.core.events.stream import CURSOR
from backend.core.http.request_transaction import Db, ReadDb, WritingRoute
from backend.core.http.responses import plain
from backend.core.http.schemas import Body
from backend.core.jobs import queue
from backend.core.jobs.records import RESULT, Job, WorkStatus, begin_job, finish_job, record_results

SPOKEN = "4111-1111 the.caller@example.com"
ADD = sa.insert(CURSOR)
JOB: sa.Table = Job.__table__  # type: ignore[attr-defined]  # SQLModel makes it at run time
router = APIRouter(prefix="/v1/spare", route_class=WritingRoute)


class SpareHappened(EventPayload, name="spare.happened", audience="an organisation", unnotified="only tests do it"):
    """Something happened in a test."""


class Named(Body):
    name: Annotated[str, Field(max_length=100)]


async def _happen(session: Db, name: str, now: datetime) -> None:
    await session.execute(ADD, {"name": name, "position": 0})
    await event_log.append(session, DomainEvent(SpareHappened(), name, ["org"]), now)


@router.post("/things")
async def make(body: Named, session: Db, now: Now) -> Response:
    await _happen(session, body.name, now)
    return plain({"name": body.name})


@router.post("/refusals")
async def refuse(body: Named, session: Db, now: Now) -> Response:
    await _happen(session, body.name, now)
    if not session.info["database"].is_sqlite:
        persist_on_refusal(session, sa.text("SELECT pg_sleep(0.05)"))  # time for others to come between
    persist_on_refusal(session, ADD, {"name": f"trace of {body.name} {secrets.token_hex(8)}", "position": 0})
    raise Conflict


@router.post("/crashes")
async def crash(body: Named, session: Db, now: Now) -> Response:
    await _happen(session, body.name, now)
    raise RuntimeError("something of ours broke")


@router.post("/statements")
async def break_a_statement(body: Named, session: Db) -> Response:
    await session.execute(sa.text("SELECT :said FROM nowhere"), {"said": body.name})
    return plain({})


@router.post("/jobs")
async def begin(body: Named, session: Db, now: Now) -> Response:
    job = await begin_job(session, kind="tests.count", owner="org", asked={"name": body.name}, total=10, now=now)
    await queue.enqueue(session, "tests.count", job.id)
    if body.name == "refused":
        raise Conflict
    return plain({"id": job.id})


@router.get("/jobs")
async def progress(session: ReadDb) -> Response:
    found = await session.execute(sa.select(JOB.c.id, JOB.c.done).where(JOB.c.kind == "tests.count"))
    return plain({row.id: row.done for row in found})


@router.get("/things")
async def things(session: ReadDb) -> Response:
    return plain(list((await session.execute(sa.select(CURSOR.c.name))).scalars()))


@router.get("/results")
async def results(session: ReadDb) -> Response:
    given: dict[str, list[str]] = {}
    for row in await session.execute(sa.select(RESULT).order_by(RESULT.c.job_id, RESULT.c.number)):
        given.setdefault(row.job_id, []).append(row.outcome)
    return plain(given)


def count(runtime: queue.Runtime[object], job_id: str) -> None:
    while runtime.run(count_one(runtime, job_id)):
        pass


async def count_one(runtime: queue.Runtime[object], job_id: str) -> bool:
    now = runtime.database.clock.now()
    async with runtime.database.write() as session:
        job = await session.get_one(Job, job_id)
        if job.done < job.total:
            await record_results(session, job, [{"subject": job_id, "outcome": str(job.done + 1)}], now)
        elif job.status is not WorkStatus.DONE:
            finish_job(job, WorkStatus.DONE, {}, now)
        return job.status is not WorkStatus.DONE


queue.register({"tests.count": count})

"""One action for many listings, as long work: a batch is one transaction that also moves the progress."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.quotas.rules import Quota
from backend.accounts.quotas.service import UNLIMITED, used_up
from backend.core.database.quota import take, used_in
from backend.core.database.sessions import Database
from backend.core.errors import NotFound, Problem
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append_many
from backend.core.ids import new_id
from backend.core.jobs import queue
from backend.core.jobs.records import Job, JobResult, WorkStatus, begin_job, finish_job, record_results
from backend.core.platform import WorkRuntime
from backend.listings.bulk.queries import (
    REJECTED,
    TARGET,
    add_targets,
    changed_of_others,
    filtered,
    found_for,
    next_targets,
)
from backend.listings.bulk.rules import Asker, BulkAction, Found, change_of
from backend.listings.bulk.schemas import BulkIn
from backend.listings.change_rules import Change, Decided
from backend.listings.errors import JobOver
from backend.listings.events import ListingsChangedInBulk
from backend.listings.rules import Side
from backend.listings.service import apply
from backend.patents.errors import NotEstablished
from backend.patents.numbers.row_establishment import establish
from backend.patents.queries import load

KIND: Final = "catalogue.bulk"
SHOWS: Final = frozenset({BulkAction.PUBLISH, BulkAction.RESUME})
OVER: Final = frozenset({WorkStatus.DONE, WorkStatus.CANCELLED, WorkStatus.FAILED})
COUNTS: Final = (
    sa.select(col(JobResult.outcome), sa.func.count().label("n"))
    .where(col(JobResult.job_id) == sa.bindparam("job_id"))
    .group_by(col(JobResult.outcome))
    .order_by(col(JobResult.outcome))
)


async def ask(
    session: AsyncSession, caller: Caller, body: BulkIn, *, today: date, now: datetime, interval_months: int
) -> Job:
    """Return the job that does it; what it is about is settled now, each one's standing when its turn comes."""
    if body.filter is not None:
        subjects = await filtered(session, caller, body.filter, today=today, interval_months=interval_months)
    else:
        subjects = body.ids or []
    parameters = body.model_dump(mode="json", exclude={"ids"}, exclude_unset=True)
    parameters |= {"by": caller.user_id, "as_platform": caller.is_platform}
    job = await begin_job(
        session, kind=KIND, owner=caller.organisation_id, asked=parameters, total=len(subjects), now=now
    )
    await add_targets(session, job.id, subjects)
    await queue.enqueue(session, KIND, job.id)
    return job


async def cancel(session: AsyncSession, caller: Caller, job_id: str, now: datetime) -> Job:
    """Return the job, ended where it stands: what is done stays done; raises NotFound or JobOver."""
    job = await session.get(Job, job_id, with_for_update=True, populate_existing=True)
    if job is None or job.owner != caller.organisation_id or job.kind != KIND:
        raise NotFound
    if job.status in OVER:
        raise JobOver
    await _finish(session, job, WorkStatus.CANCELLED, now)
    return job


def run(runtime: WorkRuntime, job_id: str) -> None:
    """Do the work batch by batch; run again after a crash, it goes on where the last batch ended."""
    try:
        while runtime.run(do_batch(runtime.database, job_id)):
            pass
    except Exception:
        runtime.run(_fail(runtime.database, job_id))
        raise


async def do_batch(database: Database, job_id: str) -> bool:
    """Do the next batch and give whether there may be more; the job's row keeps two runs from doing the same one."""
    async with database.write() as session:
        job = await session.get_one(Job, job_id, with_for_update=True)
        if job.status in OVER:
            return False
        now = database.clock.now()
        quotas = QuotaPolicy(database.settings, database.clock.real())
        subjects = await next_targets(session, job.id, job.done)
        results = await _do(session, job, subjects, quotas, now)
        await record_results(session, job, results, now)
        await session.flush()
        if job.done >= job.total:
            await _finish(session, job, WorkStatus.DONE, now)
            return False
        return True


async def _do(
    session: AsyncSession, job: Job, subjects: Sequence[str], quotas: QuotaPolicy, now: datetime
) -> list[dict[str, Any]]:
    action, asker = BulkAction(job.asked["action"]), Asker(job.owner, job.asked["by"], job.asked["as_platform"])
    changes: dict[str, Change] = {}
    places: dict[str, str] = {}  # by subject: a listing may be asked for by its own id and by its patent's
    refusals: dict[str, Problem] = {}
    left = await _questions_left(session, asker, quotas)
    for one in await found_for(session, asker, subjects):
        found = await _established(session, action, one, now)
        try:
            if action in SHOWS and left == 0:
                raise used_up(Quota.NUMBER_QUESTIONS, 0, quotas.real)
            change = _change_of(job, action, asker, found, now)
        except Problem as refusal:
            refusals[found.subject] = refusal
        else:
            places[found.subject] = change.listing["id"]
            changes.setdefault(places[found.subject], change)
    outcomes = await apply(session, list(changes.values()), now, actor=asker.user_id, in_bulk=True)
    became = dict(zip(changes, outcomes, strict=True))
    every = [(subject, refusals.get(subject) or became[places[subject]]) for subject in subjects]
    await _count_told(session, asker, quotas, sum(isinstance(outcome, NotEstablished) for _, outcome in every))
    return [_result(subject, outcome) for subject, outcome in every]


def _change_of(job: Job, action: BulkAction, asker: Asker, found: Found, now: datetime) -> Change:
    terms, reason = job.asked.get("terms") or {}, job.asked.get("reason")
    return change_of(action, asker, found, terms, reason=reason, now=now, new_id=new_id("lst"))


def _result(subject: str, outcome: Decided | Problem) -> dict[str, Any]:
    if isinstance(outcome, Problem):
        return {"subject": subject, "outcome": REJECTED, "detail": _refusal_of(outcome)}
    ids = {"listing_id": outcome.values["id"], "patent_id": outcome.values["patent_id"]}
    return {"subject": subject, "outcome": outcome.outcome, "detail": ids}


async def _established(session: AsyncSession, action: BulkAction, found: Found, now: datetime) -> Found:
    """Return how one stands once its private row is everybody's, where it only waits for that."""
    backing = found.backing
    if backing.established or not backing.verified or action not in SHOWS or found.patent_id is None:
        return found
    whole = await load(session, found.patent_id, lock=True)
    established = whole is not None and await establish(session, whole, now)
    return replace(found, backing=replace(backing, established=established))


async def _questions_left(session: AsyncSession, asker: Asker, quotas: QuotaPolicy) -> int | None:
    """Return how often the asker may still be told today that a number is taken; None: without limit."""
    if asker.is_platform:
        return None
    since = quotas.begin_of(Quota.NUMBER_QUESTIONS)
    used = await used_in(session, asker.organisation_id, {Quota.NUMBER_QUESTIONS.value: since})
    return max(0, quotas.settings.number_questions_per_day - used[Quota.NUMBER_QUESTIONS.value])


async def _count_told(session: AsyncSession, asker: Asker, quotas: QuotaPolicy, told: int) -> None:
    """Count that the asker was told of so many taken numbers."""
    if told and not asker.is_platform:
        since = quotas.begin_of(Quota.NUMBER_QUESTIONS)
        await take(session, asker.organisation_id, Quota.NUMBER_QUESTIONS.value, since, told, most=UNLIMITED)


def _refusal_of(problem: Problem) -> dict[str, Any]:
    """What a result says of a refusal, in both languages, since nobody's request is at hand."""
    detail = problem.detail or problem.title
    values: dict[str, Any] = {"code": problem.code}
    values |= {f"detail_{language}": detail.say(language, problem.facts) for language in ("zh", "en")}
    if problem.reasons:
        values["reasons"] = [reason.code for reason in problem.reasons]
    return values


async def _finish(session: AsyncSession, job: Job, status: WorkStatus, now: datetime) -> None:
    counts = {row.outcome: row.n for row in await session.execute(COUNTS, {"job_id": job.id})}
    finish_job(job, status, {"outcomes": counts}, now)
    await session.execute(sa.delete(TARGET).where(TARGET.c.job_id == job.id))
    found = await session.execute(changed_of_others(session, job)) if job.asked["as_platform"] else ()
    others = {row.organisation_id: row.n for row in found}
    rejected = counts.get(REJECTED, 0)
    told = [_over(job, job.owner, Side.HOLDER, sum(counts.values()) - rejected, rejected)]
    told += [_over(job, organisation_id, Side.PLATFORM, done, 0) for organisation_id, done in others.items()]
    await append_many(session, told, now)


def _over(job: Job, organisation_id: str, by: Side, done: int, rejected: int) -> DomainEvent[ListingsChangedInBulk]:
    """Return the event that tells an organisation of the whole; also who asked for it learns that it is over."""
    payload = ListingsChangedInBulk(by=by.value, done=done, rejected=rejected)
    return DomainEvent(payload, job.id, [organisation_id])


async def _fail(database: Database, job_id: str) -> None:
    async with database.write() as session:
        job = await session.get_one(Job, job_id, with_for_update=True)
        if job.status not in OVER:
            await _finish(session, job, WorkStatus.FAILED, database.clock.now())

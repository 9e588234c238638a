"""Loads the demonstration: organisations with their sign-ins, then the register in batches; a killed load goes on."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.codes import OrganisationKind, OrganisationStatus, Role
from backend.accounts.events import (
    OrganisationRegistered,
    OrganisationVerified,
    organisation_decided,
    organisation_waits,
)
from backend.accounts.models import Member, Organisation, User
from backend.accounts.organisations.service import found_organisation
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.schemas import Registration
from backend.accounts.sign_in.passwords import hashes_now
from backend.core.database.columns import table_of
from backend.core.database.sessions import Database
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append_many
from backend.core.ids import new_id
from backend.core.jobs.records import Job, WorkStatus, begin_job, finish_job
from backend.demo import sample_transactions
from backend.demo.organisations import SHOWN_TO_ALL, DemoOrganisation, organisations
from backend.demo.register import DemoPatent, register
from backend.demo.rows import Rows
from backend.demo.terms import Place, Terms
from backend.open_licences.models import OpenLicence, OpenLicenceStep
from backend.patents.models import Assessment, Holding, LegalEvent, Listing, Patent, PatentAvailability
from backend.rights.models import Consent, RightEntry
from backend.rights.permissions.grants import claim

KIND: Final = "demo.load"
BATCH: Final = 1_000
AUTHORITY: Final = "authority"
PLATFORM: Final = "platform"
LOAD: Final = sa.select(Job).where(col(Job.kind) == KIND)
Report = Callable[[int], None]


async def load(database: Database, patents: int, report: Report) -> int:
    """Load what is not loaded yet and give how many patents there are; `report` is told how many so far.

    Each batch moves the load's progress in its own transaction, and the same seed gives the same register: a load that
    was killed goes on where it stood, with the size that it was begun with.
    """
    job = await _begun(database, patents)
    if job.status is WorkStatus.DONE:
        return job.total
    places = {key: Place(*known) for key, known in job.asked["places"].items()}
    recorder = next(places[o.key].organisation_id for o in organisations() if o.kind == AUTHORITY)
    position = job.done
    coming = islice(enumerate(register(job.total)), position, None)
    report(position)
    while position < job.total:
        now = database.clock.now()
        rows = _rows(islice(coming, BATCH), Terms(now, recorder, places))
        async with database.write() as session:
            job = await session.get_one(Job, job.id, with_for_update=True)
            if job.done == position:  # else another process, left over from a killed one, has just done this batch
                await _insert(session, rows, now)
                _move(job, len(rows.patents), now)
        position += len(rows.patents)
        report(position)
    await _show_what_is_under_way(database, places)
    return job.total


async def _show_what_is_under_way(database: Database, places: Mapping[str, Place]) -> None:
    """Take licences, give notices and so on, and finish the load in the same transaction: all of it or nothing."""
    now = database.clock.now()
    async with database.write() as session:
        job = (await session.scalars(LOAD.with_for_update())).one()
        if job.status is not WorkStatus.DONE:
            quotas = QuotaPolicy(database.settings, database.clock.real())
            await sample_transactions.show(session, database.settings, places, quotas, now)
            finish_job(job, WorkStatus.DONE, {"patents": job.total}, now)


def _rows(patents: Iterator[tuple[int, DemoPatent]], terms: Terms) -> Rows:
    rows = Rows()
    for number, patent in patents:
        rows.add(patent, number, terms)
    return rows


async def _insert(session: AsyncSession, rows: Rows, now: datetime) -> None:
    connection = await session.connection()
    licences = rows.open_licences
    tables: Iterable[tuple[Any, list[dict[str, Any]]]] = (
        (Patent, rows.patents), (Holding, rows.holdings), (LegalEvent, rows.legal_events), (Listing, rows.listings),
        (Assessment, rows.assessments), (Consent, licences.consents), (OpenLicence, licences.declarations),
        (OpenLicenceStep, licences.steps), (RightEntry, licences.rights), (PatentAvailability, licences.offers),
    )  # fmt: skip
    for model, values in tables:
        if values:
            await connection.execute(sa.insert(table_of(model)), values)
    for right in licences.rights:
        await claim(session, RightEntry(**right))
    await append_many(session, [_muted(event) for event in (*rows.happened, *licences.event)], now)


def _muted(event: DomainEvent[Any]) -> DomainEvent[Any]:
    """Return the event as nobody's inbox tells it: whoever signs in first finds what happens from now on."""
    return replace(event, muted_for=event.audience)


def _move(job: Job, count: int, now: datetime) -> None:
    job.status, job.done, job.version = WorkStatus.RUNNING, job.done + count, job.version + 1
    job.started_at = job.started_at or now


async def _begun(database: Database, patents: int) -> Job:
    async with database.read() as session:
        known = (await session.scalars(LOAD)).first()
    if known is not None:
        return known
    password_hash = hashes_now(SHOWN_TO_ALL)[0]
    now = database.clock.now()
    async with database.write() as session:
        places = await _enter_organisations(session, password_hash, now)
        owner = next(places[o.key].organisation_id for o in organisations() if o.kind == PLATFORM)
        parameters = {"places": {k: (p.organisation_id, p.party_id, p.name) for k, p in places.items()}}
        return await begin_job(session, kind=KIND, owner=owner, asked=parameters, total=patents, now=now)


async def _enter_organisations(session: AsyncSession, password_hash: str, now: datetime) -> dict[str, Place]:
    """Enter every organisation, verified; one platform there can be, so an operator's own is joined."""
    platform = (
        await session.scalars(sa.select(Organisation).where(col(Organisation.kind) == OrganisationKind.PLATFORM))
    ).first()
    entered = {}
    for made_up in organisations():
        known = platform if made_up.kind == PLATFORM else None
        entered[made_up.key] = known or _organisation(session, made_up, now)
    await session.flush()
    members = [
        member
        for made_up in organisations()
        for member in _people(session, made_up, entered[made_up.key].id, password_hash, now)
    ]
    await session.flush()
    session.add_all(members)
    fresh = [o for o in entered.values() if o is not platform]
    registered = [organisation_waits(one, OrganisationRegistered, one.name, [one.id], None) for one in fresh]
    verified = [organisation_decided(one, OrganisationVerified, None, is_public=True) for one in fresh]
    await append_many(session, [*registered, *verified], now)
    return {key: Place(o.id, o.party_id, o.name) for key, o in entered.items()}


def _organisation(session: AsyncSession, made_up: DemoOrganisation, now: datetime) -> Organisation:
    body = Registration(
        kind=OrganisationKind(made_up.kind), name=made_up.name, name_en=made_up.name_en, region=made_up.region,
        credit_code=made_up.credit_code if made_up.kind != PLATFORM else None,
        introduction="演示数据，纯属虚构。Demonstration data, made up.",
    )  # fmt: skip
    organisation = found_organisation(session, body, now)
    organisation.status, organisation.verified_at = OrganisationStatus.VERIFIED, now
    organisation.first_verified_at = now
    return organisation


def _people(
    session: AsyncSession, made_up: DemoOrganisation, organisation_id: str, password_hash: str, now: datetime
) -> Iterator[Member]:
    for sign_in in made_up.sign_ins:
        user_id = new_id("usr")
        session.add(
            User(
                id=user_id,
                email=sign_in.email,
                email_confirmed_at=now,
                name=sign_in.name,
                password_hash=password_hash,
                password_changed_at=now,
                created_at=now,
            )
        )
        yield Member(
            id=new_id("mem"),
            organisation_id=organisation_id,
            user_id=user_id,
            role=Role(sign_in.role),
            joined_at=now,
        )

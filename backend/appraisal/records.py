"""Everything that is on record of a patent at one moment and that an appraisal reads, read once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.appraisal.comparables.queries import of_sector, sector_of
from backend.appraisal.models import ComparableSnapshot, RegisterExtract
from backend.appraisal.policy import AppraisalPolicy
from backend.appraisal.related_parties import related_pairs
from backend.core.clock import china_day
from backend.core.events.log import Event
from backend.licences.codes import FeeForm
from backend.licences.models import Licence, Payment
from backend.licences.states import COUNTS, LicenceStatus, PaymentStatus
from backend.patents.assessments.queries import counts
from backend.patents.legal_events.withdrawal import counted
from backend.patents.models import Assessment, LegalEvent, Listing, Patent
from backend.patents.queries import EVENTS, OVER, PatentAggregate, facts_by_office
from backend.rights.ledger import Ledger
from backend.rights.models import RightEntry
from backend.rights.queries import entries_of, ledger_of, was_known


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The day and the moment of an appraisal; `is_past` where what was known then is asked for."""

    day: date
    known_at: datetime
    is_past: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What is on record. Where the register's row or the listing was changed since, what they said then is unknown."""

    patent: Patent
    moment: Moment
    ledger: Ledger
    legal_events: Sequence[LegalEvent]
    withdrawals: Sequence[tuple[LegalEvent, datetime]]
    entries: Sequence[RightEntry]
    extracts: Sequence[RegisterExtract]
    row_is_known: bool
    row_is_by_office: bool
    listing: Listing | None
    listing_is_known: bool
    assessment: Assessment | None
    licences: Sequence[Licence]
    payments: Sequence[Payment]
    comparables: Sequence[ComparableSnapshot]
    sector: str | None


def moment_of(now: datetime, known_at: datetime | None) -> Moment:
    """Return the moment of an appraisal: now, or an earlier one, by what was known then."""
    is_past = known_at is not None and known_at < now
    known = known_at if known_at is not None and is_past else now
    return Moment(day=china_day(known), known_at=known, is_past=is_past)


async def read_records(
    session: AsyncSession,
    whole: PatentAggregate,
    moment: Moment,
    licensors: frozenset[str],
    policy: AppraisalPolicy,
) -> Records:
    """Return what is on record of a patent; of licences, those that these organisations granted."""
    patent, known_at = whole.patent, moment.known_at
    day, known_then = (moment.day, known_at) if moment.is_past else (None, None)
    ledger = await ledger_of(session, whole, known_at, valid_on=day, known_at=known_then)
    events = (await session.scalars(EVENTS, {"patent_ids": [patent.id]})).all()
    listing = (await session.scalars(_listing(patent.id))).first()
    subjects = [patent.id, *([listing.id] if listing else [])]
    changed = await _changed_since(session, subjects, known_at) if moment.is_past else set()
    row_is_known = patent.id not in changed and patent.created_at <= known_at
    sector = sector_of(patent.ipc) if row_is_known else None
    licences = await _licences(session, patent.id, licensors, known_at)
    return Records(
        patent=patent,
        moment=moment,
        ledger=ledger,
        legal_events=[event for event in events if event.recorded_at <= known_at and counted(event.details, known_at)],
        withdrawals=_withdrawals(events, known_at),
        entries=[row for row in await entries_of(session, patent.id) if row.recorded_at <= known_at],
        extracts=await _extracts(session, patent.id, known_at),
        row_is_known=row_is_known,
        row_is_by_office=await facts_by_office(session, patent.facts_by),
        listing=listing if listing and listing.id not in changed and listing.created_at <= known_at else None,
        listing_is_known=not moment.is_past or (listing is not None and listing.id not in changed),
        assessment=await _assessment(session, patent.id, known_at),
        licences=licences,
        payments=await _payments(session, [licence.id for licence in licences], known_at),
        comparables=await _comparables(session, sector, moment, policy),
        sector=sector,
    )


def standing_entries(records: Records) -> list[RightEntry]:
    """Return the entries of the ledger that stood on record at the moment."""
    known_at = records.moment.known_at if records.moment.is_past else None
    return [row for row in records.entries if was_known(row, known_at)]


def _listing(patent_id: str) -> sa.Select[Any]:
    return sa.select(Listing).where(col(Listing.patent_id) == patent_id, col(Listing.status).not_in(OVER))


async def _changed_since(session: AsyncSession, subjects: Sequence[str], known_at: datetime) -> set[str]:
    """Return those of the things about whose content an event tells after a moment."""
    about_content = sa.or_(col(Event.type) == "patent.updated", col(Event.type).startswith("listing."))
    statement = sa.select(col(Event.subject)).where(
        col(Event.subject).in_(subjects), col(Event.at) > known_at, about_content
    )
    return set(await session.scalars(statement.distinct()))


def _withdrawals(events: Sequence[LegalEvent], known_at: datetime) -> list[tuple[LegalEvent, datetime]]:
    withdrawn = [(event, event.details.get("withdrawn")) for event in events]
    found = [(event, datetime.fromisoformat(details["at"])) for event, details in withdrawn if details]
    return [(event, at) for event, at in found if at <= known_at]


async def _extracts(session: AsyncSession, patent_id: str, known_at: datetime) -> Sequence[RegisterExtract]:
    row = RegisterExtract
    statement = sa.select(row).where(col(row.patent_id) == patent_id, col(row.recorded_at) <= known_at)
    return (await session.scalars(statement.order_by(col(row.as_of).desc(), col(row.recorded_at).desc()))).all()


async def _assessment(session: AsyncSession, patent_id: str, known_at: datetime) -> Assessment | None:
    row = Assessment
    statement = sa.select(row).where(col(row.patent_id) == patent_id, col(row.recorded_at) <= known_at, counts())
    newest = statement.order_by(col(row.assessed_on).desc(), col(row.id).desc()).limit(1)
    return (await session.scalars(newest)).first()


async def _licences(
    session: AsyncSession, patent_id: str, licensors: frozenset[str], known_at: datetime
) -> list[Licence]:
    """Return the licences for a fee that count: of these licensors, to whom is not related to them, and not void."""
    row = Licence
    statement = sa.select(row).where(
        col(row.patent_id) == patent_id,
        col(row.licensor_organisation_id).in_(licensors),
        col(row.status) != LicenceStatus.VOID,
        col(row.created_at) <= known_at,
    )
    licences = (await session.scalars(statement.order_by(col(row.id)))).all() if licensors else []
    pairs = {(licence.licensor_organisation_id, licence.licensee_organisation_id) for licence in licences}
    related = await related_pairs(session, pairs) if pairs else set()
    return [
        licence
        for licence in licences
        if licence.fee.get("form") != FeeForm.FREE
        and (licence.licensor_organisation_id, licence.licensee_organisation_id) not in related
    ]


async def _payments(session: AsyncSession, licence_ids: Sequence[str], known_at: datetime) -> list[Payment]:
    """Return the payments that counted at the moment; whether one was struck or confirmed later is on record."""
    if not licence_ids:
        return []
    row = Payment
    statement = sa.select(row).where(col(row.licence_id).in_(licence_ids), col(row.recorded_at) <= known_at)
    return [payment for payment in await session.scalars(statement) if _counted(payment, known_at)]


def _counted(payment: Payment, known_at: datetime) -> bool:
    if payment.status is PaymentStatus.STRUCK:
        return payment.contest_decided_at is not None and payment.contest_decided_at > known_at
    if payment.status is PaymentStatus.CONFIRMED and payment.confirmed_at is not None:
        return payment.confirmed_at <= known_at
    return payment.status in COUNTS


async def _comparables(
    session: AsyncSession, sector: str | None, moment: Moment, policy: AppraisalPolicy
) -> list[ComparableSnapshot]:
    if sector is None:
        return []
    known_at = moment.known_at if moment.is_past else None
    return await of_sector(session, sector, is_demonstration=policy.is_demonstration, known_at=known_at)

"""A licence takes effect: its entry in the ledger, the facts it froze, its reporting periods, its recordal's clock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import Party
from backend.core.clock import china_day
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.licences.certificates.content import CertifiedStep
from backend.licences.certificates.fee_lines import fee_lines
from backend.licences.certificates.service import certified
from backend.licences.errors import NotAvailable
from backend.licences.events import LicenceEffective, LicenceEvent
from backend.licences.models import Licence, Notice, OpenLicence, Payment, RoyaltyReport
from backend.licences.patent_reference import named
from backend.licences.recordal.rules import recordal_due
from backend.licences.states import LicenceStatus, NoticeStep, next_notice
from backend.licences.terms.models import FeeTerms
from backend.licences.terms.royalty_rules import Period, schedule
from backend.patents.queries import PatentAggregate
from backend.rights.codes import Act, LicenceType, Origin, RightKind
from backend.rights.entries import service as rights
from backend.rights.ledger import Ledger, PermissionRequest
from backend.rights.models import RightEntry
from backend.rights.permissions.grants import reason_of
from backend.rights.permissions.rules import BY_CODE, decide
from backend.rights.queries import ledger_of

OUTLASTS: Final = [BY_CODE["outlasts_right"]]
GONE: Final = [BY_CODE["right_terminated"], BY_CODE["wholly_invalidated"], *OUTLASTS]
SHUT_OUT: Final = [BY_CODE[code] for code in ("exclusive_licence_in_force", "sole_licence_in_force")]


def chained(step: CertifiedStep, day: date, reference: str | None = None, amount_fen: int | None = None) -> Any:
    """Return one link of a licence's chain, as its certificate tells it."""
    return {"step": step.value, "day": day.isoformat(), "reference": reference, "amount_fen": amount_fen}


async def tell(
    session: AsyncSession, licence: Licence, kind: type[LicenceEvent], now: datetime, actor: str | None = None
) -> None:
    """Append what happened to a licence; it concerns its two sides."""
    payload = kind(patent_id=licence.patent_id, licence_id=licence.id, open_licence_id=licence.open_licence_id)
    audience = sorted({licence.licensor_organisation_id, licence.licensee_organisation_id})
    await append(session, DomainEvent(payload, licence.id, audience, actor), now)


def _check_right(ledger: Ledger, notice: Notice, today: date, *, ran: bool) -> None:
    """Raise NotAvailable where the right has gone: a licence lasts no longer than it (Civil Code, art. 865).

    `ran`: it went after the licence had taken effect, which is recorded late.
    """
    ask = PermissionRequest(Act.GRANT_ORDINARY, today, frozenset(), notice.starts_on, notice.ends_on)
    found = decide(ledger, ask, OUTLASTS if ran else GONE).reasons
    if found:
        raise NotAvailable(reasons=[reason_of(because) for because in found])


async def take_effect(
    session: AsyncSession,
    whole: PatentAggregate,
    declared: OpenLicence,
    notice: Notice,
    effective_on: date,
    now: datetime,
    payments: Sequence[Payment] = (),
    right_ended_on: date | None = None,
) -> Licence:
    """Return the licence made by notice and payment; raise NotAvailable where the right ended before it."""
    today = china_day(now)
    ledger = await ledger_of(session, whole, now)
    _check_right(ledger, notice, today, ran=right_ended_on is not None and effective_on < right_ended_on)
    licence_id = new_id("lic")
    entry = _entry(declared, notice, licence_id, ledger, effective_on, now)
    flag(entry, ledger, today)
    sides = [declared.organisation_id, notice.licensee_organisation_id]
    await rights.grant(session, whole, entry, now, told=sides)
    licence = await _licence(session, whole, declared, notice, licence_id, entry.id, effective_on, now)
    paid = [chained(CertifiedStep.PAYMENT_MADE, one.value_date, one.id, one.amount_fen) for one in payments]
    licence.chain = [*licence.chain, *paid, chained(CertifiedStep.EFFECTIVE, effective_on)]
    session.add(licence)
    notice.status = next_notice(notice.status, NoticeStep.TAKE_EFFECT)
    notice.status_reason, notice.licence_id, notice.ended_on = None, licence.id, None
    notice.version += 1
    await session.flush()
    _periods(session, licence)
    await tell(session, licence, LicenceEffective, now)
    return licence


def _entry(
    declared: OpenLicence, notice: Notice, licence_id: str, ledger: Ledger, effective_on: date, now: datetime
) -> RightEntry:
    return RightEntry(
        id=new_id("rgt"),
        patent_id=notice.patent_id,
        kind=RightKind.LICENCE,
        origin=Origin.HERE,
        licence_type=LicenceType.OPEN,
        party_id=notice.licensee_party_id,
        grantors=declared.holders or sorted(holder.party_id for holder in ledger.holders),
        starts_on=max(notice.starts_on, effective_on),
        ends_on=notice.ends_on,
        effective_on=effective_on,
        recorded_at=now,
        recorded_by=notice.licensee_organisation_id,
        source="open licence: notice and payment",
        terms_hash=notice.terms_hash,
        granted_for=licence_id,
    )


def flag(entry: RightEntry, ledger: Ledger, today: date) -> None:
    """Mark a licence that others shut out, which is a fact all the same.

    It was paid before the withdrawal and recorded after, or has come back with the right that it had ended with.
    """
    ask = PermissionRequest(Act.GRANT_ORDINARY, today, frozenset(), entry.starts_on, entry.ends_on)
    others = tuple(other for other in ledger.entries if entry.id not in other.carves_out)
    against = decide(replace(ledger, entries=others), ask, SHUT_OUT).reasons
    if against:
        entry.origin = Origin.OUTSIDE
        entry.conflicts = [{"code": one.rule.code, "about": list(one.hit.about)} for one in against]


async def _licence(
    session: AsyncSession,
    whole: PatentAggregate,
    declared: OpenLicence,
    notice: Notice,
    licence_id: str,
    right_id: str,
    effective_on: date,
    now: datetime,
) -> Licence:
    today, starts_on = china_day(now), max(notice.starts_on, effective_on)
    begun = starts_on <= today
    due = recordal_due(effective_on)
    return Licence(
        id=licence_id,
        patent_id=notice.patent_id,
        open_licence_id=declared.id,
        notice_id=notice.id,
        right_id=right_id,
        licensor_organisation_id=declared.organisation_id,
        licensee_organisation_id=notice.licensee_organisation_id,
        licensee_party_id=notice.licensee_party_id,
        status=LicenceStatus.IN_FORCE if begun else LicenceStatus.AWAITING_START,
        fee=declared.fee,
        facts=await _facts(session, whole, declared, notice),
        effective_on=effective_on,
        starts_on=starts_on,
        ends_on=notice.ends_on,
        chain=[chained(CertifiedStep.NOTICE_GIVEN, notice.given_on, notice.id)],
        flags=["taken_after_withdrawal"] if _is_late(declared, effective_on) else [],
        recordal_due_on=due.day,
        recordal_provisional=due.provisional,
        created_at=now,
        next_check=today,
    )


def _is_late(declared: OpenLicence, effective_on: date) -> bool:
    return declared.withdrawn_on is not None and effective_on > declared.withdrawn_on


async def _facts(
    session: AsyncSession, whole: PatentAggregate, declared: OpenLicence, notice: Notice
) -> dict[str, Any]:
    """Freeze what the certificate states: a register corrected later must not spoil it."""
    patent = whole.patent
    holders = {holding.party_id for holding, _ in whole.holders}
    sides = [*(party_id for party_id in declared.holders if party_id in holders), notice.licensee_party_id]
    asked = sa.select(Party).where(col(Party.id).in_(sides))
    parties = {party.id: party for party in await session.scalars(asked)}
    *licensors, licensee = [parties[party_id] for party_id in sides]
    return {
        "patent": named(patent).model_dump(mode="json"),
        "licensors": [certified(party) for party in licensors],
        "licensee": certified(licensee) | {"country": licensee.country},
        "declaration": {
            "number": declared.declaration_number,
            "announced_on": declared.announced_on.isoformat() if declared.announced_on else None,
        },
        "territory": patent.office,
        "fees": fee_lines(declared.fee, notice.quote),
        "terms_version": notice.terms_version,
        "terms_hash": notice.terms_hash,
    }


def _periods(session: AsyncSession, licence: Licence) -> None:
    """Enter the reporting periods of a running royalty, each with the day on which its report falls due."""
    reporting = FeeTerms(**licence.fee).reporting
    if reporting is None:
        return
    days = session.info["database"].settings.royalty_report_days
    for period in schedule(reporting, licence.starts_on, licence.ends_on, days).periods:
        session.add(report_of(licence, period))


def report_of(licence: Licence, period: Period) -> RoyaltyReport:
    """Return a reporting period's row, of which nothing is reported yet."""
    return RoyaltyReport(
        id=new_id("roy"),
        licence_id=licence.id,
        licensor_organisation_id=licence.licensor_organisation_id,
        licensee_organisation_id=licence.licensee_organisation_id,
        number=period.number,
        year=period.year,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        report_due_on=period.report_due_on,
    )

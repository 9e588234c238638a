"""A licence takes effect: its entry in the ledger, the facts it froze, its reporting periods, its recordal's clock."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.models import Party
from backend.core.clock import china_day
from backend.core.errors import Reason
from backend.core.ids import new_id
from backend.licences.certificates.content import CertifiedStep, chained
from backend.licences.certificates.fee_lines import fee_lines
from backend.licences.certificates.service import certified
from backend.licences.codes import LicenceSource
from backend.licences.events import LicenceEffective, append_event
from backend.licences.models import Licence, Payment, RoyaltyReport
from backend.licences.patent_reference import named
from backend.licences.policy import LicencePolicy
from backend.licences.recordal.rules import recordal_due
from backend.licences.states import LicenceStatus
from backend.licences.terms.models import FeeTerms
from backend.licences.terms.royalty_rules import Period, schedule
from backend.patents.queries import PatentAggregate
from backend.rights.codes import Act, LicenceType, Origin, RightKind
from backend.rights.entries import service as rights
from backend.rights.ledger import Ledger, PermissionRequest
from backend.rights.models import RightEntry
from backend.rights.permissions.grants import reason_of
from backend.rights.permissions.rules import BY_CODE, decide

OUTLASTS: Final = [BY_CODE["outlasts_right"]]
GONE: Final = [BY_CODE["right_terminated"], BY_CODE["wholly_invalidated"], *OUTLASTS]
SHUT_OUT: Final = [BY_CODE[code] for code in ("exclusive_licence_in_force", "sole_licence_in_force")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a licence is made from, as its source has frozen it; `origin` is how its certificate's chain begins."""

    source: LicenceSource
    source_id: str
    offer_id: str | None = None
    offer_ended_on: date | None = None
    reference: str | None
    reference_on: date | None
    licence_type: LicenceType
    sub_licensing: bool = False
    licensor_organisation_id: str
    licensee_organisation_id: str
    licensee_party_id: str
    grantors: Sequence[str]
    fee: dict[str, Any]
    terms_version: int
    terms_hash: str
    due_at_start_fen: int
    first_instalment_due_on: date | None
    starts_on: date
    ends_on: date
    origin: Sequence[dict[str, Any]]
    flags: Sequence[str] = ()
    entry_source: str


def obstacles(ledger: Ledger, grant: Grant, today: date, *, ran: bool) -> list[Reason]:
    """Return why the right has gone for a licence: none lasts longer than it (Civil Code, art. 865).

    `ran`: it went after the licence had taken effect, which is recorded late.
    """
    ask = PermissionRequest(Act.GRANT_ORDINARY, today, frozenset(), grant.starts_on, grant.ends_on)
    return [reason_of(because) for because in decide(ledger, ask, OUTLASTS if ran else GONE).reasons]


async def take_effect(
    session: AsyncSession,
    whole: PatentAggregate,
    grant: Grant,
    ledger: Ledger,
    effective_on: date,
    policy: LicencePolicy,
    now: datetime,
    payments: Sequence[Payment] = (),
) -> Licence:
    """Return the licence, in force from its first day on; whoever calls has asked for the obstacles."""
    licence_id = new_id("lic")
    entry = _entry(whole, grant, licence_id, ledger, effective_on, now)
    flag(entry, ledger, china_day(now))
    sides = [grant.licensor_organisation_id, grant.licensee_organisation_id]
    await rights.grant(session, whole, entry, now, told=sides)
    licence = await _licence(session, whole, grant, licence_id, entry.id, effective_on, now)
    paid = [chained(CertifiedStep.PAYMENT_MADE, one.value_date, one.id, one.amount_fen) for one in payments]
    licence.chain = [*licence.chain, *paid, chained(CertifiedStep.EFFECTIVE, effective_on)]
    session.add(licence)
    await session.flush()
    _periods(session, licence, policy)
    await append_event(session, licence, LicenceEffective, now)
    return licence


def _entry(
    whole: PatentAggregate, grant: Grant, licence_id: str, ledger: Ledger, effective_on: date, now: datetime
) -> RightEntry:
    return RightEntry(
        id=new_id("rgt"),
        patent_id=whole.patent.id,
        kind=RightKind.LICENCE,
        origin=Origin.HERE,
        licence_type=grant.licence_type,
        party_id=grant.licensee_party_id,
        grantors=list(grant.grantors) or sorted(holder.party_id for holder in ledger.holders),
        sub_licensing=grant.sub_licensing,
        starts_on=max(grant.starts_on, effective_on),
        ends_on=grant.ends_on,
        effective_on=effective_on,
        recorded_at=now,
        recorded_by=grant.licensee_organisation_id,
        source=grant.entry_source,
        terms_hash=grant.terms_hash,
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
    grant: Grant,
    licence_id: str,
    right_id: str,
    effective_on: date,
    now: datetime,
) -> Licence:
    today, starts_on = china_day(now), max(grant.starts_on, effective_on)
    due = recordal_due(effective_on)
    taken_over = {name: getattr(grant, name) for name in TAKEN_OVER}
    return Licence(
        **taken_over,
        id=licence_id,
        patent_id=whole.patent.id,
        right_id=right_id,
        status=LicenceStatus.IN_FORCE if starts_on <= today else LicenceStatus.AWAITING_START,
        instalments_from=grant.starts_on,
        facts=await _facts(session, whole, grant),
        effective_on=effective_on,
        starts_on=starts_on,
        chain=list(grant.origin),
        flags=list(grant.flags),
        recordal_due_on=due.day,
        recordal_provisional=due.provisional,
        created_at=now,
        next_check=today,
    )


TAKEN_OVER: Final = (
    "source", "source_id", "offer_id", "offer_ended_on", "reference", "reference_on", "licence_type", "sub_licensing",
    "licensor_organisation_id", "licensee_organisation_id", "licensee_party_id", "fee", "terms_version", "terms_hash",
    "due_at_start_fen", "first_instalment_due_on", "ends_on",
)  # fmt: skip


async def _facts(session: AsyncSession, whole: PatentAggregate, grant: Grant) -> dict[str, Any]:
    """Freeze what the certificate states: a register corrected later must not spoil it."""
    patent = whole.patent
    holders = {holding.party_id for holding, _ in whole.holders}
    sides = [*(party_id for party_id in grant.grantors if party_id in holders), grant.licensee_party_id]
    statement = sa.select(Party).where(col(Party.id).in_(sides))
    parties = {party.id: party for party in await session.scalars(statement)}
    *licensors, licensee = [parties[party_id] for party_id in sides]
    return {
        "patent": named(patent).model_dump(mode="json"),
        "licensors": [certified(party) for party in licensors],
        "licensee": certified(licensee) | {"country": licensee.country},
        "territory": patent.office,
        "fees": fee_lines(grant.fee, grant.due_at_start_fen, grant.source),
    }


def _periods(session: AsyncSession, licence: Licence, policy: LicencePolicy) -> None:
    """Enter the reporting periods of a running royalty, each with the day on which its report falls due."""
    reporting = FeeTerms(**licence.fee).reporting
    if reporting is None:
        return
    for period in schedule(reporting, licence.starts_on, licence.ends_on, policy.royalty_report_days).periods:
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

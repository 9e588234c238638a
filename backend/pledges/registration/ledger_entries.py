"""How a registered pledge comes to stand in the ledger of rights, patent by patent, and leaves it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import china_day
from backend.core.ids import new_id
from backend.patents.queries import PatentAggregate
from backend.pledges.access import HeldPledge
from backend.pledges.codes import WatchKind
from backend.pledges.collateral.watch import Occurrence, notice
from backend.pledges.errors import RegisteredElsewhere
from backend.pledges.models import PledgedPatent
from backend.pledges.registration.ledger_request import request_of
from backend.rights import queries as rights_queries
from backend.rights.codes import LicenceType, Origin, Permission, RightKind
from backend.rights.entries import service as rights
from backend.rights.entries.termination import end_entry
from backend.rights.ledger import Entry, Given, Ledger
from backend.rights.models import RightEntry
from backend.rights.permissions import grants
from backend.rights.permissions.rules import OPEN, Decision, decide
from backend.rights.scope_rules import Period

SOURCE: Final = "CNIPA pledge registration"


@dataclass(frozen=True, slots=True)
class OfficeRegistration:
    """What the office registered: on which day, under which number, and when that was recorded here."""

    on: date
    number: str
    recorded_at: datetime


async def enter_all(session: AsyncSession, held: HeldPledge, registration: OfficeRegistration) -> None:
    """Enter the pledge on each of its patents, held in the order of their ids; raise RegisteredElsewhere.

    The office's word is recorded whatever the ledger says: what stood against it is noted on the entry. A second
    pledge alone is refused, since no office registers one.
    """
    for pledged in held.patents:
        whole = held.wholes[pledged.patent_id]
        ledger = await rights_queries.ledger_of(session, whole, registration.recorded_at)
        if any(ledger.of_kind(RightKind.PLEDGE, Period(registration.on))):
            raise RegisteredElsewhere
        await _enter(session, held, pledged, whole, ledger, registration)


async def _enter(
    session: AsyncSession, held: HeldPledge, pledged: PledgedPatent, whole: PatentAggregate, ledger: Ledger,
    registration: OfficeRegistration,
) -> None:  # fmt: skip
    pledge, now = held.pledge, registration.recorded_at
    request = request_of(pledge, held.pledgors, pledged.patent_id, registration.on)
    decision = decide(ledger, request)
    without_consent = _granted_meanwhile(ledger, registration.on, pledge.pledgee_party_id)
    entry = RightEntry(
        id=new_id("rgt"),
        patent_id=pledged.patent_id,
        kind=RightKind.PLEDGE,
        origin=Origin.HERE if decision.answer is Permission.ALLOWED else Origin.OUTSIDE,
        party_id=pledge.pledgee_party_id,
        grantors=sorted(request.by),
        starts_on=registration.on,
        ends_on=pledge.debt_until,
        effective_on=registration.on,
        announced_on=registration.on,
        recorded_at=now,
        recorded_by=held.caller.organisation_id,
        source=SOURCE,
        number=registration.number,
        terms_hash=request.terms_hash,
        granted_for=pledge.id,
        conflicts=[*_conflicts(decision), *_without_consent(without_consent)],
    )
    await grants.use_consents(session, decision.consents, pledge.id, now)
    await rights.grant(session, whole, entry, now, told=held.audience, actor=held.caller.user_id)
    pledged.right_id = entry.id
    for licence in without_consent:
        occurrence = Occurrence(WatchKind.LICENCE_WITHOUT_CONSENT, licence.id)
        await notice(session, pledge, held.audience, pledged.patent_id, occurrence, now)


def _conflicts(decision: Decision) -> list[dict[str, object]]:
    against = (reason for reason in decision.reasons if reason.rule.leads_to is not Permission.NEEDS_CONFIRMATION)
    return [{"code": reason.rule.code, "about": list(reason.hit.about)} for reason in against]


def _without_consent(licences: list[Entry]) -> list[dict[str, object]]:
    code = WatchKind.LICENCE_WITHOUT_CONSENT.value
    return [{"code": code, "about": [licence.id for licence in licences]}] if licences else []


def _granted_meanwhile(ledger: Ledger, on: date, pledgee: str) -> list[Entry]:
    """Return the licences granted here after the registration day, before it was known, without the pledgee's consent.

    What counts is when a licence was granted, whatever day it names for its own beginning. The office tells no hour:
    which of the two came first on the registration day itself is not known, and nobody is accused of it.
    """
    licences = (one for one in ledger.of_kind(RightKind.LICENCE, Period(on)) if one.under is None)
    return [
        one
        for one in licences
        if one.origin is Origin.HERE
        and china_day(one.recorded_at) > on
        and not any(_covers(given, one, pledgee) for given in ledger.consents)
    ]


def _covers(given: Given, licence: Entry, pledgee: str) -> bool:
    """Whether a consent of the pledgee is one to this licence, or to the open licence that it was taken under."""
    to_open = given.act in OPEN and licence.licence_type is LicenceType.OPEN and given.terms_hash == licence.terms_hash
    return given.party_id == pledgee and (given.used_by == licence.id or to_open)


async def leave_ledger(
    session: AsyncSession, held: HeldPledge, patents: list[PledgedPatent], on: date, reason: str, now: datetime
) -> None:
    """End the entries of these patents in the ledger from a day on."""
    for one in patents:
        whole = held.wholes[one.patent_id]
        entry = await rights_queries.in_this_patent(session, whole, one.right_id or "")
        if entry is not None and entry.ended_on is None and entry.corrected_at is None:
            await end_entry(session, whole, entry, max(on, entry.starts_on), reason, by=held.caller, now=now)

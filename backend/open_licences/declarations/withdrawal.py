"""How an open licence ends: withdrawn by its holders, terminated or revoked by the office; licences taken run on."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.core.clock import china_day
from backend.licences.date_checks import check_day
from backend.licences.errors import StepNotYours
from backend.open_licences.availability import (
    projection as availability_projection,
)
from backend.open_licences.availability import (
    service as availability,
)
from backend.open_licences.declarations.announcement import unlist
from backend.open_licences.declarations.content import withdrawal_filed_on, withdrawal_terms
from backend.open_licences.declarations.schemas import OfficeStep, Reasoned, Withdrawal
from backend.open_licences.declarations.steps import EARLIEST, attach_evidence, take_step
from backend.open_licences.declarations.termination import end_waiting, mark_ended, mark_late, release_right
from backend.open_licences.errors import OpenLicenceNotInState
from backend.open_licences.events import LicenseesNotified, append_event
from backend.open_licences.models import OpenLicence
from backend.open_licences.policy import OpenLicencePolicy
from backend.open_licences.states import OpenStep, next_open
from backend.patents import queries as patent_queries
from backend.patents.queries import PatentAggregate
from backend.rights.codes import Act
from backend.rights.consents.service import hash_of
from backend.rights.errors import EvidenceMissing
from backend.rights.ledger import PermissionRequest
from backend.rights.permissions import grants
from backend.rights.queries import ledger_of


async def withdraw(
    session: AsyncSession,
    whole: PatentAggregate,
    declared: OpenLicence,
    given: Withdrawal,
    caller: Caller,
    now: datetime,
) -> OpenLicence:
    """Return the declaration whose withdrawal was filed, with all co-owners' consent.

    One not announced is taken back by its declarant; by others where that holds the patent no more. Raises
    StepNotYours, OpenLicenceNotInState, DatesOutOfOrder and what the ledger says.
    """
    if declared.announced_on is None:
        own = declared.organisation_id == caller.organisation_id
        if not own and whole.held_by(declared.organisation_id):
            raise StepNotYours(by="declarant")
        target = next_open(declared.status, OpenStep.TAKE_BACK)
        declared.ended_reason = given.reason
        await take_step(session, whole, declared, OpenStep.TAKE_BACK, target, china_day(now), caller, now)
        return declared
    target = next_open(declared.status, OpenStep.WITHDRAW)
    check_day(given.on, declared.announced_on, now)
    terms = withdrawal_terms(declared)
    by = frozenset(holding.party_id for holding in whole.held_by(caller.organisation_id))
    ask = PermissionRequest(
        Act.WITHDRAW_OPEN_LICENCE, china_day(now), by, terms_hash=hash_of(terms), subject=declared.id
    )
    if not patent_queries.is_office(caller):
        decision = await grants.check(session, await ledger_of(session, whole, now), ask, terms)
        await grants.use_consents(session, decision.consents, declared.id, now)
    declared.withdrawal = {"reason": given.reason, "legal_reason": given.legal_reason, "filed_on": given.on.isoformat()}
    await availability.end_duties(session, declared, "done", now, kind=availability.WITHDRAW)
    await attach_evidence(session, declared, given, caller, now)
    await take_step(session, whole, declared, OpenStep.WITHDRAW, target, given.on, caller, now)
    return declared


async def refuse_withdrawal(
    session: AsyncSession, whole: PatentAggregate, declared: OpenLicence, given: Reasoned, caller: Caller,
    policy: OpenLicencePolicy, now: datetime,
) -> OpenLicence:  # fmt: skip
    """Return the declaration, which stays announced since the office refused its withdrawal."""
    target = next_open(declared.status, OpenStep.REFUSE_WITHDRAWAL)
    check_day(given.on, withdrawal_filed_on(declared), now)
    declared.withdrawal = {**(declared.withdrawal or {}), "refused_because": given.reason}
    await attach_evidence(session, declared, given, caller, now)
    await take_step(session, whole, declared, OpenStep.REFUSE_WITHDRAWAL, target, given.on, caller, now)
    bars = availability.lawful_bars(declared)
    if bars:  # what bars it bars it still
        await availability.open_duties(session, declared, bars, policy, now)
    return declared


async def end(
    session: AsyncSession,
    whole: PatentAggregate,
    declared: OpenLicence,
    step: OpenStep,
    given: OfficeStep,
    caller: Caller,
    policy: OpenLicencePolicy,
    now: datetime,
) -> OpenLicence:
    """Return the declaration, ended by the announcement of its withdrawal, by termination or revocation.

    Licences taken before run on (Patent Law, art. 50(2)); notices that were not paid by then end, so a holder who tells
    of the announcement shows it. Raises OpenLicenceNotInState, DatesOutOfOrder, EvidenceMissing.
    """
    target = next_open(declared.status, step)
    asked_for = step is OpenStep.ANNOUNCE_WITHDRAWAL
    check_day(given.on, withdrawal_filed_on(declared) if asked_for else declared.announced_on or EARLIEST, now)
    if asked_for and not given.evidence_files and not patent_queries.is_office(caller):
        raise EvidenceMissing
    declared.status, declared.withdrawn_on = target, given.on
    declared.ended_reason = given.reason if isinstance(given, Reasoned) else (declared.withdrawal or {}).get("reason")
    declared.available, declared.unavailable = False, []
    await availability_projection.show(session, declared)
    await release_right(session, whole, declared, given.on, caller, now)
    await end_waiting(session, declared, given.on, policy, now)
    await mark_ended(session, declared, given.on)
    await mark_late(session, declared, given.on)
    outcome = "done" if asked_for else "over"  # whoever had to tell the licensees has to tell them still
    await availability.end_duties(session, declared, outcome, now, kind=availability.WITHDRAW)
    await unlist(session, declared, now)
    await attach_evidence(session, declared, given, caller, now)
    await take_step(session, whole, declared, step, target, given.on, caller, now)
    return declared


async def notified(
    session: AsyncSession,
    whole: PatentAggregate,
    declared: OpenLicence,
    given: OfficeStep,
    caller: Caller,
    now: datetime,
) -> OpenLicence:
    """Return the declaration, whose holder has told the licensees of a bar; before the announcement there are none."""
    if declared.announced_on is None:
        raise OpenLicenceNotInState(status=declared.status.value, step="notify")
    check_day(given.on, declared.announced_on, now)
    await availability.end_duties(session, declared, "done", now, kind=availability.NOTIFY)
    await attach_evidence(session, declared, given, caller, now)
    declared.version += 1
    await append_event(session, declared, whole, LicenseesNotified, now, caller.user_id)
    return declared

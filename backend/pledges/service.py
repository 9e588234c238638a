"""How pledges are drawn up, confirmed, filed, decided about and given up; nothing else writes their table."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.clock import china_day
from backend.core.database.columns import iso
from backend.core.errors import Text
from backend.core.events.log import append
from backend.core.http.day_errors import Step, in_the_future, too_early
from backend.files.service import attach
from backend.loans import queries as loan_queries
from backend.loans import service as loans
from backend.patents.queries import is_office
from backend.pledges.access import HeldPledge
from backend.pledges.codes import PledgeSide, PledgeStatus, RegistrationOutcome, WatchKind
from backend.pledges.collateral.watch import Occurrence, notice
from backend.pledges.errors import (
    DayOutOfOrder,
    NothingToConfirm,
    PledgeBarred,
    PledgeNotInState,
    PledgeStepNotYours,
    TooManyPledgeClaims,
)
from backend.pledges.events import (
    PledgeClaimed,
    PledgeConfirmed,
    PledgeCorrectionAsked,
    PledgeEvent,
    PledgeFiled,
    PledgeRegistered,
    PledgeRegistrationRefused,
    PledgeRevoked,
    pledge_event,
)
from backend.pledges.models import Pledge
from backend.pledges.policy import PledgePolicy
from backend.pledges.registration import checks
from backend.pledges.registration.contract_state import check_effective
from backend.pledges.registration.ledger_entries import OfficeRegistration, enter_all, leave_ledger
from backend.pledges.rules import STANDING, Action, next_status
from backend.pledges.schemas import (
    InsolvencyIn,
    PledgeConfirmationIn,
    PledgeFilingIn,
    PledgeRevocationIn,
    RegistrationDecisionIn,
)

EVIDENCE: Final = "pledge"
MOST_CLAIMS: Final = 20  # of each organisation
OF_REGISTRATION: Final = (*RegistrationOutcome, "withdrawn")  # claims that a recorded decision settles
EFFECTIVE: Final = Step("contract_effective", Text("质押合同生效", "the pledge contract took effect"))
FILED: Final = Step("registration_filed", Text("申请登记", "the registration was applied for"))
REGISTERED: Final = Step("registered", Text("质押登记", "the pledge was registered"))
CHANGE_FILED: Final = Step("change_filed", Text("申请变更", "the change was applied for"))
RELEASE_FILED: Final = Step("release_filed", Text("申请注销", "the release was applied for"))
DEFAULTED: Final = Step("defaulted", Text("违约", "the default"))


def check_day(day: date, pointer: str, *, now: datetime, after: tuple[Step, date | None] | None = None) -> None:
    """Raise DayOutOfOrder for a day in the future, or before the step that it follows."""
    if day > china_day(now):
        raise DayOutOfOrder(errors=[in_the_future(pointer, china_day(now))])
    step, earliest = after or (REGISTERED, None)
    if earliest is not None and day < earliest:
        raise DayOutOfOrder(errors=[too_early(pointer, step, earliest)])


async def announce(
    session: AsyncSession, held: HeldPledge, kind: type[PledgeEvent], now: datetime, **more: Any
) -> None:
    """Append what happened to a pledge for its sides; the organisation that did it is not told in its inbox."""
    payload = kind(pledge_id=held.pledge.id, offer_id=held.pledge.offer_id, **more)
    own = [held.caller.organisation_id]
    await append(session, pledge_event(payload, held.audience, held.caller.user_id, own), now)


async def attach_evidence(session: AsyncSession, held: HeldPledge, files: list[str], now: datetime) -> None:
    """Attach the files that a step names; its sides read them from then on."""
    await attach(session, held.caller, files, kind=EVIDENCE, subject=held.pledge.id, pointer="/evidence_files", now=now)


async def confirm(session: AsyncSession, held: HeldPledge, body: PledgeConfirmationIn, now: datetime) -> None:
    """Note that a side wants the pledge of a patent although the office would ask; raise NothingToConfirm."""
    sides = [PledgeSide.PLEDGEE] if held.is_pledgee else []
    own = {
        confirmation.patent_id
        for confirmation in held.pledgors
        if confirmation.organisation_id == held.caller.organisation_id
    }
    if body.patent_id in own:
        sides.append(PledgeSide.PLEDGOR)
    if body.patent_id not in held.wholes or not sides:
        raise NothingToConfirm
    if not await checks.is_to_confirm(session, held, body.patent_id, body.ground, now):
        raise NothingToConfirm
    pledge = held.pledge
    for side in sides:
        confirmation = {"side": side.value, "patent_id": body.patent_id, "ground": body.ground.value}
        if any(confirmation.items() <= earlier.items() for earlier in pledge.confirmations):
            continue
        row = {**confirmation, "organisation_id": held.caller.organisation_id, "confirmed_at": iso(now)}
        pledge.confirmations = [*pledge.confirmations, row]
        pledge.version += 1
        await announce(session, held, PledgeConfirmed, now)


async def file(session: AsyncSession, held: HeldPledge, body: PledgeFilingIn, now: datetime) -> None:
    """Note that the registration was applied for.

    Raises PledgeNotInState, ContractNotEffective, DayOutOfOrder, PledgeBarred.
    """
    pledge = held.pledge
    status = next_status(pledge.status, Action.FILE)
    signed_on = await check_effective(session, pledge)
    check_day(body.filed_on, "/filed_on", after=(EFFECTIVE, signed_on), now=now)
    reasons = await checks.reasons_against(session, held, now)
    if reasons:
        raise PledgeBarred(reasons=reasons)
    pledge.status, pledge.filed_on, pledge.filing_number = status, body.filed_on, body.filing_number
    pledge.correction = pledge.refusal_ground = pledge.refusal_note = None
    pledge.version += 1
    await attach_evidence(session, held, body.evidence_files, now)
    await announce(session, held, PledgeFiled, now)


async def decide(
    session: AsyncSession, held: HeldPledge, body: RegistrationDecisionIn, policy: PledgePolicy, now: datetime
) -> None:
    """Record what the office decided about the registration; a pledgor's or debtor's word awaits the pledgee's.

    Raises PledgeNotInState, DayOutOfOrder, RegisteredElsewhere, TooManyPledgeClaims.
    """
    pledge = held.pledge
    action = {
        RegistrationOutcome.REGISTERED: Action.REGISTER,
        RegistrationOutcome.REFUSED: Action.REFUSE,
        RegistrationOutcome.CORRECTION_ASKED: Action.ASK_CORRECTION,
    }[body.outcome]
    status = next_status(pledge.status, action)
    check_day(body.decided_on, "/decided_on", after=(FILED, pledge.filed_on), now=now)
    await attach_evidence(session, held, body.evidence_files, now)
    if not held.decides:
        claim = Claim(body.outcome.value, body.decided_on, body.registration_number, body.note)
        await note_claim(session, held, claim, now)
        return
    pledge.status = status
    settle_claims(pledge, *OF_REGISTRATION)
    pledge.version += 1
    if body.outcome is RegistrationOutcome.REGISTERED:
        await _register(session, held, body, policy, now)
    elif body.outcome is RegistrationOutcome.REFUSED:
        pledge.refusal_ground, pledge.refusal_note = body.ground, body.note
        await announce(session, held, PledgeRegistrationRefused, now, ground=body.ground)
    else:
        pledge.correction = {"asked_on": body.decided_on.isoformat(), "note": body.note}
        await announce(session, held, PledgeCorrectionAsked, now)


async def _register(
    session: AsyncSession, held: HeldPledge, body: RegistrationDecisionIn, policy: PledgePolicy, now: datetime
) -> None:
    pledge = held.pledge
    pledge.registration_number, pledge.registered_on = body.registration_number, body.decided_on
    pledge.registered_at, pledge.registered_by = now, held.caller.organisation_id
    pledge.appraised_on = body.decided_on
    pledge.reappraisal_due_on = policy.reappraisal_due(body.decided_on)
    await enter_all(session, held, OfficeRegistration(body.decided_on, body.registration_number or "", now))
    loan = await loan_queries.loan_of_offer(session, pledge.offer_id, lock=True)
    if loan is not None:
        await loans.secure(session, loan, body.decided_on, now, actor=held.caller.user_id)
    await announce(session, held, PledgeRegistered, now)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a pledgor or the debtor says that only pledgee or office records."""

    claim: str
    on: date
    number: str | None = None
    note: str | None = None


async def note_claim(session: AsyncSession, held: HeldPledge, claim: Claim, now: datetime) -> None:
    """Keep what a pledgor or the debtor says, and tell the pledgee, whose word it awaits.

    What the same organisation has said already is kept once. Raises TooManyPledgeClaims.
    """
    pledge = held.pledge
    row = {
        "claim": claim.claim,
        "organisation_id": held.caller.organisation_id,
        "on": claim.on.isoformat(),
        "number": claim.number,
        "note": claim.note,
    }
    if any(row.items() <= known.items() for known in pledge.claims):
        return
    if sum(one["organisation_id"] == held.caller.organisation_id for one in pledge.claims) >= MOST_CLAIMS:
        raise TooManyPledgeClaims(limit=MOST_CLAIMS)
    pledge.claims = [*pledge.claims, row | {"claimed_at": iso(now)}]
    pledge.version += 1
    await announce(session, held, PledgeClaimed, now, claim=claim.claim)


def settle_claims(pledge: Pledge, *claims: str) -> None:
    """Have claims wait no longer, since pledgee or office has recorded what happened."""
    pledge.claims = [one for one in pledge.claims if one["claim"] not in claims]


async def note_insolvency(session: AsyncSession, held: HeldPledge, body: InsolvencyIn, now: datetime) -> None:
    """Tell the sides that a pledgor's insolvency was opened; raise PledgeNotInState, DayOutOfOrder."""
    pledge = held.pledge
    if pledge.status not in STANDING:
        raise PledgeNotInState(status=pledge.status.value, action="record_insolvency")
    check_day(body.opened_on, "/opened_on", now=now)
    await attach_evidence(session, held, body.evidence_files, now)
    for one in held.still_pledged():
        occurrence = Occurrence(WatchKind.INSOLVENCY, body.case_number)
        await notice(session, pledge, held.audience, one.patent_id, occurrence, now)


async def give_up(session: AsyncSession, held: HeldPledge, body: PledgeRevocationIn, now: datetime) -> None:
    """Give a pledge up before its registration, or record that the office revoked it afterwards.

    While it lies at the office, which may have registered it, a pledgor's or debtor's word awaits the pledgee's.
    Raises PledgeNotInState, PledgeStepNotYours, DayOutOfOrder, TooManyPledgeClaims.
    """
    pledge = held.pledge
    was_standing = pledge.status in STANDING
    action = Action.REVOKE if was_standing else Action.WITHDRAW
    status = next_status(pledge.status, action)
    if was_standing != is_office(held.caller):
        by = "office" if was_standing else "pledgee, pledgor, debtor"
        raise PledgeStepNotYours(action=action.value, by=by)
    check_day(body.on, "/on", after=(REGISTERED, pledge.registered_on), now=now)
    if pledge.status is PledgeStatus.FILED and not held.is_pledgee:
        await attach_evidence(session, held, body.evidence_files, now)
        await note_claim(session, held, Claim("withdrawn", body.on, note=body.reason), now)
        return
    pledge.status, pledge.revoked_on, pledge.revocation_note = status, body.on, body.reason
    pledge.release_due_on = None
    pledge.claims = []
    pledge.version += 1
    await attach_evidence(session, held, body.evidence_files, now)
    if was_standing:
        await leave_ledger(session, held, held.still_pledged(), body.on, "revoked", now)
        loan = await loan_queries.loan_of_offer(session, pledge.offer_id, lock=True)
        if loan is not None:
            await loans.lose_security(session, loan, body.on, now, actor=held.caller.user_id)
    await announce(session, held, PledgeRevoked, now)

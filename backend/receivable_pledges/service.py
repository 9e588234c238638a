"""How a licence's income is pledged, consented to, registered and released; nothing else writes its table."""

from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.codes import OrganisationKind
from backend.accounts.models import Organisation
from backend.accounts.parties.directory import is_verified, party_of
from backend.core.clock import china_day
from backend.core.errors import Text
from backend.core.events.log import append
from backend.core.http.day_errors import Step, in_the_future, too_early
from backend.core.ids import new_id
from backend.licences.access import HeldLicence
from backend.licences.codes import FeeForm
from backend.licences.states import LicenceStatus
from backend.receivable_pledges import queries
from backend.receivable_pledges.access import HeldReceivablePledge
from backend.receivable_pledges.codes import ReceivablePledgeStatus
from backend.receivable_pledges.errors import (
    LicenceBringsNothing,
    NotALender,
    ReceivablePledged,
    ReceivablePledgeNotInState,
    RegistrationDayWrong,
)
from backend.receivable_pledges.events import (
    ReceivablePledgeAsked,
    ReceivablePledgeConsented,
    ReceivablePledgeEvent,
    ReceivablePledgeRefused,
    ReceivablePledgeRegistered,
    ReceivablePledgeReleased,
    ReceivablePledgeWithdrawn,
    receivable_pledge_event,
)
from backend.receivable_pledges.models import ReceivablePledge
from backend.receivable_pledges.rules import READABLE, Action, next_status
from backend.receivable_pledges.schemas import (
    ReceivablePledgeAnswer,
    ReceivablePledgeIn,
    ReceivableRegistration,
    ReceivableRelease,
)
from backend.rights import queries as rights_queries
from backend.rights.codes import Origin, RightKind
from backend.rights.entries import service as rights
from backend.rights.entries.termination import end_entry
from backend.rights.models import RightEntry

LENDERS: Final = frozenset({OrganisationKind.BANK, OrganisationKind.GUARANTOR})
RUNS: Final = frozenset({LicenceStatus.AWAITING_START, LicenceStatus.IN_FORCE, LicenceStatus.CONTESTED})
CONSENTED: Final = Step("consented", Text("债务人同意", "the licensee consented"))
REGISTERED: Final = Step("registered", Text("质押登记", "the pledge was registered"))
SOURCE: Final = "movables and rights financing registration"


async def ask(session: AsyncSession, held: HeldLicence, body: ReceivablePledgeIn, now: datetime) -> ReceivablePledge:
    """Return the pledge of a licence's income that its licensor asks the licensee to consent to.

    Raises LicenceBringsNothing, NotALender, ReceivablePledged.
    """
    licence, caller = held.licence, held.caller
    if licence.status not in RUNS or licence.fee.get("form") == FeeForm.FREE:
        raise LicenceBringsNothing
    pledgee = await session.get(Organisation, body.pledgee_organisation_id)
    if pledgee is None or pledgee.kind not in LENDERS or not await is_verified(session, pledgee.id):
        raise NotALender
    if await queries.living_of(session, licence.id) is not None:
        raise ReceivablePledged
    row = ReceivablePledge(
        id=new_id("rcp"),
        licence_id=licence.id,
        patent_id=licence.patent_id,
        licensor_organisation_id=licence.licensor_organisation_id,
        licensee_organisation_id=licence.licensee_organisation_id,
        pledgee_organisation_id=pledgee.id,
        status=ReceivablePledgeStatus.ASKED,
        note=body.note,
        asked_at=now,
    )
    session.add(row)
    own = caller.organisation_id
    await append(session, receivable_pledge_event(row, ReceivablePledgeAsked, caller.user_id, own), now)
    return row


async def answer(
    session: AsyncSession, held: HeldReceivablePledge, body: ReceivablePledgeAnswer, now: datetime
) -> None:
    """Note whether the licensee consents; raise ReceivablePledgeNotInState."""
    row, is_consent = held.pledge, body.answer == "given"
    row.status = next_status(row.status, Action.CONSENT if is_consent else Action.REFUSE)
    row.answered_at, row.answer_note = now, body.note
    await _announce(session, held, ReceivablePledgeConsented if is_consent else ReceivablePledgeRefused, now)


async def withdraw(session: AsyncSession, held: HeldReceivablePledge, now: datetime) -> None:
    """Take the pledge back before its registration; raise ReceivablePledgeNotInState."""
    held.pledge.status = next_status(held.pledge.status, Action.WITHDRAW)
    await _announce(session, held, ReceivablePledgeWithdrawn, now)


async def register(
    session: AsyncSession, held: HeldReceivablePledge, body: ReceivableRegistration, now: datetime
) -> None:
    """Record the registration: the income is pledged in the ledger, and the licensee, who owes it, is told.

    Raises ReceivablePledgeNotInState, RegistrationDayWrong.
    """
    row, caller = held.pledge, held.caller
    row.status = next_status(row.status, Action.REGISTER)
    consented_on = china_day(row.answered_at or now)
    _check_day(body.registered_on, "/registered_on", CONSENTED, consented_on, now)
    pledgor = await party_of(session, row.licensor_organisation_id)
    pledgee = await party_of(session, row.pledgee_organisation_id)
    entry = RightEntry(
        id=new_id("rgt"),
        patent_id=held.licence.whole.patent.id,
        kind=RightKind.RECEIVABLE,
        origin=Origin.HERE,
        party_id=pledgee.id,
        grantors=[pledgor.id],
        starts_on=body.registered_on,
        effective_on=body.registered_on,
        recorded_at=now,
        recorded_by=caller.organisation_id,
        source=SOURCE,
        number=body.registration_number,
        details={"licence": row.licence_id},
        granted_for=row.id,
    )
    sides = [row.licensor_organisation_id, row.licensee_organisation_id, row.pledgee_organisation_id]
    await rights.grant(session, held.licence.whole, entry, now, told=sides, actor=caller.user_id)
    row.registration_number, row.registered_on = body.registration_number, body.registered_on
    row.right_id = entry.id
    await _announce(session, held, ReceivablePledgeRegistered, now)


async def release(session: AsyncSession, held: HeldReceivablePledge, body: ReceivableRelease, now: datetime) -> None:
    """Release the income; raise ReceivablePledgeNotInState, RegistrationDayWrong."""
    row, whole = held.pledge, held.licence.whole
    row.status = next_status(row.status, Action.RELEASE)
    _check_day(body.released_on, "/released_on", REGISTERED, row.registered_on, now)
    entry = await rights_queries.in_this_patent(session, whole, row.right_id or "")
    if entry is not None and entry.ended_on is None:
        await end_entry(session, whole, entry, body.released_on, "released", by=held.caller, now=now)
    row.released_on = body.released_on
    await _announce(session, held, ReceivablePledgeReleased, now)


def _check_day(day: date, pointer: str, after: Step, earliest: date | None, now: datetime) -> None:
    if day > china_day(now):
        raise RegistrationDayWrong(errors=[in_the_future(pointer, china_day(now))])
    if earliest is not None and day < earliest:
        raise RegistrationDayWrong(errors=[too_early(pointer, after, earliest)])


def check_readable(row: ReceivablePledge) -> None:
    """Raise ReceivablePledgeNotInState where the pledgee does not read licence and royalties: before and after."""
    if row.status not in READABLE:
        raise ReceivablePledgeNotInState(status=row.status.value, action="read_licence")


async def _announce(
    session: AsyncSession, held: HeldReceivablePledge, kind: type[ReceivablePledgeEvent], now: datetime
) -> None:
    held.pledge.version += 1
    own = held.caller.organisation_id
    await append(session, receivable_pledge_event(held.pledge, kind, held.caller.user_id, own), now)

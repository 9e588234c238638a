"""Taking an open licence: the licensee's notice freezes terms and quote, and its payment makes the licence.

The holder accepts nothing: notice and payment are enough (Patent Law, art. 51(1); Guidelines V-11, 6).
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import Organisation
from backend.accounts.parties.directory import party_of
from backend.core.clock import china_day
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.files.service import attach
from backend.licences.date_checks import check_day
from backend.licences.models import Licence
from backend.licences.states import STANDS
from backend.licences.terms.models import FeeTerms
from backend.licences.terms.quote_rules import NEEDS, Use, quote, quote_data
from backend.open_licences.availability import service as availability
from backend.open_licences.declarations.steps import EARLIEST
from backend.open_licences.errors import (
    AlreadyTaken,
    ExportRegistrationMissing,
    NotAvailable,
    OpenLicenceNotInState,
    OutsideTheTerm,
    OwnPatent,
)
from backend.open_licences.events import NoticeEnded, NoticeEvent, NoticeGiven, NoticeLapsed
from backend.open_licences.models import Notice, OpenLicence
from backend.open_licences.notices.activation import take_effect
from backend.open_licences.notices.schemas import NoticeIn
from backend.open_licences.policy import OpenLicencePolicy
from backend.open_licences.states import OPEN, WAITING, NoticeStatus, NoticeStep, OpenStatus, next_notice
from backend.patents.queries import PatentAggregate
from backend.rights.errors import TermsChanged

EVIDENCE: Final = "notice"
MAINLAND: Final = "CN"
NOT_PAID: Final = "not_paid_in_time"
WITHDRAWN: Final = "withdrawn"
ENDED_BY: Final = {
    OpenStatus.WITHDRAWN: "withdrawal_announced",
    OpenStatus.TERMINATED: "open_licence_terminated",
    OpenStatus.REVOKED: "open_licence_revoked",
    OpenStatus.EXPIRED: "open_licence_expired",
}
HELD: Final = sorted({*WAITING, NoticeStatus.EFFECTIVE, NoticeStatus.CONTESTED})


async def append_event(
    session: AsyncSession, notice: Notice, licensor: str, kind: type[NoticeEvent], now: datetime, by: str | None,
    *, payment_id: str | None = None, offices: Iterable[str] = (),
) -> None:  # fmt: skip
    """Append what happened to a notice; it concerns its two sides, and the offices that have to decide."""
    payload = kind(
        patent_id=notice.patent_id,
        open_licence_id=notice.open_licence_id,
        notice_id=notice.id,
        reason=notice.status_reason,
        payment_id=payment_id,
    )
    audience = sorted({notice.licensee_organisation_id, licensor, *offices})
    await append(session, DomainEvent(payload, notice.id, audience, by), now)


def _days(declared: OpenLicence, given: NoticeIn, today: date) -> tuple[date, date]:
    last = declared.ends_on or today
    starts_on, ends_on = given.starts_on or today, given.ends_on or last
    if starts_on < today or ends_on < starts_on or ends_on > last:
        raise OutsideTheTerm(starts_on=today, ends_on=last)
    return starts_on, ends_on


async def give_notice(
    session: AsyncSession, whole: PatentAggregate, declared: OpenLicence, given: NoticeIn, caller: Caller,
    policy: OpenLicencePolicy, now: datetime,
) -> Notice:  # fmt: skip
    """Return the notice, with what to pay by when; where nothing is due at the start the licence takes effect at once.

    Raises OpenLicenceNotInState, TermsChanged, NotAvailable, OwnPatent, ExportRegistrationMissing, DatesOutOfOrder,
    OutsideTheTerm, AlreadyTaken.
    """
    today = china_day(now)
    if declared.status not in OPEN:
        raise OpenLicenceNotInState(status=declared.status.value, step="give_notice")
    if given.terms_hash != declared.terms_hash or given.terms_version != declared.terms_version:
        raise TermsChanged(expected=declared.terms_hash)
    await availability.reassess(session, declared, whole, policy, now)
    if not declared.available:
        raise NotAvailable(reasons=availability.reasons_of(declared))
    if whole.held_by(caller.organisation_id):
        raise OwnPatent
    organisation = await session.get_one(Organisation, caller.organisation_id)
    if organisation.country != MAINLAND and given.export_registration is None:
        raise ExportRegistrationMissing
    if given.export_registration is not None:
        check_day(given.export_registration.on, EARLIEST, now)
    days = _days(declared, given, today)
    await check_free(session, declared, caller.organisation_id, *days)
    notice = _notice(declared, given, caller, (await party_of(session, caller.organisation_id)).id, days, now)
    session.add(notice)
    await _attach(session, caller, notice, given, now)
    await append_event(session, notice, declared.organisation_id, NoticeGiven, now, caller.user_id)
    if notice.due_at_start_fen == 0:
        effective_on = max(today, notice.starts_on) if policy.free_licence_effective == "start" else today
        await take_effect(session, whole, declared, notice, effective_on, policy.licences, now)
    return notice


def _notice(
    declared: OpenLicence, given: NoticeIn, caller: Caller, party_id: str, days: tuple[date, date], now: datetime
) -> Notice:
    today, fee = china_day(now), FeeTerms(**declared.fee)
    use = given.model_dump(include={"net_sales_fen", "profit_fen", "units"}, exclude_none=True)
    unsaid = {NEEDS[fee.base]: 0} if fee.base else {}  # a royalty is reckoned on reports, not on what is planned
    found = quote(fee, Use(**{**unsaid, **use}), *days)
    export = given.export_registration
    due = found.due_at_start_fen
    return Notice(
        id=new_id("ntc"),
        open_licence_id=declared.id,
        patent_id=declared.patent_id,
        licensor_organisation_id=declared.organisation_id,
        licensee_organisation_id=caller.organisation_id,
        licensee_party_id=party_id,
        status=NoticeStatus.GIVEN,
        terms_version=declared.terms_version,
        terms_hash=declared.terms_hash,
        quote=quote_data(found),
        use=use,
        starts_on=days[0],
        ends_on=days[1],
        given_on=today,
        given_at=now,
        given_by=caller.user_id,
        message=given.message,
        export_registration=export.model_dump(mode="json") if export else None,
        due_at_start_fen=due,
        pay_by=min(today + timedelta(days=fee.payment_days or 0), days[1]) if due else None,
    )


async def _attach(session: AsyncSession, caller: Caller, notice: Notice, given: NoticeIn, now: datetime) -> None:
    about: dict[str, Any] = {"kind": EVIDENCE, "subject": notice.id, "now": now}
    await attach(session, caller, given.evidence_files, pointer="/evidence_files", **about)
    if given.export_registration is not None:
        files = given.export_registration.evidence_files
        await attach(session, caller, files, pointer="/export_registration/evidence_files", **about)


async def check_free(
    session: AsyncSession, declared: OpenLicence, licensee: str, starts_on: date, ends_on: date, but: str = ""
) -> None:
    """Raise AlreadyTaken where the licensee has a notice or licence of the patent for some days, `but` this notice."""
    statement = sa.select(Notice).where(
        col(Notice.patent_id) == declared.patent_id,
        col(Notice.id) != but,
        col(Notice.licensee_organisation_id) == licensee,
        col(Notice.status).in_(HELD),
        col(Notice.starts_on) <= ends_on,
        col(Notice.ends_on) >= starts_on,
    )
    for known in await session.scalars(statement):
        if known.licence_id is None or await _stands(session, known):
            raise AlreadyTaken(id=known.licence_id or known.id)


async def _stands(session: AsyncSession, notice: Notice) -> bool:
    from_licence = sa.select(col(Licence.id)).where(
        col(Licence.id) == notice.licence_id, col(Licence.status).in_(sorted(STANDS))
    )
    return (await session.execute(from_licence)).first() is not None


def outlives(notice: Notice, policy: OpenLicencePolicy) -> bool:
    """Whether an unpaid notice outlives a withdrawal that is announced after it, by the platform's dated term [G]."""
    since = policy.notices_survive_withdrawal_from
    return since is not None and since <= notice.given_on


async def lapse(session: AsyncSession, notice: Notice, licensor: str, now: datetime) -> None:
    """The notice was not paid in time, and ends."""
    notice.status, notice.status_reason = next_notice(notice.status, NoticeStep.LAPSE), NOT_PAID
    notice.ended_on = china_day(now)
    notice.version += 1
    await append_event(session, notice, licensor, NoticeLapsed, now, None)


async def withdraw(session: AsyncSession, notice: Notice, licensor: str, caller: Caller, now: datetime) -> None:
    """The licensee wants the licence no more; raise NoticeNotInState unless the notice is unpaid and has not ended."""
    notice.status, notice.status_reason = next_notice(notice.status, NoticeStep.WITHDRAW), WITHDRAWN
    notice.ended_on = china_day(now)
    notice.version += 1
    await append_event(session, notice, licensor, NoticeEnded, now, caller.user_id)

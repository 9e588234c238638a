"""What changes about declarations of open licences: drafted, submitted, filed, announced, withdrawn."""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.catalogue import queries as catalogue
from backend.catalogue.listing_errors import HolderNotVerified
from backend.catalogue.queries import Whole
from backend.core.clock import china_day
from backend.core.errors import FieldError, Malformed, Text
from backend.core.ids import new_id
from backend.files.service import attach
from backend.licensing import availability, offers, queries
from backend.licensing.announcing import enter_right, show_in_listings
from backend.licensing.content import check_content, mark, withdrawal_terms, worked_example
from backend.licensing.ending import end_waiting, mark_late, release_right
from backend.licensing.errors import DatesOutOfOrder, DeclarationStands, OpenLicenceNotInState
from backend.licensing.models import OpenLicence, OpenLicenceStep
from backend.licensing.schemas import (
    Announcement,
    Filing,
    OfficeStep,
    OpenLicenceIn,
    OpenLicencePatch,
    Reasoned,
    Submission,
    Withdrawal,
)
from backend.licensing.states import ENDED, OpenStatus, OpenStep, next_open
from backend.licensing.terms import terms_data
from backend.rights import granting
from backend.rights.codes import Act
from backend.rights.consents import hash_of
from backend.rights.ledger import Ask
from backend.rights.queries import ledger_of

EVIDENCE: Final = "open_licence"
NOT_ITS: Final = Text("所替代的应为同一专利已结束的声明。", "It replaces an ended declaration of the same patent.")
EARLIEST: Final = date(2021, 6, 1)  # when open licensing began (Patent Law of 2020)
EMPTIED: Final[dict[str, Any]] = {"undertaking": False, "confirmed": []}
PAST: Final = {
    OpenStep.SUBMIT: "submitted",
    OpenStep.FILE: "filed",
    OpenStep.ANNOUNCE: "announced",
    OpenStep.REFUSE: "refused",
    OpenStep.TAKE_BACK: "taken_back",
    OpenStep.WITHDRAW: "withdrawal_filed",
    OpenStep.ANNOUNCE_WITHDRAWAL: "withdrawn",
    OpenStep.REFUSE_WITHDRAWAL: "withdrawal_refused",
    OpenStep.TERMINATE: "terminated",
    OpenStep.REVOKE: "revoked",
}


async def draft(
    session: AsyncSession, whole: Whole, caller: Caller, given: OpenLicenceIn, now: datetime
) -> OpenLicence:
    """Give the new draft; raise DeclarationStands where the patent has a declaration."""
    if await queries.living_of(session, whole.patent.id) is not None:
        raise DeclarationStands
    if given.replaces is not None:
        await _check_replaced(session, whole, given.replaces)
    declared = OpenLicence(
        id=new_id("opl"),
        patent_id=whole.patent.id,
        organisation_id=caller.organisation_id,
        status=OpenStatus.DRAFT,
        terms={},
        terms_hash="",
        created_at=now,
        **_values(given),
    )
    declared.replaces = given.replaces
    mark(declared, whole.patent)
    session.add(declared)
    await availability.tell(session, declared, whole, "drafted", now, caller.user_id)
    return declared


def _values(given: OpenLicenceIn) -> dict[str, Any]:
    values = given.model_dump(exclude={"patent_id", "replaces", "fee", "contact"})
    contact = given.contact.model_dump(exclude_none=True) if given.contact else None
    return {**values, "fee": terms_data(given.fee), "contact": contact}


async def _check_replaced(session: AsyncSession, whole: Whole, replaced: str) -> None:
    found = await session.get(OpenLicence, replaced)
    if found is None or found.patent_id != whole.patent.id or found.status not in ENDED:
        raise Malformed(errors=[FieldError("/replaces", "not_replaceable", NOT_ITS)])


async def change(
    session: AsyncSession, whole: Whole, declared: OpenLicence, patch: OpenLicencePatch, caller: Caller, now: datetime
) -> OpenLicence:
    """Give the draft with the named content changed; what was submitted is never edited."""
    if declared.status is not OpenStatus.DRAFT:
        raise OpenLicenceNotInState(status=declared.status.value, step="change")
    for name, value in patch.model_dump(exclude_unset=True, exclude={"fee", "contact"}).items():
        setattr(declared, name, EMPTIED.get(name) if value is None else value)
    if patch.fee is not None:
        declared.fee = terms_data(patch.fee)
    if "contact" in patch.model_fields_set:
        declared.contact = patch.contact.model_dump(exclude_none=True) if patch.contact else None
    mark(declared, whole.patent)
    declared.version += 1
    await availability.tell(session, declared, whole, "changed", now, caller.user_id)
    return declared


def ask_to_declare(declared: OpenLicence, whole: Whole, today: date) -> Ask:
    """Give the question whether the holders may declare this."""
    by = frozenset(holding.party_id for holding in whole.held_by(declared.organisation_id))
    return Ask(
        act=Act.DECLARE_OPEN_LICENCE,
        on=today,
        by=by,
        ends_on=declared.ends_on,
        terms_hash=declared.terms_hash,
        subject=declared.id,
        confirmed=frozenset(declared.confirmed),
    )


async def _checked(session: AsyncSession, declared: OpenLicence, whole: Whole, now: datetime) -> frozenset[str]:
    """Ask content and ledger whether the declaration may go on; give the consents that it rests on."""
    check_content(declared, china_day(now))
    ledger = await ledger_of(session, whole, now)
    return granting.check(ledger, ask_to_declare(declared, whole, china_day(now))).consents


async def submit(
    session: AsyncSession, whole: Whole, declared: OpenLicence, given: Submission, caller: Caller, now: datetime
) -> OpenLicence:
    """Give the declaration as submitted: complete, lawful, and consented to by all co-owners."""
    target = next_open(declared.status, OpenStep.SUBMIT)
    if not caller.verified:
        raise HolderNotVerified
    declared.confirmed = sorted({*declared.confirmed, *given.confirmed})
    mark(declared, whole.patent)
    await _checked(session, declared, whole, now)
    declared.submitted_at, declared.holders = now, sorted({holding.party_id for holding, _ in whole.living})
    await _step(session, whole, declared, OpenStep.SUBMIT, target, china_day(now), caller, now)
    return declared


async def file(
    session: AsyncSession, whole: Whole, declared: OpenLicence, given: Filing, caller: Caller, now: datetime
) -> OpenLicence:
    """Give the declaration as filed with the office; the consents that it rests on are used from now on."""
    target = next_open(declared.status, OpenStep.FILE)
    _check_day(given.on, EARLIEST, now)
    declared.confirmed = sorted({*declared.confirmed, *given.confirmed})
    consents = await _checked(session, declared, whole, now)
    await granting.use_consents(session, consents, declared.id, now)
    declared.filed_on = given.on
    await _office(session, declared, given, caller, now)
    await _step(session, whole, declared, OpenStep.FILE, target, given.on, caller, now)
    return declared


async def announce(
    session: AsyncSession, whole: Whole, declared: OpenLicence, given: Announcement, caller: Caller, now: datetime
) -> OpenLicence:
    """Give the open licence, announced by the office: from that day on anybody may take it.

    The announcement is a fact and always recorded; where something bars the open licence it is not available here.
    """
    target = next_open(declared.status, OpenStep.ANNOUNCE)
    _check_day(given.on, declared.filed_on or EARLIEST, now)
    declared.announced_on, declared.declaration_number = given.on, given.declaration_number
    declared.example = worked_example(declared, max(given.on, china_day(now)))
    declared.status = target
    entry = await enter_right(session, whole, declared, given, caller, now)
    declared.right_id = entry.id
    await _office(session, declared, given, caller, now)
    await show_in_listings(session, whole, declared, now)
    await _step(session, whole, declared, OpenStep.ANNOUNCE, target, given.on, caller, now)
    await availability.reassess(session, declared, whole, now)
    return declared


async def refuse(
    session: AsyncSession, whole: Whole, declared: OpenLicence, given: Reasoned, caller: Caller, now: datetime
) -> OpenLicence:
    """Give the declaration, which the office refused with reasons."""
    target = next_open(declared.status, OpenStep.REFUSE)
    _check_day(given.on, declared.filed_on or EARLIEST, now)
    declared.ended_reason = given.reason
    await _office(session, declared, given, caller, now)
    await _step(session, whole, declared, OpenStep.REFUSE, target, given.on, caller, now)
    return declared


async def withdraw(
    session: AsyncSession, whole: Whole, declared: OpenLicence, given: Withdrawal, caller: Caller, now: datetime
) -> OpenLicence:
    """Give the declaration whose withdrawal was filed, with all co-owners' consent; one not announced is taken back."""
    if declared.announced_on is None:
        target = next_open(declared.status, OpenStep.TAKE_BACK)
        declared.ended_reason = given.reason
        await _step(session, whole, declared, OpenStep.TAKE_BACK, target, china_day(now), caller, now)
        return declared
    target = next_open(declared.status, OpenStep.WITHDRAW)
    _check_day(given.on, declared.announced_on, now)
    terms = hash_of(withdrawal_terms(declared))
    by = frozenset(holding.party_id for holding in whole.held_by(caller.organisation_id))
    ask = Ask(Act.WITHDRAW_OPEN_LICENCE, china_day(now), by, terms_hash=terms, subject=declared.id)
    if not catalogue.is_office(caller):
        decision = granting.check(await ledger_of(session, whole, now), ask)
        await granting.use_consents(session, decision.consents, declared.id, now)
    declared.withdrawal = {"reason": given.reason, "legal_reason": given.legal_reason, "filed_on": given.on.isoformat()}
    await availability.end_duties(session, declared, "done", now, kind=availability.WITHDRAW)
    await _office(session, declared, given, caller, now)
    await _step(session, whole, declared, OpenStep.WITHDRAW, target, given.on, caller, now)
    return declared


async def refuse_withdrawal(
    session: AsyncSession, whole: Whole, declared: OpenLicence, given: Reasoned, caller: Caller, now: datetime
) -> OpenLicence:
    """Give the declaration, which stays announced since the office refused its withdrawal."""
    target = next_open(declared.status, OpenStep.REFUSE_WITHDRAWAL)
    _check_day(given.on, declared.announced_on or EARLIEST, now)
    declared.withdrawal = {**(declared.withdrawal or {}), "refused_because": given.reason}
    await _office(session, declared, given, caller, now)
    await _step(session, whole, declared, OpenStep.REFUSE_WITHDRAWAL, target, given.on, caller, now)
    return declared


async def end(
    session: AsyncSession, whole: Whole, declared: OpenLicence, step: OpenStep, given: OfficeStep, caller: Caller,
    now: datetime,
) -> OpenLicence:  # fmt: skip
    """Give the declaration, ended by the announcement of its withdrawal, by termination or revocation.

    Licences taken before run on (Patent Law, art. 50(2)); notices that were not paid by then end.
    """
    target = next_open(declared.status, step)
    _check_day(given.on, declared.announced_on or EARLIEST, now)
    declared.status, declared.withdrawn_on = target, given.on
    declared.ended_reason = given.reason if isinstance(given, Reasoned) else (declared.withdrawal or {}).get("reason")
    declared.available, declared.unavailable = False, []
    await offers.show(session, declared)
    await release_right(session, whole, declared, given.on, caller, now)
    await end_waiting(session, declared, given.on, now)
    await mark_late(session, declared, given.on)
    await availability.end_duties(session, declared, "done", now)
    await _office(session, declared, given, caller, now)
    await _step(session, whole, declared, step, target, given.on, caller, now)
    return declared


async def notified(
    session: AsyncSession, whole: Whole, declared: OpenLicence, given: OfficeStep, caller: Caller, now: datetime
) -> OpenLicence:
    """Give the declaration, whose holder has told the licensees of a bar; before the announcement there are none."""
    if declared.announced_on is None:
        raise OpenLicenceNotInState(status=declared.status.value, step="notify")
    _check_day(given.on, declared.announced_on, now)
    await availability.end_duties(session, declared, "done", now, kind=availability.NOTIFY)
    await _office(session, declared, given, caller, now)
    declared.version += 1
    await availability.tell(session, declared, whole, "licensees_notified", now, caller.user_id)
    return declared


def _check_day(on: date, earliest: date, now: datetime) -> None:
    today = china_day(now)
    if not earliest <= on <= today:
        raise DatesOutOfOrder(earliest=earliest, latest=today)


async def _office(
    session: AsyncSession, declared: OpenLicence, given: OfficeStep, caller: Caller, now: datetime
) -> None:
    files = given.evidence_files
    await attach(session, caller, files, kind=EVIDENCE, subject=declared.id, pointer="/evidence_files", now=now)


async def _step(
    session: AsyncSession, whole: Whole, declared: OpenLicence, step: OpenStep, target: OpenStatus, on: date,
    caller: Caller, now: datetime,
) -> None:  # fmt: skip
    declared.status = target
    declared.version += 1
    session.add(
        OpenLicenceStep(
            open_licence_id=declared.id,
            step=step.value,
            status=target,
            happened_on=on,
            recorded_at=now,
            recorded_by=caller.organisation_id,
            by_authority=catalogue.is_office(caller),
        )
    )
    await availability.tell(session, declared, whole, PAST[step], now, caller.user_id)

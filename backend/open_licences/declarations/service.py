"""What changes about declarations of open licences: drafted, submitted, filed, announced, withdrawn."""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.quotas.policy import QuotaPolicy
from backend.core.clock import china_day
from backend.core.errors import FieldError, Malformed, Text
from backend.core.ids import new_id
from backend.licences.date_checks import check_day
from backend.licences.terms.models import terms_data
from backend.open_licences import queries as open_queries
from backend.open_licences.availability import service as availability
from backend.open_licences.declarations.announcement import enter_right, show_in_listings
from backend.open_licences.declarations.content import check_content, check_takeable, mark, worked_example
from backend.open_licences.declarations.schemas import (
    Announcement,
    Filing,
    OpenLicenceIn,
    OpenLicencePatch,
    Reasoned,
    Submission,
)
from backend.open_licences.declarations.steps import EARLIEST, attach_evidence, take_step
from backend.open_licences.errors import DeclarationStands, OpenLicenceNotInState
from backend.open_licences.events import OpenLicenceChanged, OpenLicenceDrafted, append_event
from backend.open_licences.models import OpenLicence
from backend.open_licences.policy import OpenLicencePolicy
from backend.open_licences.states import ENDED, OpenStatus, OpenStep, next_open
from backend.patents import queries as patent_queries
from backend.patents.numbers.row_establishment import ensure_established
from backend.patents.queries import PatentAggregate
from backend.rights.codes import Act
from backend.rights.errors import EvidenceMissing
from backend.rights.ledger import PermissionRequest
from backend.rights.permissions import grants
from backend.rights.permissions.rules import decide
from backend.rights.queries import ledger_of, living

NOT_ITS: Final = Text("所替代的应为同一专利已结束的声明。", "It replaces an ended declaration of the same patent.")
UNFILED: Final = frozenset({OpenStatus.DRAFT, OpenStatus.SUBMITTED})
EMPTIED: Final[dict[str, Any]] = {"undertaking": False, "confirmed": []}


async def draft(
    session: AsyncSession, whole: PatentAggregate, caller: Caller, given: OpenLicenceIn, now: datetime
) -> OpenLicence:
    """Return the new draft; each holder may have its own, and one is submitted at a time."""
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
    await append_event(session, declared, whole, OpenLicenceDrafted, now, caller.user_id)
    return declared


def _values(given: OpenLicenceIn) -> dict[str, Any]:
    values = given.model_dump(exclude={"patent_id", "replaces", "fee", "contact"})
    contact = given.contact.model_dump(exclude_none=True) if given.contact else None
    return {**values, "fee": terms_data(given.fee), "contact": contact}


async def _check_replaced(session: AsyncSession, whole: PatentAggregate, replaced: str) -> None:
    found = await session.get(OpenLicence, replaced)
    if found is None or found.patent_id != whole.patent.id or found.status not in ENDED:
        raise Malformed(errors=[FieldError("/replaces", "not_replaceable", NOT_ITS)])


async def change(
    session: AsyncSession,
    whole: PatentAggregate,
    declared: OpenLicence,
    patch: OpenLicencePatch,
    caller: Caller,
    now: datetime,
) -> OpenLicence:
    """Return the draft with the named content changed; what was submitted is never edited."""
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
    await append_event(session, declared, whole, OpenLicenceChanged, now, caller.user_id)
    return declared


def ask_to_declare(declared: OpenLicence, whole: PatentAggregate, today: date) -> PermissionRequest:
    """Return the question whether the holders may declare this."""
    by = frozenset(holding.party_id for holding in whole.held_by(declared.organisation_id))
    return PermissionRequest(
        act=Act.DECLARE_OPEN_LICENCE,
        on=today,
        by=by,
        ends_on=declared.ends_on,
        terms_hash=declared.terms_hash,
        subject=declared.id,
        confirmed=frozenset(declared.confirmed),
    )


def _earliest(whole: PatentAggregate) -> date:
    """Return the first day on which an open licence of the patent can have been filed: after its grant."""
    return max(EARLIEST, whole.patent.grant_date or EARLIEST)


def _declarants(whole: PatentAggregate) -> list[str]:
    return sorted({holding.party_id for holding in living(whole)})


async def _checked(
    session: AsyncSession, declared: OpenLicence, whole: PatentAggregate, now: datetime
) -> frozenset[str]:
    """Ask content and ledger whether the declaration may go on; give the consents that it rests on."""
    check_content(declared, china_day(now))
    ledger = await ledger_of(session, whole, now)
    asked = ask_to_declare(declared, whole, china_day(now))
    return (await grants.check(session, ledger, asked, declared.terms)).consents


async def submit(
    session: AsyncSession,
    whole: PatentAggregate,
    declared: OpenLicence,
    given: Submission,
    caller: Caller,
    quotas: QuotaPolicy,
    now: datetime,
) -> OpenLicence:
    """Return the declaration as submitted: complete, lawful, and consented to by all co-owners."""
    target = next_open(declared.status, OpenStep.SUBMIT)
    if await open_queries.living_of(session, whole.patent.id) is not None:
        raise DeclarationStands
    await ensure_established(session, whole, caller, quotas, now)
    declared.confirmed = sorted({*declared.confirmed, *given.confirmed})
    mark(declared, whole.patent)
    await _checked(session, declared, whole, now)
    declared.holders = _declarants(whole)
    declared.submitted_at = now
    await take_step(session, whole, declared, OpenStep.SUBMIT, target, china_day(now), caller, now)
    return declared


async def file(
    session: AsyncSession, whole: PatentAggregate, declared: OpenLicence, given: Filing, caller: Caller, now: datetime
) -> OpenLicence:
    """Return the declaration as filed with the office; the consents that it rests on are used from now on."""
    target = next_open(declared.status, OpenStep.FILE)
    check_day(given.on, _earliest(whole), now)
    declared.confirmed = sorted({*declared.confirmed, *given.confirmed})
    consents = await _checked(session, declared, whole, now)
    declared.holders = _declarants(whole)
    await grants.use_consents(session, consents, declared.id, now)
    declared.filed_on = given.on
    await attach_evidence(session, declared, given, caller, now)
    await take_step(session, whole, declared, OpenStep.FILE, target, given.on, caller, now)
    return declared


async def announce(
    session: AsyncSession,
    whole: PatentAggregate,
    declared: OpenLicence,
    given: Announcement,
    caller: Caller,
    policy: OpenLicencePolicy,
    quotas: QuotaPolicy,
    now: datetime,
) -> OpenLicence:
    """Return the open licence, announced by the office: from that day on anybody may take it.

    The announcement is a fact and always recorded, by the authority also of what was filed elsewhere; where something
    bars the open licence it is not available here. Raises OpenLicenceNotInState, DatesOutOfOrder, EvidenceMissing,
    DeclarationStands, DeclarationIncomplete, TermsContradict.
    """
    by_office = patent_queries.is_office(caller)
    step = OpenStep.ANNOUNCE_UNFILED if by_office and declared.status in UNFILED else OpenStep.ANNOUNCE
    target = next_open(declared.status, step)
    check_day(given.on, declared.filed_on or _earliest(whole), now, latest=declared.ends_on)
    if not given.evidence_files and not by_office:
        raise EvidenceMissing
    await ensure_established(session, whole, caller, quotas, now)
    if step is OpenStep.ANNOUNCE_UNFILED:
        await _check_unfiled(session, whole, declared, now)
    declared.announced_on, declared.declaration_number = given.on, given.declaration_number
    declared.example = worked_example(declared, max(given.on, china_day(now)))
    declared.status = target
    entry = await enter_right(session, whole, declared, given, caller, now)
    declared.right_id = entry.id
    await attach_evidence(session, declared, given, caller, now)
    await show_in_listings(session, whole, declared, now)
    await take_step(session, whole, declared, step, target, given.on, caller, now)
    await availability.reassess(session, declared, whole, policy, now)
    return declared


async def _check_unfiled(session: AsyncSession, whole: PatentAggregate, declared: OpenLicence, now: datetime) -> None:
    """Have what was filed elsewhere stand as the patent's one declaration, by all who hold it; consents are used."""
    other = await open_queries.living_of(session, whole.patent.id)
    if other is not None and other.id != declared.id:
        raise DeclarationStands
    check_takeable(declared)
    found = decide(await ledger_of(session, whole, now), ask_to_declare(declared, whole, china_day(now)))
    await grants.use_consents(session, found.consents, declared.id, now)
    declared.holders = _declarants(whole)


async def refuse(
    session: AsyncSession, whole: PatentAggregate, declared: OpenLicence, given: Reasoned, caller: Caller, now: datetime
) -> OpenLicence:
    """Return the declaration, which the office refused with reasons."""
    target = next_open(declared.status, OpenStep.REFUSE)
    check_day(given.on, declared.filed_on or EARLIEST, now)
    declared.ended_reason = given.reason
    await attach_evidence(session, declared, given, caller, now)
    await take_step(session, whole, declared, OpenStep.REFUSE, target, given.on, caller, now)
    return declared

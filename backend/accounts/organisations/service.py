"""Organisations: registered, corrected, verified."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.addresses.service import ask_of_new_account
from backend.accounts.caller import Caller
from backend.accounts.codes import OrganisationKind, OrganisationStatus, Role
from backend.accounts.errors import CreditCodeTaken, NotAtThisStage, OfficeOnly, VerifiedFactsStand
from backend.accounts.events import (
    OrganisationCorrected,
    OrganisationRefused,
    OrganisationRegistered,
    OrganisationVerified,
    OrganisationWaits,
    organisation_decided,
    organisation_updated,
    organisation_waits,
)
from backend.accounts.models import Member, Organisation, Party, User
from backend.accounts.parties.directory import CREDIT_CODE_FLAWS, new_party
from backend.accounts.parties.name_changes import (
    NAMES,
    OFFICES,
    REASON_NEEDED,
    ask,
    needs_confirmation,
    overtake,
    rename,
)
from backend.accounts.queries import offices, other_verified_with
from backend.accounts.quotas.policy import QuotaPolicy
from backend.accounts.revocation import end_with_refusal
from backend.accounts.rules import TRANSITIONS, Action, asks_credit_code, credit_code_flaw
from backend.accounts.schemas import OrganisationChange, Registration, Verdict
from backend.accounts.sign_in.known_networks import note_place
from backend.core.errors import FieldError, Malformed, Text
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.reference.lists import codes

VERIFIED_FACTS: Final = frozenset({"country", "credit_code", "credit_code_override"})
NEEDED: Final = Text("境内单位须填写统一社会信用代码。", "A mainland entity gives its unified social credit code.")
NOT_ASKED: Final = Text("此类主体没有统一社会信用代码。", "Such an organisation has no unified social credit code.")
UNKNOWN_REGION: Final = Text("没有此区划代码，见 /v1/reference/regions。", "No such region; see /v1/reference/regions.")
NOT_THIS_KIND: Final = Text("平台单位不能这样注册。", "The platform's own organisation is not registered here.")


def check_facts(
    kind: OrganisationKind, country: str, region: str | None, code: str | None, override: str | None
) -> None:
    """Raise Malformed where the credit code (GB 32100-2015; mainland entities only) or the region cannot be."""
    wrong = []
    if kind is OrganisationKind.PLATFORM:
        wrong.append(FieldError("/kind", "kind_not_registered_here", NOT_THIS_KIND))
    elif not asks_credit_code(kind, country):
        if code is not None:
            wrong.append(FieldError("/credit_code", "credit_code_not_asked", NOT_ASKED))
    elif code is None:
        wrong.append(FieldError("/credit_code", "credit_code_needed", NEEDED))
    else:
        flaw = credit_code_flaw(code)
        if flaw == "credit_code_form" or (flaw and override is None):
            wrong.append(FieldError("/credit_code", flaw, CREDIT_CODE_FLAWS[flaw]))
    if region is not None and region not in codes("regions"):
        wrong.append(FieldError("/region", "unknown_region", UNKNOWN_REGION))
    if wrong:
        raise Malformed(errors=wrong)


@dataclass(frozen=True, slots=True)
class Founder:
    """Who registers: an account that exists, or address, name, hash and language of a new one; and where, if kept."""

    user_id: str | None
    email: str = ""
    name: str = ""
    password_hash: str = ""
    place: bytes | None = None
    language: str = "zh"


async def register(
    session: AsyncSession, body: Registration, founder: Founder, quotas: QuotaPolicy, now: datetime
) -> Organisation:
    """Return the new organisation, pending, with the founder as its owner; raise CreditCodeTaken."""
    if body.credit_code and await other_verified_with(session, body.credit_code, ""):
        raise CreditCodeTaken
    organisation = found_organisation(session, body, now)
    await session.flush()
    user_id = await add_founder(session, organisation.id, founder, now=now, real=quotas.real)
    if founder.user_id is None:
        await ask_of_new_account(session, user_id, founder.email, founder.language, quotas, now)
    await _lay_on_desk(session, organisation, OrganisationRegistered, None, now)
    return organisation


async def _lay_on_desk(
    session: AsyncSession, organisation: Organisation, kind: type[OrganisationWaits], actor: str | None, now: datetime
) -> None:
    """Tell the offices at once that an organisation waits to be verified; itself knows."""
    audience = [organisation.id, *await offices(session)]
    await append(session, organisation_waits(organisation, kind, organisation.name, audience, actor), now)


def found_organisation(session: AsyncSession, body: Registration, now: datetime) -> Organisation:
    """Return the pending organisation and its party, added to the session."""
    person = "natural" if body.kind is OrganisationKind.INDIVIDUAL else "legal"
    organisation_id = new_id("org")
    party = new_party(session, body.name, person=person, by=organisation_id, now=now)
    party.name_en, party.country, party.organisation_id = body.name_en, body.country, organisation_id
    _identify_party(party, body.credit_code, body.credit_code_override)
    organisation = Organisation(
        **body.model_dump(exclude={"member"}),
        id=organisation_id,
        status=OrganisationStatus.PENDING,
        party_id=party.id,
        created_at=now,
    )
    session.add(organisation)
    return organisation


async def add_founder(
    session: AsyncSession, organisation_id: str, founder: Founder, *, now: datetime, real: datetime
) -> str:
    """Return the id of the founder's account, who is the organisation's first owner."""
    user_id = founder.user_id or new_id("usr")
    if founder.user_id is None:
        session.add(
            User(
                id=user_id,
                email=founder.email,
                name=founder.name,
                password_hash=founder.password_hash,
                password_changed_at=real,
                created_at=now,
            )
        )
    await session.flush()
    if founder.place is not None:
        await note_place(session, user_id, founder.place, real)
    session.add(
        Member(id=new_id("mem"), organisation_id=organisation_id, user_id=user_id, role=Role.OWNER, joined_at=now)
    )
    await session.flush()
    return user_id


def _identify_party(party: Party, code: str | None, override: str | None) -> None:
    party.identifier_kind = "credit_code" if code else None
    party.identifier, party.identifier_override = code, override if code else None


async def change(
    session: AsyncSession,
    organisation: Organisation,
    party: Party,
    body: OrganisationChange,
    *,
    caller: Caller,
    now: datetime,
    today: date,
) -> None:
    """Change what was sent; a refused organisation that corrects itself is pending again.

    The names of one that was verified at any time wait for an office. Raises VerifiedFactsStand.
    """
    sent = body.model_dump(exclude_unset=True, exclude={"renamed_on"})
    if sent.get("name", "") is None or sent.get("country", "") is None:
        raise Malformed(errors=[FieldError("/name", "missing", Text("不能清空。", "This cannot be emptied."))])
    parameters = {k: sent.pop(k) for k in NAMES if k in sent} if needs_confirmation(organisation, caller) else {}
    if parameters:
        await ask(session, organisation, parameters, on=body.renamed_on, caller=caller, now=now)
    if sent or not parameters or organisation.status is OrganisationStatus.REFUSED:
        await _change(session, organisation, party, sent, body.renamed_on or today, caller=caller, now=now)


async def _change(
    session: AsyncSession,
    organisation: Organisation,
    party: Party,
    sent: Mapping[str, Any],
    on: date,
    *,
    caller: Caller,
    now: datetime,
) -> None:
    changes = {k: v for k, v in sent.items() if getattr(organisation, k) != v}
    was = organisation.status
    if was is OrganisationStatus.VERIFIED and not caller.is_platform and changes.keys() & VERIFIED_FACTS:
        raise VerifiedFactsStand
    _apply(organisation, changes)
    if organisation.kind is not OrganisationKind.PLATFORM:
        o = organisation
        check_facts(o.kind, o.country, o.region, o.credit_code, o.credit_code_override)
    renamed = bool(changes.keys() & set(NAMES))
    if renamed:
        await overtake(session, organisation, now)
        rename(session, party, organisation.name, organisation.name_en, on=on, now=now)
    party.country = organisation.country
    _identify_party(party, organisation.credit_code, organisation.credit_code_override)
    organisation.version += 1
    await append(session, organisation_updated(organisation, sorted(changes), caller.user_id, renamed=renamed), now)
    if was is OrganisationStatus.REFUSED:
        await _lay_on_desk(session, organisation, OrganisationCorrected, caller.user_id, now)


def _apply(organisation: Organisation, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(organisation, name, value)
    if organisation.status is not OrganisationStatus.VERIFIED:
        organisation.status = TRANSITIONS[organisation.status, Action.CORRECT]
        organisation.status_reason = None


async def verify(
    session: AsyncSession,
    organisation: Organisation,
    verdict: Verdict,
    caller: Caller,
    *,
    now: datetime,
    real: datetime,
) -> None:
    """Record the verdict; raise NotAtThisStage, CreditCodeTaken, or OfficeOnly where only the platform may."""
    if verdict.outcome == "refused" and verdict.reason is None:
        raise Malformed(errors=[FieldError("/reason", "missing", REASON_NEEDED)])
    if organisation.kind in OFFICES and not caller.is_platform:
        raise OfficeOnly
    action = Action.VERIFY if verdict.outcome == "verified" else Action.REFUSE
    following = TRANSITIONS.get((organisation.status, action))
    if following is None or organisation.kind is OrganisationKind.PLATFORM:
        raise NotAtThisStage(status=organisation.status.value)
    code = organisation.credit_code
    if action is Action.VERIFY and code and await other_verified_with(session, code, organisation.id):
        raise CreditCodeTaken
    was_verified = organisation.status is OrganisationStatus.VERIFIED
    organisation.status, organisation.status_reason = following, verdict.reason
    organisation.verified_at = now if action is Action.VERIFY else None
    organisation.first_verified_at = organisation.first_verified_at or organisation.verified_at
    organisation.version += 1
    if action is Action.REFUSE:
        await end_with_refusal(session, organisation.id, now=now, real=real, actor=caller.user_id)
    kind = OrganisationVerified if action is Action.VERIFY else OrganisationRefused
    is_public = was_verified or action is Action.VERIFY  # who was never verified is refused in private
    await append(session, organisation_decided(organisation, kind, caller.user_id, is_public=is_public), now)

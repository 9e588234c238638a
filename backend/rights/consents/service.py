"""Consents: asked for by act and exact terms, given or refused by the party asked, revocable until used."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import Party
from backend.accounts.quotas.policy import QuotaPolicy
from backend.core.canonical import fingerprint
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.files.service import attach
from backend.patents.numbers.row_establishment import ensure_established
from backend.patents.queries import PatentAggregate
from backend.rights import queries
from backend.rights.codes import Act, ConsentState, RightKind
from backend.rights.consents.access import HeldConsent
from backend.rights.consents.rules import Step, next_state
from backend.rights.errors import EvidenceMissing, NobodyToAsk, TermsChanged, TermsNotHashable
from backend.rights.events import ConsentAsked, ConsentEvent, ConsentGiven, ConsentRefused, ConsentRevoked
from backend.rights.models import Consent, RightEntry
from backend.rights.permissions.schemas import ConsentAnswer, ConsentIn

EVIDENCE: Final = "consent"


def hash_of(terms: dict[str, Any]) -> str:
    """Return the hash by which terms are known; raise TermsNotHashable."""
    try:
        return fingerprint(terms)
    except ValueError:
        raise TermsNotHashable from None


async def _append_event(
    session: AsyncSession, consent: Consent, kind: type[ConsentEvent], now: datetime, actor: str
) -> None:
    party = await session.get_one(Party, consent.party_id)
    audience = sorted({consent.asked_by, party.organisation_id or ""} - {""})
    payload = kind(patent_id=consent.patent_id, consent_id=consent.id, act=consent.act)
    await append(session, DomainEvent(payload, consent.id, audience, actor), now)


async def ask(
    session: AsyncSession, whole: PatentAggregate, caller: Caller, given: ConsentIn, quotas: QuotaPolicy, now: datetime
) -> list[Consent]:
    """Return the consents asked for: of the party named, or of every other holder.

    One that stands already for the same act, party and terms is given again. Raises NobodyToAsk, TermsNotHashable.
    """
    await ensure_established(session, whole, caller, quotas, now)
    digest = hash_of(given.terms)
    parties = await _asked_of(session, whole, caller, given)
    standing = await _standing(session, whole.patent.id, given.act, digest)
    known = {row.party_id: row for row in standing if row.asked_by == caller.organisation_id}
    found = []
    for party_id in parties:
        if party_id in known:
            found.append(known[party_id])
            continue
        consent = Consent(
            id=new_id("con"),
            patent_id=whole.patent.id,
            act=given.act,
            party_id=party_id,
            asked_by=caller.organisation_id,
            terms=given.terms,
            terms_hash=digest,
            note=given.note,
            state=ConsentState.ASKED,
            asked_at=now,
        )
        session.add(consent)
        await _append_event(session, consent, ConsentAsked, now, caller.user_id)
        found.append(consent)
    return found


async def _asked_of(session: AsyncSession, whole: PatentAggregate, caller: Caller, given: ConsentIn) -> list[str]:
    """Return who is asked: a co-owner, or one whose right stands on the patent, or a pledgee to come.

    To a sub-licence, that is whoever granted the caller its licence.
    """
    own = {holding.party_id for holding in whole.held_by(caller.organisation_id)}
    others = sorted({holding.party_id for holding in queries.living(whole)} - own)
    entries = await queries.entries_of(session, whole.patent.id)
    if given.act is Act.SUB_LICENSE and (licensors := await _licensors(session, caller, entries)):
        others, entries = licensors, []
    if given.party_id is None:
        if not others:
            raise NobodyToAsk
        return others
    party = await session.get(Party, given.party_id)
    rights = {row.party_id for row in entries}
    grantors = {g for row in entries for g in row.grantors}
    is_open = any(row.kind is RightKind.OPEN_LICENCE for row in entries)
    to_come = given.act is Act.KEEP_OPEN_LICENCE and is_open and party is not None and party.organisation_id is not None
    is_own = party is not None and party.organisation_id == caller.organisation_id
    if party is None or is_own or not (given.party_id in {*others, *rights, *grantors} or to_come):
        raise NobodyToAsk
    return [given.party_id]


async def _licensors(session: AsyncSession, caller: Caller, entries: Sequence[RightEntry]) -> list[str]:
    whose = await queries.organisations_of(session, [row.party_id for row in entries])
    licences = (row for row in entries if row.kind is RightKind.LICENCE and row.corrected_at is None)
    own = (row for row in licences if whose.get(row.party_id or "") == caller.organisation_id)
    return sorted({grantor for row in own for grantor in row.grantors})


async def _standing(session: AsyncSession, patent_id: str, act: Act, digest: str) -> Sequence[Consent]:
    statement = sa.select(Consent).where(
        col(Consent.patent_id) == patent_id,
        col(Consent.act) == act,
        col(Consent.terms_hash) == digest,
        col(Consent.state).in_([ConsentState.ASKED, ConsentState.GIVEN]),
    )
    return (await session.scalars(statement)).all()


async def answer(session: AsyncSession, held: HeldConsent, given: ConsentAnswer, now: datetime) -> Consent:
    """Return the consent with its answer; raise TermsChanged where other terms were read than those asked about."""
    consent = held.consent
    if given.terms_hash != consent.terms_hash:
        raise TermsChanged(expected=consent.terms_hash)
    if not held.is_party and not given.evidence_files:
        raise EvidenceMissing
    consent.state = next_state(consent.state, Step(given.answer))
    consent.answered_at, consent.answered_by = now, held.caller.organisation_id
    consent.on_evidence, consent.reason = not held.is_party, given.reason
    consent.version += 1
    files = given.evidence_files
    await attach(session, held.caller, files, kind=EVIDENCE, subject=consent.id, pointer="/evidence_files", now=now)
    await _append_event(
        session, consent, ConsentGiven if given.answer == "given" else ConsentRefused, now, held.caller.user_id
    )
    return consent


async def revoke(session: AsyncSession, held: HeldConsent, now: datetime) -> Consent:
    """Return the consent, which counts no more; raise ConsentNotInState once it was used."""
    consent = held.consent
    consent.state = next_state(consent.state, Step.REVOKE)
    consent.revoked_at = now
    consent.version += 1
    await _append_event(session, consent, ConsentRevoked, now, held.caller.user_id)
    return consent

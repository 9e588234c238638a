"""Who may do what with a consent: path id → loaded, permitted consent, its patent locked first.

| act | the party asked | whoever asked |
|---|---|---|
| see it | x | x, and who sees the patent's records |
| answer it | x, a verified organisation | for a party off the platform, with evidence |
| revoke it, or take the question back | x, verified or once verified | x, verified or once verified |
"""

from dataclasses import dataclass
from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends, Path
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import OnceVerifiedEditor, VerifiedEditor, Viewer
from backend.accounts.caller import Caller
from backend.accounts.models import Party
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.patents import queries as patent_queries
from backend.patents.access import PatentId
from backend.patents.queries import PatentAggregate
from backend.rights import visibility
from backend.rights.errors import ConsentNotYours, NoSuchConsent
from backend.rights.models import Consent

ConsentId = Annotated[
    str, Path(pattern=id_pattern("con"), description="The consent's id.", examples=["con_01h455vb4pex5vsknk084sn02q"])
]


@dataclass(frozen=True, slots=True)
class HeldConsent:
    """A consent held for a change together with its patent."""

    whole: PatentAggregate
    caller: Caller
    consent: Consent
    is_party: bool  # whether the caller's organisation is the party that is asked
    may_answer: bool  # it is the party, or whoever asked one off the platform


async def visible_consent(session: AsyncSession, caller: Caller, consent_id: str) -> Consent:
    """Return a consent that the caller may see; raise NoSuchConsent."""
    statement = sa.select(Consent).where(col(Consent.id) == consent_id, visibility.visible_consents(caller))
    found = (await session.scalars(statement)).first()
    if found is None:
        raise NoSuchConsent
    return found


async def _seen_consent(patent_id: PatentId, consent_id: ConsentId, caller: Viewer, session: ReadDb) -> Consent:
    found = await visible_consent(session, caller, consent_id)
    if found.patent_id != patent_id:
        raise NoSuchConsent
    return found


async def _visible_consent(
    patent_id: PatentId, consent_id: ConsentId, caller: OnceVerifiedEditor, session: Db
) -> HeldConsent:
    consent = await visible_consent(session, caller, consent_id)
    whole = await patent_queries.load(session, consent.patent_id, lock=True)
    if whole is None or consent.patent_id != patent_id:
        raise NoSuchConsent
    await session.refresh(consent, with_for_update=True)
    party = await session.get_one(Party, consent.party_id)
    is_asker = consent.asked_by == caller.organisation_id
    held = HeldConsent(
        whole,
        caller,
        consent,
        is_party=(is_party := party.organisation_id == caller.organisation_id),
        may_answer=is_party or (is_asker and party.organisation_id is None),
    )
    if not (is_party or is_asker):
        raise ConsentNotYours
    return held


async def _answering(_: VerifiedEditor, held: Annotated[HeldConsent, Depends(_visible_consent)]) -> HeldConsent:
    if not held.may_answer:
        raise ConsentNotYours
    return held


SeenConsent = Annotated[Consent, Depends(_seen_consent)]
AskedConsent = Annotated[HeldConsent, Depends(_visible_consent)]
AnsweredConsent = Annotated[HeldConsent, Depends(_answering)]

"""Who may read the files that entries, agreements and consents name as evidence."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.models import Party
from backend.files.access import Reader
from backend.patents import queries as patent_queries
from backend.patents.access import Act, may
from backend.rights.consents.service import EVIDENCE as CONSENT
from backend.rights.entries.service import EVIDENCE as RIGHT
from backend.rights.models import Consent, RightEntry


async def _is_party(session: AsyncSession, caller: Caller, party_id: str | None) -> bool:
    party = await session.get(Party, party_id) if party_id else None
    return party is not None and party.organisation_id == caller.organisation_id


async def _of_right(session: AsyncSession, caller: Caller, right_id: str) -> bool:
    entry = await session.get(RightEntry, right_id)
    if entry is None:
        return False
    whole = await patent_queries.load(session, entry.patent_id)
    if whole is None:
        return False
    seen = may(Act.RECORD, caller, whole) or entry.recorded_by == caller.organisation_id
    return seen or (whole.patent.is_established and await _is_party(session, caller, entry.party_id))


async def _of_consent(session: AsyncSession, caller: Caller, consent_id: str) -> bool:
    consent = await session.get(Consent, consent_id)
    if consent is None:
        return False
    concerned = patent_queries.is_office(caller) or consent.asked_by == caller.organisation_id
    return concerned or await _is_party(session, caller, consent.party_id)


FILE_READERS: Final[dict[str, Reader]] = {RIGHT: _of_right, CONSENT: _of_consent}

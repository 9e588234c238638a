"""Who may do what with a pledgor's consent: the holder answers, the enterprise reads."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path

from backend.accounts.access import OnceVerifiedEditor, VerifiedEditor, Viewer
from backend.accounts.caller import Caller
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.financing import queries
from backend.financing.access import SUFFIX
from backend.financing.errors import FinancingStepNotYours, NoSuchPledgorConsent
from backend.financing.models import FinancingRequest, PledgorConsent

ConsentId = Annotated[str, Path(pattern=id_pattern("pco"), description="The consent's id.", examples=[f"pco_{SUFFIX}"])]


@dataclass(frozen=True, slots=True)
class HeldConsent:
    """A consent that the caller's organisation is asked for, held with its request."""

    consent: PledgorConsent
    request: FinancingRequest
    caller: Caller


async def _load(session: ReadDb, caller: Caller, consent_id: str) -> tuple[PledgorConsent, FinancingRequest]:
    consent = await session.get(PledgorConsent, consent_id)
    request = await queries.request(session, consent.request_id) if consent else None
    if consent is None or request is None:
        raise NoSuchPledgorConsent
    if caller.organisation_id not in (consent.organisation_id, request.organisation_id):
        raise NoSuchPledgorConsent
    return consent, request


async def _seen(pledgor_consent_id: ConsentId, caller: Viewer, session: ReadDb) -> PledgorConsent:
    return (await _load(session, caller, pledgor_consent_id))[0]


async def _held(session: Db, caller: Caller, consent_id: str) -> HeldConsent:
    consent, request = await _load(session, caller, consent_id)
    if caller.organisation_id != consent.organisation_id:
        raise FinancingStepNotYours(action="answer", by="pledgor")
    held = await queries.locked_request(session, request.id)
    again = await session.get(PledgorConsent, consent_id, with_for_update=True, populate_existing=True)
    if held is None or again is None:
        raise NoSuchPledgorConsent
    return HeldConsent(again, held, caller)


async def _answerable(pledgor_consent_id: ConsentId, caller: VerifiedEditor, session: Db) -> HeldConsent:
    return await _held(session, caller, pledgor_consent_id)


async def _refusable(pledgor_consent_id: ConsentId, caller: OnceVerifiedEditor, session: Db) -> HeldConsent:
    return await _held(session, caller, pledgor_consent_id)


SeenConsent = Annotated[PledgorConsent, Depends(_seen)]
ConsentToGive = Annotated[HeldConsent, Depends(_answerable)]
ConsentToRefuse = Annotated[HeldConsent, Depends(_refusable)]

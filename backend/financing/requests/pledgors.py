"""Other holders of a request's patents: each is asked whether it pledges its patent for the requester's debt."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.financing import queries, rules
from backend.financing.codes import PledgorConsentStatus
from backend.financing.events import (
    PledgorConsentAgreed,
    PledgorConsentAsked,
    PledgorConsentDropped,
    PledgorConsentRefused,
    pledgor_event,
)
from backend.financing.models import FinancingRequest, PledgorConsent
from backend.financing.requests.schemas import PledgorAgreement
from backend.financing.rules import ConsentAction
from backend.patents.queries import PatentAggregate


async def ask(
    session: AsyncSession,
    request: FinancingRequest,
    wholes: Iterable[PatentAggregate],
    caller: Caller,
    now: datetime,
    *,
    anew: bool = True,
) -> None:
    """Ask every other holder of the patents that has an organisation here, and drop those not needed any more.

    Whoever answered before is asked `anew` where debt or patents are others now. A requester that is not verified asks
    nobody: nothing of its draft is shown to others.
    """
    needed = {
        (whole.patent.id, holding.party_id): whole.platform_ids[holding.party_id] or holding.organisation_id
        for whole in (wholes if caller.verified else ())
        for holding, _ in whole.living
    }
    standing = {(one.patent_id, one.party_id): one for one in await queries.consents_of(session, request.id)}
    borrower = request.organisation_id
    for key, consent in standing.items():
        if needed.get(key) is None:
            await append(
                session, pledgor_event(consent, borrower, PledgorConsentDropped, caller.user_id, [borrower]), now
            )
            await session.delete(consent)
    for (patent_id, party_id), organisation_id in needed.items():
        if organisation_id is None or organisation_id == borrower:
            continue
        found = standing.get((patent_id, party_id))
        if found is not None and (found.status is PledgorConsentStatus.ASKED or not anew):
            continue
        await _ask_one(session, request, found or _new(request, patent_id, party_id, organisation_id, now), caller, now)


def _new(
    request: FinancingRequest, patent_id: str, party_id: str, organisation_id: str, now: datetime
) -> PledgorConsent:
    return PledgorConsent(
        id=new_id("pco"),
        request_id=request.id,
        patent_id=patent_id,
        party_id=party_id,
        organisation_id=organisation_id,
        status=PledgorConsentStatus.ASKED,
        asked_at=now,
        version=0,
    )


async def _ask_one(
    session: AsyncSession, request: FinancingRequest, consent: PledgorConsent, caller: Caller, now: datetime
) -> None:
    session.add(consent)
    consent.status, consent.confirmed, consent.asked_at = PledgorConsentStatus.ASKED, [], now
    consent.answered_at = consent.answered_by = None
    consent.version += 1
    own = request.organisation_id
    await append(session, pledgor_event(consent, own, PledgorConsentAsked, caller.user_id, [own]), now)


async def agree(
    session: AsyncSession,
    consent: PledgorConsent,
    request: FinancingRequest,
    body: PledgorAgreement,
    caller: Caller,
    now: datetime,
) -> PledgorConsent:
    """Return the consent, given, with the grounds that the holder has confirmed. Raises FinancingNotInState."""
    rules.next_request(request.status, rules.RequestAction.EDIT)
    consent.confirmed = list(body.confirmed)
    _answer(consent, ConsentAction.AGREE, caller, now)
    muted = [consent.organisation_id]
    event = pledgor_event(consent, request.organisation_id, PledgorConsentAgreed, caller.user_id, muted)
    await append(session, event, now)
    return consent


async def refuse(
    session: AsyncSession, consent: PledgorConsent, request: FinancingRequest, caller: Caller, now: datetime
) -> PledgorConsent:
    """Return the consent, refused or taken back while the request is a draft. Raises FinancingNotInState."""
    rules.next_request(request.status, rules.RequestAction.EDIT)
    consent.confirmed = []
    _answer(consent, ConsentAction.REFUSE, caller, now)
    muted = [consent.organisation_id]
    event = pledgor_event(consent, request.organisation_id, PledgorConsentRefused, caller.user_id, muted)
    await append(session, event, now)
    return consent


def _answer(consent: PledgorConsent, action: ConsentAction, caller: Caller, now: datetime) -> None:
    consent.status = rules.next_consent(consent.status, action)
    consent.answered_at, consent.answered_by = now, caller.user_id
    consent.version += 1


async def drop_all(session: AsyncSession, request: FinancingRequest, now: datetime) -> None:
    """Tell holders whose answer is awaited that it is not needed any more."""
    waiting = sa.select(PledgorConsent).where(
        col(PledgorConsent.request_id) == request.id, col(PledgorConsent.status) == PledgorConsentStatus.ASKED
    )
    consents: Sequence[PledgorConsent] = (await session.scalars(waiting.order_by(col(PledgorConsent.id)))).all()
    borrower = request.organisation_id
    for consent in consents:
        await append(session, pledgor_event(consent, borrower, PledgorConsentDropped, None, [borrower]), now)
        await session.delete(consent)

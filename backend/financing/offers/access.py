"""Who may do what with an offer: the enterprise answers it, the bank approves and withdraws it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.access import Access, OnceVerifiedEditor, VerifiedEditor, Viewer
from backend.accounts.caller import Caller, Verification
from backend.accounts.codes import Role
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.financing import queries as requests
from backend.financing.access import SUFFIX
from backend.financing.errors import FinancingStepNotYours, NoSuchFinancingOffer
from backend.financing.models import FinancingOffer, FinancingRequest
from backend.financing.offers import queries

OfferId = Annotated[str, Path(pattern=id_pattern("off"), description="The offer's id.", examples=[f"off_{SUFFIX}"])]
PersonOfBank = Annotated[Caller, Depends(Access(role=Role.EDITOR, people_only=True, verification=Verification.NOW))]


@dataclass(frozen=True, slots=True)
class SeenOffer:
    """An offer that the caller may read: as the bank that made it, or as the borrower."""

    offer: FinancingOffer
    caller: Caller


@dataclass(frozen=True, slots=True)
class HeldOffer:
    """An offer held for a change with its request, and who changes it."""

    request: FinancingRequest
    offer: FinancingOffer
    caller: Caller


async def _held(session: AsyncSession, caller: Caller, offer_id: str, *, by_bank: bool) -> HeldOffer:
    """Hold the request first, then its offer; who is neither side, or the borrower of a draft, finds none.

    A request is looked for even where there is no offer, so that the time tells nothing of whether there is.
    """
    found = await queries.offer(session, offer_id)
    request = await requests.request(session, found.request_id if found else offer_id)
    if found is None or request is None:
        raise NoSuchFinancingOffer
    sees = caller.organisation_id == found.organisation_id or (
        caller.organisation_id == request.organisation_id and found.approved_at is not None
    )
    if not sees:
        raise NoSuchFinancingOffer
    if by_bank is not (caller.organisation_id == found.organisation_id):
        raise FinancingStepNotYours(action="answer", by="bank" if by_bank else "borrower")
    held = await requests.locked_request(session, request.id)
    if held is None:
        raise NoSuchFinancingOffer
    return HeldOffer(held, await queries.locked(session, offer_id), caller)


async def _seen(offer_id: OfferId, caller: Viewer, session: ReadDb) -> SeenOffer:
    """Load an offer for its bank, also once that may read the request no more, or for the borrower once it stood."""
    found = await queries.offer(session, offer_id)
    request = await requests.request(session, found.request_id) if found else None
    if found is None or request is None:
        raise NoSuchFinancingOffer
    is_banks = caller.organisation_id == found.organisation_id and caller.verified
    is_borrowers = caller.organisation_id == request.organisation_id and found.approved_at is not None
    if not (is_banks or is_borrowers):
        raise NoSuchFinancingOffer
    return SeenOffer(found, caller)


async def _approvable(offer_id: OfferId, caller: PersonOfBank, session: Db) -> HeldOffer:
    return await _held(session, caller, offer_id, by_bank=True)


async def _withdrawable(offer_id: OfferId, caller: OnceVerifiedEditor, session: Db) -> HeldOffer:
    return await _held(session, caller, offer_id, by_bank=True)


async def _acceptable(offer_id: OfferId, caller: VerifiedEditor, session: Db) -> HeldOffer:
    return await _held(session, caller, offer_id, by_bank=False)


async def _rejectable(offer_id: OfferId, caller: OnceVerifiedEditor, session: Db) -> HeldOffer:
    return await _held(session, caller, offer_id, by_bank=False)


OfferToSee = Annotated[SeenOffer, Depends(_seen)]
OfferToApprove = Annotated[HeldOffer, Depends(_approvable)]
OfferToWithdraw = Annotated[HeldOffer, Depends(_withdrawable)]
OfferToAccept = Annotated[HeldOffer, Depends(_acceptable)]
OfferToReject = Annotated[HeldOffer, Depends(_rejectable)]

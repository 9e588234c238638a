"""Who may do what with a pledge: path id → loaded, permitted thing.

| act | pledgee | pledgors | debtor | offices | others |
|---|---|---|---|---|---|
| see | x | x | x | once it was filed, without what it secures | |
| draw up, change the draft | x, of its accepted offer | | x | | |
| record that a pledgor is insolvent | x | | | x | |
| confirm what the office would ask | x | its own patents | | | |
| file the registration or its release | x | x | | | |
| record registration, refusal, correction, release, changes | x | a claim that awaits the pledgee | a claim | x | |
| give it up before the registration | x | x, once filed a claim | x, once filed a claim | | |
| revoke it | | | | x | |
| default, cure, realisation, proceeds | x | | | | |

Where a guarantor is the pledgee, the bank that lent the money sees all that the debtor does, and changes nothing.

Things are held in one order: patents by their ids, loan, pledge: a payment that settles a loan reaches for its pledge.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import sqlalchemy as sa
from fastapi import Depends, Path
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.access import OnceVerifiedEditor, VerifiedEditor, Viewer
from backend.accounts.caller import Caller
from backend.accounts.models import Party
from backend.core.http.problems import ChangedMeanwhile
from backend.core.http.request_transaction import Db, ReadDb
from backend.core.ids import id_pattern
from backend.financing.codes import OfferStatus, PledgorConsentStatus
from backend.financing.errors import NoSuchFinancingOffer
from backend.financing.models import FinancingOffer, FinancingPatent, FinancingRequest, PledgorConsent
from backend.loans import queries as loan_queries
from backend.patents import queries as patent_queries
from backend.patents.queries import PatentAggregate, is_office
from backend.pledges import queries
from backend.pledges.collateral.accepted_offer import Collateral, pledgee_of
from backend.pledges.errors import (
    NoPledgor,
    NoSuchPledge,
    OfferNotAccepted,
    PatentNotInPledge,
    PledgeStepNotYours,
)
from backend.pledges.models import Pledge, PledgedPatent, Pledgor
from backend.pledges.schemas import PledgeIn

SUFFIX: Final = "01h455vb4pex5vsknk084sn02q"
ChangeId = Annotated[str, Path(pattern=id_pattern("chg"), description="The change's id.", examples=[f"chg_{SUFFIX}"])]
ProceedsId = Annotated[
    str, Path(pattern=id_pattern("prc"), description="The id of what came in.", examples=[f"prc_{SUFFIX}"])
]
PledgeId = Annotated[str, Path(pattern=id_pattern("plg"), description="The pledge's id.", examples=[f"plg_{SUFFIX}"])]


@dataclass(frozen=True, slots=True)
class SeenPledge:
    """A pledge that the caller may know of, with its patents."""

    pledge: Pledge
    patents: list[PledgedPatent]
    pledgors: list[Pledgor]
    lender_organisation_id: str
    caller: Caller

    @property
    def is_pledgee(self) -> bool:
        """Whether the caller's organisation is the pledgee."""
        return self.caller.organisation_id == self.pledge.pledgee_organisation_id

    @property
    def is_pledgor(self) -> bool:
        """Whether the caller's organisation pledges a patent of it."""
        return any(one.organisation_id == self.caller.organisation_id for one in self.pledgors)

    @property
    def is_debtor(self) -> bool:
        """Whether the caller's organisation owes the debt."""
        return self.caller.organisation_id == self.pledge.debtor_organisation_id

    @property
    def is_lender(self) -> bool:
        """Whether the caller's organisation lent what the pledge secures."""
        return self.caller.organisation_id == self.lender_organisation_id

    @property
    def decides(self) -> bool:
        """Whether the caller's word on registration, payment and release counts: the pledgee's or an office's."""
        return self.is_pledgee or is_office(self.caller)


@dataclass(frozen=True, slots=True)
class HeldPledge(SeenPledge):
    """A pledge held for a change together with its patents, and who changes it."""

    wholes: dict[str, PatentAggregate]

    @property
    def audience(self) -> list[str]:
        """The organisations that have part in it."""
        return queries.audience_of(self.pledge, self.pledgors, self.lender_organisation_id)

    def still_pledged(self, patent_ids: Sequence[str] | None = None) -> list[PledgedPatent]:
        """Return the patents that are still pledged, or those named of them; raise PatentNotInPledge."""
        living = [patent for patent in self.patents if patent.is_still_pledged]
        if patent_ids is None:
            return living
        named = [one for one in living if one.patent_id in patent_ids]
        if len(named) != len(patent_ids):
            raise PatentNotInPledge
        return named


async def _seen(pledge_id: PledgeId, caller: Viewer, session: ReadDb) -> SeenPledge:
    return await _visible(session, caller, pledge_id)


async def _visible(session: AsyncSession, caller: Caller, pledge_id: str) -> SeenPledge:
    found = await queries.pledge(session, caller, pledge_id)
    if found is None:
        raise NoSuchPledge
    patents = (await queries.patents_of(session, [found.id]))[found.id]
    pledgors = (await queries.pledgors_of(session, [found.id]))[found.id]
    return SeenPledge(found, patents, pledgors, (await queries.lenders_of(session, [found]))[found.id], caller)


async def hold(session: AsyncSession, pledge_id: str, caller: Caller) -> HeldPledge:
    """Return the pledge, held behind its patents in the order of their ids and its loan; raise ChangedMeanwhile."""
    ids = sorted(await session.scalars(
        sa.select(col(PledgedPatent.patent_id)).where(col(PledgedPatent.pledge_id) == pledge_id)
    ))  # fmt: skip
    wholes = {whole.patent.id: whole for whole in await patent_queries.lock_all(session, ids)}
    offer_id = await session.scalar(sa.select(col(Pledge.offer_id)).where(col(Pledge.id) == pledge_id))
    await loan_queries.loan_of_offer(session, offer_id or "", lock=True)
    pledge = await queries.locked(session, pledge_id)
    patents = (await queries.patents_of(session, [pledge_id]))[pledge_id]
    if [one.patent_id for one in patents] != ids or len(wholes) != len(ids):
        raise ChangedMeanwhile
    pledgors = (await queries.pledgors_of(session, [pledge_id]))[pledge_id]
    lender = (await queries.lenders_of(session, [pledge]))[pledge.id]
    return HeldPledge(pledge, patents, pledgors, lender, caller, wholes)


def _permit(seen: SeenPledge, action: str, *sides: str) -> None:
    has = {
        "pledgee": seen.is_pledgee,
        "pledgor": seen.is_pledgor,
        "debtor": seen.is_debtor,
        "lender": seen.is_lender,
        "office": is_office(seen.caller),
    }
    if not any(has[side] for side in sides):
        raise PledgeStepNotYours(action=action, by=", ".join(sides))


async def _held_by(session: AsyncSession, caller: Caller, pledge_id: str, action: str, *sides: str) -> HeldPledge:
    _permit(await _visible(session, caller, pledge_id), action, *sides)
    return await hold(session, pledge_id, caller)


async def _of_offer(caller: VerifiedEditor, body: PledgeIn, session: Db) -> Collateral:
    """Load an accepted offer for its bank or its borrower, and hold its patents in the order of their ids."""
    offer = await session.get(FinancingOffer, body.financing_offer_id)
    request = await session.get(FinancingRequest, offer.request_id) if offer else None
    if (
        offer is None
        or request is None
        or caller.organisation_id not in (offer.organisation_id, request.organisation_id)
    ):
        raise NoSuchFinancingOffer
    if offer.status is not OfferStatus.ACCEPTED:
        raise OfferNotAccepted
    named = sa.select(col(FinancingPatent.patent_id)).where(col(FinancingPatent.request_id) == request.id)
    wholes = await patent_queries.lock_all(session, sorted(await session.scalars(named)))
    return Collateral(
        offer=offer,
        debtor_organisation_id=request.organisation_id,
        pledgee_organisation_id=pledgee_of(offer),
        wholes=wholes,
        pledgors=await _pledgors(session, request, wholes),
        caller=caller,
    )


async def _pledgors(
    session: AsyncSession, request: FinancingRequest, wholes: Sequence[PatentAggregate]
) -> dict[str, list[Party]]:
    """Return by patent who pledges it: the borrower where it holds it, and those who agreed to pledge it for it."""
    agreed = sa.select(PledgorConsent).where(
        col(PledgorConsent.request_id) == request.id, col(PledgorConsent.status) == PledgorConsentStatus.AGREED
    )
    parties = {(row.patent_id, row.party_id) for row in await session.scalars(agreed)}
    for whole in wholes:
        parties |= {(whole.patent.id, holding.party_id) for holding in whole.held_by(request.organisation_id)}
    found = {whole.patent.id: list[Party]() for whole in wholes}
    for patent_id, party_id in sorted(parties):
        found[patent_id].append(await session.get_one(Party, party_id))
    if not all(found.values()):
        raise NoPledgor
    return found


async def _drafting(pledge_id: PledgeId, caller: VerifiedEditor, session: Db) -> HeldPledge:
    return await _held_by(session, caller, pledge_id, "change", "pledgee", "debtor")


async def _watching(pledge_id: PledgeId, caller: OnceVerifiedEditor, session: Db) -> HeldPledge:
    return await _held_by(session, caller, pledge_id, "record_insolvency", "pledgee", "office")


async def _confirming(pledge_id: PledgeId, caller: VerifiedEditor, session: Db) -> HeldPledge:
    return await _held_by(session, caller, pledge_id, "confirm", "pledgee", "pledgor")


async def _filing(pledge_id: PledgeId, caller: VerifiedEditor, session: Db) -> HeldPledge:
    return await _held_by(session, caller, pledge_id, "file", "pledgee", "pledgor")


async def _deciding(pledge_id: PledgeId, caller: OnceVerifiedEditor, session: Db) -> HeldPledge:
    return await _held_by(session, caller, pledge_id, "decide", "pledgee", "office", "pledgor", "debtor")


async def _revoking(pledge_id: PledgeId, caller: OnceVerifiedEditor, session: Db) -> HeldPledge:
    return await _held_by(session, caller, pledge_id, "revoke", "pledgee", "pledgor", "debtor", "office")


async def _as_pledgee(pledge_id: PledgeId, caller: OnceVerifiedEditor, session: Db) -> HeldPledge:
    return await _held_by(session, caller, pledge_id, "enforce", "pledgee")


async def _of_sides(seen: Annotated[SeenPledge, Depends(_seen)]) -> SeenPledge:
    _permit(seen, "read", "pledgee", "pledgor", "debtor", "lender")
    return seen


AcceptedOffer = Annotated[Collateral, Depends(_of_offer)]
VisiblePledge = Annotated[SeenPledge, Depends(_seen)]
PledgeOfSides = Annotated[SeenPledge, Depends(_of_sides)]
DraftedPledge = Annotated[HeldPledge, Depends(_drafting)]
WatchedPledge = Annotated[HeldPledge, Depends(_watching)]
ConfirmedPledge = Annotated[HeldPledge, Depends(_confirming)]
FiledPledge = Annotated[HeldPledge, Depends(_filing)]
DecidedPledge = Annotated[HeldPledge, Depends(_deciding)]
RevokedPledge = Annotated[HeldPledge, Depends(_revoking)]
EnforcedPledge = Annotated[HeldPledge, Depends(_as_pledgee)]

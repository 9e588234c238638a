"""How a request is accepted, by a holder or an office, one by one or as a batch; and what is taken of its row."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.parties.directory import is_verified
from backend.accounts.quotas.policy import QuotaPolicy
from backend.core.database.sessions import persist_on_refusal
from backend.core.errors import Problem
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append, savepoint
from backend.establishment import queries
from backend.establishment.acceptance import audience_of, end_listings, hold, join
from backend.establishment.access import Deciding, load_decision
from backend.establishment.codes import EstablishmentState, Proposal
from backend.establishment.displacement import chosen, displace
from backend.establishment.errors import AskerNotVerified, NothingToTake, RowChanged, RowGone
from backend.establishment.events import EstablishmentAccepted, EstablishmentAdopted, EstablishmentTaken
from backend.establishment.models import Establishment
from backend.establishment.rules import Step, next_state
from backend.establishment.schemas import HolderAcceptance, HolderRefusal
from backend.establishment.service import event_of, refuse
from backend.listings.queries import living_listing_of
from backend.listings.service import move_living
from backend.patents import queries as patent_queries
from backend.patents.errors import OfficeDecides
from backend.patents.events import patent_updated
from backend.patents.fact_rules import FACTS
from backend.patents.holdings import service as holdings_service
from backend.patents.legal_events import service as events_service
from backend.patents.queries import PatentAggregate

DECIDABLE: Final = frozenset({EstablishmentState.PROPOSED})


async def accept(
    session: AsyncSession, decision: Deciding, given: HolderAcceptance, quotas: QuotaPolicy, now: datetime
) -> Establishment:
    """Return the request as accepted: the asker holds the patent from now on.

    Raises AskerNotVerified, OfficeDecides, RowGone, RowChanged, RowsContradict, SharesExceedWhole, NoSuchHolding,
    AlreadyListed, EstablishmentNotInState.
    """
    one, caller = decision.establishment, decision.caller
    by_office = patent_queries.is_office(caller)
    if not await is_verified(session, one.organisation_id):
        raise AskerNotVerified
    if given.ends_holdings and not by_office:
        raise OfficeDecides
    one.state = next_state(one.state, Step.ACCEPT, by_office=by_office)
    wrong = chosen(decision.target, given.ends_holdings, given.reason)
    for holding in wrong:  # first, since their shares are not theirs
        await holdings_service.end(
            session, decision.target, holding, None, f"refused: {given.reason}", now, actor=caller.user_id
        )
    target, facts = await _join(session, decision, given, quotas, now)
    if wrong and given.reason is not None:
        still = {holding.id: holding for holding, _ in target.holders}
        ended = [still[holding.id] for holding in wrong]
        await displace(session, target, ended, facts, one.organisation_id, given.reason, caller, now)
    one.reason, one.decided_at, one.decided_by = given.reason, now, caller.organisation_id
    one.version += 1
    await append(session, event_of(one, EstablishmentAccepted, audience_of(one, target), caller), now)
    if given.takes and one.row_id is not None:
        await take(session, one, target, given.takes, caller, now)
    if one.row_id is not None:
        await end_listings(session, one.row_id, now, actor=caller.user_id)
    return one


async def _join(
    session: AsyncSession, decision: Deciding, given: HolderAcceptance, quotas: QuotaPolicy, now: datetime
) -> tuple[PatentAggregate, dict[str, Any]]:
    """Return the patent with the asker among its holders, and the facts that its row stated."""
    one, caller, target, facts = decision.establishment, decision.caller, decision.target, dict[str, Any]()
    if one.row_id is not None:
        row = decision.row
        if row is None or row.patent.private_to != one.organisation_id or row.patent.merged_into is not None:
            raise RowGone
        if row.patent.version != one.row_version:
            persist_on_refusal(session, queries.renewal(one.id))
            raise RowChanged
        facts = {name: getattr(row.patent, name) for name in FACTS}
        target = await join(session, row, target, now, by=caller, quotas=quotas, share=given.share)
    if not target.held_by(one.organisation_id):
        await hold(session, target, one.organisation_id, one.evidence, now, by=caller, share=given.share)
    return target, facts


async def accept_batch(
    session: AsyncSession, decision: Deciding, given: HolderAcceptance, quotas: QuotaPolicy, now: datetime
) -> None:
    """Accept also the other requests of the batch that are the caller's to decide; what cannot be joined waits on."""
    alike = given.model_copy(update={"ends_holdings": [], "share": None})
    for one in await queries.batch_of(session, decision.establishment, DECIDABLE):
        try:
            async with savepoint(session):
                other = await load_decision(session, decision.caller, one)
                if other is not None:
                    await accept(session, other, alike, quotas, now)
        except Problem:
            await session.execute(queries.renewal(one))


async def refuse_batch(session: AsyncSession, decision: Deciding, given: HolderRefusal, now: datetime) -> None:
    """Refuse also the other requests of the batch that are the caller's to decide."""
    ids = await queries.batch_of(session, decision.establishment, DECIDABLE)
    for other in [await load_decision(session, decision.caller, one) for one in ids]:
        if other is not None:
            await refuse(session, other, given.reason, now)


async def adopt(session: AsyncSession, decision: Deciding, takes: Sequence[Proposal], now: datetime) -> Establishment:
    """Return an accepted request with more taken of what its row brought along; raise NothingToTake, AlreadyListed."""
    one = decision.establishment
    if Proposal.LISTING in takes and (one.row_id is None or await living_listing_of(session, one.row_id) is None):
        raise NothingToTake
    return await take(session, one, decision.target, takes, decision.caller, now)


async def take(
    session: AsyncSession,
    one: Establishment,
    target: PatentAggregate,
    takes: Sequence[Proposal],
    caller: Caller,
    now: datetime,
) -> Establishment:
    """Return the request with more taken of what its row brought along; raise NothingToTake, AlreadyListed."""
    wanted = [proposal for proposal in dict.fromkeys(takes) if proposal not in one.proposals]
    if one.state is not EstablishmentState.ACCEPTED or one.row_id in (None, target.patent.id) or not wanted:
        raise NothingToTake
    of, into = str(one.row_id), target.patent.id
    if Proposal.LEGAL_EVENTS in wanted:
        await _take_events(session, of, target, caller, now)
    if Proposal.LISTING in wanted:
        await move_living(session, of, into, now, actor=caller.user_id)
    one.proposals = [*one.proposals, *(proposal.value for proposal in wanted)]
    one.version += 1
    taken = EstablishmentTaken(establishment_id=one.id, patent_id=of, into=into, takes=tuple(wanted))
    await append(session, DomainEvent(taken, one.id, [one.organisation_id], caller.user_id), now)
    others = sorted({*audience_of(one, target)} - {one.organisation_id})
    adopted = EstablishmentAdopted(establishment_id=one.id, patent_id=into, takes=tuple(wanted))
    await append(session, DomainEvent(adopted, one.id, others, caller.user_id), now)
    return one


async def _take_events(session: AsyncSession, of: str, target: PatentAggregate, caller: Caller, now: datetime) -> None:
    """Have the asker's events count as any other holder's word."""
    await events_service.move(session, of, target.patent.id)
    target.patent.version += 1
    target.patent.updated_at = now
    await events_service.recompute_status(session, target.patent, target.audience, now, actor=caller.user_id)
    await append(session, patent_updated(target.patent.id, target.audience, caller.user_id), now)

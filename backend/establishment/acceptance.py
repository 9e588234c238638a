"""How an asker becomes a holder: its private row joins the established one, whose id stays."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.parties.directory import party_of
from backend.accounts.quotas.policy import QuotaPolicy
from backend.core.events.domain_event import DomainEvent
from backend.core.events.log import append
from backend.establishment.errors import RowsContradict
from backend.establishment.models import Establishment
from backend.establishment.service import hearers_of
from backend.listings import queries as listing_queries
from backend.listings.change_rules import Step
from backend.listings.queries import IS_LIVING, LISTING
from backend.listings.rules import Action, Side
from backend.listings.service import take_consequence
from backend.patents import queries as patent_queries
from backend.patents.assessments import service as assessments_service
from backend.patents.codes import HoldingState, SetBy
from backend.patents.events import PatentJoined, patent_updated
from backend.patents.fact_rules import FACTS, NUMBERS, contradictions, fill_or_conflict
from backend.patents.holdings import service as holdings_service
from backend.patents.holdings.rules import check_shares
from backend.patents.legal_events import service as events_service
from backend.patents.models import Patent
from backend.patents.numbers.lookup import check_free
from backend.patents.provenance_rules import remarked, stated
from backend.patents.queries import PatentAggregate
from backend.patents.schemas import Share

JOINED: Final = "joined"


async def join(
    session: AsyncSession,
    row: PatentAggregate,
    target: PatentAggregate,
    now: datetime,
    *,
    by: Caller | None,
    quotas: QuotaPolicy | None,
    share: Share | None = None,
) -> PatentAggregate:
    """Return the established patent, joined by a private row of an organisation that is a holder from now on.

    Its own holding and assessments come over, its facts fill gaps. Raises RowsContradict, SharesExceedWhole,
    NumberBelongsToAnotherPatent.
    """
    if wrong := contradictions(row.patent, target.patent):
        raise RowsContradict(facts=", ".join(wrong))
    await _bring_holding(session, row, target, now, by=by, share=share)
    numbers = {name: getattr(row.patent, name) for name in NUMBERS}
    facts = {name: getattr(row.patent, name) for name in FACTS} | numbers
    await _end_row(session, row, target.patent.id, now)
    changes, _ = fill_or_conflict(target.patent, facts, may_overwrite=False, kept=stated(target.patent.set_by))
    await check_free(session, target.patent, [changes[name] for name in NUMBERS if name in changes], by, quotas)
    set_facts(target.patent, changes)
    await assessments_service.move(session, row.patent.id, target.patent.id)
    target.patent.version += 1
    target.patent.updated_at = now
    actor = by.user_id if by else None
    joined = PatentJoined(patent_id=row.patent.id, into=target.patent.id)
    await append(session, DomainEvent(joined, row.patent.id, [row.patent.private_to], actor), now)
    await events_service.recompute_status(session, target.patent, target.audience, now, actor=actor)
    await append(session, patent_updated(target.patent.id, target.audience, actor), now)
    return await _fresh(session, target.patent.id)


async def end_listings(session: AsyncSession, row_id: str, now: datetime, *, actor: str | None) -> None:
    """Delist what its author offered on a row that has joined, where nobody took it along."""
    living = await listing_queries.locked_where(session, LISTING.c.patent_id == row_id, IS_LIVING)
    await take_consequence(session, living, Step(Action.DELIST, Side.HOLDING, JOINED), now, actor=actor)


def set_facts(patent: Patent, changes: dict[str, object]) -> None:
    """Have the patent say what an accepted asker's row says, each fact marked as that."""
    for name, value in changes.items():
        setattr(patent, name, value)
    patent.set_by = remarked(patent.set_by, (name for name in changes if name in FACTS), SetBy.ASKER)


async def hold(
    session: AsyncSession, target: PatentAggregate, organisation_id: str, evidence: str | None, now: datetime, *,
    by: Caller, share: Share | None,
) -> None:  # fmt: skip
    """Have an organisation hold an established patent about which it asked without a row of its own."""
    party = await party_of(session, organisation_id)
    state = HoldingState.VERIFIED if patent_queries.is_office(by) else HoldingState.ASSERTED
    holding = holdings_service.new_holding(
        target.patent, party, state=state, share=share, by=by.organisation_id, now=now, evidence=evidence
    )
    holdings_service.add(session, target, holding, party, party.name)
    await holdings_service.append_assertion(session, target, holding, now, actor=by.user_id)


async def _bring_holding(
    session: AsyncSession,
    row: PatentAggregate,
    target: PatentAggregate,
    now: datetime,
    *,
    by: Caller | None,
    share: Share | None,
) -> None:
    """Move the author's own holding; whom else it named is not believed for that."""
    author = row.patent.private_to
    known = target.held_by(author)
    own = row.held_by(author)
    for holding, _ in row.living:
        if holding not in own or known:
            holding.state, holding.ended_because, holding.end_recorded_at = HoldingState.ENDED, JOINED, now
            holding.version += 1
    if known or not own:
        return
    holding = own[0]
    if share is not None:
        holding.share_numerator, holding.share_denominator = share.numerator, share.denominator
    firm = [h for h, _ in target.living if h.state is not HoldingState.DISPUTED]
    check_shares((h.share_numerator, h.share_denominator) for h in (*firm, holding))
    holding.patent_id, holding.recorded_at = target.patent.id, now  # before this it was nobody's word but its own
    holding.state = HoldingState.VERIFIED if by and patent_queries.is_office(by) else holding.state
    holding.recorded_by = by.organisation_id if by else holding.recorded_by
    holding.version += 1
    name = next(name for one, name in row.holders if one is holding)
    target.holders.append((holding, name))
    target.platform_ids[holding.party_id] = author
    await holdings_service.append_assertion(session, target, holding, now, actor=by.user_id if by else None)


async def _end_row(session: AsyncSession, row: PatentAggregate, into: str, now: datetime) -> None:
    """Take the private row's numbers from it; its id leads its author and the offices on."""
    for name in NUMBERS:
        setattr(row.patent, name, None)
    row.patent.merged_into, row.patent.next_check, row.patent.annuity_due_on = into, None, None
    row.patent.version += 1
    row.patent.updated_at = now
    await session.flush()
    earlier = sa.update(Patent).where(col(Patent.merged_into) == row.patent.id).values(merged_into=into)
    await session.execute(earlier.execution_options(synchronize_session=False))


async def _fresh(session: AsyncSession, patent_id: str) -> PatentAggregate:
    whole = await patent_queries.load(session, patent_id, lock=True)
    if whole is None:
        raise LookupError(patent_id)
    return whole


def audience_of(one: Establishment, target: PatentAggregate) -> list[str]:
    """Return whom a decision concerns: the holders and the asker; everybody else hears of the patent itself."""
    return sorted({one.organisation_id, *hearers_of(target)})

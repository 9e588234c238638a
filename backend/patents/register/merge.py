"""Two rows that a number shows to be one patent become one, and nothing attached to either is lost."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.core.domain import MergeRule
from backend.core.events.domain_event import DomainEvent
from backend.core.events.handlers import EventContext
from backend.core.events.log import append
from backend.patents import queries
from backend.patents.access import Act, may
from backend.patents.assessments import service as assessments_service
from backend.patents.codes import HoldingState
from backend.patents.errors import NumberBelongsToAnotherPatent
from backend.patents.events import PatentsMerged, patent_updated
from backend.patents.fact_rules import NUMBERS, are_one_patent, contradictions
from backend.patents.holdings.rules import joined
from backend.patents.legal_events import service as events_service
from backend.patents.models import Holding, Patent
from backend.patents.numbers.lookup import check_free
from backend.patents.provenance_rules import merged_facts
from backend.patents.queries import PatentAggregate

MERGED: Final = "merged"
KEPT: Final = ("expiry_override", "expiry_override_reason")


def check_both_edited(caller: Caller, rows: Sequence[PatentAggregate], number: str) -> None:
    """Raise NumberBelongsToAnotherPatent unless the caller may change the facts of every one of the rows.

    Merged, what was said of one would be said of the other, and of the older one's id.
    """
    if not all(may(Act.EDIT, caller, row) for row in rows):
        raise NumberBelongsToAnotherPatent(number=number)


def check_one_patent(caller: Caller, one: Any, other: Patent, number: str) -> None:
    """Raise NumberBelongsToAnotherPatent where the two rows cannot be shown to be one patent.

    An office's word is enough where nothing contradicts; of others, the title or the filing date must agree as well.
    """
    if not (are_one_patent(one, other) or (queries.is_office(caller) and not contradictions(one, other))):
        raise NumberBelongsToAnotherPatent(number=number)


async def merge(
    session: AsyncSession, one: PatentAggregate, other: PatentAggregate, now: datetime, *, actor: str
) -> PatentAggregate:
    """Return the older of two locked rows with all that was attached to the younger, whose id leads to it from now on.

    An established row is the older one, whatever their days; of a row that was private to somebody nobody else is told.
    """
    winner, loser = sorted((one, other), key=lambda w: (w.patent.private_to, w.patent.created_at, w.patent.id))
    audience = sorted({*winner.audience, *loser.audience})
    knew_loser = audience if loser.patent.is_established else loser.organisations
    facts = await _withdraw(session, winner, loser, now)
    changes, marks = merged_facts(
        winner.patent.model_dump(),
        facts,
        known_by_office=await queries.facts_by_office(session, winner.patent.facts_by),
        facts_by_office=await queries.facts_by_office(session, loser.patent.facts_by),
    )
    changes |= {"set_by": marks}
    changes |= {name: facts[name] for name in KEPT if facts[name] and not getattr(winner.patent, name)}
    await check_free(session, winner.patent, [changes[name] for name in NUMBERS if changes.get(name)], None, None)
    for name, value in changes.items():
        setattr(winner.patent, name, value)
    winner.patent.version += 1
    winner.patent.updated_at = now
    await _move_holdings(session, winner, loser, now)
    merged = PatentsMerged(patent_id=loser.patent.id, into=winner.patent.id)  # the domains' merge rules follow it
    await append(session, DomainEvent(merged, loser.patent.id, knew_loser, actor), now)
    await events_service.recompute_status(session, winner.patent, audience, now, actor=actor)
    await append(session, patent_updated(winner.patent.id, audience, actor), now)
    whole = await queries.load(session, winner.patent.id, lock=True)
    if whole is None:
        raise LookupError(winner.patent.id)
    return whole


async def _withdraw(
    session: AsyncSession, winner: PatentAggregate, loser: PatentAggregate, now: datetime
) -> dict[str, Any]:
    """Take the younger row's numbers from it, and give its facts."""
    row = loser.patent
    facts = row.model_dump()
    for name in NUMBERS:
        setattr(row, name, None)
    row.merged_into, row.next_check, row.annuity_due_on = winner.patent.id, None, None
    row.version += 1
    row.updated_at = now
    await session.flush()
    await session.execute(
        sa.update(Patent).where(col(Patent.merged_into) == row.id).values(merged_into=winner.patent.id)
    )
    return facts


async def _move_holdings(session: AsyncSession, winner: PatentAggregate, loser: PatentAggregate, now: datetime) -> None:
    """A party that holds both keeps one holding: the older one, with the surer state; the other stays as history."""
    held = {holding.party_id: holding for holding, _ in winner.living}
    for holding, _ in loser.holders:
        kept = held.get(holding.party_id)
        if holding.state is not HoldingState.ENDED and kept is not None:
            _join(kept, holding, now)
        holding.patent_id = winner.patent.id
        if winner.patent.is_established:
            holding.organisation_id = loser.platform_ids.get(holding.party_id)
        holding.version += 1
    await session.flush()


def _join(kept: Holding, other: Holding, now: datetime) -> None:
    kept.state = joined(kept.state, other.state)
    for name in ("evidence", "dispute_reason", "effective_on", "announced_on"):
        if getattr(kept, name) is None:
            setattr(kept, name, getattr(other, name))
    if kept.share_denominator is None:
        kept.share_numerator, kept.share_denominator = other.share_numerator, other.share_denominator
    kept.version += 1
    other.state, other.ended_because, other.end_recorded_at = HoldingState.ENDED, MERGED, now


async def _records_merged(session: AsyncSession, event: DomainEvent[PatentsMerged], _context: EventContext) -> None:
    of, into = event.payload.patent_id, event.payload.into
    await assessments_service.move(session, of, into)
    await events_service.move(session, of, into)


MERGE_RULES: Final = (MergeRule(tables=("assessment", "legal_event"), follow=_records_merged),)

"""Holdings: who holds a patent, with what share, since when, how sure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.caller import Caller
from backend.accounts.models import Party
from backend.accounts.parties.directory import find_or_make_parties, find_or_make_party, party_of
from backend.core.errors import FieldError, Malformed, Text
from backend.core.events.domain_event import PUBLIC
from backend.core.events.log import append
from backend.core.ids import new_id
from backend.files.service import attach
from backend.patents import queries
from backend.patents.codes import HoldingState
from backend.patents.errors import AlreadyHeld, NoSuchParty, NumberBelongsToAnotherPatent
from backend.patents.events import (
    HoldingDisputed,
    HoldingEnded,
    HoldingEvent,
    HoldingVerified,
    holding_asserted,
    holding_changed,
)
from backend.patents.evidence import HOLDING
from backend.patents.holdings.rules import REFUSED, Step, check_shares, next_state
from backend.patents.models import ESTABLISHED, Holding, Patent
from backend.patents.numbers.row_establishment import establish
from backend.patents.queries import PatentAggregate
from backend.patents.record_schemas import HoldingIn
from backend.patents.schemas import Share

WHO_HOLDS = Text("请填写权利人：party_id 或 party_name。", "Say who holds it: party_id or party_name.")


def new_holding(
    patent: Patent, party: Party, *, state: HoldingState, share: Share | None, by: str, now: datetime, **known: Any
) -> Holding:
    """Return a holding of the party; in a row that is not established nobody but its author holds anything."""
    concerns = patent.private_to in (ESTABLISHED, party.organisation_id)
    return Holding(
        id=new_id("hld"),
        patent_id=patent.id,
        party_id=party.id,
        organisation_id=party.organisation_id if concerns else None,
        state=state,
        share_numerator=share.numerator if share else None,
        share_denominator=share.denominator if share else None,
        recorded_at=now,
        recorded_by=by,
        **known,
    )


async def append_assertion(
    session: AsyncSession,
    whole: PatentAggregate,
    holding: Holding,
    now: datetime,
    *,
    actor: str | None,
    is_new: bool = False,
) -> None:
    """Append that a holding is new; its consequences for the listing happen in the same transaction.

    Of the holders of a patent that `is_new` nobody is told, nor is a party that it is said to hold it.
    """
    audience = _hearers(whole, holding)
    muted_for = audience if is_new else [one for one in (holding.organisation_id, holding.recorded_by) if one]
    await append(session, holding_asserted(holding, audience, actor, muted_for), now)


async def append_assertions(
    session: AsyncSession,
    whole: PatentAggregate,
    holdings: Iterable[Holding],
    now: datetime,
    *,
    actor: str | None,
    is_new: bool,
) -> None:
    """Append that each of the holdings is new."""
    for holding in holdings:
        await append_assertion(session, whole, holding, now, actor=actor, is_new=is_new)


async def _append(
    session: AsyncSession,
    whole: PatentAggregate,
    holding: Holding,
    kind: type[HoldingEvent],
    now: datetime,
    *,
    actor: str | None,
) -> None:
    hearers = _hearers(whole, holding)
    await append(session, holding_changed(kind, whole.patent.id, holding.id, holding.party_id, hearers, actor), now)


def _hearers(whole: PatentAggregate, holding: Holding) -> list[str]:
    return [*([PUBLIC] if whole.is_listed else []), *whole.concerned(holding.organisation_id)]


async def claim(
    session: AsyncSession, whole: PatentAggregate, caller: Caller, given: HoldingIn, now: datetime
) -> Holding:
    """Return the new holding, asserted; raises AlreadyHeld, SharesExceedWhole or NoSuchParty."""
    party = await _party(session, caller, given, now)
    holding = new_holding(
        whole.patent,
        party,
        state=HoldingState.ASSERTED,
        share=given.share,
        by=caller.organisation_id,
        now=now,
        evidence=given.evidence,
        effective_on=given.effective_on,
        announced_on=given.announced_on,
    )
    add(session, whole, holding, party, party.name)
    files = given.evidence_files
    await attach(session, caller, files, kind=HOLDING, subject=holding.id, pointer="/evidence_files", now=now)
    await append_assertion(session, whole, holding, now, actor=caller.user_id)
    return holding


def add(session: AsyncSession, whole: PatentAggregate, holding: Holding, party: Party, name: str) -> None:
    """Put the holding beside the others; raise AlreadyHeld or SharesExceedWhole. Contested shares do not count."""
    for other, _ in whole.living:
        if other.party_id == holding.party_id:
            raise AlreadyHeld(holding_id=other.id)
    firm = [h for h, _ in whole.living if h.state is not HoldingState.DISPUTED]
    check_shares((h.share_numerator, h.share_denominator) for h in (*firm, holding))
    session.add(holding)
    whole.holders.append((holding, name))
    whole.platform_ids[party.id] = party.organisation_id


async def _party(session: AsyncSession, caller: Caller, given: HoldingIn, now: datetime) -> Party:
    own = caller.organisation_id
    if given.party_name is not None:
        return await find_or_make_party(session, given.party_name, by=own, now=now)
    if given.party_id is None:
        if queries.is_office(caller):
            raise Malformed(errors=[FieldError("/party_id", "missing", WHO_HOLDS)])
        return await party_of(session, own)
    party = await session.get(Party, given.party_id)
    if party is None or not (party.organisation_id or party.created_by == own or queries.is_office(caller)):
        raise NoSuchParty
    return party


async def begin_all(
    session: AsyncSession, whole: PatentAggregate, caller: Caller, names: Sequence[str], since: date, now: datetime
) -> None:
    """Have each named party hold the patent since a day; what an office records is verified."""
    state = HoldingState.VERIFIED if queries.is_office(caller) else HoldingState.ASSERTED
    parties = await find_or_make_parties(session, names, by=caller.organisation_id, now=now)
    held = {holding.party_id for holding, _ in whole.living}
    for name, party in parties.items():
        if party.id in held:
            continue
        held.add(party.id)
        holding = new_holding(
            whole.patent, party, state=state, share=None, by=caller.organisation_id, now=now, effective_on=since
        )
        add(session, whole, holding, party, name)
        await append_assertion(session, whole, holding, now, actor=caller.user_id)


async def verify(
    session: AsyncSession,
    whole: PatentAggregate,
    holding: Holding,
    step: Step,
    reason: str,
    now: datetime,
    *,
    actor: str,
) -> None:
    """The office finds the holding right, or refuses it, which ends it."""
    if step is Step.REFUSE:
        next_state(holding.state, step)
        await end(session, whole, holding, None, f"{REFUSED}{reason}", now, actor=actor)
        return
    holding.state = next_state(holding.state, step)
    holding.dispute_reason = None
    holding.version += 1
    if not whole.patent.is_established and not await establish(session, whole, now):
        raise NumberBelongsToAnotherPatent(number=whole.patent.application_number or whole.patent.id)
    await _append(session, whole, holding, HoldingVerified, now, actor=actor)


async def dispute(
    session: AsyncSession, whole: PatentAggregate, holding: Holding, reason: str, now: datetime, *, actor: str
) -> None:
    """The holding is contested until an office decides."""
    holding.state = next_state(holding.state, Step.DISPUTE)
    holding.dispute_reason = reason
    holding.version += 1
    await _append(session, whole, holding, HoldingDisputed, now, actor=actor)


async def end(
    session: AsyncSession,
    whole: PatentAggregate,
    holding: Holding,
    on: date | None,
    reason: str,
    now: datetime,
    *,
    actor: str,
) -> None:
    """The party no longer holds the patent, from the day given."""
    holding.state = next_state(holding.state, Step.END)
    holding.ended_on = on
    holding.ended_because = reason
    holding.end_recorded_at = now
    holding.version += 1
    await _append(session, whole, holding, HoldingEnded, now, actor=actor)

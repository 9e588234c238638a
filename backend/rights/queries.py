"""How the ledger is read: a patent with all that burdens it, at one moment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import date, datetime
from typing import Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import Party
from backend.core.clock import china_day
from backend.core.events.handlers import EventContext
from backend.patents import queries as patent_queries
from backend.patents.codes import HoldingState
from backend.patents.legal_events.status_rules import Fact
from backend.patents.models import Holding
from backend.patents.presenters import holders_as_of
from backend.patents.queries import PatentAggregate
from backend.rights.codes import Act, ConsentState, RightKind, Whose, Working
from backend.rights.historical_state import OFFICE, end_known, signed_by, states_at
from backend.rights.ledger import Agreement, Entry, Given, Holder, Ledger
from backend.rights.models import Consent, RightEntry
from backend.rights.permissions.privacy_rules import as_others_see
from backend.rights.register_rules import register_at
from backend.rights.scope_rules import Period, Scope

T = TypeVar("T", RightEntry, Consent)
ENTRIES: Final = (
    sa.select(RightEntry)
    .where(col(RightEntry.patent_id).in_(sa.bindparam("patent_ids", expanding=True)))
    .order_by(col(RightEntry.id))
)
CONSENTS: Final = sa.select(Consent).where(
    col(Consent.patent_id).in_(sa.bindparam("patent_ids", expanding=True)),
    col(Consent.state).in_([ConsentState.GIVEN, ConsentState.USED, ConsentState.REVOKED]),
)


def scope_of(row: RightEntry) -> Scope:
    """Return the entry's scope."""
    return Scope(frozenset(row.territory), frozenset(row.fields), frozenset(Working(way) for way in row.working))


def period_of(row: RightEntry, known_at: datetime | None = None) -> Period:
    """Return the days on which the entry held, by what was known at a moment.

    The last day of a pledge's debt does not end the pledge: it goes with the debt (Civil Code, art. 393).
    """
    ended = row.ended_on if known_at is None else end_known(row, known_at)[0]
    return Period.of(row.starts_on, None if row.kind is RightKind.PLEDGE else row.ends_on, ended)


def entry_of(row: RightEntry, known_at: datetime | None = None) -> Entry:
    """Return the entry as the rules read it."""
    return Entry(
        id=row.id,
        kind=row.kind,
        period=period_of(row, known_at),
        licence_type=row.licence_type,
        origin=row.origin,
        scope=scope_of(row),
        party_id=row.party_id,
        grantors=frozenset(row.grantors),
        sub_licensing=row.sub_licensing,
        own_working=row.own_working,
        carves_out=frozenset(row.carves_out),
        terms_hash=row.terms_hash,
        under=row.details.get("under"),
        is_announced=row.announced_on is not None,
        recorded_at=row.recorded_at,
    )


def was_known(row: RightEntry, known_at: datetime | None = None) -> bool:
    """Whether the entry stood on record at a moment; or stands, whatever moment a clock put back shows."""
    if known_at is None:
        return row.corrected_at is None
    return row.recorded_at <= known_at and (row.corrected_at is None or row.corrected_at > known_at)


async def entries_of(session: AsyncSession, patent_id: str) -> Sequence[RightEntry]:
    """Return every entry of a patent, oldest first, also those that ended or were corrected."""
    return (await session.scalars(ENTRIES, {"patent_ids": [patent_id]})).all()


async def ledger_of(
    session: AsyncSession,
    whole: PatentAggregate,
    now: datetime,
    *,
    valid_on: date | None = None,
    known_at: datetime | None = None,
    own: AbstractSet[str] | None = None,
) -> Ledger:
    """Return the ledger of a patent as it stands, or as it stood on a day, by what was known at a moment.

    As it stands it holds whatever is on record, also what was recorded before the demonstration's clock was put back.
    `own` are the parties of somebody who does not see all of it, to whom it is given as others see it.
    """
    day, known = valid_on or china_day(now), known_at or now
    every = await entries_of(session, whole.patent.id)
    facts = (await patent_queries.facts_of(session, [whole.patent.id]))[whole.patent.id]
    consents = (await session.scalars(CONSENTS, {"patent_ids": [whole.patent.id]})).all()
    is_past = valid_on is not None or known_at is not None
    states = await states_at(session, [h for h, _ in whole.holders], known) if is_past else None
    found = _ledger(whole, every, facts, consents, day, known_at, known, states)
    if own is None:
        return found
    standing = _burdens([row for row in every if was_known(row, None)], None)
    return replace(found, entries=as_others_see(found.entries, standing, own, china_day(now)))


async def ledger_for(session: AsyncSession, whole: PatentAggregate, context: EventContext) -> Ledger:
    """Return the ledger as it stands, read once for all handlers of an event."""
    return await context.once((Ledger, whole.patent.id), lambda: ledger_of(session, whole, context.now))


async def ledgers_of(
    session: AsyncSession, wholes: Sequence[PatentAggregate], now: datetime, own: AbstractSet[str] | None = None
) -> dict[str, Ledger]:
    """Return the ledgers of many patents as they stand, by the patent's id; with `own` as others see them."""
    ids = [whole.patent.id for whole in wholes]
    entries = _by_patent(await session.scalars(ENTRIES, {"patent_ids": ids}))
    consents = _by_patent(await session.scalars(CONSENTS, {"patent_ids": ids}))
    facts, today = await patent_queries.facts_of(session, ids), china_day(now)
    found = {
        whole.patent.id: _ledger(
            whole, entries[whole.patent.id], facts[whole.patent.id], consents[whole.patent.id], today, None, now, None
        )
        for whole in wholes
    }
    if own is None:
        return found
    return {
        patent_id: replace(ledger, entries=as_others_see(ledger.entries, ledger.entries, own, today))
        for patent_id, ledger in found.items()
    }


def _by_patent(rows: Iterable[T]) -> dict[str, list[T]]:
    found: defaultdict[str, list[T]] = defaultdict(list)
    for row in rows:
        found[row.patent_id].append(row)
    return found


def _ledger(
    whole: PatentAggregate, every: Sequence[RightEntry], facts: Sequence[Fact], consents: Iterable[Consent], day: date,
    known_at: datetime | None, known: datetime, states: Mapping[str, HoldingState] | None,
) -> Ledger:  # fmt: skip
    rows = [row for row in every if was_known(row, known_at)]
    holders = _holders(whole, day, known, states)
    return Ledger(
        register=register_at(whole.patent, facts, valid_on=day, known_at=known),
        holders=holders,
        entries=_burdens(rows, known_at),
        agreement=_agreement(rows, holders, day, known_at),
        consents=tuple(given for given in (_consent_as_of(row, known_at) for row in consents) if given is not None),
    )


def _burdens(rows: Iterable[RightEntry], known_at: datetime | None) -> tuple[Entry, ...]:
    return tuple(entry_of(row, known_at) for row in rows if row.kind is not RightKind.CO_OWNER_AGREEMENT)


def established(
    whole: PatentAggregate, held: Sequence[Holding], states: Mapping[str, HoldingState] | None = None
) -> list[Holding]:
    """Return the holdings that count: whoever merely says of itself that it holds the patent, beside others, does not.

    `states` are those of an earlier moment, by the holding's id.
    """
    sure = states or {holding.id: holding.state for holding in held}
    firm = [h for h in held if sure[h.id] is HoldingState.VERIFIED or not _is_own_word(whole, h)]
    return firm or list(held)


def _is_own_word(whole: PatentAggregate, holding: Holding) -> bool:
    own = holding.organisation_id is not None and holding.recorded_by == holding.organisation_id
    return own and whole.patent.facts_by != holding.organisation_id


def living(whole: PatentAggregate) -> list[Holding]:
    """Return the holdings that count today."""
    return established(whole, [holding for holding, _ in whole.living])


def _holders(
    whole: PatentAggregate, day: date, known: datetime, states: Mapping[str, HoldingState] | None
) -> tuple[Holder, ...]:
    if states is None:
        return tuple(Holder(h.party_id, h.organisation_id, h.state) for h in living(whole))
    held = established(whole, [h for h, _ in whole.holders if holders_as_of(h, day, known)], states)
    return tuple(Holder(h.party_id, h.organisation_id, states[h.id]) for h in held)


def _consent_as_of(row: Consent, known_at: datetime | None) -> Given | None:
    """Return the consent as it stood at a moment, or as it stands; None where it did not."""
    if not _happened(row.answered_at, known_at) or _happened(row.revoked_at, known_at):
        return None
    used = _happened(row.used_at, known_at)
    state = ConsentState.USED if used else ConsentState.GIVEN
    return Given(row.id, row.act, row.party_id, row.terms_hash, state, row.used_by if used else None)


def _happened(at: datetime | None, known_at: datetime | None) -> bool:
    return at is not None and (known_at is None or at <= known_at)


def _agreement(
    rows: Iterable[RightEntry], holders: Sequence[Holder], day: date, known_at: datetime | None
) -> Agreement | None:
    """Return what is agreed, for each act by the newest binding agreement that names it; known by the newest of all."""
    stands = [
        row
        for row in rows
        if row.kind is RightKind.CO_OWNER_AGREEMENT
        and period_of(row, known_at).holds(day)
        and is_signed(row, holders, known_at)
    ]
    if not stands:
        return None
    stands.sort(key=lambda row: (row.effective_on, row.recorded_at))
    acts: dict[Act, tuple[Whose, frozenset[str]]] = {}
    for row in stands:
        said = row.details["acts"]
        acts |= {Act(act): (Whose(who["who"]), frozenset(who["parties"])) for act, who in said.items()}
    return Agreement(stands[-1].id, acts)


def is_signed(row: RightEntry, holders: Sequence[Holder], known: datetime | None = None) -> bool:
    """Whether an agreement binds: all the co-owners have given their own word, or an office has entered it."""
    words = signed_by(row, known)
    return OFFICE in words or {holder.party_id for holder in holders} <= words


async def names_of(session: AsyncSession, party_ids: Iterable[str | None]) -> dict[str, str]:
    """Return the names of parties."""
    wanted = {party_id for party_id in party_ids if party_id}
    if not wanted:
        return {}
    found = await session.execute(sa.select(col(Party.id), col(Party.name)).where(col(Party.id).in_(wanted)))
    return {row.id: row.name for row in found}


async def organisations_of(session: AsyncSession, party_ids: Iterable[str | None]) -> dict[str, str]:
    """Return the organisations that parties are, where they are on the platform."""
    wanted = {party_id for party_id in party_ids if party_id}
    if not wanted:
        return {}
    statement = sa.select(col(Party.id), col(Party.organisation_id)).where(
        col(Party.id).in_(wanted), col(Party.organisation_id).is_not(None)
    )
    return {party_id: str(organisation) for party_id, organisation in await session.execute(statement)}


async def parties_of(session: AsyncSession, caller: Caller | None) -> frozenset[str]:
    """Return the parties that the caller's organisation is."""
    if caller is None:
        return frozenset()
    statement = sa.select(col(Party.id)).where(col(Party.organisation_id) == caller.organisation_id)
    return frozenset(await session.scalars(statement))


async def in_this_patent(session: AsyncSession, whole: PatentAggregate, right_id: str) -> RightEntry | None:
    """Return an entry of the patent, or None."""
    found: Sequence[RightEntry] = await entries_of(session, whole.patent.id)
    return next((row for row in found if row.id == right_id), None)

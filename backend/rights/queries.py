"""How the ledger is read: a patent with all that burdens it, at one moment."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from backend.accounts.caller import Caller
from backend.accounts.models import Party
from backend.catalogue import queries as catalogue
from backend.catalogue.answers import held_then
from backend.catalogue.codes import HoldingState
from backend.catalogue.models import Holding
from backend.catalogue.queries import Whole
from backend.core.clock import china_day
from backend.rights.codes import Act, ConsentState, RightKind, Whose, Working
from backend.rights.ledger import Agreement, Entry, Given, Holder, Ledger
from backend.rights.models import Consent, RightEntry
from backend.rights.past import OFFICE, signed_by, states_at
from backend.rights.privacy_rules import as_others_see
from backend.rights.register_rules import register_at
from backend.rights.schemas import RightsQuery
from backend.rights.scope_rules import Period, Scope

ENTRIES: Final = (
    sa.select(RightEntry).where(col(RightEntry.patent_id) == sa.bindparam("patent_id")).order_by(col(RightEntry.id))
)
CONSENTS: Final = sa.select(Consent).where(
    col(Consent.patent_id) == sa.bindparam("patent_id"),
    col(Consent.state).in_([ConsentState.GIVEN, ConsentState.USED, ConsentState.REVOKED]),
)


def scope_of(row: RightEntry) -> Scope:
    """Give the entry's scope."""
    return Scope(frozenset(row.territory), frozenset(row.fields), frozenset(Working(way) for way in row.working))


def period_of(row: RightEntry, known_at: datetime | None = None) -> Period:
    """Give the days on which the entry held, by what was known at a moment.

    The last day of a pledge's debt does not end the pledge: it goes with the debt (Civil Code, art. 393).
    """
    ended = row.ended_on
    if known_at is not None and row.end_recorded_at is not None and row.end_recorded_at > known_at:
        ended = _ended_before(row, known_at)
    return Period.of(row.starts_on, None if row.kind is RightKind.PLEDGE else row.ends_on, ended)


def _ended_before(row: RightEntry, known_at: datetime) -> date | None:
    """Give the end that was on record at a moment, before another was brought forward in its place."""
    known = [end for end in row.details.get("ends", []) if datetime.fromisoformat(end["recorded_at"]) <= known_at]
    return date.fromisoformat(known[-1]["ended_on"]) if known else None


def entry_of(row: RightEntry, known_at: datetime | None = None) -> Entry:
    """Give the entry as the rules read it."""
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
    """Give every entry of a patent, oldest first, also those that ended or were corrected."""
    return (await session.scalars(ENTRIES, {"patent_id": patent_id})).all()


async def ledger_of(
    session: AsyncSession,
    whole: Whole,
    now: datetime,
    *,
    valid_on: date | None = None,
    known_at: datetime | None = None,
    own: AbstractSet[str] | None = None,
) -> Ledger:
    """Give the ledger of a patent as it stands, or as it stood on a day, by what was known at a moment.

    As it stands it holds whatever is on record, also what was recorded before the demonstration's clock was put back.
    `own` are the parties of somebody who does not see all of it, to whom it is given as others see it.
    """
    day, known = valid_on or china_day(now), known_at or now
    every = await entries_of(session, whole.patent.id)
    rows = [row for row in every if was_known(row, known_at)]
    entries = _burdens(rows, known_at)
    if own is not None:
        standing = _burdens([row for row in every if was_known(row, None)], None)
        entries = as_others_see(entries, standing, own, china_day(now))
    facts = (await catalogue.facts_of(session, [whole.patent.id]))[whole.patent.id]
    consents = (await session.scalars(CONSENTS, {"patent_id": whole.patent.id})).all()
    is_past = valid_on is not None or known_at is not None
    states = await states_at(session, [h for h, _ in whole.holders], known) if is_past else None
    holders = _holders(whole, day, known, states)
    return Ledger(
        register=register_at(whole.patent, facts, valid_on=day, known_at=known),
        holders=holders,
        entries=entries,
        agreement=_agreement(rows, holders, day, known_at),
        consents=tuple(given for given in (_given(row, known_at) for row in consents) if given is not None),
    )


def _burdens(rows: Iterable[RightEntry], known_at: datetime | None) -> tuple[Entry, ...]:
    return tuple(entry_of(row, known_at) for row in rows if row.kind is not RightKind.CO_OWNER_AGREEMENT)


def established(
    whole: Whole, held: Sequence[Holding], states: Mapping[str, HoldingState] | None = None
) -> list[Holding]:
    """Give the holdings that count: whoever merely says of itself that it holds the patent, beside others, does not.

    `states` are those of an earlier moment, by the holding's id.
    """
    sure = states or {holding.id: holding.state for holding in held}
    firm = [h for h in held if sure[h.id] is HoldingState.VERIFIED or not _is_own_word(whole, h)]
    return firm or list(held)


def _is_own_word(whole: Whole, holding: Holding) -> bool:
    own = holding.organisation_id is not None and holding.recorded_by == holding.organisation_id
    return own and whole.patent.facts_by != holding.organisation_id


def living(whole: Whole) -> list[Holding]:
    """Give the holdings that count today."""
    return established(whole, [holding for holding, _ in whole.living])


def _holders(whole: Whole, day: date, known: datetime, states: Mapping[str, HoldingState] | None) -> tuple[Holder, ...]:
    if states is None:
        return tuple(Holder(h.party_id, h.organisation_id, h.state) for h in living(whole))
    held = established(whole, [h for h, _ in whole.holders if held_then(h, day, known)], states)
    return tuple(Holder(h.party_id, h.organisation_id, states[h.id]) for h in held)


def _given(row: Consent, known_at: datetime | None) -> Given | None:
    """Give the consent as it stood at a moment, or as it stands; None where it did not."""
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
    """Give what is agreed, for each act by the newest binding agreement that names it; known by the newest of all."""
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
    """Give the names of parties."""
    wanted = {party_id for party_id in party_ids if party_id}
    if not wanted:
        return {}
    found = await session.execute(sa.select(col(Party.id), col(Party.name)).where(col(Party.id).in_(wanted)))
    return {row.id: row.name for row in found}


async def organisations_of(session: AsyncSession, party_ids: Iterable[str | None]) -> dict[str, str]:
    """Give the organisations that parties are, where they are on the platform."""
    wanted = {party_id for party_id in party_ids if party_id}
    if not wanted:
        return {}
    asked = sa.select(col(Party.id), col(Party.organisation_id)).where(
        col(Party.id).in_(wanted), col(Party.organisation_id).is_not(None)
    )
    return {party_id: str(organisation) for party_id, organisation in await session.execute(asked)}


async def parties_of(session: AsyncSession, caller: Caller | None) -> frozenset[str]:
    """Give the parties that the caller's organisation is."""
    if caller is None:
        return frozenset()
    asked = sa.select(col(Party.id)).where(col(Party.organisation_id) == caller.organisation_id)
    return frozenset(await session.scalars(asked))


def visible_entries(caller: Caller | None, patent_id: str, *, sees_all: bool) -> sa.ColumnElement[bool]:
    """Which entries of a patent somebody may see: holders and offices all, everyone the announced.

    A party sees its own besides, and whoever recorded an entry what it recorded.
    """
    mine = col(RightEntry.patent_id) == patent_id
    if sees_all:
        return mine
    seen: list[sa.ColumnElement[bool]] = [
        sa.and_(col(RightEntry.announced_on).is_not(None), col(RightEntry.kind) != RightKind.CO_OWNER_AGREEMENT)
    ]
    if caller is not None:
        own = sa.select(col(Party.id)).where(col(Party.organisation_id) == caller.organisation_id)
        seen += [col(RightEntry.party_id).in_(own), col(RightEntry.recorded_by) == caller.organisation_id]
    return sa.and_(mine, sa.or_(*seen))


async def seen_among(
    session: AsyncSession, caller: Caller | None, whole: Whole, rows: Iterable[RightEntry]
) -> frozenset[str]:
    """Give those of the entries that the rows speak of which somebody who does not see all of them may see."""
    ids = {right_id for row in rows for right_id in (*row.carves_out, row.corrects, row.corrected_by) if right_id}
    if not ids:
        return frozenset()
    visible = visible_entries(caller, whole.patent.id, sees_all=False)
    return frozenset(await session.scalars(sa.select(col(RightEntry.id)).where(visible, col(RightEntry.id).in_(ids))))


def entries_asked(
    caller: Caller | None, patent_id: str, query: RightsQuery, day: date, known_at: datetime, *, sees_all: bool
) -> sa.Select[Any]:
    """The entries of a patent that somebody may see and asks for, as they stood on record at a moment."""
    row = RightEntry
    asked = sa.select(row).where(visible_entries(caller, patent_id, sees_all=sees_all))
    if query.known_at is not None:
        asked = asked.where(col(row.recorded_at) <= known_at)
        asked = asked.where(sa.or_(col(row.corrected_at).is_(None), col(row.corrected_at) > known_at))
    elif query.in_force is not None:
        asked = asked.where(col(row.corrected_at).is_(None))
    if query.kind:
        asked = asked.where(col(row.kind).in_(query.kind))
    if query.in_force is not None or query.valid_on is not None:
        unknown = col(row.end_recorded_at) > known_at if query.known_at is not None else sa.false()
        holds = sa.and_(
            col(row.starts_on) <= day,
            sa.or_(col(row.ends_on).is_(None), col(row.ends_on) >= day, col(row.kind) == RightKind.PLEDGE),
            sa.or_(col(row.ended_on).is_(None), col(row.ended_on) > day, unknown),
        )
        asked = asked.where(sa.not_(holds) if query.in_force is False else holds)
    return asked


def agreements(patent_id: str) -> sa.Select[Any]:
    """The agreements of a patent's co-owners."""
    asked = sa.select(RightEntry).where(col(RightEntry.patent_id) == patent_id)
    return asked.where(col(RightEntry.kind) == RightKind.CO_OWNER_AGREEMENT, col(RightEntry.corrected_at).is_(None))


def visible_consents(caller: Caller) -> sa.ColumnElement[bool]:
    """Which consents somebody may see: those that it asked for or is asked for; offices all."""
    if catalogue.is_office(caller):
        return sa.true()
    return sa.or_(col(Consent.asked_by) == caller.organisation_id, asked_of(caller))


def asked_of(caller: Caller) -> sa.ColumnElement[bool]:
    """Which consents the caller's organisation is asked for; it is one party, so that an index finds them."""
    own = sa.select(col(Party.id)).where(col(Party.organisation_id) == caller.organisation_id)
    return col(Consent.party_id) == own.scalar_subquery()

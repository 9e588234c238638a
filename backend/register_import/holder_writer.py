"""How an import reads and writes who held a patent from when to when, and the names that parties bore."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from backend.accounts.events import PartyUpdated, party_updated
from backend.accounts.models import Party, PartyName
from backend.accounts.rules import name_key
from backend.core.database.columns import table_of
from backend.core.events.domain_event import PUBLIC, DomainEvent
from backend.patents.events import HoldingEnded, HoldingEvent, holding_changed
from backend.patents.models import Holding
from backend.register_import.holder_planner import Rename
from backend.register_import.import_terms import Terms
from backend.register_import.patent_state import PatentState, Period

HOLDING: Final = table_of(Holding)
PARTY: Final = table_of(Party)
NAME: Final = table_of(PartyName)

PERIODS: Final = (
    sa.select(
        *(HOLDING.c[name] for name in (
            "patent_id", "id", "party_id", "state", "organisation_id", "recorded_by", "effective_on", "ended_on",
            "ended_because", "end_recorded_at",
        )),
        PARTY.c.name_key,
    )
    .join(PARTY, PARTY.c.id == HOLDING.c.party_id)
    .where(HOLDING.c.patent_id.in_(sa.bindparam("ids", expanding=True)))
    .order_by(HOLDING.c.id)
)  # fmt: skip
FORMER: Final = (
    sa.select(NAME.c.party_id, NAME.c.name_key)
    .join(HOLDING, HOLDING.c.party_id == NAME.c.party_id)
    .where(HOLDING.c.patent_id.in_(sa.bindparam("ids", expanding=True)))
    .distinct()
)
CHANGED: Final = ("state", "effective_on", "ended_on", "ended_because", "end_recorded_at")
CHANGE: Final = (
    sa.update(HOLDING)
    .where(HOLDING.c.id == sa.bindparam("known_id"))
    .values(
        **{name: sa.bindparam(f"new_{name}", type_=HOLDING.c[name].type) for name in CHANGED},
        version=HOLDING.c.version + 1,
    )
)
BORNE: Final = (
    sa.select(PARTY.c.id, PARTY.c.name, PARTY.c.name_en)
    .where(PARTY.c.id.in_(sa.bindparam("ids", expanding=True)))
    .with_for_update()
)
RENAME: Final = (
    sa.update(PARTY)
    .where(PARTY.c.id == sa.bindparam("known_id"))
    .values(name=sa.bindparam("new_name"), name_key=sa.bindparam("new_key"), version=PARTY.c.version + 1)
)


async def load_periods(session: AsyncSession, patents: Iterable[PatentState], by: str) -> None:
    """Load into these patents, unless they have them, the times for which they were held."""
    wanted = {patent_id: known for known in patents if known.periods is None for patent_id in known.stored_ids}
    for known in wanted.values():
        known.periods = []
    if not wanted:
        return
    connection = await session.connection()
    former = await _former_keys(connection, sorted(wanted))
    found = await connection.execute(PERIODS, {"ids": sorted(wanted)})
    for row in found.mappings():
        period = Period(
            row["id"],
            row["party_id"],
            row["state"],
            row["organisation_id"],
            is_mine=row["recorded_by"] == by,
            effective_on=row["effective_on"],
            ended_on=row["ended_on"],
            ended_because=row["ended_because"],
            end_recorded_at=row["end_recorded_at"],
            name_key=row["name_key"],
            former_keys=former.get(row["party_id"], frozenset()),
        )
        wanted[row["patent_id"]].periods = [*(wanted[row["patent_id"]].periods or ()), period]


async def _former_keys(connection: AsyncConnection, patents: Sequence[str]) -> dict[str, frozenset[str]]:
    """Return the folded names that each holder of these patents bore before."""
    found: dict[str, frozenset[str]] = {}
    for party, key in await connection.execute(FORMER, {"ids": patents}):
        found[party] = found.get(party, frozenset()) | {key}
    return found


def holding_of(known: PatentState, period: Period, party_id: str, terms: Terms) -> dict[str, Any]:
    """Return the row of a holding that is told to have begun; `party_id` is the holder's, now that it is there."""
    return {
        "id": period.id,
        "patent_id": known.id,
        "party_id": party_id,
        "organisation_id": period.organisation_id,
        "evidence": terms.source,
        "recorded_at": terms.now,
        "recorded_by": terms.organisation_id,
        **{name: getattr(period, name) for name in CHANGED},
        "version": 1,
    }


async def write_changes(session: AsyncSession, touched: Sequence[PatentState]) -> None:
    """Write the first and last days that holdings on record got."""
    rows = [
        {"known_id": period.id, **{f"new_{name}": getattr(period, name) for name in CHANGED}}
        for known in touched
        for period in known.altered
    ]
    if rows:
        await (await session.connection()).execute(CHANGE, rows)


def ended(known: PatentState, actor: str) -> list[DomainEvent[HoldingEvent]]:
    """Return the endings of organisations' holdings, which suspend their listings."""
    audience = {*known.organisations, *([PUBLIC] if known.listed else [])}
    return [
        holding_changed(
            HoldingEnded, known.id, period.id, period.party, sorted({*audience, period.organisation_id}), actor
        )
        for period in known.ended
        if period.organisation_id
    ]


async def write_renames(
    session: AsyncSession, renames: Sequence[Rename], made: Mapping[str, str], terms: Terms, actor: str
) -> list[DomainEvent[PartyUpdated]]:
    """Return the parties their new names and keep the old ones, dated; `made` has the ids of parties made just now."""
    ids = [made.get(rename.party, rename.party) for rename in renames]
    if not ids:
        return []
    connection = await session.connection()
    borne = {row.id: (row.name, row.name_en) for row in await connection.execute(BORNE, {"ids": sorted(set(ids))})}
    former, now = [], []
    for party, rename in zip(ids, renames, strict=True):
        name, name_en = borne[party]
        former.append(_former(party, name, name_en, rename, terms.now))
        now.append({"known_id": party, "new_name": rename.new, "new_key": name_key(rename.new)})
        borne[party] = (rename.new, name_en)
    await connection.execute(sa.insert(NAME), former)
    await connection.execute(RENAME, now)
    return [party_updated(party, terms.organisation_id, actor, renamed=True) for party in ids]


def _former(party: str, name: str, name_en: str | None, rename: Rename, now: datetime) -> dict[str, Any]:
    return {
        "party_id": party,
        "name": name,
        "name_en": name_en,
        "name_key": name_key(name),
        "valid_from": None,
        "valid_to": rename.on,
        "recorded_at": now,
    }


def parties_in(touched: Iterable[PatentState], renames: Iterable[Rename]) -> set[str]:
    """Return the parties that new holdings name or that are renamed."""
    holding = {party for known in touched for party in (*known.holds, *(p.party for p in known.begun))}
    return holding | {rename.party for rename in renames}

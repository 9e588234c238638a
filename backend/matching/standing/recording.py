"""Keeps what an evaluation found: the first pairs of each need for each side, and which of them are to be told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.columns import table_of
from backend.core.database.dialects import insert_into
from backend.matching.codes import StandingSide
from backend.matching.models import StandingPair
from backend.matching.standing import queries
from backend.matching.standing.evaluation import TOP, Pair
from backend.matching.standing.rules import GONE, is_due

PAIR: Final = table_of(StandingPair)
KEYS: Final = ("need_id", "listing_id", "side")
Key = tuple[str, str, StandingSide]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The pairs found; the needs that were evaluated whole; the listings that were evaluated against all needs."""

    pairs: list[Pair]
    whole_needs: set[str]
    listings: set[str]


async def record(session: AsyncSession, evaluated: Evaluated, now: datetime, real: datetime) -> None:
    """Keep the pairs; those among the first of their need that a side was not told of, or that gained, wait for it."""
    del now
    found = {(pair.need_id, pair.listing_id, pair.side): pair for pair in evaluated.pairs}
    needs = {pair.need_id for pair in evaluated.pairs} | evaluated.whole_needs
    rows = {_key(row): row for row in await queries.pairs_of_needs(session, needs)} if needs else {}
    if evaluated.listings:
        rows |= {_key(row): row for row in await queries.pairs_of_listings(session, evaluated.listings)}
    for key, row in rows.items():
        if key not in found and (row.need_id in evaluated.whole_needs or row.listing_id in evaluated.listings):
            _leave(row)
    top = _first_of(rows, found)
    for key, pair in found.items():
        known = rows.get(key)
        if known is not None:
            _renew(known, pair, real, is_first=key in top)
    await session.flush()
    fresh = [_values(pair, real) for key, pair in found.items() if key in top and key not in rows]
    if fresh:
        await session.execute(insert_into(session, PAIR).on_conflict_do_nothing(index_elements=list(KEYS)), fresh)


def _key(row: StandingPair) -> Key:
    return row.need_id, row.listing_id, row.side


def _leave(row: StandingPair) -> None:
    row.is_present, row.pending_since = False, None
    row.barriers = sorted({*row.barriers, GONE})


def _renew(row: StandingPair, pair: Pair, real: datetime, *, is_first: bool) -> None:
    is_new = is_first and is_due(pair.points, pair.barriers, row.told_points, row.barriers)
    if is_new and row.pending_since is None:
        row.pending_since = real
    if row.told_points is None or is_new or not set(row.barriers) - set(pair.barriers):
        row.barriers = list(pair.barriers)  # a barrier that fell while the pair was not among the first is kept
    row.points, row.is_present = pair.points, True


def _first_of(rows: dict[Key, StandingPair], found: dict[Key, Pair]) -> set[Key]:
    """Return the first pairs of each need and side, of those that stood and those that were found."""
    points: dict[tuple[str, StandingSide], dict[Key, int]] = {}
    for key, row in rows.items():
        if row.is_present:
            points.setdefault((row.need_id, row.side), {})[key] = row.points
    for key, pair in found.items():
        points.setdefault((pair.need_id, pair.side), {})[key] = pair.points
    return {key for ranked in points.values() for key in _best(ranked.items())}


def _best(ranked: Iterable[tuple[Key, int]]) -> list[Key]:
    return [key for key, _ in sorted(ranked, key=lambda one: (-one[1], one[0][1]))[:TOP]]


def _values(pair: Pair, real: datetime) -> dict[str, Any]:
    return {
        "need_id": pair.need_id,
        "listing_id": pair.listing_id,
        "side": pair.side,
        "points": pair.points,
        "barriers": list(pair.barriers),
        "is_present": True,
        "pending_since": real,
    }


LEFT_OVER: Final = sa.and_(PAIR.c.is_present.is_(False), PAIR.c.told_at.is_(None))


async def forget_left_over(session: AsyncSession, most: int) -> int:
    """Forget pairs that are no match any more and that nobody was told of; return how many."""
    keys = sa.select(*(PAIR.c[name] for name in KEYS)).where(LEFT_OVER).limit(most)
    rows = (await session.execute(keys)).all()
    for need_id, listing_id, side in rows:
        one = sa.and_(PAIR.c.need_id == need_id, PAIR.c.listing_id == listing_id, PAIR.c.side == side)
        await session.execute(sa.delete(PAIR).where(one, LEFT_OVER))
    return len(rows)

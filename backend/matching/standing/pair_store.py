"""Keeps what an evaluation found: the first pairs of each need for each side, and which of them are to be told."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession

from backend.core.database.columns import table_of
from backend.matching.codes import StandingSide
from backend.matching.models import StandingPair
from backend.matching.standing import queries
from backend.matching.standing.evaluation import TOP, Group, Pair
from backend.matching.standing.rules import Standing, as_displaced, as_found, as_gone

PAIR: Final = table_of(StandingPair)
KEYS: Final = ("need_id", "listing_id", "side")
FACTS: Final = tuple(field.name for field in fields(Standing))
SAME: Final = sa.and_(*(PAIR.c[name] == sa.bindparam(f"key_{name}") for name in KEYS))
CHANGE: Final = sa.update(PAIR).where(SAME).values({name: sa.bindparam(f"new_{name}") for name in FACTS})
FORGET: Final = sa.delete(PAIR).where(SAME)
Key = tuple[str, str, StandingSide]


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The pairs found; the sides for which needs were evaluated whole; the listings evaluated against all needs."""

    pairs: list[Pair]
    whole: set[tuple[str, StandingSide]]
    listings: set[str]


async def record(session: AsyncSession, evaluated: Evaluated, real: datetime, again_after: timedelta) -> None:
    """Keep the pairs; those among the first of their need that a side was not told of, or that gained, wait for it."""
    needs = {pair.need_id for pair in evaluated.pairs} | {need_id for need_id, _ in evaluated.whole}
    rows = await queries.pairs_of_needs(session, needs) + await queries.pairs_of_listings(session, evaluated.listings)
    before, after = await asyncio.to_thread(_changes, evaluated, needs, rows, real, again_after)
    await _keep(session, before, after)


def _changes(
    evaluated: Evaluated, needs: set[str], rows: Sequence[sa.Row[Any]], real: datetime, again_after: timedelta
) -> tuple[dict[Key, Standing], dict[Key, Standing | None]]:
    """Return how the pairs stood and how they stand now; requests are answered meanwhile, as there may be many."""
    found = {(pair.need_id, pair.listing_id, pair.side): pair for pair in evaluated.pairs}
    before = {_key(row): _standing(row) for row in rows}
    gone = {k for k in before.keys() - found.keys() if (k[0], k[2]) in evaluated.whole or k[1] in evaluated.listings}
    standing = {key: known for key, known in before.items() if known.is_present and key not in gone}
    first = _first_of({**standing, **found})
    after: dict[Key, Standing | None] = {key: as_gone(before[key]) for key in gone}
    for key, known in before.items():
        if key not in first and known.is_present and key not in gone and key[0] in needs:
            pair = found.get(key)
            after[key] = as_displaced(known, pair or known)
    for key in found.keys() & first:
        pair = found[key]
        after[key] = as_found(before.get(key, _new(pair)), pair, real, again_after)
    return before, after


def _key(row: sa.Row[Any]) -> Key:
    return row.need_id, row.listing_id, StandingSide(row.side)


def _standing(row: sa.Row[Any]) -> Standing:
    return Standing(**{name: getattr(row, name) for name in FACTS})


def _new(pair: Pair) -> Standing:
    return Standing(
        points=pair.points,
        by_abstract=pair.by_abstract,
        barriers=(),
        barriers_since_told=(),
        is_present=True,
        pending_since=None,
    )


def _first_of(pairs: Mapping[Key, Pair | Standing]) -> set[Key]:
    """Return the first pairs of each need and side, and apart of those who know the need by its abstract alone.

    Else what they may not know of it, and who does, would decide what they are told.
    """
    ranked: dict[Group, list[tuple[int, str, Key]]] = {}
    for key, pair in pairs.items():
        ranked.setdefault((key[0], key[2], pair.by_abstract), []).append((-pair.points, key[1], key))
    return {key for mine in ranked.values() for _, _, key in sorted(mine)[:TOP]}


async def _keep(session: AsyncSession, before: Mapping[Key, Standing], after: Mapping[Key, Standing | None]) -> None:
    fresh = [
        dict(zip(KEYS, key, strict=True)) | asdict(known)
        for key, known in after.items()
        if known is not None and key not in before
    ]
    changed = [
        _named("key_", zip(KEYS, key, strict=True)) | _named("new_", asdict(known).items())
        for key, known in after.items()
        if known is not None and key in before and known != before[key]
    ]
    left = [_named("key_", zip(KEYS, key, strict=True)) for key, known in after.items() if known is None]
    connection = await session.connection()
    for statement, parameters in ((sa.insert(PAIR), fresh), (CHANGE, changed), (FORGET, left)):
        if parameters:
            await connection.execute(statement, parameters)


def _named(prefix: str, values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    return {prefix + name: value for name, value in values}

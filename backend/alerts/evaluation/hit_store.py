"""Keeps what a batch of events changes about alerts: in the transaction that moves the cursor."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from backend.alerts.evaluation.batch import MATCH, PORTION, Hit, Outcome
from backend.alerts.policy import AlertPolicy
from backend.alerts.queries import ALERT, HIT, unnotified_hits
from backend.alerts.rules import notify_at
from backend.core.database.dialects import is_sqlite
from backend.core.fast_path.compiled_statements import Prepared
from backend.core.fast_path.connections import connection_of

PAIR: Final = ("alert_id", "subject")


async def record(session: AsyncSession, outcome: Outcome, policy: AlertPolicy, now: datetime) -> None:
    """Keep the outcome; what is of alerts that were deleted or paused meanwhile, or have begun anew, is left out."""
    alerts = await _locked(session, outcome.alert_ids)
    started = {key: value for key, value in outcome.started.items() if key in alerts and alerts[key].run == value[0]}
    for alert_id, (_, place, known_from) in started.items():
        change = sa.update(ALERT).where(ALERT.c.id == alert_id)
        await session.execute(change.values(started_at_event=place, known_from=known_from))
    fresh = {key for key in outcome.started if key not in started}
    living = {
        key for key in alerts if key not in fresh and (key in started or alerts[key].started_at_event is not None)
    }
    await _keep_matches(session, outcome, living, policy.matches_kept)
    hits = [hit for hit in outcome.hits if hit.alert_id in living]
    kept, more = await _within_measure(session, hits, policy.hits_per_digest)
    added = await _keep_hits(session, kept, now)
    for alert_id in {*added, *more}:
        await _wait(session, alerts[alert_id], more.get(alert_id, 0), policy, now)


async def _locked(session: AsyncSession, alert_ids: Iterable[str]) -> dict[str, sa.Row[Any]]:
    ids = sorted(alert_ids)
    found = {}
    for start in range(0, len(ids), PORTION):
        which = sa.and_(ALERT.c.id.in_(ids[start : start + PORTION]), ALERT.c.paused.is_(False))
        statement = sa.select(ALERT).where(which).order_by(ALERT.c.id).with_for_update()
        found.update({row.id: row for row in await session.execute(statement)})
    return found


async def _keep_matches(session: AsyncSession, outcome: Outcome, living: set[str], most: int) -> None:
    gone = [pair for pair in outcome.gone if pair[0] in living]
    if gone:
        which = sa.and_(*(MATCH.c[name] == sa.bindparam(f"of_{name}") for name in PAIR))
        rows = [{f"of_{name}": value for name, value in zip(PAIR, pair, strict=True)} for pair in gone]
        await (await session.connection()).execute(sa.delete(MATCH).where(which), rows)
    kept: list[dict[str, Any]] = [
        {"alert_id": alert_id, "subject": subject, "price_fen": facts.price_fen, "open_licence": facts.open_licence}
        for (alert_id, subject), facts in outcome.matches.items()
        if alert_id in living
    ]
    if kept:
        await _put(is_sqlite(session), MATCH, tuple(kept[0]), PAIR).run_many(await connection_of(session), kept)
        await _leave_broad(session, {row["alert_id"] for row in kept}, most)


@cache
def _put(sqlite: bool, table: sa.Table, names: tuple[str, ...], keys: tuple[str, ...] = ()) -> Prepared:
    """Return what inserts rows: one with the same `keys` gets the new values; without keys one that is there stays."""
    values: dict[str, Any] = {name: sa.bindparam(name, type_=table.c[name].type) for name in names}
    put: Any = (sqlite_insert if sqlite else postgresql_insert)(table).values(values)
    if not keys:
        return Prepared(put.on_conflict_do_nothing())
    fresh = {name: put.excluded[name] for name in names if name not in keys}
    return Prepared(put.on_conflict_do_update(index_elements=list(keys), set_=fresh))


async def _leave_broad(session: AsyncSession, alert_ids: set[str], most: int) -> None:
    """Keep no results of alerts that find more than is kept of one."""
    counted = sa.select(MATCH.c.alert_id).where(MATCH.c.alert_id.in_(alert_ids)).group_by(MATCH.c.alert_id)
    broad = (await session.scalars(counted.having(sa.func.count() > most))).all()
    if broad:
        await session.execute(sa.delete(MATCH).where(MATCH.c.alert_id.in_(broad)))
        await session.execute(sa.update(ALERT).where(ALERT.c.id.in_(broad)).values(known_from=None))


async def _within_measure(session: AsyncSession, hits: Sequence[Hit], most: int) -> tuple[list[Hit], Mapping[str, int]]:
    """Return the hits that fit into the next digests, each once, and how many more each alert has."""
    by_alert: dict[str, dict[tuple[str, str], Hit]] = defaultdict(dict)
    for hit in hits:
        by_alert[hit.alert_id][hit.subject, hit.change] = hit
    waiting = await unnotified_hits(session, list(by_alert)) if by_alert else {}
    kept, more = [], {}
    for alert_id, own in by_alert.items():
        room = max(most - waiting.get(alert_id, 0), 0)
        kept += list(own.values())[:room]
        if len(own) > room:
            more[alert_id] = len(own) - room
    return kept, more


async def _keep_hits(session: AsyncSession, hits: Sequence[Hit], now: datetime) -> set[str]:
    """Keep the hits that no digest is about to tell of already, and return the alerts that have some."""
    rows = [{**hit._asdict(), "found_at": now} for hit in hits]
    if rows:
        await _put(is_sqlite(session), HIT, tuple(rows[0])).run_many(await connection_of(session), rows)
    return {hit.alert_id for hit in hits}


async def _wait(session: AsyncSession, alert: sa.Row[Any], more: int, policy: AlertPolicy, now: datetime) -> None:
    since = alert.waiting_since or now
    due = notify_at(alert.frequency, since, now, policy.waiting)
    values = {"waiting_since": since, "notify_at": due, "more_hits": ALERT.c.more_hits + more}
    await session.execute(sa.update(ALERT).where(ALERT.c.id == alert.id).values(**values))

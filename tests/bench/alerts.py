"""`scripts/bench alerts`: 10,000 alerts that a thousand new listings are compared with, as after an import.

The demonstration's patents fill database and index. Alerts look for words of real titles, classes and regions, some
for everything. Then the cursor of alerts is set before the last listings, and the time is taken until all are compared
and what was found is kept; after that for single listings, one by one, as somebody publishes them by hand.
"""

import asyncio
import random
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from backend.alerts.codes import AlertFrequency, AlertKind
from backend.alerts.evaluation.evaluator import FOLLOWER, AlertEvaluator
from backend.alerts.jobs import INDEXES
from backend.alerts.policy import alert_policy
from backend.alerts.queries import ALERT, HIT
from backend.alerts.saved_queries import hash_of
from backend.core.clock import Clock
from backend.core.database.bulk_writes import put_many
from backend.core.database.columns import table_of
from backend.core.database.schema import upgrade
from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.events.log import EVENT
from backend.core.ids import new_id
from backend.core.search_indexing.engines import in_folder
from backend.core.search_indexing.reindex import rebuild
from backend.core.settings import read_settings
from backend.demo.seed import seed_with_progress
from backend.patents.models import Patent
from search.text import cut, fold

PATENTS, ALERTS, LISTINGS, SINGLE = 6_000, 10_000, 1_000, 20
PUBLISHED: Final = "listing.published"
PAT: Final = table_of(Patent)


def queries(titles: list[str], rng: random.Random) -> list[dict[str, Any]]:
    """Return what the alerts look for: mostly two or three words of some title, often with a filter."""
    found: list[dict[str, Any]] = [{}, {"deal_type": ["open_licence"]}]
    while len(found) < ALERTS:
        words = [word for word in cut(fold(rng.choice(titles))) if len(word) > 1]
        query: dict[str, Any] = {"q": " ".join(rng.sample(words, min(len(words), rng.choice((2, 3)))))}
        if rng.random() < 0.3:
            query["ipc"] = [rng.choice("ABCDEFGH")]
        if rng.random() < 0.2:
            query["price_max_fen"] = rng.choice((10_000_000, 100_000_000))
        found.append(query)
    return found


async def _make_alerts(database: Database) -> None:
    rng = random.Random(11)
    async with database.read() as session:
        titles = list(await session.scalars(sa.select(PAT.c.title)))
        owner = (await session.execute(sa.text("SELECT organisation_id, user_id FROM member LIMIT 1"))).one()
        head = int((await session.execute(stream.HEAD)).scalar_one())
    rows = [
        {
            "id": new_id("alert"), "organisation_id": owner[0], "user_id": owner[1], "kind": AlertKind.SEARCH,
            "name": str(number), "query": query, "query_hash": hash_of(AlertKind.SEARCH, query),
            "frequency": AlertFrequency.DAILY, "paused": False, "run": 1, "started_at_event": 0,
            "known_from": None if number < 2 else 0, "more_hits": 0, "created_at": database.clock.now(), "version": 1,
        }
        for number, query in enumerate(queries(titles, rng))
    ]  # fmt: skip
    async with database.write() as session:
        await put_many(session, ALERT, rows)
        await _move(session, head)


async def _move(session: Any, position: int) -> None:
    await session.execute(stream.MOVE, {"n": FOLLOWER, "p": position})


async def _publish_again(database: Database, count: int) -> None:
    """Append the events of so many listings, as if they had just been published."""
    async with database.write() as session:
        rows = (await session.execute(sa.select(EVENT).where(EVENT.c.type == PUBLISHED).limit(count))).all()
        last = int((await session.execute(stream.HEAD)).scalar_one())
        names = ("type", "subject", "audience", "data", "actor", "at")
        copies = [
            {**{name: getattr(row, name) for name in names}, "seq": last + number}
            for number, row in enumerate(rows, start=1)
        ]
        await put_many(session, EVENT, copies)


async def _measure(folder: Path) -> dict[str, float]:
    settings = read_settings(patentmart_demo=True, patentmart_data_dir=folder, patentmart_log_level="error",
                             sqlite_synchronous="NORMAL")  # fmt: skip
    upgrade(settings)
    await asyncio.to_thread(seed_with_progress, settings, PATENTS)
    database = Database(settings, Clock())
    engines = {name: in_folder(settings, index) for name, index in INDEXES.items()}
    try:
        for name, engine in engines.items():
            if engine.needs_rebuild:
                await rebuild(INDEXES[name], database, engine)
        await _make_alerts(database)
        evaluator = AlertEvaluator(database, INDEXES, engines, alert_policy(settings))
        figures = {"alerts": float(ALERTS)}
        await _publish_again(database, 1)
        figures["first step, alerts loaded, s"] = await _taken(database, engines, evaluator)
        await _publish_again(database, LISTINGS)
        taken = await _taken(database, engines, evaluator)
        figures["ms a listing, a thousand at once"] = taken * 1_000 / LISTINGS
        single = []
        for _ in range(SINGLE):
            await _publish_again(database, 1)
            single.append(await _taken(database, engines, evaluator))
        figures["ms for one listing alone"] = sorted(single)[SINGLE // 2] * 1_000
        async with database.read() as session:
            figures["hits kept"] = float(
                (await session.execute(sa.select(sa.func.count()).select_from(HIT))).scalar_one()
            )
        return figures
    finally:
        for engine in engines.values():
            await engine.close()
        await database.close()


async def _taken(database: Database, engines: Any, evaluator: AlertEvaluator) -> float:
    """Return the seconds of the processor's that it takes to compare all that has happened, once the indexes have it.

    Other work on the machine hardly moves them.
    """
    head = await stream.head(database)
    for engine in engines.values():
        await engine.apply([], head)
    began = time.process_time()
    while await evaluator.step():
        pass
    return time.process_time() - began


def run() -> dict[str, float]:
    """Return the figures."""
    with tempfile.TemporaryDirectory(prefix="patentmart-alerts-") as folder:
        return asyncio.run(_measure(Path(folder)))

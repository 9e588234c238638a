"""`scripts/bench told`: servers killed at random moments of matching tell each pair once a side, and each hit once.

In each life of a server a holder lists patents and an enterprise publishes needs that meet these and no others; one
alert looks for all of them, another watches their holder.
"""

import asyncio
import contextlib
import os
import random
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import httpx
import sqlalchemy as sa

from backend.alerts.evaluation.evaluator import FOLLOWER as ALERTS
from backend.alerts.queries import ALERT, HIT
from backend.core.clock import Clock
from backend.core.database.columns import table_of
from backend.core.database.sessions import Database
from backend.core.events import stream
from backend.core.events.log import EVENT
from backend.core.settings import read_settings
from backend.needs.codes import NeedStatus
from backend.needs.models import Need
from backend.patents.codes import ListingStatus
from backend.patents.models import Listing
from tests.commands import make_operator
from tests.machine import postgres_url
from tests.one_server import environment_of, running
from tests.scenarios.alerts import make_alert
from tests.scenarios.matches import all_told, list_titled, of_one_trade
from tests.scenarios.members import OPERATOR, PASSWORD, Member, register_organisation
from tests.scenarios.needs import publish_need
from tests.scenarios.waiting import wait_until

KILLS: Final = 100
LIVES: Final = (0.05, 2.0)  # seconds that a server works before it is killed
LISTED, LOOKED_FOR = 2, 2  # patents and needs of a life, each of which meets each of the others
COMMON: Final = "zqcommon"  # the word of all titles, which an alert looks for
FOUND, MET, HITS = "need.listings_found", "listing.need_found", "alert.hits_found"
NEED, LISTING = table_of(Need), table_of(Listing)
UNLIMITED: Final = {
    "NEEDS_PER_DAY": "100000", "MATCH_DIGEST_QUIET_SECONDS": "0", "ALERT_QUIET_SECONDS": "0",
    "ACCESS_TOKEN_MINUTES": "1440",
}  # fmt: skip


async def _first(base: str) -> tuple[Member, Member]:
    """Return a holder and an enterprise that asks; the enterprise has its two alerts."""
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        holder, asker = await register_organisation(client), await register_organisation(client, "enterprise")
        await make_alert(client, asker, search={"q": COMMON})
        await make_alert(client, asker, holder_id=holder.organisation_id)
    return holder, asker


async def _work(base: str, holder: Member, asker: Member) -> None:
    """List and look for things of one trade, in any order, until all is done or the server dies."""
    made, looked_for = of_one_trade()
    made = made | {"title": f"{made['title']} {COMMON}"}
    async with httpx.AsyncClient(base_url=base, timeout=60) as client:
        tasks = [list_titled(client, holder, **made) for _ in range(LISTED)]
        tasks += [publish_need(client, asker, **looked_for) for _ in range(LOOKED_FOR)]
        random.shuffle(tasks)
        await asyncio.gather(*tasks, return_exceptions=True)


async def _kill(folder: Path, database_url: str, sides: tuple[Member, Member], kills: int) -> None:
    for _ in range(kills):
        with ExitStack() as stack:
            server = await asyncio.to_thread(stack.enter_context, running(folder, database_url, **UNLIMITED))
            work = asyncio.create_task(_work(server.base, *sides))
            await asyncio.sleep(random.uniform(*LIVES))
        with contextlib.suppress(httpx.HTTPError):
            await work


async def _settle(folder: Path, app: Any, database_url: str) -> None:
    """Have a server finish what the others left."""
    with ExitStack() as stack:
        await asyncio.to_thread(stack.enter_context, running(folder, database_url, **UNLIMITED))
        await all_told(app)
        await wait_until(lambda: _alerts_told(app.state.database), "the alerts")


async def _alerts_told(database: Database) -> bool:
    end = await stream.now(database)
    waits = sa.select(sa.func.count()).select_from(HIT).where(HIT.c.notified_at.is_(None))
    async with database.read() as session:
        position = (await session.execute(stream.POSITION, {"n": ALERTS})).scalar_one()
        return position >= end and (await session.execute(waits)).scalar_one() == 0


async def _judge(database: Database) -> dict[str, float]:
    """Return the figures; raise AssertionError where a promise was broken."""
    async with database.read() as session:
        open_needs = sa.select(NEED.c.id, NEED.c.problem).where(NEED.c.status == NeedStatus.PUBLISHED)
        needs: list[Any] = list(await session.execute(open_needs))
        listed = sa.select(LISTING.c.id, LISTING.c.patent_id).where(LISTING.c.status == ListingStatus.LISTED)
        listings: list[Any] = list(await session.execute(listed))
        titles = dict((await session.execute(sa.text("SELECT id, title FROM patent"))).all())  # type: ignore[arg-type]
        told = [(row.type, row.data) for row in await session.execute(sa.select(EVENT.c.type, EVENT.c.data))]
        hits: list[Any] = list(await session.execute(sa.select(HIT.c.alert_id, HIT.c.subject, HIT.c.change)))
        alerts = list(await session.scalars(sa.select(ALERT.c.id)))
    pairs = {
        (need.id, listing.id)
        for need in needs
        for listing in listings
        if need.problem.split()[0] in titles[listing.patent_id].split()
    }
    for kind in (FOUND, MET):
        came = Counter((data["need_id"], one) for name, data in told if name == kind for one in data["listing_ids"])
        assert set(came) == pairs, (kind, len(set(came) - pairs), len(pairs - set(came)))
        assert {pair for pair, times in came.items() if times > 1} == set(), kind
    expected = Counter((alert, listing.patent_id, "listed") for alert in alerts for listing in listings)
    assert Counter((hit.alert_id, hit.subject, str(hit.change)) for hit in hits) == expected
    assert sum(data["hits"] for name, data in told if name == HITS) == len(hits)
    return {
        "needs": len(needs),
        "listings": len(listings),
        "pairs, each told once to each side": len(pairs),
        "events that told them": sum(name in (FOUND, MET) for name, _ in told),
        "hits of alerts, each told once": len(hits),
        "broken promises": 0,
    }


async def measure(folder: Path, database_url: str, kills: int) -> dict[str, float]:
    """Return the figures of one database; raise AssertionError where a promise was broken."""
    settings = read_settings(patentmart_demo=True, patentmart_data_dir=folder, database_url=database_url, meili_url="")
    database = Database(settings, Clock())
    app = SimpleNamespace(state=SimpleNamespace(database=database))
    with ExitStack() as stack:
        server = await asyncio.to_thread(stack.enter_context, running(folder, database_url, **UNLIMITED))
        await asyncio.to_thread(make_operator, environment_of(folder, database_url), OPERATOR, PASSWORD)
        sides = await _first(server.base)
    await _kill(folder, database_url, sides, kills)
    await _settle(folder, app, database_url)
    found = await _judge(database)
    await database.close()
    return found


def run() -> dict[str, float]:
    """Return the figures of both databases."""
    kills = int(os.environ.get("BENCH_KILLS", KILLS))
    found: dict[str, float] = {"kills on each database": kills}
    for name, url in (("SQLite", ""), ("PostgreSQL", postgres_url("told_kills"))):
        with tempfile.TemporaryDirectory(prefix="patentmart-told-") as folder:
            figures = asyncio.run(measure(Path(folder), url, kills))
        found |= {f"{name}: {figure}": value for figure, value in figures.items()}
    return found

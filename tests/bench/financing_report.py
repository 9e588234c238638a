"""`scripts/bench financing-report`: a year of 10,000 requests counted in one pass, and the memory that it takes.

Beside it a year of a tenth of them, which shows that memory does not grow with the requests.
"""

import asyncio
import random
import tempfile
import time
import tracemalloc
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from backend.core.clock import Clock
from backend.core.database import schema
from backend.core.database.sessions import Database
from backend.core.ids import new_id
from backend.financing_figures import jobs
from backend.financing_figures.case_rules import due_on
from backend.financing_figures.policy import figures_policy
from backend.financing_figures.publication_rules import published
from backend.financing_figures.queries import of_year
from backend.financing_figures.report.presenters import report_out
from tests.conftest import settings_for
from tests.machine import postgres_url
from tests.scenarios.financing_year import draw_year, insert_year

REQUESTS: Final = 10_000
ENTERPRISES: Final = 3_000
BANKS: Final = 30
YEAR: Final = 2024
MS, MIB = 1_000, 2**20


async def _pass(database: Database, year: int) -> tuple[float, float, int]:
    """Return the seconds that counting a year takes, those of the processor, and how many requests were counted."""
    began, processor = time.perf_counter(), time.process_time()
    tallies = await jobs.count(database, year, due_on(year, 90))
    published(tallies)
    used = time.process_time() - processor
    return time.perf_counter() - began, used, max(tally.cases for tally in tallies.values())


async def _peak_mib(database: Database, year: int) -> float:
    tracemalloc.start()
    try:
        await _pass(database, year)
        return tracemalloc.get_traced_memory()[1] / MIB
    finally:
        tracemalloc.stop()


class _Reading:
    """Counts the statements that read requests."""

    def __init__(self, database: Database) -> None:
        self.statements = 0
        sa.event.listen(database.reader.sync_engine, "before_cursor_execute", self._see)

    def _see(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.statements += "FROM financing_request JOIN" in statement


async def _measured(folder: Path, url: str) -> dict[str, float]:
    settings = settings_for(folder, url)
    schema.upgrade(settings)
    database = Database(settings, Clock())
    chance, banks = random.Random(17), [new_id("org") for _ in range(BANKS)]
    try:
        await insert_year(database, YEAR, draw_year(chance, REQUESTS, ENTERPRISES, banks), banks)
        await insert_year(database, YEAR - 1, draw_year(chance, REQUESTS // 10, ENTERPRISES // 10, banks), [])
        await _pass(database, YEAR - 1)  # compiles the statements
        reading = _Reading(database)
        took, used, counted = await _pass(database, YEAR)
        pages = reading.statements
        policy = figures_policy(settings)
        await jobs.publish(database, YEAR, policy, database.clock.now())
        began = time.perf_counter()
        async with database.read() as session:
            row = await of_year(session, YEAR, is_demonstration=policy.is_demonstration)
        report_out(row, YEAR, {}, policy, "zh")
        report_ms = (time.perf_counter() - began) * MS
        return {
            "count_s": took,
            "processor_s": used,
            "requests": counted,
            "pages_read": pages,
            "peak_mib": await _peak_mib(database, YEAR),
            "peak_mib_of_a_tenth": await _peak_mib(database, YEAR - 1),
            "report_ms": report_ms,
        }
    finally:
        await database.close()


def run() -> dict[str, float]:
    """Return the figures on both databases."""
    figures: dict[str, float] = {}
    for kind in ("sqlite", "postgres"):
        with tempfile.TemporaryDirectory(prefix="patentmart-bench-") as folder:
            url = "" if kind == "sqlite" else postgres_url("bench_financing_report")
            found = asyncio.run(_measured(Path(folder), url))
            figures |= {f"{name}_{kind}": value for name, value in found.items()}
    return figures

"""A race of the bench, held a few times in a test: on the app itself, judged by its answers and its tables."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from fastapi import FastAPI

from backend.core.settings import Settings
from tests.bench.race_arena import LANES, Arena
from tests.bench.race_deals import deals_after
from tests.bench.race_judge import badly_answered, unlawful
from tests.bench.race_rights import Race, seen_after
from tests.bench.race_tables import read_tables, statuses, unlawful_deals
from tests.scenarios.members import sign_in_platform


@asynccontextmanager
async def arena_in(app: FastAPI) -> AsyncIterator[Arena]:
    """Yield an arena whose organisations have entered the app."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test", timeout=60) as client:
        ring = Arena("http://test", [client] * (LANES + 1))
        await ring.enter(await sign_in_platform(client))
        yield ring


async def faults_of(ring: Arena, settings: Settings, race: Race, times: int) -> list[str]:
    """Return what is unlawful after so many races of the kind."""
    found: list[str] = []
    things: dict[str, str] = {}
    for _ in range(times):
        start = await race.prepare(ring)
        answers = await ring.race(0, start.racers)
        entries, about = await seen_after(ring, start)
        about |= await deals_after(ring, start)
        things |= {thing_id: thing["status"] for thing_id, thing in about["things"].items()}
        found += [*unlawful(entries), *badly_answered(answers, entries, start.before)]
        found += race.check(start, answers, entries, about)
    tables = read_tables(
        {"DATABASE_URL": settings.database_url, "PATENTMART_DATA_DIR": str(settings.patentmart_data_dir)}
    )
    stands = statuses(tables)
    found += [f"{one}: {status}, in the table {stands[one]}" for one, status in things.items() if stands[one] != status]
    return [*found, *unlawful_deals(tables)]

"""`scripts/bench permissions`: what the rules cost where fifty entries burden a patent, alone and behind an address.

The address is compared, asked in turns in one run, with two that read the same rows and decide nothing: one mounted
beside it, with all that our addresses do, and the plainest one, in a server of its own. `ratio` is to the quicker.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import httpx

from backend.core.clock import Clock, china_day
from backend.core.database.sessions import Database
from backend.core.settings import Settings, read_settings
from backend.patents.queries import load
from backend.rights.codes import Act
from backend.rights.ledger import Ledger, PermissionRequest
from backend.rights.permissions.rules import decide
from backend.rights.queries import ledger_of
from tests.bench import load as loads
from tests.bench import server
from tests.commands import make_operator
from tests.fresh_server import OPERATOR, PASSWORD
from tests.machine import postgres_url
from tests.one_server import free_port
from tests.rights.burdened import burdened
from tests.scenarios.members import registration_body, sign_in

ACT: Final = Act.GRANT_EXCLUSIVE
TURNS: Final = 10
SECONDS: Final = 0.7
REPEATED: Final = 300
MS: Final = 1000


def medians(ledger: Ledger, repeated: int = REPEATED) -> dict[Act, float]:
    """Return the milliseconds in which each act is decided, the median of so many times."""
    clock, by = Clock(), frozenset(holder.party_id for holder in ledger.holders)
    found = {}
    for act in Act:
        licence = next((entry.id for entry in ledger.entries if entry.licence_type), None)
        ask = PermissionRequest(act, china_day(clock.now()), by, licence=licence)
        found[act] = statistics.median(_timed(lambda ask=ask: decide(ledger, ask)) for _ in range(repeated)) * MS
    return found


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


async def ledger_in(settings: Settings, patent_id: str) -> Ledger:
    """Return the ledger of a patent in the platform's database."""
    clock = Clock()
    database = Database(settings, clock)
    try:
        async with database.read() as session:
            whole = await load(session, patent_id)
            assert whole is not None
            return await ledger_of(session, whole, clock.now())
    finally:
        await database.close()


async def _prepared(port: int) -> tuple[str, dict[str, str]]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client:
        body = registration_body()
        made = await client.post("/v1/organisations", json=body)
        assert made.status_code == 201, made.text
        staff = await sign_in(client, OPERATOR, PASSWORD)
        place = f"/v1/organisations/{made.json()['id']}/verification"
        verified = await client.post(place, json={"outcome": "verified"}, headers=staff.headers)
        assert verified.status_code == 200, verified.text
        holder = await sign_in(client, body["member"]["email"])
        return await burdened(client, holder), {"authorization": f"Bearer {holder.token}"}


async def _asked(port: int, request: bytes) -> loads.Load:
    found = await loads.run(port, 1, SECONDS, lambda _: lambda _turn, _last: request)
    if set(found.statuses) != {200}:
        raise RuntimeError(f"refused: {found.statuses}")
    return found


async def _compared(ours: int, plain: int, patent_id: str, headers: dict[str, str]) -> dict[str, float]:
    """Return the figures of three addresses asked in turns: ours, one beside it, the plainest one."""
    target = f"/v1/patents/{patent_id}/permissions?act={ACT.value}"
    asked = {
        "endpoint": (ours, loads.request("GET", target, headers)),
        "bare": (ours, loads.request("GET", f"/v1/patents/{patent_id}/bare", headers)),
        "plain": (plain, loads.request("GET", target)),
    }
    turns = [{name: (await _asked(*each)).p50 for name, each in asked.items()} for _ in range(TURNS)]
    found = {f"{name}_p50_ms": statistics.median(turn[name] for turn in turns) for name in asked}
    for name in ("bare", "plain"):
        found[f"ratio_to_{name}"] = statistics.median(turn["endpoint"] / turn[name] for turn in turns)
    return found | {"ratio": max(found["ratio_to_bare"], found["ratio_to_plain"])}


def _measured(kind: str, folder: Path) -> dict[str, float]:
    ours, plain = free_port(), free_port()
    url = "" if kind == "sqlite" else postgres_url("bench_permissions")
    environment = server.settings_of(folder, DATABASE_URL=url, MEILI_URL="")
    make_operator(environment, OPERATOR, PASSWORD)
    settings = read_settings(
        database_url=url, patentmart_data_dir=folder, patentmart_secret=environment["PATENTMART_SECRET"]
    )
    with server.running(server.uvicorn("tests.bench.permissions_bare:app", ours), environment, ours, folder):
        bare = f"sqlite+aiosqlite:///{next(folder.glob('*.sqlite'))}" if kind == "sqlite" else url
        bare = bare.replace("postgresql:", "postgresql+psycopg:")
        program = server.uvicorn("tests.bench.permissions_plain:app", plain)
        with server.running(program, environment | {"DATABASE_URL": bare}, plain, folder):
            patent_id, headers = asyncio.run(_prepared(ours))
            server.pin(server.LOAD_CORE)
            found = asyncio.run(_compared(ours, plain, patent_id, headers))
    ledger = asyncio.run(ledger_in(settings, patent_id))
    each = medians(ledger)
    figures = {"entries": float(len(ledger.entries)), "rules_ms": max(each.values())} | found
    return figures | {f"rules_ms_{act.value}": ms for act, ms in each.items()}


def run() -> dict[str, float]:
    """Return the figures on both databases; `rules_ms` and `ratio` are the worse of the two."""
    figures: dict[str, float] = {}
    for kind in ("sqlite", "postgres"):
        with tempfile.TemporaryDirectory(prefix="patentmart-bench-") as folder:
            figures |= {f"{name}_{kind}": value for name, value in _measured(kind, Path(folder)).items()}
    for name in ("rules_ms", "endpoint_p50_ms", "ratio"):
        figures[name] = max(figures[f"{name}_sqlite"], figures[f"{name}_postgres"])
    return figures

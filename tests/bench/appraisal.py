"""`scripts/bench appraisal`: the appraisal of a patent with fifty entries in its ledger, with all of its statements.

In this process, from the patent's id to what is answered; through the address, one request after another; and on paper.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

import httpx

from backend.appraisal.bank_report.document import appraisal_pdf
from backend.appraisal.codes import Scenario
from backend.appraisal.policy import appraisal_policy
from backend.appraisal.presenters import appraisal_out
from backend.appraisal.service import appraise
from backend.core.clock import Clock
from backend.core.database.sessions import Database
from backend.core.settings import Settings, read_settings
from backend.patents.queries import load
from tests.bench import load as loads
from tests.bench import server
from tests.commands import make_operator
from tests.fresh_server import OPERATOR, PASSWORD
from tests.machine import postgres_url
from tests.one_server import free_port
from tests.rights.burdened import burdened
from tests.scenarios.members import registration_body, sign_in

REPEATED: Final = 100
PAPERS: Final = 5
SECONDS: Final = 5.0
MS: Final = 1000


async def _prepared(port: int) -> tuple[str, str, str]:
    """Return a patent that much burdens, its holder's organisation, and the holder's token."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as client:
        body = registration_body()
        made = await client.post("/v1/organisations", json=body)
        assert made.status_code == 201, made.text
        staff = await sign_in(client, OPERATOR, PASSWORD)
        place = f"/v1/organisations/{made.json()['id']}/verification"
        verified = await client.post(place, json={"outcome": "verified"}, headers=staff.headers)
        assert verified.status_code == 200, verified.text
        holder = await sign_in(client, body["member"]["email"])
        return await burdened(client, holder), holder.organisation_id, holder.token


async def _in_process(settings: Settings, patent_id: str, organisation_id: str) -> dict[str, float]:
    clock, policy = Clock(), appraisal_policy(settings)
    database = Database(settings, clock)
    taken, papers = [], []
    try:
        for turn in range(REPEATED + 1):
            began = time.perf_counter()
            async with database.read() as session:
                whole = await load(session, patent_id)
                assert whole is not None
                about = (session, whole, Scenario.FINANCING, clock.now(), policy)
                found = await appraise(*about, licensors=[organisation_id])
                out = appraisal_out(found, policy, "zh")
            taken += [time.perf_counter() - began] if turn else []  # the first one compiles the statements
        for _ in range(PAPERS):
            began = time.perf_counter()
            appraisal_pdf(out, "zh")
            papers.append(time.perf_counter() - began)
    finally:
        await database.close()
    ordered = sorted(taken)
    return {
        "appraisal_p50_ms": statistics.median(taken) * MS,
        "appraisal_p95_ms": ordered[int(len(ordered) * 0.95)] * MS,
        "paper_ms": statistics.median(papers) * MS,
    }


def _measured(kind: str, folder: Path) -> dict[str, float]:
    port = free_port()
    url = "" if kind == "sqlite" else postgres_url("bench_appraisal")
    environment = server.settings_of(folder, DATABASE_URL=url, MEILI_URL="")
    make_operator(environment, OPERATOR, PASSWORD)
    settings = read_settings(
        database_url=url, patentmart_data_dir=folder, patentmart_secret=environment["PATENTMART_SECRET"]
    )
    with server.running(server.patentmart(port), environment, port, folder):
        patent_id, organisation_id, token = asyncio.run(_prepared(port))
        target = f"/v1/patents/{patent_id}/appraisal?scenario=financing"
        request = loads.request("GET", target, {"authorization": f"Bearer {token}"})
        asked = asyncio.run(loads.run(port, 1, SECONDS, lambda _: lambda _turn, _last: request))
    if set(asked.statuses) != {200}:
        raise RuntimeError(f"refused: {asked.statuses}")
    return asyncio.run(_in_process(settings, patent_id, organisation_id)) | {"endpoint_p50_ms": asked.p50}


def run() -> dict[str, float]:
    """Return the figures on both databases."""
    figures: dict[str, float] = {}
    for kind in ("sqlite", "postgres"):
        with tempfile.TemporaryDirectory(prefix="patentmart-bench-") as folder:
            figures |= {f"{name}_{kind}": value for name, value in _measured(kind, Path(folder)).items()}
    return figures

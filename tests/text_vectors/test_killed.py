"""Killed while it computes vectors, a server goes on where it was: each text is looked at once, but for one batch."""

import asyncio
from collections import Counter
from pathlib import Path

import httpx
import pytest

from backend.core.settings import Settings
from backend.text_vectors.jobs import AT_ONCE
from tests.commands import make_operator
from tests.machine import postgres_url
from tests.one_server import Running, environment_of, running
from tests.scenarios.listings import list_patent
from tests.scenarios.members import OPERATOR, PASSWORD, Member, register_organisation
from tests.scenarios.patents import enter_patent
from tests.scenarios.waiting import wait_until
from tests.small_embedder import FACTORY, NOTED, SLOW

pytestmark = [pytest.mark.slow, pytest.mark.both_databases]

PATENTS = 48
TEXTS = 2 * PATENTS
KILLS = 3


async def one_more(client: httpx.AsyncClient, member: Member, number: int) -> None:
    patent = await enter_patent(client, member, title=f"第 {number} 种装置", abstract=f"其特征在于 {number}。")
    await list_patent(client, member, patent["id"])


def noted(notes: Path) -> Counter[str]:
    return Counter(notes.read_text("utf-8").splitlines() if notes.exists() else [])


async def line_of(client: httpx.AsyncClient) -> str:
    checks = (await client.get("/readyz")).json()["checks"]
    return str(next(line["detail"] for line in checks if line["name"] == "text_vectors"))


async def wait_for(notes: Path, texts: int) -> None:
    async def are_noted() -> bool:
        return len(noted(notes)) >= texts

    await wait_until(are_noted, f"{texts} texts")


async def until_complete(server: Running) -> None:
    async with httpx.AsyncClient(base_url=server.base, timeout=60) as client:

        async def is_complete() -> bool:
            return await line_of(client) == f"{PATENTS} of {PATENTS} titles, {PATENTS} full"

        await wait_until(is_complete, "a vector for each text")


async def test_a_killed_server_goes_on_and_computes_nothing_twice_but_the_batch_under_way(
    settings: Settings, tmp_path: Path
) -> None:
    database, notes = "" if settings.is_sqlite else postgres_url("vectors_killed"), tmp_path / "notes"
    model = {"PATENTMART_SEMANTIC": "auto", "PATENTMART_SEMANTIC_MODEL": FACTORY, NOTED: str(notes), SLOW: "0.02"}
    with running(tmp_path / "data", database, PATENTMART_SEMANTIC="off") as server:
        async with httpx.AsyncClient(base_url=server.base, timeout=60) as client:
            await asyncio.to_thread(make_operator, environment_of(tmp_path / "data", database), OPERATOR, PASSWORD)
            member = await register_organisation(client)
            for start in range(0, PATENTS, 8):
                await asyncio.gather(*(one_more(client, member, start + n) for n in range(8)))
            assert (await line_of(client)).startswith("off")
    for kill in range(1, KILLS + 1):
        with running(tmp_path / "data", database, **model):
            await wait_for(notes, kill * TEXTS // (KILLS + 1))
    with running(tmp_path / "data", database, **model) as server:
        await until_complete(server)
    before = noted(notes)
    assert len(before) == TEXTS
    assert sum(times - 1 for times in before.values()) <= KILLS * AT_ONCE
    with running(tmp_path / "data", database, **model) as server:
        await until_complete(server)
    assert noted(notes) == before, "a server that starts and lacks nothing computes nothing"

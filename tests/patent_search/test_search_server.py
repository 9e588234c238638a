"""A search server beside the database: what happens while it is away, and who feeds it."""

import asyncio
import contextlib
import secrets
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from backend.core.clock import Clock
from backend.core.database.sessions import Database
from backend.core.jobs.lease import Taken, lease
from backend.core.search_indexing import running as indexes
from backend.core.settings import Settings, read_settings
from tests.commands import make_operator, patentmart
from tests.machine import postgres_url
from tests.meili import NOT_RUN, meili
from tests.one_server import environment_of, free_port, running
from tests.scenarios.listings import list_patent
from tests.scenarios.members import OPERATOR, PASSWORD, register_organisation
from tests.scenarios.patents import enter_patent, patch_patent
from tests.scenarios.waiting import INDEXED, search_once_fed

pytestmark = pytest.mark.both_databases

SEARCH = "/v1/patents/search"


def like(tmp_path: Path, name: str, url: str, **more: Any) -> Settings:
    """Return settings for a process of its own on that database, with a search server."""
    return read_settings(
        patentmart_demo=True, patentmart_data_dir=tmp_path / name, database_url=url,
        patentmart_log_level="error", rate_caller_per_minute=0, rate_address_per_minute=0, sqlite_synchronous="NORMAL",
        **more,
    )  # fmt: skip


def database_of(settings: Settings, tmp_path: Path) -> str:
    return (
        f"sqlite:///{tmp_path / 'd.sqlite'}" if settings.is_sqlite else postgres_url(f"search_{secrets.token_hex(4)}")
    )


@contextlib.asynccontextmanager
async def served(folder: Path, database: str, **settings: str) -> AsyncIterator[httpx.AsyncClient]:
    """Run a server process with an operator; give a client of it."""
    await asyncio.to_thread(make_operator, environment_of(folder, database), OPERATOR, PASSWORD)
    one = running(folder, database, ends_by=signal.SIGTERM, **settings)
    try:
        base = (await asyncio.to_thread(one.__enter__)).base
        async with httpx.AsyncClient(base_url=base, timeout=30) as client:
            yield client
    finally:
        await asyncio.to_thread(one.__exit__, None, None, None)


async def test_while_the_search_server_is_away_all_else_goes_on(settings: Settings, tmp_path: Path) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    database = database_of(settings, tmp_path)
    async with served(tmp_path / "away", database, MEILI_URL=away, MEILI_WRITE_KEY="k") as client:
        university = await register_organisation(client)
        patent = await enter_patent(client, university)
        await list_patent(client, university, patent["id"])
        refused = await client.get(SEARCH, params={"q": patent["title"]})
        assert (refused.status_code, refused.json()["code"]) == (503, "search_unavailable")
        assert int(refused.headers["retry-after"]) > 0
        ready = await client.get("/readyz")
        assert ready.status_code == 200, "all but searching goes on"
        lines = {line["name"]: line["ok"] for line in ready.json()["checks"]}
        going_on = {"database", "email", "matching", "text_vectors"}
        assert lines == dict.fromkeys(going_on, True) | {"search": False, "search_needs": False}
        assert (await client.get("/metrics")).status_code == 200


async def test_a_lease_is_one_holders_and_comes_free_with_its_end(settings: Settings, tmp_path: Path) -> None:
    mine = like(tmp_path, "lease", database_of(settings, tmp_path))
    one, other = Database(mine, Clock()), Database(mine, Clock())
    try:
        async with lease(one, mine, "work") as held:
            await held()
            with pytest.raises(Taken):
                async with lease(other, mine, "work"):
                    raise AssertionError("held twice")
            async with lease(other, mine, "other work"):
                pass
        async with lease(other, mine, "work"):
            pass
    finally:
        await one.close()
        await other.close()


async def test_a_lease_that_went_with_its_connection_is_known_to_be_lost(settings: Settings, tmp_path: Path) -> None:
    if settings.is_sqlite:
        return
    url = database_of(settings, tmp_path)
    mine = like(tmp_path, "lost", url)
    database = Database(mine, Clock())
    try:
        async with lease(database, mine, "work") as held:
            with psycopg.connect(url, autocommit=True) as server:
                server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            for _ in range(2):  # not only the first to ask learns it
                with pytest.raises(Taken):
                    await held()
            async with lease(database, mine, "work"):
                pass
    finally:
        await database.close()


async def test_another_process_feeds_the_server_when_the_first_ends(settings: Settings, tmp_path: Path) -> None:
    if settings.is_sqlite:
        return
    if (server := meili()) is None:
        pytest.skip(NOT_RUN)
    url, index = database_of(settings, tmp_path), f"two_{secrets.token_hex(4)}"
    keys = {"MEILI_URL": server[0], "MEILI_SEARCH_KEY": server[1], "MEILI_WRITE_KEY": server[1], "MEILI_INDEX": index}
    async with served(tmp_path / "two", url, **keys) as left:
        async with served(tmp_path / "one", url, **keys) as first:
            university = await register_organisation(first)
            patent = await enter_patent(first, university)
            await list_patent(first, university, patent["id"])
            await found(left, patent["application_number"], patent["id"])
            assert await reindexed(environment_of(tmp_path / "cli", url) | keys) == MADE_ANEW
            await found(left, patent["application_number"], patent["id"])
        later = await enter_patent(left, university)
        await list_patent(left, university, later["id"])
        await found(left, later["application_number"], later["id"])


async def test_a_write_that_changes_no_document_is_no_task_and_every_process_knows_that_it_is_in_the_index(
    settings: Settings, tmp_path: Path
) -> None:
    if settings.is_sqlite:
        return
    if (server := meili()) is None:
        pytest.skip(NOT_RUN)
    url, index = database_of(settings, tmp_path), f"idle_{secrets.token_hex(4)}"
    keys = {"MEILI_URL": server[0], "MEILI_SEARCH_KEY": server[1], "MEILI_WRITE_KEY": server[1], "MEILI_INDEX": index}
    async with served(tmp_path / "one", url, **keys) as first, served(tmp_path / "two", url, **keys) as second:
        university = await register_organisation(first)
        patent = await enter_patent(first, university)
        await list_patent(first, university, patent["id"])
        await found(second, patent["application_number"], patent["id"])
        unlisted = await enter_patent(first, university)
        written = await patch_patent(first, university, unlisted["id"], title="一种没有上架的装置")
        for client in (first, second):
            await search_once_fed(client, SEARCH, after_event=written.headers["event-id"])
        before = await tasks_of(server, index)
        for _ in range(5):
            written = await patch_patent(first, university, unlisted["id"], title=f"一种{secrets.token_hex(4)}装置")
            for client in (first, second):
                answer = (await client.get(SEARCH, params={"after_event": written.headers["event-id"]})).json()
                assert answer["behind"] is False
        assert await tasks_of(server, index) == before


async def tasks_of(server: tuple[str, str], index: str) -> int:
    """Return how many tasks the server was given for the index."""
    url, key = server
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as client:
        return int((await client.get(f"{url}/tasks", params={"indexUids": index, "limit": 1})).json()["total"])


MADE_ANEW = "The index holds 1 patents.\nThe index holds 0 needs."


async def reindexed(environment: dict[str, str]) -> str:
    """Ask for a fresh index beside the servers, of which one feeds it; give what the command says."""
    return (await asyncio.to_thread(patentmart, environment, "reindex")).stdout.strip()


async def found(client: httpx.AsyncClient, text: str, patent_id: str) -> None:
    """Wait until the search finds the patent."""
    async with asyncio.timeout(indexes.BETWEEN_TRIES + INDEXED):
        while True:
            answer = await client.get(SEARCH, params={"q": text})
            if answer.status_code == 200 and [item["id"] for item in answer.json()["items"]] == [patent_id]:
                return
            await asyncio.sleep(0.1)
